"""Voices that were told apart: made, named, carried over; and channels that change."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from accounts.models.audit.events import AuditAction, AuditEvent
from accounts.models.departments import Department
from accounts.models.people import User
from accounts.services.audit.writing import SYSTEM
from accounts.services.refusal import Refused
from tests.factories import make_recording, make_transcript
from tests.jobs import run_job
from tests.transcription.conftest import OPTIONS, Upload, sound
from tests.transcription.engines import FakeEngine
from tests.transcription.pipeline.fakes import FakeEmbedder, tone
from tests.transcription.pipeline.sounds import write
from transcription.engine.base import EngineError, ErrorCode
from transcription.models.recordings import Recording
from transcription.models.runs import JobState
from transcription.models.transcripts import Speaker, Transcript
from transcription.pipeline.types import SILENT_CHANNEL
from transcription.services.jobs import speakers
from transcription.services.jobs.orders import retry_job
from transcription.services.transcripts.voices import (
    about_speakers,
    rename_speaker,
    swap_channels,
)

pytestmark = pytest.mark.django_db

AUTO = replace(OPTIONS, speakers="auto")


@pytest.fixture
def embedder(monkeypatch: pytest.MonkeyPatch) -> FakeEmbedder:
    """The speaker model of this process."""
    fake = FakeEmbedder()
    monkeypatch.setattr(speakers, "loaded_embedder", lambda: fake)
    return fake


@pytest.fixture
def conversation(tmp_path: Path) -> bytes:
    """Twenty seconds of a low voice, of a high one, of the low one: as long as a piece
    that the recogniser gets can be."""
    parts = [tone(200, 20), tone(2000, 20), tone(200, 20)]
    return write(tmp_path / "memo.wav", [np.concatenate(parts)]).read_bytes()


def current(recording: Recording) -> Transcript:
    return recording.transcripts.get(is_current=True)


def about(transcript: Transcript) -> str:
    return about_speakers(transcript, transcript.speakers.all())


def spoken_by(transcript: Transcript) -> list[str]:
    segments = transcript.segments.select_related("speaker")
    return [str(segment.speaker) for segment in segments]


def test_two_voices_on_one_track_are_two_speakers(
    alice: User,
    upload: Upload,
    engine: FakeEngine,
    embedder: FakeEmbedder,
    conversation: bytes,
) -> None:
    done = upload(alice, conversation, options=AUTO)
    run_job(done.job.pk)
    transcript = current(done.recording)
    assert spoken_by(transcript) == ["speaker-1", "speaker-2", "speaker-1"]
    assert set(transcript.speakers.values_list("channel", flat=True)) == {None}
    assert about(transcript) == "分出 2 位说话人"


def test_who_did_not_ask_gets_no_speakers(
    alice: User,
    upload: Upload,
    engine: FakeEngine,
    embedder: FakeEmbedder,
    conversation: bytes,
) -> None:
    done = upload(alice, conversation)
    run_job(done.job.pk)
    assert spoken_by(current(done.recording)) == ["None"] * 3
    assert embedder.clips_ms == []
    assert about(current(done.recording)) == "没有区分"


def broken() -> FakeEmbedder:
    raise EngineError(ErrorCode.MODEL_BROKEN)


@pytest.mark.parametrize("loaded", [lambda: None, broken])
def test_without_a_speaker_model_the_text_is_there_all_the_same(
    alice: User,
    upload: Upload,
    engine: FakeEngine,
    monkeypatch: pytest.MonkeyPatch,
    loaded: Callable[[], FakeEmbedder | None],
) -> None:
    monkeypatch.setattr(speakers, "loaded_embedder", loaded)
    done = upload(alice, options=AUTO)
    run_job(done.job.pk)
    done.job.refresh_from_db()
    assert done.job.state == JobState.SUCCEEDED
    assert spoken_by(current(done.recording)) == ["None"]
    assert "没有可用的说话人模型" in about(current(done.recording))


def test_an_impossible_number_of_speakers_is_refused(
    alice: User, upload: Upload
) -> None:
    with pytest.raises(Refused) as refused:
        upload(alice, options=replace(OPTIONS, speakers="99"))
    assert refused.value.code == "speakers_unknown"


def test_a_name_stays_with_the_voice_when_the_recording_is_recognised_again(
    alice: User,
    upload: Upload,
    engine: FakeEngine,
    embedder: FakeEmbedder,
    conversation: bytes,
) -> None:
    done = upload(alice, conversation, options=AUTO)
    run_job(done.job.pk)
    high = current(done.recording).speakers.get(label="speaker-2")
    rename_speaker(speaker=high, origin=SYSTEM, name="李建国")
    again = retry_job(job=done.job, origin=SYSTEM)
    assert again.speakers == "auto"
    run_job(again.pk)
    assert current(done.recording).job == again
    assert spoken_by(current(done.recording)) == ["speaker-1", "李建国", "speaker-1"]


def test_a_name_is_not_given_to_somebody_else(
    alice: User,
    upload: Upload,
    engine: FakeEngine,
    embedder: FakeEmbedder,
    conversation: bytes,
) -> None:
    """Recognised again as one voice, it is not who spoke a third of the time."""
    done = upload(alice, conversation, options=AUTO)
    run_job(done.job.pk)
    high = current(done.recording).speakers.get(label="speaker-2")
    rename_speaker(speaker=high, origin=SYSTEM, name="李建国")
    again = retry_job(job=done.job, origin=SYSTEM, options=OPTIONS)
    run_job(again.pk)
    assert not Speaker.objects.filter(transcript=current(done.recording)).exists()


def test_channels_change_names_and_change_back(
    alice: User, upload: Upload, engine: FakeEngine
) -> None:
    done = upload(alice, sound(2, channels=2))
    run_job(done.job.pk)
    transcript = current(done.recording)

    def names() -> list[str]:
        return [s.name for s in transcript.speakers.order_by("channel")]

    assert about(transcript) == "每个声道一位"
    assert names() == ["客服", "客户"]
    assert swap_channels(transcript=transcript, origin=SYSTEM)
    assert names() == ["客户", "客服"]
    event = AuditEvent.objects.filter(action=AuditAction.EDIT).latest("pk")
    assert event.detail == {"what": "swap_channels"}
    # A new transcript keeps what people said of the channels.
    run_job(retry_job(job=done.job, origin=SYSTEM).pk)
    transcript = current(done.recording)
    assert names() == ["客户", "客服"]
    assert swap_channels(transcript=transcript, origin=SYSTEM)
    assert names() == ["客服", "客户"]


def test_one_track_has_no_channels_to_change(
    alice: User, upload: Upload, engine: FakeEngine
) -> None:
    done = upload(alice)
    run_job(done.job.pk)
    assert not swap_channels(transcript=current(done.recording), origin=SYSTEM)


def test_a_call_with_a_silent_channel_is_one_track_and_says_so(
    alice: User,
    upload: Upload,
    engine: FakeEngine,
    embedder: FakeEmbedder,
    tmp_path: Path,
) -> None:
    parts = np.concatenate([tone(200, 20), tone(2000, 20)])
    call = write(tmp_path / "call.wav", [parts, np.zeros_like(parts)]).read_bytes()
    done = upload(alice, call, options=AUTO)
    run_job(done.job.pk)
    transcript = current(done.recording)
    assert spoken_by(transcript) == ["speaker-1", "speaker-2"]
    assert about(transcript) == "一个声道没有声音，按单声道处理；分出 2 位说话人"


def test_where_one_of_more_than_two_lines_speaks_no_channel_is_called_silent(
    sales: Department,
) -> None:
    recording = make_recording(sales, channel_count=4)
    transcript = make_transcript(recording)
    transcript.notes = [SILENT_CHANNEL]
    transcript.save()
    assert about(transcript).startswith("只有一个声道有人说话，按单声道处理；")
