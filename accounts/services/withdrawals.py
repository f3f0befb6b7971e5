"""Whoever may no longer let people in leaves no open door behind."""

from django.utils import timezone

from accounts.models.access_requests import AccessRequest, AccessState
from accounts.models.audit.events import AuditAction
from accounts.models.departments import Department
from accounts.models.invitations import Invitation
from accounts.models.people import User
from accounts.services.audit.writing import Origin, record


def withdraw_invitations(
    *, invited_by: User, origin: Origin, department: Department | None = None
) -> None:
    """Make the person's open links useless, in one department or in all of them.

    Called where an inviter is disabled, leaves, gets a smaller role or a password that
    somebody else made: a link kept in a drawer would be the way back in.
    """
    found = Invitation.objects.select_related("department").filter(
        invited_by=invited_by, accepted_at=None, revoked_at=None
    )
    if department is not None:
        found = found.filter(department=department)
    for invitation in found:
        withdraw_invitation(invitation=invitation, origin=origin, reason="inviter")


def withdraw_invitation(
    *, invitation: Invitation, origin: Origin, **detail: object
) -> bool:
    """Make one link useless. False when it was used or withdrawn meanwhile."""
    withdrawn = Invitation.objects.filter(
        pk=invitation.pk, accepted_at=None, revoked_at=None
    ).update(revoked_at=timezone.now())
    if withdrawn:
        about = invitation.audit_subject
        record(AuditAction.MEMBER, origin, about, revoked=True, **detail)
    return bool(withdrawn)


def withdraw_requests(*, asked_by: User) -> None:
    """Whoever no longer runs the platform waits for nobody's agreement."""
    AccessRequest.objects.filter(asked_by=asked_by, state=AccessState.PENDING).update(
        state=AccessState.CANCELED, decided_at=timezone.now()
    )
