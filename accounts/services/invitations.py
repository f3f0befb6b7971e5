"""Links that make their finder a member, once."""

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models.audit.events import AuditAction
from accounts.models.invitations import Invitation
from accounts.models.members import Membership
from accounts.models.people import User
from accounts.roles import Capability, Role
from accounts.services.audit.writing import Origin, record
from accounts.services.members import lock_department
from accounts.services.people import make_user
from accounts.services.refusal import Refused
from accounts.services.secret_text import hash_secret, new_invitation_secret
from accounts.services.withdrawals import withdraw_invitation

INVITATION_DAYS = 7


@dataclass(frozen=True, slots=True)
class NewInvitation:
    """The secret exists here and in the link, nowhere else."""

    invitation: Invitation
    secret: str


@transaction.atomic
def invite(
    *, membership: Membership, origin: Origin, role: Role, note: str
) -> NewInvitation:
    """A link into the inviter's department, good for a week."""
    secret = new_invitation_secret()
    invitation = Invitation.objects.create(
        department=membership.department,
        role=role,
        note=note,
        secret_hash=hash_secret(secret),
        invited_by=membership.user,
        expires_at=timezone.now() + timedelta(days=INVITATION_DAYS),
    )
    record(
        AuditAction.MEMBER,
        origin,
        invitation.audit_subject,
        invited=True,
        role=role.value,
    )
    return NewInvitation(invitation=invitation, secret=secret)


@transaction.atomic
def revoke_invitation(*, invitation: Invitation, origin: Origin) -> None:
    """Make the link useless; refused when it has been used meanwhile."""
    if not withdraw_invitation(invitation=invitation, origin=origin):
        raise Refused(
            "invitation_closed",
            _("This invitation has already been used or revoked."),
        )


def find_invitation(secret: str) -> Invitation | None:
    """The invitation that the link belongs to, whatever became of it."""
    return (
        Invitation.objects.select_related("department", "invited_by")
        .filter(secret_hash=hash_secret(secret))
        .first()
    )


def refuse_closed(invitation: Invitation) -> None:
    """Say why a link no longer works."""
    if invitation.accepted_at:
        raise Refused("invitation_used", _("This invitation has already been used."))
    if (
        invitation.revoked_at
        or not invitation.department.is_active
        or not _may_still_invite(invitation)
    ):
        raise Refused("invitation_revoked", _("This invitation has been withdrawn."))
    if invitation.expires_at <= timezone.now():
        raise Refused(
            "invitation_expired",
            _("This invitation has expired. Ask for a new one."),
        )


def find_by_uuid(uuid: str) -> Invitation | None:
    """The invitation whose link this browser has opened."""
    if not uuid:
        return None
    return (
        Invitation.objects.select_related("department", "invited_by")
        .filter(uuid=uuid)
        .first()
    )


def _may_still_invite(invitation: Invitation) -> bool:
    """Whether whoever made the link could make it today."""
    inviter = Membership.objects.filter(
        department=invitation.department,
        user=invitation.invited_by,
        is_active=True,
        user__is_active=True,
    ).first()
    return inviter is not None and inviter.can(Capability.MANAGE_MEMBERS)


def _claim(*, invitation: Invitation, user: User) -> None:
    """Compare-and-set: of two people with the same link, one gets in."""
    now = timezone.now()
    claimed = Invitation.objects.filter(
        pk=invitation.pk, accepted_at=None, revoked_at=None, expires_at__gt=now
    ).update(accepted_at=now, accepted_by=user)
    if not claimed:
        invitation.refresh_from_db()
        refuse_closed(invitation)


@transaction.atomic
def accept(*, invitation: Invitation, user: User, origin: Origin) -> Membership:
    """Make somebody who already has an account a member."""
    lock_department(invitation.department_id)  # the inviter is not being removed now
    refuse_closed(invitation)
    existing = Membership.objects.filter(
        department=invitation.department, user=user
    ).first()
    if existing and existing.is_active:
        raise Refused(
            "already_member",
            _("You already belong to {department}.").format(
                department=invitation.department
            ),
        )
    if existing:
        raise Refused(
            "membership_disabled",
            _(
                "Your membership of {department} was disabled. "
                "Ask one of its admins to enable it."
            ).format(department=invitation.department),
        )
    _claim(invitation=invitation, user=user)
    membership = Membership.objects.create(
        department=invitation.department, user=user, role=invitation.role
    )
    record(
        AuditAction.MEMBER,
        origin.by(user),
        membership.audit_subject,
        joined=True,
        role=membership.role,
    )
    return membership


@transaction.atomic
def accept_as_new(
    *,
    invitation: Invitation,
    origin: Origin,
    username: str,
    display_name: str,
    password: str,
) -> Membership:
    """Make an account for the finder of the link, and a member of it."""
    refuse_closed(invitation)
    user = make_user(username=username, display_name=display_name, password=password)
    record(
        AuditAction.USER,
        origin.by(user),
        user.audit_subject,
        created=True,
        invitation=str(invitation.uuid),
    )
    return accept(invitation=invitation, user=user, origin=origin)
