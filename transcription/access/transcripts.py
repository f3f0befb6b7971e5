"""What a transcript is made of: the object, or 404, or 403."""

from uuid import UUID

from django.http import Http404

from accounts.access import require
from accounts.models.members import Membership
from accounts.roles import Capability
from transcription.access.recordings import (
    access_recording,
    access_recording_to_correct,
    may_correct,
)
from transcription.models.corrections import Correction
from transcription.models.recordings import Recording
from transcription.models.transcripts import Segment, Speaker, Transcript


def current_transcript(recording: Recording) -> Transcript | None:
    """The transcript people read, or None while there is none yet."""
    return recording.transcripts.filter(is_current=True).select_related("job").first()


def access_segment(
    membership: Membership, recording_uuid: UUID, segment_id: int
) -> Segment:
    """A segment of the current transcript that the membership may correct."""
    recording = access_recording_to_correct(membership, recording_uuid)
    return _current_segment(recording, segment_id)


def access_segment_to_read(
    membership: Membership, recording_uuid: UUID, segment_id: int
) -> Segment:
    """A segment of the current transcript."""
    recording = access_recording(membership, recording_uuid, Capability.READ)
    return _current_segment(recording, segment_id)


def _current_segment(recording: Recording, segment_id: int) -> Segment:
    segment = (
        Segment.objects.filter(
            pk=segment_id,
            transcript__recording=recording,
            transcript__is_current=True,
        )
        .select_related(
            "transcript__recording",
            "transcript__department",
            "transcript__job__recording",
            "speaker",
            "edited_by",
        )
        .first()
    )
    if segment is None:
        raise Http404
    return segment


def outdated_segment(
    membership: Membership, recording_uuid: UUID, segment_id: int
) -> Segment | None:
    """A segment of an earlier transcript of a recording that the membership may
    correct: somebody had it transcribed again meanwhile."""
    recording = access_recording_to_correct(membership, recording_uuid)
    segments = Segment.objects.filter(
        pk=segment_id, transcript__recording=recording, transcript__is_current=False
    )
    return segments.select_related(
        "transcript__recording", "transcript__department"
    ).first()


def is_outdated_speaker(
    membership: Membership, recording_uuid: UUID, speaker_id: int
) -> bool:
    """Whether it is a voice of an earlier transcript."""
    recording = access_recording_to_correct(membership, recording_uuid)
    return Speaker.objects.filter(
        pk=speaker_id, transcript__recording=recording, transcript__is_current=False
    ).exists()


def access_correction(
    membership: Membership, recording_uuid: UUID, uuid: UUID
) -> Correction:
    """A correction, with what stood there before: for those who may correct, and for
    auditors. Readers see what stands there now."""
    recording = access_recording(membership, recording_uuid, Capability.READ)
    found = (
        Correction.objects.filter(segment__transcript__recording=recording, uuid=uuid)
        .select_related("segment__transcript__recording")
        .first()
    )
    if found is None:
        raise Http404
    if not may_correct(membership, recording):
        require(membership, Capability.VIEW_AUDIT)
    return found


def access_speaker(
    membership: Membership, recording_uuid: UUID, speaker_id: int
) -> Speaker:
    """A voice of the current transcript that the membership may name."""
    recording = access_recording_to_correct(membership, recording_uuid)
    speaker = (
        Speaker.objects.filter(
            pk=speaker_id,
            transcript__recording=recording,
            transcript__is_current=True,
        )
        .select_related("transcript__recording", "transcript__department")
        .first()
    )
    if speaker is None:
        raise Http404
    return speaker
