"""Archives of many recordings: one's own, or 404, or 403."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404

from accounts.access import require
from accounts.models.members import Membership
from accounts.roles import Capability
from transcription.models.exports import RecordingExport


def access_export(membership: Membership, uuid: UUID) -> RecordingExport:
    """What the person ordered in the department. It holds what they could read, private
    recordings too: nobody has another's, an admin included."""
    found = (
        RecordingExport.objects.filter(
            department=membership.department, requested_by=membership.user_id, uuid=uuid
        )
        .select_related("department")
        .defer("recordings")
        .first()
    )
    if found is None:
        raise Http404
    require(membership, Capability.READ)
    return found


def access_archive(membership: Membership, uuid: UUID) -> RecordingExport:
    """The same, to download it. Whoever reads nothing private any more may not have
    what was made while they did."""
    found = access_export(membership, uuid)
    if found.reads_private and not membership.can(Capability.READ_PRIVATE):
        raise PermissionDenied(Capability.READ_PRIVATE)
    if not found.is_there:
        raise Http404
    return found
