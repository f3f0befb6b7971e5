"""Sentences in a language that the run's engine does not speak."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from django.db.models.fields.files import FieldFile

from accounts.models.departments import Department
from accounts.services.audit.writing import SYSTEM
from tests.people import supervisor_of
from tests.transcription.conftest import sound, uploaded
from tests.transcription.engines import FakeEngine, FakeVad
from transcription.engine.base import EngineError, ErrorCode, RecognitionOptions
from transcription.models.evaluation import EvaluationRun, LibraryKind, ReferenceSet
from transcription.models.runs import JobState
from transcription.services.evaluation import running
from transcription.services.evaluation.reading import (
    changed_results,
    compare,
    export_csv,
    left_out_of,
)
from transcription.services.evaluation.running import run_evaluation
from transcription.services.evaluation.runs import Library, cancel_run, order_run
from transcription.services.evaluation.sets import add_clip, create_set
from transcription.services.media import storage
from transcription.services.recogniser.holder import Loaded
from transcription.services.runs.errors import NOTHING_RECOGNISED

pytestmark = pytest.mark.django_db

PLAIN = Library(LibraryKind.NONE)
UNSPOKEN = ErrorCode.LANGUAGE_UNSUPPORTED


class Machine:
    """What is installed: an engine for each language that somebody speaks."""

    def __init__(self, engines: dict[str, FakeEngine]) -> None:
        self.engines = engines
        self.asked: list[str] = []

    def loaded(self, language: str, wanted: str = "") -> Loaded:
        self.asked.append(language)
        if language not in self.engines:
            raise EngineError(UNSPOKEN, language)
        return Loaded(self.engines[language], FakeVad())


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    """Speaks Chinese."""
    made = Machine({"zh": FakeEngine()})
    monkeypatch.setattr(running, "SILENT_CLIPS", 1)
    monkeypatch.setattr(running, "loaded_engine", made.loaded)
    return made


def a_set(department: Department, languages: Sequence[str]) -> ReferenceSet:
    made = create_set(department=department, origin=SYSTEM, name="-".join(languages))
    for seed, language in enumerate(languages, 1):
        add_clip(
            reference_set=made,
            origin=SYSTEM,
            file=uploaded(sound(seed=seed)),
            text="利率调整了吗",
            language=language,
        )
    return made


def done(target: ReferenceSet, engine_wanted: str = "") -> EvaluationRun:
    run = order_run(
        reference_set=target,
        origin=SYSTEM,
        library=PLAIN,
        engine_wanted=engine_wanted,
    )
    run_evaluation(run.pk)
    run.refresh_from_db()
    return run


def codes(run: EvaluationRun) -> list[str]:
    return list(run.results.order_by("item_id").values_list("error_code", flat=True))


def test_they_are_counted_and_the_others_are_recognised(
    sales: Department, machine: Machine
) -> None:
    run = done(a_set(sales, ["en", "zh", "ja", "zh"]))
    assert (run.state, run.done_count) == (JobState.SUCCEEDED, 4)
    assert codes(run) == [UNSPOKEN, "", UNSPOKEN, ""]
    assert (run.summary["utterances"], run.summary["cer"]) == (2, 0.0)
    ((count, why),) = left_out_of(run, supervisor_of(run.reference_set.department))
    assert count == 2
    assert "语言" in why
    assert (
        export_csv(run, supervisor_of(run.reference_set.department), SYSTEM)
        .decode("utf-8-sig")
        .count(why)
        == 2
    )


def test_an_engine_that_finds_out_while_it_recognises_is_no_other_case(
    sales: Department, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = machine.engines["ja"] = FakeEngine()

    def refuse(pieces: object, options: RecognitionOptions) -> object:
        raise EngineError(UNSPOKEN, options.language)

    monkeypatch.setattr(engine, "recognise", refuse)
    assert codes(done(a_set(sales, ["ja", "zh"]))) == [UNSPOKEN, ""]


def test_no_other_engine_is_recognised_than_the_one_that_was_chosen(
    sales: Department, machine: Machine
) -> None:
    """Jobs would take another for the language; that one is not to be measured."""
    other = machine.engines["en"] = FakeEngine()
    other.facts = replace(other.facts, name="funasr_whisper")
    target = a_set(sales, ["zh", "en"])
    run = done(target, engine_wanted="vosk")
    assert codes(run) == ["", UNSPOKEN]
    assert (run.engine, other.calls) == ("vosk", 0)
    assert codes(done(target)) == ["", ""]


def test_a_run_of_which_nothing_can_be_recognised_fails(
    sales: Department, machine: Machine
) -> None:
    run = done(a_set(sales, ["ja", "ja"]))
    assert (run.state, run.error_code) == (JobState.FAILED, NOTHING_RECOGNISED)
    assert codes(run) == [UNSPOKEN, UNSPOKEN]
    assert (run.summary, run.lease_token) == ({}, None)


def test_canceling_it_is_kept(
    sales: Department, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cancel(run: EvaluationRun, language: str) -> None:
        cancel_run(run=EvaluationRun.objects.get(pk=run.pk), origin=SYSTEM)

    monkeypatch.setattr(running, "_engine_for", cancel)
    assert done(a_set(sales, ["ja"])).state == JobState.CANCELED


def test_silence_is_recognised_in_the_language_of_the_sentences(
    sales: Department, machine: Machine
) -> None:
    machine.engines = {"en": FakeEngine("the rates")}
    run = done(a_set(sales, ["en", "zh", "en"]))
    assert run.state == JobState.SUCCEEDED
    assert run.summary["silence_ms"] > 0
    assert machine.asked[-1] == "en"


def test_what_one_run_could_not_recognise_is_left_out_of_a_comparison(
    sales: Department, machine: Machine
) -> None:
    target = a_set(sales, ["zh", "en"])
    before = done(target)
    machine.engines["en"] = FakeEngine("the rates")
    after = done(target)
    found = compare(before, after, supervisor_of(before.reference_set.department))
    assert (found.left_out, found.changed) == (1, 0)
    assert (
        changed_results(before, after, supervisor_of(before.reference_set.department))
        == []
    )


def test_a_file_that_is_gone_is_told_and_the_others_are_recognised(
    sales: Department, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A storage elsewhere says so before anything is decoded."""
    target = a_set(sales, ["zh", "zh"])
    gone = target.items.order_by("pk")[0]
    real = storage.local_copy

    def local_copy(file: FieldFile, folder: Path) -> object:
        if file.name == gone.file.name:
            raise FileNotFoundError
        return real(file, folder)

    monkeypatch.setattr(storage, "local_copy", local_copy)
    assert codes(done(target)) == [ErrorCode.STORAGE_FAILED, ""]
