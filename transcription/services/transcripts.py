"""What was heard: stored once, corrected by people."""

from dataclasses import asdict

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import Origin, record
from accounts.models import AuditAction, Department, Membership
from transcription.models import (
    JobState,
    Recording,
    Segment,
    Speaker,
    Transcript,
    TranscriptionJob,
)
from transcription.pipeline.types import PipelineResult, PipelineSegment
from transcription.services.cleaning import clean_line
from transcription.services.hotword_hits import hit_places
from transcription.services.leases import Lease, LeaseLost, end
from transcription.services.search import index_transcript, reindex_segment

TEXT_MAX = 5_000
NAME_MAX = 64


class EditRefused(Exception):
    """The correction cannot be taken; ``code`` for machines, ``message`` for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def store_result(
    *,
    lease: Lease,
    job: TranscriptionJob,
    result: PipelineResult,
    audio_ms: int,
    processing_ms: int,
) -> Transcript:
    """The job's end, its transcript, segments, speakers and index entries: all of it or
    nothing. Raises ``LeaseLost``, having stored nothing, when the job is not ours."""
    with transaction.atomic():
        if not end(
            lease,
            JobState.SUCCEEDED,
            progress_percent=100,
            audio_ms=audio_ms,
            processing_ms=processing_ms,
            error_code="",
            error_detail="",
        ):
            raise LeaseLost
        recording = Recording.objects.select_for_update().get(pk=job.recording_id)
        names = _given_names(recording)
        recording.transcripts.filter(is_current=True).update(is_current=False)
        transcript = Transcript.objects.create(
            department_id=job.department_id,
            recording=recording,
            job=job,
            language=result.language,
        )
        speakers = _speakers(transcript, names, result)
        Segment.objects.bulk_create(
            (
                _segment(transcript, index, piece, speakers)
                for index, piece in enumerate(result.segments)
            ),
            batch_size=200,
        )
        if recording.deleted_at is None:  # else ``restore_recording`` does it
            index_transcript(transcript)
        job.windows.all().delete()
    return transcript


def correct_segment(
    *, segment: Segment, membership: Membership, origin: Origin, text: str
) -> bool:
    """Put a person's words in the place of the machine's, which are kept. False when
    nothing changed. Raises ``EditRefused``."""
    text = clean_line(text, TEXT_MAX + 1)
    if not text:
        raise EditRefused(
            "empty_text",
            _("The text is empty. To bring back what the machine heard, use undo."),
        )
    if len(text) > TEXT_MAX:
        raise EditRefused(
            "text_too_long",
            _("The text is longer than %(limit)s characters.") % {"limit": TEXT_MAX},
        )
    if text == segment.text:
        return False
    with transaction.atomic():
        segment = _locked(segment)
        _put(segment, membership, text)
        _save_text(segment, origin, "correct")
    return True


def undo_correction(*, segment: Segment, origin: Origin) -> bool:
    """Bring back what the machine wrote. False when nobody has corrected it."""
    with transaction.atomic():
        segment = _locked(segment)
        if segment.edited_at is None:
            return False
        segment.text, segment.text_machine = segment.text_machine, ""
        segment.edited_at = segment.edited_by = None
        for hit in segment.hotwords:
            hit.pop("undone", None)
        _save_text(segment, origin, "undo")
    return True


def undo_hotword(
    *, segment: Segment, membership: Membership, origin: Origin, number: int
) -> bool:
    """Put back what was heard where the segment's hotword ``number`` stands; it becomes
    a correction. False when the word stands there no more. Raises ``EditRefused``."""
    with transaction.atomic():
        segment = _locked(segment)
        place = next((p for p in hit_places(segment) if p.number == number), None)
        if place is None:
            return False
        text = segment.text[: place.start] + place.heard + segment.text[place.end :]
        segment.hotwords[number]["undone"] = True
        _put(segment, membership, text[:TEXT_MAX])
        _save_text(segment, origin, "undo_hotword")
    return True


def rename_speaker(*, speaker: Speaker, origin: Origin, name: str) -> bool:
    """Give a voice a name; an empty one brings its label back. False when unchanged."""
    name = clean_line(name, NAME_MAX + 1)
    if len(name) > NAME_MAX:
        raise EditRefused(
            "name_too_long",
            _("The name is longer than %(limit)s characters.") % {"limit": NAME_MAX},
        )
    if name == speaker.name:
        return False
    with transaction.atomic():
        speaker.name = name
        speaker.save(update_fields=["name"])
        _audit(speaker.transcript, origin, {"what": "speaker", "label": speaker.label})
    return True


def correction_count(recording: Recording) -> int:
    """How many sentences of the current transcript people have corrected."""
    segments = Segment.objects.filter(
        transcript__recording=recording, transcript__is_current=True
    )
    return segments.exclude(edited_at=None).count()


def channel_names(department: Department) -> dict[int | None, str]:
    """What the department calls the two parties of a call."""
    return {0: department.left_channel_name, 1: department.right_channel_name}


def _given_names(recording: Recording) -> dict[int | None, str]:
    """What the channels of a call are called: by people in the former transcript, else
    by the department."""
    former = Speaker.objects.filter(
        transcript__recording=recording, transcript__is_current=True
    )
    return {
        **channel_names(recording.department),
        **dict(former.exclude(name="").values_list("channel", "name")),
    }


def _speakers(
    transcript: Transcript, names: dict[int | None, str], result: PipelineResult
) -> dict[int, Speaker]:
    """One voice per channel of a call."""
    channels = sorted({s.channel for s in result.segments if s.channel is not None})
    return {
        channel: Speaker.objects.create(
            transcript=transcript,
            label=f"channel-{channel}",
            name=names.get(channel, ""),
            channel=channel,
        )
        for channel in channels
    }


def _segment(
    transcript: Transcript,
    index: int,
    piece: PipelineSegment,
    speakers: dict[int, Speaker],
) -> Segment:
    return Segment(
        transcript=transcript,
        department_id=transcript.department_id,
        index=index,
        speaker=None if piece.channel is None else speakers[piece.channel],
        channel=piece.channel,
        start_ms=piece.start_ms,
        end_ms=piece.end_ms,
        text_raw=piece.text_raw.replace("\0", ""),
        text=piece.text.replace("\0", ""),
        words=[asdict(word) for word in piece.words],
        itn_map=[list(span) for span in piece.itn_map],
        hotwords=[asdict(hit) for hit in piece.hotwords],
        flags=list(piece.flags),
        confidence=piece.confidence,
        timing_source=piece.timing_source,
    )


def _locked(segment: Segment) -> Segment:
    """The segment as it is now, so that two correctors do not mix."""
    return (
        Segment.objects.select_for_update(of=("self",))
        .select_related("transcript__recording", "transcript__department")
        .get(pk=segment.pk)
    )


def _put(segment: Segment, membership: Membership, text: str) -> None:
    if segment.edited_at is None:
        segment.text_machine = segment.text
    segment.text = text
    segment.edited_at = timezone.now()
    segment.edited_by = membership.user


def _save_text(segment: Segment, origin: Origin, what: str) -> None:
    segment.save(
        update_fields=["text", "text_machine", "hotwords", "edited_at", "edited_by"]
    )
    reindex_segment(segment)
    _audit(segment.transcript, origin, {"what": what, "segment": segment.index})


def _audit(transcript: Transcript, origin: Origin, detail: dict[str, object]) -> None:
    record(
        action=AuditAction.EDIT,
        origin=origin,
        department=transcript.department,
        object_type="recording",
        object_id=transcript.recording.uuid,
        object_name=transcript.recording.title,
        detail=detail,
    )
