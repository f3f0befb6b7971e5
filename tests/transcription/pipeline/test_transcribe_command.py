"""``manage.py transcribe`` with the engine replaced; no database is touched."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.transcription.pipeline.fakes import FakeEmbedder, FakeEngine, FakeVad
from tests.transcription.pipeline.sounds import voice, write
from transcription.engine.base import EngineError, ErrorCode
from transcription.services.jobs import speakers
from transcription.services.recogniser.holder import Loaded

COMMAND = "transcription.management.commands.transcribe"


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> FakeEngine:
    fake = FakeEngine("找张小明要十二块五毛")
    loaded = Loaded(fake, FakeVad([(0, 1000)]))
    monkeypatch.setattr(f"{COMMAND}.loaded_engine", lambda *args: loaded)
    return fake


@pytest.fixture
def memo(tmp_path: Path) -> Path:
    return write(tmp_path / "memo.wav", [voice(2)])


def run(*args: str) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("transcribe", *args, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_text_goes_to_standard_output(engine: FakeEngine, memo: Path) -> None:
    out, _ = run(str(memo), "--hotwords", "张晓明")
    assert "找张晓明要12.5元" in out


def test_numbers_stay_spoken_when_asked(engine: FakeEngine, memo: Path) -> None:
    out, _ = run(str(memo), "--no-itn")
    assert "十二块五毛" in out


def test_hotwords_come_from_a_file_too(
    engine: FakeEngine, memo: Path, tmp_path: Path
) -> None:
    words = tmp_path / "words.txt"
    words.write_text("# 人名\n张晓明\n<bad>\n", encoding="utf-8")
    out, err = run(str(memo), "--hotwords", f"@{words}")
    assert "张晓明" in out
    assert "forbidden_character" in err


def test_voices_are_numbered_when_somebody_asks(
    engine: FakeEngine, memo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(speakers, "loaded_embedder", FakeEmbedder)
    assert "说话人 1" in run(str(memo), "--speakers", "auto")[0]
    assert "说话人" not in run(str(memo))[0]


def test_without_a_speaker_model_it_says_so_and_goes_on(
    engine: FakeEngine, memo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(speakers, "loaded_embedder", lambda: None)
    out, err = run(str(memo), "--speakers", "2")
    assert "找张" in out and "说话人" not in out
    assert "no speaker model" in err


def test_files_are_written_beside_each_other(
    engine: FakeEngine, memo: Path, tmp_path: Path
) -> None:
    other = write(tmp_path / "memo.flac", [voice(2)], codec="flac")
    folder = tmp_path / "out"
    run(str(memo), str(other), "--format", "json", "--output", str(folder))
    assert {path.name for path in folder.iterdir()} == {
        "memo.wav.json",
        "memo.flac.json",
    }
    assert json.loads((folder / "memo.wav.json").read_text(encoding="utf-8"))


def test_a_bad_file_does_not_stop_the_good_ones(
    engine: FakeEngine, memo: Path, tmp_path: Path
) -> None:
    bad = tmp_path / "photo.wav"
    bad.write_bytes(b"\x89PNG")
    out, err = StringIO(), StringIO()
    files = [str(bad), str(tmp_path / "missing.wav"), str(memo)]
    with pytest.raises(CommandError):
        call_command("transcribe", *files, stdout=out, stderr=err)
    assert "12.5元" in out.getvalue()
    assert "unsupported_format" in err.getvalue()
    assert "missing.wav" in err.getvalue()


def test_a_machine_without_a_model_says_so(
    memo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def choose(*args: object) -> None:
        raise EngineError(ErrorCode.MODEL_MISSING)

    monkeypatch.setattr(f"{COMMAND}.loaded_engine", choose)
    with pytest.raises(CommandError):
        run(str(memo))
