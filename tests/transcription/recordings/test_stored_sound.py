"""Recordings whose transcript is older than the file's clock and tracks."""

import io
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from accounts.models.departments import Department
from accounts.models.people import User
from accounts.services.audit.writing import SYSTEM
from tests.factories import make_recording, make_transcript
from tests.jobs import run_job
from tests.transcription.conftest import Upload
from tests.transcription.engines import FakeEngine
from tests.transcription.pages import ClientOf, url_of
from tests.transcription.pipeline.sounds import (
    Floats,
    Stretch,
    silence,
    voice,
    write,
    write_tracks,
)
from tests.transcription.revisions.ordering import NEW, OLD, SetEngine, done
from transcription.engine.base import EngineError, ErrorCode, Recognition, Samples
from transcription.models.evaluation import ReferenceItem
from transcription.models.recordings import Recording
from transcription.models.runs import ACTIVE_STATES, JobQueue, JobState
from transcription.models.transcripts import Segment, Transcript
from transcription.pipeline.audio.decode import decode_file
from transcription.pipeline.types import CLOCK_HAS_GAPS
from transcription.services.evaluation.rows import clip_of
from transcription.services.jobs import working
from transcription.services.jobs.orders import retry_job
from transcription.services.recordings import stored_sound
from transcription.services.recordings.stored_sound import order_again
from transcription.services.transcripts.sound_notes import (
    OLD_CLOCK,
    OLD_PART,
    OLD_TRACKS,
)

pytestmark = pytest.mark.django_db
RATE = 48_000


@pytest.fixture
def paused(tmp_path: Path) -> bytes:
    """One second of sound, a pause of nine, one second."""
    stretches = [Stretch(at, voice(1.0, rate=RATE)) for at in (0.0, 10.0)]
    return write_tracks(tmp_path / "a.mp4", [stretches]).read_bytes()


def recording_of(
    content: bytes, department: Department, *, channel_count: int = 1
) -> tuple[Recording, Transcript]:
    """As an older version left it."""
    recording = make_recording(
        department,
        content=content,
        media_format="mp4",
        duration_ms=2000,
        waveform=[[7, 7]],
        channel_count=channel_count,
    )
    return recording, make_transcript(recording, [OLD])


def checked(*arguments: str) -> str:
    out = io.StringIO()
    call_command("check_sound", *arguments, stdout=out, stderr=out)
    return out.getvalue()


def test_a_new_transcript_has_the_files_own_times(
    alice: User, upload: Upload, engine: FakeEngine, paused: bytes
) -> None:
    job = upload(alice, paused, "a.mp4").job
    run_job(job.pk)
    recording = Recording.objects.get()
    assert recording.duration_ms == pytest.approx(11_000, abs=100)
    assert recording.playback_file
    transcript = recording.transcripts.get()
    assert transcript.notes == [CLOCK_HAS_GAPS]
    assert transcript.segments.get().end_ms == pytest.approx(11_000, abs=100)
    assert "0 marked" in checked()


def test_one_whose_clock_has_gaps_is_marked_and_says_so(
    sales: Department, alice: User, client_of: ClientOf, paused: bytes
) -> None:
    recording, transcript = recording_of(paused, sales)
    said = checked()
    assert f"{url_of(recording)}: old_clock" in said
    assert "1 checked, 1 marked, 0 ordered." in said
    transcript.refresh_from_db()
    assert transcript.notes == [OLD_CLOCK]
    assert "请重新转写" in client_of(alice).get(url_of(recording)).content.decode()
    assert "1 marked" in checked()  # and not twice
    transcript.refresh_from_db()
    assert transcript.notes == [OLD_CLOCK]
    assert not recording.jobs.filter(state__in=ACTIVE_STATES).exists()


def test_one_whose_tracks_were_left_out_is_marked(
    sales: Department, tmp_path: Path
) -> None:
    one, other = voice(2.0, rate=RATE), voice(2.0, rate=RATE, seed=1)
    tracks = [[Stretch(0.0, one)], [Stretch(0.0, other)]]
    content = write_tracks(tmp_path / "a.mp4", tracks).read_bytes()
    recording, transcript = recording_of(content, sales)
    assert f"{url_of(recording)}: old_tracks" in checked("--department", sales.slug)
    transcript.refresh_from_db()
    assert transcript.notes == [OLD_TRACKS]


def test_one_whose_lines_were_mixed_is_marked(
    sales: Department, tmp_path: Path
) -> None:
    lines: list[Floats] = []
    for index in range(6):
        parts = [silence(0.5)] * 6
        parts[index] = voice(0.5, seed=index)
        lines.append(np.concatenate(parts))
    content = write(tmp_path / "a.flac", lines, codec="flac").read_bytes()
    recording = make_recording(
        sales, content=content, media_format="flac", channel_count=6
    )
    transcript = make_transcript(recording, [OLD])
    assert "1 checked, 1 marked" in checked()
    transcript.refresh_from_db()
    assert transcript.notes == [OLD_TRACKS]


def wav(seconds: float, *, said: float) -> bytes:
    """Of which the header says that it has so many seconds."""
    sound = (voice(seconds) * 32_767).astype("<i2").tobytes()
    shape = struct.pack("<HHIIHH", 1, 1, 16_000, 32_000, 2, 16)
    head = b"RIFF" + struct.pack("<I", 36 + len(sound)) + b"WAVEfmt \x10\0\0\0" + shape
    return head + b"data" + struct.pack("<I", round(said * 32_000)) + sound


def test_one_whose_wav_was_cut_short_is_marked(
    sales: Department,
    alice: User,
    client_of: ClientOf,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its header says 2 s; one whose header is right is not even decoded."""
    cut = make_recording(
        sales, content=wav(10.0, said=2.0), media_format="wav", duration_ms=2000
    )
    whole = make_recording(
        sales, content=wav(2.0, said=2.0), media_format="wav", duration_ms=2000
    )
    transcripts = [make_transcript(recording, [OLD]) for recording in (cut, whole)]
    decoded: list[Path] = []

    def decode(source: Path, *arguments: Any, **options: Any) -> Any:
        decoded.append(source)
        return decode_file(source, *arguments, **options)

    monkeypatch.setattr(stored_sound, "decode_file", decode)
    said = checked()
    assert f"{url_of(cut)}: old_part" in said
    assert "2 checked, 1 marked, 0 ordered." in said
    assert len(decoded) == 1
    for transcript in transcripts:
        transcript.refresh_from_db()
    assert [transcript.notes for transcript in transcripts] == [[OLD_PART], []]
    assert "文件头有误" in client_of(alice).get(url_of(cut)).content.decode()
    assert "2 checked, 1 marked, 1 ordered." in checked("--order")


def test_others_are_left_alone(
    sales: Department, support: Department, tmp_path: Path, paused: bytes
) -> None:
    sound = [[Stretch(0.0, voice(2.0, rate=RATE))]]
    content = write_tracks(tmp_path / "b.mp4", sound).read_bytes()
    _, plain = recording_of(content, sales)
    recording_of(paused, support)
    lost = make_recording(sales, content=b"gone", media_format="mp4")
    make_transcript(lost)
    said = checked("--department", sales.slug)
    assert f"{url_of(lost)}: unsupported_format" in said
    assert "1 checked, 0 marked, 0 ordered." in said
    plain.refresh_from_db()
    assert plain.notes == []
    with pytest.raises(CommandError):
        checked("--department", "nobody")


def test_an_order_waits_behind_what_people_wait_for(
    sales: Department, paused: bytes
) -> None:
    recording, _ = recording_of(paused, sales)
    assert "1 marked, 1 ordered." in checked("--order")
    (job,) = recording.jobs.filter(state__in=ACTIVE_STATES)
    assert (job.state, job.queue) == (JobState.QUEUED, JobQueue.BATCH)


def test_a_second_order_is_none(sales: Department, paused: bytes) -> None:
    recording, _ = recording_of(paused, sales)
    checked("--order")
    assert "1 marked, 0 ordered." in checked("--order")
    assert recording.jobs.filter(state__in=ACTIVE_STATES).count() == 1


def test_what_changed_during_the_check_is_not_ordered(
    sales: Department, paused: bytes
) -> None:
    recording, transcript = recording_of(paused, sales)
    Recording.objects.update(deleted_at=recording.created_at)
    assert not order_again(transcript=transcript)
    Recording.objects.update(deleted_at=None)
    Transcript.objects.update(is_current=False)
    assert not order_again(transcript=transcript)
    assert not recording.jobs.filter(state__in=ACTIVE_STATES).exists()


def test_corrections_are_not_replaced(
    sales: Department, alice: User, paused: bytes
) -> None:
    recording, transcript = recording_of(paused, sales)
    segment = transcript.segments.get()
    segment.edited_at, segment.edited_by = recording.created_at, alice
    segment.save()
    assert "1 marked, 0 ordered." in checked("--order")


def test_what_is_played_fits_the_old_text_until_the_new_one_is_there(
    sales: Department,
    engine: FakeEngine,
    paused: bytes,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    recording, transcript = recording_of(paused, sales)
    recognise = FakeEngine.recognise

    def looked_at(self: FakeEngine, *arguments: object) -> object:
        recording.refresh_from_db()
        assert (recording.duration_ms, recording.waveform) == (2000, [[7, 7]])
        assert not recording.playback_file
        return recognise(self, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(FakeEngine, "recognise", looked_at)
    run_job(retry_job(job=transcript.job, origin=SYSTEM).pk)
    recording.refresh_from_db()
    assert recording.duration_ms == pytest.approx(11_000, abs=100)
    assert recording.playback_file
    assert recording.transcripts.get(is_current=True).notes == [CLOCK_HAS_GAPS]


def test_what_is_played_stays_when_recognition_fails(
    sales: Department,
    engine: FakeEngine,
    paused: bytes,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    recording, transcript = recording_of(paused, sales)

    def fail(*_: object) -> None:
        raise EngineError(ErrorCode.MODEL_BROKEN)

    monkeypatch.setattr(working, "transcribe", fail)
    run_job(retry_job(job=transcript.job, origin=SYSTEM).pk)
    recording.refresh_from_db()
    assert recording.jobs.latest("pk").state == JobState.FAILED
    assert (recording.duration_ms, recording.waveform) == (2000, [[7, 7]])
    assert not recording.playback_file


@pytest.mark.parametrize(("notes", "place"), [([], 1000), ([CLOCK_HAS_GAPS], 10_000)])
def test_a_sentence_is_cut_out_by_the_clock_of_its_transcript(
    sales: Department,
    alice: User,
    set_engine: SetEngine,
    paused: bytes,
    notes: list[str],
    place: int,
) -> None:
    """The second one, at 1 s of the samples and at 10 s of the file."""
    recording, transcript = recording_of(paused, sales)
    transcript.notes = notes
    transcript.save()
    Segment.objects.update(start_ms=place, end_ms=place + 900)

    def say(piece: Samples) -> Recognition:
        return Recognition(NEW if np.abs(piece).max() > 0.1 else "", "zh")

    set_engine(say)
    done(alice, transcript.segments.get())
    assert transcript.segments.get().text == NEW
    item = ReferenceItem(
        name="a", text="a", recording=recording, start_ms=place, end_ms=place + 900
    )
    item.created_at = transcript.created_at
    assert clip_of(item, Path("a")).follows_clock is bool(notes)
