"""What the recogniser wrote, stored once."""

from dataclasses import asdict

from django.db import transaction

from transcription.models.jobs import TranscriptionJob
from transcription.models.recordings import Recording
from transcription.models.transcripts import Segment, Transcript
from transcription.pipeline.text.words import words_to_json
from transcription.pipeline.types import PipelineResult, PipelineSegment
from transcription.services.runs.work import Work
from transcription.services.saved_searches.waiting import await_matching
from transcription.services.search.index import index_transcript
from transcription.services.transcripts.voices import (
    FormerNames,
    SpeakerRows,
    make_speakers,
)


def store_result(
    *,
    work: Work[TranscriptionJob],
    job: TranscriptionJob,
    result: PipelineResult,
    audio_ms: int,
    processing_ms: int,
) -> Transcript:
    """The job's end, its transcript, segments, speakers and index entries: all of it or
    nothing. Raises ``RunLost``, having stored nothing, when the job is not ours."""
    with transaction.atomic():
        work.succeed(
            progress_percent=100, audio_ms=audio_ms, processing_ms=processing_ms
        )
        recording = Recording.objects.select_for_update().get(pk=job.recording_id)
        names = FormerNames(recording)
        recording.transcripts.filter(is_current=True).update(is_current=False)
        transcript = Transcript.objects.create(
            department_id=job.department_id,
            recording=recording,
            job=job,
            language=result.language,
            notes=list(result.notes),
            punctuation=result.punctuation,
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
        await_matching(recording)
    return transcript


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
        words=words_to_json(piece.words),
        itn_map=piece.mapping.to_json(),
        hotwords=[asdict(hit) for hit in piece.hotwords],
        flags=list(piece.flags),
        confidence=piece.confidence,
        timing_source=piece.timing_source,
    )
