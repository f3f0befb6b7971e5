"""Recordings of the membership's department: the object, or 404, or 403."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404

from accounts.access import require
from accounts.models.members import Membership
from accounts.roles import Capability
from transcription.models.recordings import Recording


def access_recording(
    membership: Membership, uuid: UUID, capability: Capability, *, trashed: bool = False
) -> Recording:
    """A kept recording of the membership's department (or a trashed one, if asked)."""
    recordings = Recording.objects.of(membership.department).select_related(
        "department", "uploaded_by"
    )
    recordings = recordings.trashed() if trashed else recordings.kept()
    recording = recordings.filter(uuid=uuid).first()
    if recording is None:
        raise Http404
    require(membership, capability)
    return recording


def may_edit(membership: Membership, recording: Recording) -> bool:
    """Whether the membership may correct, rename or delete this recording."""
    if membership.can(Capability.EDIT_ANY):
        return True
    return (
        membership.can(Capability.EDIT_OWN)
        and recording.uploaded_by_id == membership.user_id
    )


def access_recording_to_edit(
    membership: Membership, uuid: UUID, *, trashed: bool = False
) -> Recording:
    """A recording that the membership may change: its own, or anybody's."""
    recording = access_recording(membership, uuid, Capability.READ, trashed=trashed)
    if not may_edit(membership, recording):
        raise PermissionDenied(Capability.EDIT_ANY)
    return recording
