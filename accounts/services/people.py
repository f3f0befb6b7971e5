"""People: made, renamed, disabled. Never deleted: the audit trail names them."""

from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from functools import partial

from axes.utils import reset as forget_failures
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models.audit.events import AuditAction
from accounts.models.departments import Department
from accounts.models.members import Membership
from accounts.models.people import User
from accounts.models.tokens import ApiToken
from accounts.roles import Role
from accounts.services.audit.reading import last_change
from accounts.services.audit.writing import SYSTEM, Origin, record
from accounts.services.members import appoint, lock_department, require_another_admin
from accounts.services.refusal import Refused
from accounts.services.secret_text import new_password
from accounts.services.sign_in.sessions import end_all_sessions
from accounts.services.tokens import revoke_token
from accounts.services.versions import check_version, version_of
from accounts.services.withdrawals import withdraw_invitations, withdraw_requests


@dataclass(frozen=True, slots=True)
class NewPassword:
    """A password made by the portal; shown once, changed at the first login."""

    user: User
    password: str


@dataclass(frozen=True, slots=True)
class Account:
    """What a platform admin may decide about somebody."""

    display_name: str
    email: str
    is_platform_admin: bool
    is_active: bool


_ACCOUNT = [field.name for field in fields(Account)]


def _one_time_until() -> datetime:
    return timezone.now() + timedelta(hours=settings.ONE_TIME_PASSWORD_HOURS)


def make_user(*, username: str, password: str | None, **fields: object) -> User:
    """A row for a person; refused when the name was taken a moment ago."""
    try:
        with transaction.atomic():
            return User.objects.create_user(username, password, **fields)
    except IntegrityError:
        raise Refused(
            "username_taken",
            _("The user name {name} is taken.").format(name=username),
        ) from None


def create_user(
    *,
    origin: Origin,
    username: str,
    display_name: str,
    email: str = "",
    is_platform_admin: bool = False,
    department: Department | None = None,
    role: Role = Role.MEMBER,
    password: str | None = None,
) -> NewPassword:
    """Make an account with a one-time password (or a given one that is final)."""
    secret = password or new_password()
    user = make_account(
        origin=origin,
        username=username,
        display_name=display_name,
        email=email,
        is_platform_admin=is_platform_admin,
        department=department,
        role=role,
        password=secret,
        is_final=password is not None,
    )
    return NewPassword(user=user, password=secret)


@transaction.atomic
def make_account(
    *,
    origin: Origin,
    username: str,
    display_name: str,
    email: str = "",
    is_platform_admin: bool = False,
    department: Department | None = None,
    role: Role = Role.MEMBER,
    password: str | None,
    is_final: bool = False,
) -> User:
    """Without a password nobody logs in until ``give_password``."""
    user = make_user(
        username=username,
        password=password,
        display_name=display_name,
        email=email,
        is_platform_admin=is_platform_admin,
        must_change_password=not is_final,
        one_time_until=None if is_final else _one_time_until(),
    )
    detail: dict[str, object] = {"created": True}
    if is_platform_admin:
        detail["is_platform_admin"] = True
    record(AuditAction.USER, origin, user.audit_subject, **detail)
    if department is not None:
        appoint(department=department, user=user, role=role, origin=origin)
    return user


def lock_person(person: User) -> User:
    """The person as they are now, whom nobody else changes before we are done; and all
    platform admins with them, so that the last one stays."""
    locked = User.objects.select_for_update().filter(
        Q(pk=person.pk) | Q(is_platform_admin=True)
    )
    return next(user for user in locked if user.pk == person.pk)


def account_version(user: User) -> str:
    """Changes with what ``edit_user`` can change."""
    return version_of(*(getattr(user, name) for name in _ACCOUNT))


def check_account(user: User, account: Account, version: str) -> None:
    """Raise ``ChangedMeanwhile`` where ``account`` would write over what nobody saw."""
    if any(getattr(user, name) != value for name, value in asdict(account).items()):
        find = partial(last_change, user.audit_subject, AuditAction.USER, _ACCOUNT)
        check_version(version, account_version(user), find)


@transaction.atomic
def edit_user(*, user: User, origin: Origin, account: Account) -> None:
    """What a platform admin may change about somebody, themselves included."""
    user = lock_person(user)
    others = User.objects.filter(is_platform_admin=True, is_active=True).exclude(
        pk=user.pk
    )
    was_admin = user.is_platform_admin and user.is_active
    is_leaving = was_admin and not (account.is_platform_admin and account.is_active)
    if is_leaving and not others.exists():
        raise Refused(
            "last_platform_admin",
            _(
                "{name} is the last active platform admin. "
                "Make somebody else a platform admin first."
            ).format(name=user),
        )
    if is_leaving:
        withdraw_requests(asked_by=user)
    if user.is_active and not account.is_active:
        _shut_out(user, origin)
    changes = _apply(user, asdict(account))
    if changes:
        user.save(update_fields=list(changes))
        record(AuditAction.USER, origin, user.audit_subject, **changes)


@transaction.atomic
def change_rights(*, user: User, origin: Origin, **rights: bool) -> None:
    """``is_active`` or ``is_platform_admin``, to what a second person agreed to."""
    user = User.objects.select_for_update().get(pk=user.pk)
    changes = _apply(user, dict(rights))
    if changes:
        user.save(update_fields=list(changes))
        record(AuditAction.USER, origin, user.audit_subject, **changes)


def _apply(user: User, wanted: dict[str, object]) -> dict[str, object]:
    """Set what differs; what it was and what it is, for the audit trail."""
    changes: dict[str, object] = {}
    for field, value in wanted.items():
        before = getattr(user, field)
        if before != value:
            changes[field] = [before, value]
            setattr(user, field, value)
    return changes


def _shut_out(user: User, origin: Origin) -> None:
    """Close every door to somebody; refused where a department would lose its admin."""
    memberships = (
        Membership.objects.filter(
            user=user, role=Role.ADMIN, is_active=True, department__is_active=True
        )
        .select_related("department", "user")
        .order_by("department_id")
    )
    for membership in memberships:
        lock_department(membership.department_id)
        require_another_admin(membership)
    end_all_sessions(user=user)
    ApiToken.objects.filter(membership__user=user, revoked_at=None).update(
        revoked_at=timezone.now()
    )
    withdraw_invitations(invited_by=user, origin=origin)


def reset_password(*, user: User, origin: Origin) -> NewPassword:
    """Give somebody a one-time password, log them out, and lift a lockout."""
    secret = new_password()
    begin_anew(user=user, origin=origin, password=secret)
    return NewPassword(user=user, password=secret)


@transaction.atomic
def begin_anew(*, user: User, origin: Origin, password: str | None) -> None:
    """What somebody knew or had opens nothing any more. Without a password, nothing
    does until ``give_password``."""
    user.set_password(password)
    user.must_change_password = True
    user.one_time_until = _one_time_until()
    user.save(update_fields=["password", "must_change_password", "one_time_until"])
    end_all_sessions(user=user)
    for token in ApiToken.objects.filter(membership__user=user, revoked_at=None):
        revoke_token(token=token, origin=origin)  # whoever knew the password has it
    withdraw_invitations(invited_by=user, origin=origin)
    withdraw_requests(asked_by=user)
    forget_failures(username=user.username)
    record(AuditAction.PASSWORD, origin, user.audit_subject, reset=True)


def give_password(*, user: User, encoded: str) -> None:
    """The one-time password of somebody who has none."""
    user.password = encoded
    user.must_change_password = True
    user.one_time_until = _one_time_until()
    user.save(update_fields=["password", "must_change_password", "one_time_until"])


@transaction.atomic
def edit_profile(*, user: User, origin: Origin, display_name: str, email: str) -> None:
    """What people may change about themselves."""
    changes = _apply(user, {"display_name": display_name, "email": email})
    if changes:
        user.save(update_fields=list(changes))
        record(AuditAction.USER, origin, user.audit_subject, **changes)


def record_server_account(*, user: User) -> None:
    """``manage.py createsuperuser`` made a platform admin."""
    detail: dict[str, object] = {
        "created": True,
        "is_platform_admin": user.is_platform_admin,
        "on_server": True,
    }
    record(AuditAction.USER, SYSTEM, user.audit_subject, **detail)


def record_server_password(*, user: User) -> None:
    """``manage.py changepassword`` set somebody's password."""
    User.objects.filter(pk=user.pk, must_change_password=True).update(
        one_time_until=_one_time_until()
    )
    record(AuditAction.PASSWORD, SYSTEM, user.audit_subject, reset=True, on_server=True)
