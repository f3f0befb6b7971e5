"""Callers of the dialect, and a worker that is done when somebody waits for it."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests.factories import make_transcript
from tests.transcription.api.conftest import speech
from transcription.api.openai import answers
from transcription.models.jobs import TranscriptionJob
from transcription.models.recordings import Recording
from transcription.models.runs import JobState
from transcription.models.transcripts import Segment, Speaker

URL = "/v1/audio/transcriptions"
SAID = ("一百二十块", "OK", "thank you")
Finish = Callable[[TranscriptionJob], None]


def post(api: Client, **form: Any) -> Any:
    return api.post(URL, {"file": speech(), "model": "whisper-1", **form})


def body_of(answer: Any) -> bytes:
    """All of it, however it was sent."""
    return b"".join(answer) if answer.streaming else answer.content


def error_of(answer: Any, status: int, code: str, param: str | None = None) -> Any:
    """The dialect's error, and nothing else."""
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/json"
    document = answer.json()
    assert document.keys() == {"error"}
    error = document["error"]
    assert error.keys() == {"message", "type", "param", "code"}
    assert (error["code"], error["param"]) == (code, param)
    assert error["message"]
    return error


def finish(job: TranscriptionJob, texts: Sequence[str] = SAID) -> None:
    """What a worker does, without one."""
    Recording.objects.filter(pk=job.recording_id).update(duration_ms=8_500)
    made = make_transcript(Recording.objects.get(pk=job.recording_id), texts, job)
    job.state = JobState.SUCCEEDED
    job.save()
    words = [{"text": "OK", "start_ms": 3_100, "end_ms": 3_400, "offset": 0}]
    Segment.objects.filter(transcript=made, index=1).update(words=words, confidence=0.5)


def tell_apart(job: TranscriptionJob, *names: str) -> None:
    """One speaker after the other, each sentence another's."""
    finish(job)
    for number, name in enumerate(names, 1):
        speaker = Speaker.objects.create(
            transcript=job.transcript, label=f"speaker-{number}", name=name
        )
        said = Segment.objects.filter(transcript=job.transcript, index=number - 1)
        said.update(speaker=speaker)


def fail(job: TranscriptionJob) -> None:
    job.state, job.error_code = JobState.FAILED, "corrupt_audio"
    job.finished_at = timezone.now()
    job.save()


class Worker:
    """Looked at ``late`` times in vain, then done with ``how``; ``waits`` counts."""

    def __init__(self) -> None:
        self.how: Finish = finish
        self.late = 0
        self.waits = 0
        self.done: list[TranscriptionJob] = []

    def wait(
        self, job: TranscriptionJob, seconds: float, waited_before: float = 0
    ) -> bool:
        self.waits += 1
        if self.waits <= self.late:
            return False
        job.refresh_from_db()
        if job.is_active:
            self.done.append(job)
            self.how(job)
        return True


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> Worker:
    made = Worker()
    monkeypatch.setattr(answers, "wait_until_finished", made.wait)
    return made
