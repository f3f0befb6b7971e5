"""``manage.py evaluate`` with the engine replaced."""

import json
from dataclasses import asdict
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts.models.departments import Department
from accounts.services.audit.writing import SYSTEM
from tests.transcription.conftest import sound, uploaded
from tests.transcription.pipeline.fakes import FakeEngine, FakeVad
from tests.transcription.pipeline.sounds import voice, write
from tests.transcription.speech.conftest import FakeDetector
from transcription.engine.base import EngineError, ErrorCode
from transcription.models.evaluation import ReferenceSet
from transcription.services.evaluation.sets import add_clip, create_set
from transcription.services.recogniser.detectors import VadParameters
from transcription.services.recogniser.holder import Loaded
from transcription.services.speech.settings import keep_vad

COMMAND = "transcription.management.commands.evaluate"


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> FakeEngine:
    fake = FakeEngine("负责人是张小明经理")
    loaded = Loaded(fake, FakeVad([(0, 1000)]))
    monkeypatch.setattr(f"{COMMAND}.loaded_engine", lambda *args: loaded)
    return fake


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "set"
    made.mkdir()
    write(made / "a.wav", [voice(2)])
    (made / "a.txt").write_text("负责人是张晓明经理。", "utf-8")
    return made


@pytest.fixture
def words(tmp_path: Path) -> Path:
    path = tmp_path / "words.txt"
    path.write_text("# 人名\n张晓明\n<bad>\n", "utf-8")
    return path


def run(*args: object) -> str:
    out = StringIO()
    call_command("evaluate", *map(str, args), stdout=out, stderr=StringIO())
    return out.getvalue()


def test_it_prints_the_figures_without_and_with_the_list(
    engine: FakeEngine, folder: Path, words: Path
) -> None:
    lines = run(folder, "--hotwords", words).splitlines()
    assert "1 utterances, 9 characters, 1 occurrences of 1 words" in lines[0]
    assert lines[-2].split("|")[2].split()[0] == "11.11"
    assert lines[-1].split("|")[2].split()[0] == "0.00"


def test_every_clip_is_in_the_json(
    engine: FakeEngine, folder: Path, words: Path, tmp_path: Path
) -> None:
    target = tmp_path / "out.json"
    run(folder, "--hotwords", words, "--sizes", 0, 20, "--silence", "--json", target)
    before, after = json.loads(target.read_text("utf-8"))
    assert (before["size"], after["size"]) == (0, 20)
    assert before["clip_results"][0]["heard"] == "负责人是张小明经理"
    assert after["recall"] == 100.0
    assert after["silence_ms"] > 0


@pytest.mark.parametrize("size", ["-1", "many", "999999"])
def test_a_size_that_cannot_be_is_refused(folder: Path, size: str) -> None:
    with pytest.raises(CommandError):
        run(folder, f"--sizes={size}")


def test_a_folder_without_a_set_is_named(engine: FakeEngine, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"There are no clips .* \(empty\)"):
        run(tmp_path)


def test_a_list_that_cannot_be_read_is_named(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"gone\.txt"):
        run(folder, "--hotwords", tmp_path / "gone.txt")


def test_a_machine_without_a_model_says_so(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def choose(*args: object) -> None:
        raise EngineError(ErrorCode.MODEL_MISSING)

    monkeypatch.setattr(f"{COMMAND}.loaded_engine", choose)
    with pytest.raises(CommandError):
        run(folder)


@pytest.fixture
def stored(sales: Department) -> ReferenceSet:
    made = create_set(department=sales, origin=SYSTEM, name="回归")
    for seed in (1, 2):
        add_clip(
            reference_set=made,
            origin=SYSTEM,
            file=uploaded(sound(2, seed=seed)),
            text="负责人是张晓明经理。",
        )
    return made


def test_a_departments_set_is_measured_and_kept_beside_its_other_runs(
    engine: FakeEngine, stored: ReferenceSet, words: Path
) -> None:
    out = run("--set", "sales/回归", "--hotwords", words, "--silence", "--save")
    assert "2 utterances" in out
    after, before = stored.runs.all()
    assert (before.summary["recall"], after.summary["recall"]) == (0.0, 100.0)
    assert after.hotwords == ["张晓明"]
    assert [row.edits for row in before.results.all()] == [1, 1]
    assert [row.found for row in after.results.all()] == [1, 1]
    assert {row.lost for row in after.results.all()} == {0}


OWN = VadParameters(end_silence_ms=200, max_segment_ms=10_000, gap_ms=0, pad_ms=0)


@pytest.fixture
def detector(sales: Department, monkeypatch: pytest.MonkeyPatch) -> FakeDetector:
    """That of a department which has speech cut in its own way."""
    keep_vad(department=sales, origin=SYSTEM, parameters=OWN)
    return FakeDetector.installed(monkeypatch)


def test_a_departments_set_is_cut_as_its_jobs_are(
    engine: FakeEngine, stored: ReferenceSet, detector: FakeDetector
) -> None:
    out = run("--set", "sales/回归", "--save")
    assert "end_silence_ms 200, max_segment_ms 10000" in out
    assert detector.loaded == [(200, 10_000)]
    assert engine.calls[0][0] == [500, 500]
    assert stored.runs.get().vad == asdict(OWN)


def test_a_folder_is_cut_as_a_departments_jobs_are_when_somebody_wants_it(
    engine: FakeEngine, folder: Path, detector: FakeDetector
) -> None:
    assert "speech cut as" not in run(folder)
    assert detector.loaded == []
    assert "speech cut as" in run(folder, "--cut-as", "sales")
    assert detector.loaded == [(200, 10_000)]


def test_what_is_in_another_language_is_said_and_kept_as_not_recognised(
    engine: FakeEngine, stored: ReferenceSet
) -> None:
    stored.items.filter(pk=stored.items.all()[0].pk).update(language="ja")
    err = StringIO()
    options = {"set": "sales/回归", "save": True, "stdout": StringIO(), "stderr": err}
    call_command("evaluate", **options)
    assert "1 of 2 clips are in a language that FakeEngine" in err.getvalue()
    saved = stored.runs.get()
    assert (saved.item_count, saved.summary["utterances"]) == (2, 1)
    rows = saved.results.order_by("item_id").values_list("error_code", "edits")
    assert list(rows) == [(ErrorCode.LANGUAGE_UNSUPPORTED, 0), ("", 1)]
    stored.items.update(language="ja")
    with pytest.raises(CommandError):
        call_command("evaluate", **options)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--set", "sales/gone"],
        ["--set", "nothing"],
        [".", "--save"],
        [".", "--cut-as", "nobody"],
        ["--set", "sales/gone", "--cut-as", "sales"],
    ],
)
def test_what_is_to_be_measured_has_to_be_named(arguments: list[str]) -> None:
    with pytest.raises(CommandError):
        run(*arguments)
