"""Trial runs of voice-activity detection: the object, or 404, or 403."""

from uuid import UUID

from django.http import Http404

from accounts.models.members import Membership
from accounts.roles import Capability
from transcription.access.recordings import access_recording
from transcription.models.speech import VadRun


def access_vad_run(
    membership: Membership, recording_uuid: UUID, uuid: UUID, capability: Capability
) -> VadRun:
    """A trial run of voice-activity detection in a kept recording of the department."""
    recording = access_recording(membership, recording_uuid, capability)
    run = (
        VadRun.objects.filter(recording=recording, uuid=uuid)
        .select_related("recording", "department")
        .first()
    )
    if run is None:
        raise Http404
    return run
