"""Evaluations cut speech as the department's jobs do, in the worker's own place."""

import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_django import Settings

from accounts.models.departments import Department
from accounts.services.audit.writing import SYSTEM
from tests.people import supervisor_of
from tests.transcription.conftest import sound, uploaded
from tests.transcription.engines import FakeVad
from tests.transcription.pipeline.fakes import FakeEngine
from tests.transcription.speech.conftest import FakeDetector
from transcription.engine.base import ErrorCode, Recognition, Samples
from transcription.evaluation.sets import clips
from transcription.models.evaluation import EvaluationRun, LibraryKind, ReferenceSet
from transcription.models.runs import JobState
from transcription.services.evaluation import running
from transcription.services.evaluation.reading import compare
from transcription.services.evaluation.running import run_evaluation
from transcription.services.evaluation.runs import (
    Library,
    cancel_run,
    order_run,
    order_trial,
)
from transcription.services.evaluation.sets import add_clip, create_set
from transcription.services.recogniser.detectors import VadParameters
from transcription.services.recogniser.holder import Loaded
from transcription.services.runs import work
from transcription.services.runs.folders import work_root
from transcription.services.speech.settings import keep_vad, reset_vad

pytestmark = pytest.mark.django_db

OWN = VadParameters(end_silence_ms=200, max_segment_ms=10_000, gap_ms=0, pad_ms=0)
PLAIN = Library(LibraryKind.NONE)


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> FakeEngine:
    """The engine of this process; its own detector finds speech all the time."""
    engine = FakeEngine("好")
    monkeypatch.setattr(running, "SILENT_CLIPS", 1)
    monkeypatch.setattr(
        running,
        "loaded_engine",
        lambda language, wanted="": Loaded(engine, FakeVad()),
    )
    return engine


@pytest.fixture(autouse=True)
def detector(monkeypatch: pytest.MonkeyPatch) -> FakeDetector:
    return FakeDetector.installed(monkeypatch)


@pytest.fixture
def target(sales: Department) -> ReferenceSet:
    """One clip of three seconds."""
    made = create_set(department=sales, origin=SYSTEM, name="回归")
    add_clip(reference_set=made, origin=SYSTEM, file=uploaded(sound(3)), text="好好好")
    return made


def ordered(target: ReferenceSet) -> EvaluationRun:
    return order_run(reference_set=target, origin=SYSTEM, library=PLAIN)


def done(run: EvaluationRun) -> EvaluationRun:
    run_evaluation(run.pk)
    run.refresh_from_db()
    assert run.state == JobState.SUCCEEDED
    return run


def keep(department: Department, parameters: VadParameters = OWN) -> None:
    keep_vad(department=department, origin=SYSTEM, parameters=parameters)


def test_speech_is_cut_with_the_departments_values(
    sales: Department, target: ReferenceSet, engine: FakeEngine, detector: FakeDetector
) -> None:
    keep(sales)
    run = done(ordered(target))
    assert detector.loaded == [(200, 10_000)]
    # Half of every second is speech; none of it is padded or joined.
    lengths, _options = engine.calls[0]
    assert lengths == [500, 500, 500]
    assert run.results.get().edits == 0
    assert run.vad == {
        "end_silence_ms": 200,
        "max_segment_ms": 10_000,
        "gap_ms": 0,
        "pad_ms": 0,
    }


def test_joining_is_the_departments_too(
    sales: Department, target: ReferenceSet, engine: FakeEngine
) -> None:
    keep(sales, VadParameters(200, 10_000, gap_ms=600, pad_ms=0))
    done(ordered(target))
    assert engine.calls[0][0] == [2500]


def test_without_values_of_its_own_the_recognisers_detector_is_used(
    target: ReferenceSet, engine: FakeEngine, detector: FakeDetector
) -> None:
    run = done(ordered(target))
    assert (run.vad, detector.loaded) == ({}, [])


def test_a_run_keeps_what_it_was_ordered_with(
    sales: Department, target: ReferenceSet, engine: FakeEngine, detector: FakeDetector
) -> None:
    keep(sales)
    run = ordered(target)
    reset_vad(department=sales, origin=SYSTEM)
    done(run)
    assert detector.loaded == [(200, 10_000)]


def test_a_comparison_knows_that_speech_was_cut_in_another_way(
    sales: Department, target: ReferenceSet, engine: FakeEngine
) -> None:
    before = done(ordered(target))
    keep(sales)
    after, again = done(ordered(target)), done(ordered(target))
    assert compare(
        before, after, supervisor_of(before.reference_set.department)
    ).is_cut_differently
    assert not compare(
        after, again, supervisor_of(after.reference_set.department)
    ).is_cut_differently


def test_both_runs_of_a_try_are_cut_alike(
    sales: Department, target: ReferenceSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter([{"gap_ms": 1}, {"gap_ms": 2}])
    monkeypatch.setattr(
        "transcription.services.evaluation.runs.vad_for_jobs", lambda _: next(answers)
    )
    after = order_trial(reference_set=target, origin=SYSTEM, before=PLAIN, after=PLAIN)
    assert after.baseline
    assert after.vad == after.baseline.vad == {"gap_ms": 1}


def test_sound_is_decoded_where_the_worker_has_its_place(
    target: ReferenceSet,
    monkeypatch: pytest.MonkeyPatch,
    settings: Settings,
    tmp_path: Path,
) -> None:
    full = tmp_path / "full"  # a system folder in which nothing can be written
    monkeypatch.setattr(tempfile, "tempdir", str(full))
    seen: set[str] = set()

    def note(piece: Samples) -> Recognition:
        seen.update(folder.name for folder in work_root().iterdir())
        return Recognition("好", "zh")

    engine = FakeEngine(note)
    monkeypatch.setattr(
        running,
        "loaded_engine",
        lambda language, wanted="": Loaded(engine, FakeVad()),
    )
    run = done(ordered(target))
    (name,) = seen
    assert name.startswith(f"evaluation-{run.pk}-")
    assert list(work_root().iterdir()) == []


def test_a_long_recording_is_canceled_while_it_is_decoded(
    target: ReferenceSet, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = ordered(target)

    def decode(*_: object, on_wait: Callable[[], None], **__: object) -> None:
        cancel_run(run=run, origin=SYSTEM)
        on_wait()

    monkeypatch.setattr(clips, "decode_file", decode)
    monkeypatch.setattr(work, "REPORT_SECONDS", 0.0)
    run_evaluation(run.pk)
    run.refresh_from_db()
    assert (run.state, run.results.count()) == (JobState.CANCELED, 0)


def test_what_is_longer_than_the_portal_takes_is_not_decoded(
    target: ReferenceSet, engine: FakeEngine, settings: Settings
) -> None:
    settings.RECORDING_MAX_HOURS = 0
    run = ordered(target)
    run_evaluation(run.pk)
    run.refresh_from_db()
    assert (run.state, engine.calls) == (JobState.FAILED, [])
    assert {row.error_code for row in run.results.all()} == {ErrorCode.TOO_LONG}
