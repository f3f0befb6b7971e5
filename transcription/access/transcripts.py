"""What a transcript is made of: the object, or 404, or 403."""

from uuid import UUID

from django.http import Http404

from accounts.models.members import Membership
from transcription.access.recordings import access_recording_to_edit
from transcription.models.recordings import Recording
from transcription.models.transcripts import Segment, Speaker, Transcript


def current_transcript(recording: Recording) -> Transcript | None:
    """The transcript people read, or None while there is none yet."""
    return recording.transcripts.filter(is_current=True).select_related("job").first()


def access_segment(
    membership: Membership, recording_uuid: UUID, segment_id: int
) -> Segment:
    """A segment of the current transcript that the membership may correct."""
    recording = access_recording_to_edit(membership, recording_uuid)
    segment = (
        Segment.objects.filter(
            pk=segment_id,
            transcript__recording=recording,
            transcript__is_current=True,
        )
        .select_related("transcript__recording", "transcript__department", "speaker")
        .first()
    )
    if segment is None:
        raise Http404
    return segment


def is_outdated_segment(
    membership: Membership, recording_uuid: UUID, segment_id: int
) -> bool:
    """Whether it belongs to an earlier transcript of a recording that the membership
    may change: somebody had it transcribed again meanwhile."""
    recording = access_recording_to_edit(membership, recording_uuid)
    return Segment.objects.filter(
        pk=segment_id, transcript__recording=recording, transcript__is_current=False
    ).exists()


def access_speaker(
    membership: Membership, recording_uuid: UUID, speaker_id: int
) -> Speaker:
    """A voice of the current transcript that the membership may name."""
    recording = access_recording_to_edit(membership, recording_uuid)
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
