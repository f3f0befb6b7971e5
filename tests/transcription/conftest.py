"""Sound to upload, an engine that recognises it, and a recording with its text."""

import io
import wave
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from django_q.brokers.orm import ORM
from django_q.conf import Conf
from pytest_django import Settings

from accounts.models.departments import Department
from accounts.models.people import User
from accounts.services.audit.writing import Origin
from tests.factories import make_recording, make_transcript
from tests.people import membership
from tests.transcription.engines import FakeEngine, FakeVad
from tests.transcription.pipeline.fakes import FakeEngine as ToldEngine
from tests.transcription.pipeline.fakes import Say
from tests.transcription.pipeline.sounds import voice, write
from tests.transcription.revisions.ordering import OLD, Archive, SetEngine
from transcription.models.recordings import Recording
from transcription.models.transcripts import Segment, Speaker
from transcription.services.jobs import working
from transcription.services.media.uploads import HashedUpload
from transcription.services.recogniser.holder import Loaded
from transcription.services.recordings.keeping import (
    CallDetails,
    Uploaded,
    UploadOptions,
    upload_recording,
)
from transcription.services.revisions import running as re_recognising
from transcription.services.runs.queue import entries
from transcription.services.search.index import index_transcript

OPTIONS = UploadOptions(language="zh", use_itn=False)
Upload = Callable[..., Uploaded]


@pytest.fixture(autouse=True)
def work_of_its_own(settings: Settings, tmp_path: Path) -> None:
    """No test works in the installation's folders."""
    settings.DATA_DIR = tmp_path / "data"


@pytest.fixture(autouse=True)
def queue_in_the_database(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Entries that a test can look at and that end with its transaction, also where
    the installation's queue is Redis (``tests/chaos`` runs both for real)."""
    settings.Q_CLUSTER = settings.Q_CLUSTER | {"orm": "default"}
    monkeypatch.setattr(Conf, "ORM", "default")
    monkeypatch.setattr(entries, "_broker", lambda queue: ORM(list_key=queue))


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> FakeEngine:
    """The engine of this process."""
    engine = FakeEngine()
    loaded = Loaded(engine, FakeVad())
    monkeypatch.setattr(working, "loaded_engine", lambda language: loaded)
    return engine


@pytest.fixture
def upload() -> Upload:
    """``upload(alice)``: she uploads a second of sound."""

    def do(
        user: User,
        content: bytes | None = None,
        name: str = "call.wav",
        **over: object,
    ) -> Uploaded:
        arguments: dict[str, object] = {
            "membership": membership(user),
            "origin": Origin(user=user),
            "options": OPTIONS,
            "details": CallDetails(),
        }
        if "file" not in over:
            over["file"] = uploaded(sound() if content is None else content, name)
        return upload_recording(**(arguments | over))  # type: ignore[arg-type]

    return do


@pytest.fixture
def set_engine(monkeypatch: pytest.MonkeyPatch) -> SetEngine:
    """``set_engine("…", with_hotwords="…")``: what the worker's engine says."""

    def use(
        say: Say = OLD, with_hotwords: Say | None = None, calls_at_once: int = 1
    ) -> ToldEngine:
        engine = ToldEngine(
            say,
            with_hotwords=with_hotwords,
            max_hotwords=50 if with_hotwords is not None else 0,
            calls_at_once=calls_at_once,
        )
        loaded = Loaded(engine, FakeVad())
        monkeypatch.setattr(re_recognising, "loaded_engine", lambda lang: loaded)
        return engine

    return use


@pytest.fixture
def archive(sales: Department, tmp_path: Path) -> Archive:
    """``archive(OLD, …)``: a recording with these sentences, three seconds each."""

    def put(*texts: str) -> list[Segment]:
        path = write(tmp_path / "call.wav", [voice(3 * len(texts))])
        recording = make_recording(sales, content=path.read_bytes())
        transcript = make_transcript(recording, list(texts))
        transcript.job.engine, transcript.job.model_name = "fake", "FakeEngine"
        transcript.job.save()
        index_transcript(transcript)
        return list(transcript.segments.all())

    return put


@pytest.fixture
def recording(sales: Department, alice: User) -> Recording:
    recording = make_recording(sales, alice)
    transcript = make_transcript(recording, ["两百九十九元", "请您稍等。", "好的"])
    speaker = Speaker.objects.create(
        transcript=transcript, label="channel-0", channel=0
    )
    first = transcript.segments.first()
    assert first
    first.text = "299元"
    first.itn_map = [[0, 5, 0, 3]]
    first.words = [
        {"text": "两百九十九", "start_ms": 0, "end_ms": 900, "confidence": 0.9},
        {"text": "元", "start_ms": 900, "end_ms": 1200, "confidence": 0.9},
    ]
    first.hotwords = [{"text": "元", "heard": "圆", "start": 5, "end": 6}]
    first.speaker = speaker
    first.save()
    return recording


def uploaded(content: bytes, name: str = "call.wav") -> HashedUpload:
    file = HashedUpload(name)
    file.append(content)
    file.finish()
    return file


def sound(seconds: float = 1.0, channels: int = 1, seed: int = 1) -> bytes:
    """A WAV file of noise, different in every channel."""
    noise = np.random.default_rng(seed).integers(
        -9000, 9000, (int(seconds * 16_000), channels), dtype=np.int16
    )
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes(noise.tobytes())
    return buffer.getvalue()
