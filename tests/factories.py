"""Rows for tests, written straight through the ORM with sensible contents."""

import hashlib
import uuid
from collections.abc import Sequence
from datetime import timedelta

from django.core.files.base import ContentFile
from django.utils import timezone

from accounts.models.departments import Department
from accounts.models.people import User
from transcription.models.evaluation import EvaluationRun, LibraryKind, ReferenceSet
from transcription.models.jobs import TranscriptionJob
from transcription.models.recogniser import EngineWorker
from transcription.models.recordings import Recording
from transcription.models.runs import JobQueue, JobState
from transcription.models.speech import VadRun
from transcription.models.transcripts import Segment, TimingSource, Transcript

SENTENCES = (
    "您好，请问有什么可以帮您？",
    "我上个月买的理财产品，利率调整了吗？",
    "请您稍等。",
)


def make_recording(
    department: Department,
    uploaded_by: User | None = None,
    *,
    content: bytes = b"RIFF....WAVEfmt ",
    **over: object,
) -> Recording:
    """A recording whose original is ``content``."""
    fields: dict[str, object] = {
        "title": "理财产品咨询",
        "original_name": "bank.wav",
        "sha256": hashlib.sha256(content + uuid.uuid4().bytes).hexdigest(),
        "size_bytes": len(content),
        "media_format": "wav",
        "duration_ms": 9_000,
        "channel_count": 1,
        "sample_rate": 16_000,
        "waveform": [[10, 60, 30, 0]],
    }
    recording = Recording(
        department=department, uploaded_by=uploaded_by, **(fields | over)
    )
    recording.file.save("original", ContentFile(content), save=False)
    recording.save()
    return recording


def make_job(
    recording: Recording, state: JobState = JobState.SUCCEEDED, **over: object
) -> TranscriptionJob:
    """A job of the recording, finished unless ``state`` says otherwise."""
    fields: dict[str, object] = {
        "language": "zh",
        "use_itn": True,
        "queue": JobQueue.INTERACTIVE,
        "state": state,
        "requested_by": recording.uploaded_by,
    }
    if state == JobState.RUNNING:
        fields |= {
            "lease_token": uuid.uuid4(),
            "lease_until": timezone.now() + timedelta(minutes=1),
            "attempts": 1,
            "started_at": timezone.now(),
        }
    if state == JobState.SUCCEEDED:
        fields |= {
            "progress_percent": 100,
            "engine": "vosk",
            "model_name": "Vosk small-cn 0.22",
            "device": "cpu",
            "audio_ms": 9_000,
            "processing_ms": 3_000,
            "finished_at": timezone.now(),
        }
    return TranscriptionJob.objects.create(
        recording=recording, department=recording.department, **(fields | over)
    )


def make_transcript(
    recording: Recording,
    texts: Sequence[str] = SENTENCES,
    job: TranscriptionJob | None = None,
) -> Transcript:
    """A current transcript: one three-second segment per text. Not in the index."""
    transcript = Transcript.objects.create(
        recording=recording,
        department=recording.department,
        job=job or make_job(recording),
        language="zh",
    )
    for index, text in enumerate(texts):
        Segment.objects.create(
            transcript=transcript,
            department=recording.department,
            index=index,
            start_ms=index * 3_000,
            end_ms=index * 3_000 + 2_800,
            text_raw=text,
            text=text,
            timing_source=TimingSource.VAD,
        )
    return transcript


def make_vad_run(
    recording: Recording, state: JobState = JobState.SUCCEEDED, **over: object
) -> VadRun:
    """A trial run of the VAD, finished unless ``state`` says otherwise."""
    fields: dict[str, object] = {
        "end_silence_ms": 500,
        "max_segment_ms": 30_000,
        "gap_ms": 200,
        "pad_ms": 120,
        "queue": JobQueue.INTERACTIVE,
        "state": state,
        "requested_by": recording.uploaded_by,
    }
    if state == JobState.RUNNING:
        fields |= {
            "lease_token": uuid.uuid4(),
            "lease_until": timezone.now() + timedelta(minutes=1),
        }
    if state == JobState.SUCCEEDED:
        fields |= {
            "progress_percent": 100,
            "audio_ms": 9_000,
            "waveform": recording.waveform,
            "tracks": [{"channel": None, "regions": [[500, 2500, 380, 2620]]}],
            "finished_at": timezone.now(),
        }
    return VadRun.objects.create(
        recording=recording, department=recording.department, **(fields | over)
    )


def make_evaluation(
    department: Department, state: JobState = JobState.SUCCEEDED, **over: object
) -> EvaluationRun:
    """A run over the department's set."""
    made, _is_new = ReferenceSet.objects.get_or_create(
        department=department, name="回归"
    )
    fields: dict[str, object] = {"library": LibraryKind.JOBS, "state": state}
    if state == JobState.RUNNING:
        fields |= {
            "lease_token": uuid.uuid4(),
            "lease_until": timezone.now() + timedelta(minutes=1),
        }
    return EvaluationRun.objects.create(reference_set=made, **(fields | over))


def make_worker(name: str = "gpu-host:boot:1:77:5", **over: object) -> EngineWorker:
    """A worker process that reports itself; always the same row for a name."""
    fields: dict[str, object] = {
        "host": "gpu-host",
        "pid": 77,
        "queue": JobQueue.BATCH,
        "engines": [{"model": "Vosk small", "device": "cpu"}],
        "resident_bytes": 700 * 2**20,
        "host_free_bytes": 4 * 2**30,
        "host_total_bytes": 16 * 2**30,
    }
    worker, _is_new = EngineWorker.objects.update_or_create(
        name=name, defaults=fields | over
    )
    return worker
