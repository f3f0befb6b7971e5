"""Evaluation runs in the worker: order, slices, cancel, retries, reaper, pause."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from django_q.models import OrmQ

from accounts.models.departments import Department
from accounts.models.people import User
from accounts.services.audit.writing import SYSTEM, Origin
from accounts.services.refusal import Refused
from tests.transcription.conftest import sound, uploaded
from tests.transcription.engines import FakeEngine
from tests.transcription.evaluation.runs.ordering import done, ordered
from transcription.engine.base import EngineError, ErrorCode
from transcription.models.evaluation import EvaluationRun, ReferenceItem, ReferenceSet
from transcription.models.runs import JobState
from transcription.services.evaluation import running, runs
from transcription.services.evaluation.running import run_evaluation
from transcription.services.evaluation.runs import EVALUATIONS, cancel_run, delete_run
from transcription.services.evaluation.sets import add_clip, create_set
from transcription.services.kinds import resume_intake
from transcription.services.recogniser.holder import Loaded
from transcription.services.runs.queue.pause import pause_intake
from transcription.services.runs.reaper import ReapReport, reap

pytestmark = pytest.mark.django_db


def test_a_run_waits_in_the_queue_of_long_recordings(target: ReferenceSet) -> None:
    run = ordered(target)
    (entry,) = OrmQ.objects.filter(key="batch")
    assert entry.task["func"] == "transcription.tasks.run_evaluation"
    assert entry.task["args"] == (run.pk,)
    assert (run.state, run.item_count) == (JobState.QUEUED, 2)


def test_a_run_measures_every_sentence_and_silence(
    target: ReferenceSet, engine: FakeEngine
) -> None:
    run = done(target)
    assert (run.state, run.done_count, run.model_name) == (
        JobState.SUCCEEDED,
        2,
        "Fake 1",
    )
    first, second = run.results.all()
    assert (first.edits, first.characters, first.said, first.found) == (0, 6, 1, 1)
    assert second.edits == 2
    assert run.summary["cer"] == pytest.approx(100 * 2 / 11)
    assert (run.summary["said"], run.summary["recall"]) == (2, 100.0)
    assert run.summary["silence_ms"] > 0
    assert run.lease_token is None


def test_an_empty_set_is_not_measured(sales: Department) -> None:
    empty = create_set(department=sales, origin=SYSTEM, name="空")
    with pytest.raises(Refused) as refused:
        ordered(empty)
    assert refused.value.code == "set_empty"


def test_a_department_waits_for_few_at_a_time(
    target: ReferenceSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "MAX_ACTIVE", 1)
    ordered(target)
    with pytest.raises(Refused) as refused:
        ordered(target)
    assert refused.value.code == "too_many_runs"


def test_a_second_worker_leaves_a_run_alone(
    target: ReferenceSet, engine: FakeEngine
) -> None:
    run = done(target)
    calls = engine.calls
    run_evaluation(run.pk)
    assert engine.calls == calls


def test_a_run_yields_after_a_while_and_goes_on_where_it_stopped(
    target: ReferenceSet, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = ordered(target)
    OrmQ.objects.all().delete()
    monkeypatch.setattr(running, "SLICE_SECONDS", -1.0)
    run_evaluation(run.pk)
    run.refresh_from_db()
    assert (run.state, run.lease_token) == (JobState.QUEUED, None)
    assert OrmQ.objects.filter(key="batch").count() == 1
    monkeypatch.setattr(running, "SLICE_SECONDS", 600.0)
    run_evaluation(run.pk)
    run.refresh_from_db()
    assert (run.state, run.results.count()) == (JobState.SUCCEEDED, 2)


def test_a_killed_workers_successor_recognises_only_what_is_left(
    target: ReferenceSet, engine: FakeEngine
) -> None:
    run = ordered(target)
    whole = done(target)
    kept = whole.results.first()
    assert kept
    kept.pk, kept.run, kept.heard = None, run, "听过了"
    kept.save(force_insert=True)
    run_evaluation(run.pk)
    assert [row.heard for row in run.results.all()] == ["听过了", "利率调整了吗"]


def test_a_queued_run_is_canceled_at_once(
    target: ReferenceSet, engine: FakeEngine
) -> None:
    run = ordered(target)
    assert cancel_run(run=run, origin=SYSTEM)
    assert run.state == JobState.CANCELED
    run_evaluation(run.pk)
    assert engine.calls == 0
    assert not cancel_run(run=run, origin=SYSTEM)


def test_a_running_one_stops_before_its_next_sentence(
    target: ReferenceSet, engine: FakeEngine
) -> None:
    run = ordered(target)

    def cancel() -> None:
        engine.before = None
        assert cancel_run(run=run, origin=SYSTEM)

    engine.before = cancel
    run_evaluation(run.pk)
    run.refresh_from_db()
    assert (run.state, run.lease_token) == (JobState.CANCELED, None)
    assert run.results.count() == 0


def test_a_run_that_is_deleted_meanwhile_is_dropped(
    target: ReferenceSet, engine: FakeEngine
) -> None:
    run = ordered(target)

    def delete() -> None:
        engine.before = None
        delete_run(run=EvaluationRun.objects.get(pk=run.pk), origin=SYSTEM)

    engine.before = delete
    run_evaluation(run.pk)
    assert not EvaluationRun.objects.exists()


def test_an_item_that_is_removed_meanwhile_has_no_result(
    target: ReferenceSet, engine: FakeEngine
) -> None:
    run = ordered(target)

    def remove() -> None:
        engine.before = None
        ReferenceItem.objects.order_by("pk")[0].delete()

    engine.before = remove
    run_evaluation(run.pk)
    run.refresh_from_db()
    assert run.state == JobState.SUCCEEDED
    assert run.results.count() == 1


def test_a_clip_that_cannot_be_decoded_is_told_and_the_others_count(
    target: ReferenceSet, engine: FakeEngine
) -> None:
    """It was whole when it was uploaded; the disk was not."""
    item = add_clip(
        reference_set=target, origin=SYSTEM, file=uploaded(sound()), text="坏"
    )
    Path(item.file.path).write_bytes(b"fLaC" + b"\0\0\0\x22" + bytes(40))
    run = done(target)
    assert run.state == JobState.SUCCEEDED
    bad = run.results.exclude(error_code="").get()
    assert bad.item.text == "坏"
    assert run.summary["utterances"] == 2


def test_a_machine_without_an_engine_says_so(
    target: ReferenceSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nothing(*args: object) -> Loaded:
        raise EngineError(ErrorCode.MODEL_MISSING)

    monkeypatch.setattr(running, "loaded_engine", nothing)
    run = done(target)
    assert (run.state, run.error_code) == (JobState.FAILED, ErrorCode.MODEL_MISSING)


def test_a_service_that_never_answers_ends_the_run(
    target: ReferenceSet, engine: FakeEngine
) -> None:
    def gone() -> None:
        raise EngineError(ErrorCode.SERVICE_FAILED, "refused", permanent=False)

    engine.before = gone
    run = done(target)
    assert run.state == JobState.QUEUED
    for _attempt in range(2):
        EvaluationRun.objects.update(try_again_at=timezone.now())
        reap(EVALUATIONS)
        run_evaluation(run.pk)
    run.refresh_from_db()
    assert (run.state, run.error_code) == (JobState.FAILED, ErrorCode.SERVICE_FAILED)
    assert not run.results.exists()


def test_the_reaper_gives_back_what_a_dead_worker_held(target: ReferenceSet) -> None:
    run = ordered(target)
    lost = timezone.now() - timedelta(seconds=1)
    EvaluationRun.objects.update(
        state=JobState.RUNNING, lease_token=run.uuid, lease_until=lost, attempts=1
    )
    assert reap(EVALUATIONS) == ReapReport(requeued=(run.pk,))
    run.refresh_from_db()
    assert (run.state, run.lease_token) == (JobState.QUEUED, None)


def test_the_reaper_ends_what_kills_every_worker(target: ReferenceSet) -> None:
    run = ordered(target)
    lost = timezone.now() - timedelta(seconds=1)
    EvaluationRun.objects.update(
        state=JobState.RUNNING, lease_token=run.uuid, lease_until=lost, deaths=5
    )
    assert reap(EVALUATIONS) == ReapReport(ended=(run.pk,))
    run.refresh_from_db()
    assert (run.state, run.error_code) == (JobState.FAILED, ErrorCode.WORKER_LOST)


def test_the_reaper_enqueues_again_what_has_lost_its_entry(
    target: ReferenceSet,
) -> None:
    run = ordered(target)
    OrmQ.objects.all().delete()
    EvaluationRun.objects.update(enqueued_at=timezone.now() - timedelta(hours=1))
    assert reap(EVALUATIONS) == ReapReport(enqueued_again=(run.pk,))
    assert OrmQ.objects.filter(key="batch").count() == 1
    assert reap(EVALUATIONS) == ReapReport()


def test_a_run_waits_for_the_end_of_a_pause(
    target: ReferenceSet, engine: FakeEngine, root: User
) -> None:
    run = ordered(target)
    pause_intake(origin=Origin(user=root), reason="")
    OrmQ.objects.all().delete()  # a worker has taken the entry
    run_evaluation(run.pk)
    EvaluationRun.objects.update(enqueued_at=timezone.now() - timedelta(hours=1))
    assert reap(EVALUATIONS) == ReapReport()
    run.refresh_from_db()
    assert (run.state, run.attempts) == (JobState.QUEUED, 0)
    resume_intake(origin=Origin(user=root))
    (entry,) = OrmQ.objects.all()
    assert entry.task["func"] == "transcription.tasks.run_evaluation"
    run_evaluation(run.pk)
    run.refresh_from_db()
    assert run.state == JobState.SUCCEEDED
