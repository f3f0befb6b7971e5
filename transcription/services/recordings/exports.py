"""A recording's transcript as a file to take away."""

from django.utils import timezone

from accounts.models.audit.events import AuditAction
from accounts.services.audit.writing import Origin, record
from transcription.exports import Cue, Document, Exported, export
from transcription.models.recordings import Recording
from transcription.models.transcripts import Transcript, voice_name


def document_of(recording: Recording, transcript: Transcript) -> Document:
    """The transcript as plain values, for every exporter."""
    names = {s.pk: voice_name(s) for s in transcript.speakers.all()}
    return Document(
        title=recording.title,
        language=transcript.language,
        duration_ms=recording.duration_ms,
        # The company's clock, as on the pages.
        created_at=timezone.localtime(recording.recorded_at or recording.created_at),
        engine=transcript.job.engine,
        model=transcript.job.model_name,
        punctuation=transcript.punctuation,
        has_added_marks=transcript.has_added_marks,
        cues=tuple(
            Cue(
                start_ms=segment.start_ms,
                end_ms=segment.end_ms,
                speaker=names.get(segment.speaker_id or 0, ""),
                text_raw=segment.text_raw,
                text=segment.text,
                words=segment.timed_words,
            )
            for segment in transcript.segments.all()
        ),
    )


def export_transcript(
    *,
    recording: Recording,
    transcript: Transcript,
    origin: Origin,
    fmt: str,
    raw: bool = False,
) -> Exported:
    """The file, with its trace in the audit log. Raises ``exports.UnknownFormat``."""
    exported = export(fmt, document_of(recording, transcript), raw=raw)
    record(AuditAction.EXPORT, origin, recording.audit_subject, format=fmt, raw=raw)
    return exported
