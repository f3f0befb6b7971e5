"""What was heard: stored once, corrected by people."""

from dataclasses import asdict

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import Origin, record
from accounts.models import AuditAction, Membership
from transcription.models.jobs import TranscriptionJob
from transcription.models.recordings import Recording
from transcription.models.runs import JobState
from transcription.models.transcripts import Segment, Transcript
from transcription.pipeline.types import PipelineResult, PipelineSegment
from transcription.services.jobs.leases import Lease, LeaseLost, end
from transcription.services.media.cleaning import clean_line
from transcription.services.search.searching import index_transcript, reindex_segment
from transcription.services.transcripts.marks import hit_places
from transcription.services.transcripts.voices import (
    FormerNames,
    SpeakerRows,
    make_speakers,
)

TEXT_MAX = 5_000


class EditRefused(Exception):
    """The correction cannot be taken; ``code`` for machines, ``message`` for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code)
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
        names = FormerNames(recording)
        recording.transcripts.filter(is_current=True).update(is_current=False)
        transcript = Transcript.objects.create(
            department_id=job.department_id,
            recording=recording,
            job=job,
            language=result.language,
            notes=list(result.notes),
        )
        speakers = make_speakers(transcript=transcript, result=result, former=names)
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


def correction_count(recording: Recording) -> int:
    """How many sentences of the current transcript people have corrected."""
    segments = Segment.objects.filter(
        transcript__recording=recording, transcript__is_current=True
    )
    return segments.exclude(edited_at=None).count()


def _segment(
    transcript: Transcript,
    index: int,
    piece: PipelineSegment,
    speakers: SpeakerRows,
) -> Segment:
    return Segment(
        transcript=transcript,
        department_id=transcript.department_id,
        index=index,
        speaker=speakers.get((piece.channel, piece.voice)),
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
