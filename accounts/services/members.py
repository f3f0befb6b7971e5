"""Who belongs to a department, and as what. The last admin stays."""

from collections import Counter
from dataclasses import dataclass
from functools import partial
from typing import Final

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise

from accounts.models.audit.events import AuditAction
from accounts.models.departments import Department
from accounts.models.members import Membership
from accounts.models.people import User
from accounts.models.tokens import ApiToken
from accounts.roles import Capability, Role
from accounts.services.audit.reading import last_change
from accounts.services.audit.writing import Origin, record
from accounts.services.refusal import Refused
from accounts.services.versions import check_version
from accounts.services.withdrawals import withdraw_invitations

DISABLED: Final = "disabled"


@dataclass(frozen=True, slots=True)
class MemberGroup:
    """Some of a list of members: all of them, those of a role who may enter, or those
    who may not."""

    value: str
    label: StrOrPromise
    count: int


def members_called(department: Department, query: str) -> QuerySet[Membership]:
    """Those whose name or user name has these words."""
    called = Q(user__username__icontains=query) | Q(user__display_name__icontains=query)
    found = Membership.objects.filter(department=department)
    return found.filter(called) if query else found


def of_group(found: QuerySet[Membership], group: str) -> QuerySet[Membership]:
    """Those of the group, by name of the user; an unknown one is all."""
    if group == DISABLED:
        found = found.filter(is_active=False)
    elif group in Role:
        found = found.filter(is_active=True, role=group)
    return found.select_related("user").order_by("-is_active", "user__username")


def member_groups(found: QuerySet[Membership]) -> list[MemberGroup]:
    """What there is to choose, with how many that are."""
    counts: Counter[str] = Counter()
    for role, is_active in found.order_by().values_list("role", "is_active"):
        counts[role if is_active else DISABLED] += 1
    return [
        MemberGroup("", _("All"), counts.total()),
        *(MemberGroup(role.value, role.label, counts[role.value]) for role in Role),
        MemberGroup(DISABLED, _("Disabled"), counts[DISABLED]),
    ]


def lock_department(department_id: int) -> None:
    """Everything that could take a department's last admin away waits here.

    PostgreSQL locks the row; SQLite's IMMEDIATE transactions are one at a time anyway.
    """
    Department.objects.select_for_update().get(pk=department_id)


def require_another_admin(membership: Membership) -> None:
    """Refuse unless the department has an active admin besides this one.

    Call it inside a transaction, after ``lock_department``.
    """
    others = Membership.objects.filter(
        department_id=membership.department_id,
        role=Role.ADMIN,
        is_active=True,
        user__is_active=True,
    ).exclude(pk=membership.pk)
    if not others.exists():
        raise Refused(
            "last_admin",
            _(
                "{name} is the last active admin of {department}. "
                "Make somebody else an admin first."
            ).format(name=membership.user, department=membership.department),
        )


def _is_active_admin(membership: Membership) -> bool:
    return membership.is_active and membership.role == Role.ADMIN


def _locked(membership: Membership) -> Membership:
    """The membership as it is now that nobody else can change it."""
    lock_department(membership.department_id)
    return Membership.objects.select_related("user", "department").get(pk=membership.pk)


@transaction.atomic
def change_role(
    *, membership: Membership, origin: Origin, role: Role, version: str = ""
) -> None:
    """Give a member another role; it counts from the next request on. ``version`` is
    the role that was seen; raises ``ChangedMeanwhile``."""
    membership = _locked(membership)
    if membership.role == role:
        return
    about = membership.audit_subject
    find = partial(last_change, about, AuditAction.MEMBER, ["role"])
    check_version(version, membership.role, find)
    if _is_active_admin(membership):
        require_another_admin(membership)
    before, membership.role = membership.role, role
    membership.save(update_fields=["role"])
    record(AuditAction.MEMBER, origin, about, role=[before, role.value])
    _withdraw_unless_inviter(membership, origin)


@transaction.atomic
def disable_member(*, membership: Membership, origin: Origin) -> None:
    """Shut the department to the person: pages at once, tokens for good."""
    membership = _locked(membership)
    if not membership.is_active:
        return
    _shut_out(membership, origin)
    record(
        AuditAction.MEMBER, origin, membership.audit_subject, is_active=[True, False]
    )


@transaction.atomic
def enable_member(*, membership: Membership, origin: Origin) -> None:
    """Let a disabled member in again; old tokens stay revoked."""
    membership = _locked(membership)
    if membership.is_active:
        return
    membership.is_active = True
    membership.save(update_fields=["is_active"])
    record(
        AuditAction.MEMBER, origin, membership.audit_subject, is_active=[False, True]
    )


@transaction.atomic
def leave_department(*, membership: Membership, origin: Origin) -> None:
    """The person goes by themselves; what they uploaded stays."""
    membership = _locked(membership)
    _shut_out(membership, origin)
    record(AuditAction.MEMBER, origin, membership.audit_subject, left=True)


def _shut_out(membership: Membership, origin: Origin) -> None:
    if _is_active_admin(membership):
        require_another_admin(membership)
    membership.is_active = False
    membership.save(update_fields=["is_active"])
    ApiToken.objects.filter(membership=membership, revoked_at=None).update(
        revoked_at=timezone.now()
    )
    withdraw_invitations(
        invited_by=membership.user, origin=origin, department=membership.department
    )


def _withdraw_unless_inviter(membership: Membership, origin: Origin) -> None:
    if not membership.can(Capability.MANAGE_MEMBERS):
        withdraw_invitations(
            invited_by=membership.user, origin=origin, department=membership.department
        )


@transaction.atomic
def appoint(
    *, department: Department, user: User, role: Role, origin: Origin
) -> Membership:
    """Make somebody a member, or give a (perhaps disabled) member this role."""
    lock_department(department.pk)
    membership = Membership.objects.filter(department=department, user=user).first()
    if membership is None:
        membership = Membership.objects.create(
            department=department, user=user, role=role
        )
        detail: dict[str, object] = {"joined": True, "role": role.value}
    else:
        if _is_active_admin(membership) and role != Role.ADMIN:
            require_another_admin(membership)
        detail = {"role": [membership.role, role.value], "is_active": True}
        membership.role, membership.is_active = role, True
        membership.save(update_fields=["role", "is_active"])
    record(AuditAction.MEMBER, origin, membership.audit_subject, **detail)
    _withdraw_unless_inviter(membership, origin)
    return membership
