"""What holds for a run holds for every kind, in each cluster, and for kinds that only
tests know."""

import os
import signal
import threading
import time
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from accounts.models.departments import Department
from accounts.services.audit.writing import SYSTEM
from tests.transcription.runs.every_kind import (
    AWAY,
    MAKERS,
    Do,
    Kind,
    assert_waits,
    end_pause,
    entries,
    facts,
    killed,
    raises,
    rows,
    succeeds,
)
from tests.transcription.runs.toys import TOY_CHORES, TOYS
from transcription.engine.base import EngineError, ErrorCode
from transcription.models.runs import RECOGNISING, JobQueue, JobState, LeasedRun
from transcription.services.kinds import KINDS
from transcription.services.runs import reaper
from transcription.services.runs.cluster.stopping import WorkerStopping
from transcription.services.runs.cluster.workers import worker_name
from transcription.services.runs.leases import carry_out, claim, request_cancel
from transcription.services.runs.queue.pause import pause_intake
from transcription.services.runs.queue.turns import next_turn
from transcription.services.runs.reaper import (
    PATIENCE,
    ReapReport,
    reap,
    requeue_orphans,
)
from transcription.services.runs.tries import DEATH_PAUSES, MAX_ATTEMPTS, PAUSES
from transcription.services.runs.work import RunLost, Work

pytestmark = pytest.mark.django_db


def test_every_kind_is_tested_here() -> None:
    assert set(MAKERS) == {TOYS, TOY_CHORES, *KINDS}


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_kind_is_found_in_every_language(language: str) -> None:
    """A worker speaks English, and the list was made before anybody said so."""
    with translation.override(language):
        assert all(KINDS[kind] for kind in KINDS)


def test_the_database_refuses_it_in_a_queue_that_its_kind_does_not_name(
    kind: Kind, run: LeasedRun
) -> None:
    assert run.queue in kind.queues
    for queue in JobQueue:
        if queue in kind.queues:
            assert rows(run).update(queue=queue) == 1
            continue
        with pytest.raises(IntegrityError, match="queue_known"), transaction.atomic():
            rows(run).update(queue=queue)


def test_it_is_in_turn_at_its_own_cluster_and_at_no_other(
    kind: Kind, run: LeasedRun
) -> None:
    for queue in JobQueue:
        turn = next_turn([TOYS, TOY_CHORES, *KINDS], queue)
        assert (turn is not None) == (queue == run.queue)


def test_it_is_claimed_once(kind: Kind, run: LeasedRun) -> None:
    work = claim(kind, run.pk)
    assert work is not None
    assert claim(kind, run.pk) is None
    assert facts(run) == (JobState.RUNNING, "", 1, 0)
    assert (run.lease_token, run.worker) == (work.token, worker_name())
    assert run.started_at is not None
    assert run.lease_until is not None and run.lease_until > timezone.now()


def test_it_comes_to_an_end_and_nobody_takes_it_again(
    kind: Kind, run: LeasedRun
) -> None:
    assert carry_out(kind, run.pk, succeeds)
    assert facts(run)[0] == JobState.SUCCEEDED
    assert (run.lease_token, run.lease_until) == (None, None)
    assert run.finished_at is not None
    assert not carry_out(kind, run.pk, succeeds)


def test_what_is_left_unfinished_goes_back_to_its_queue(
    kind: Kind, run: LeasedRun
) -> None:
    assert carry_out(kind, run.pk, lambda work: False)
    assert facts(run)[0] == JobState.QUEUED
    assert entries(kind) == [(run.queue, kind.task, (run.pk,))]


def test_departments_take_turns(
    kind: Kind, sales: Department, support: Department
) -> None:
    runs = [MAKERS[kind](sales) for _ in range(3)] + [MAKERS[kind](support)]
    order = []
    while (turn := next_turn([kind], runs[0].queue)) is not None:
        order.append(turn.pk)
        carry_out(turn.kind, turn.pk, succeeds)
    assert order == [runs[n].pk for n in (0, 3, 1, 2)]


def test_who_has_less_in_hand_goes_first(
    kind: Kind, sales: Department, support: Department
) -> None:
    first, _second = MAKERS[kind](sales), MAKERS[kind](sales)
    claim(kind, first.pk)
    other, another = MAKERS[kind](support), MAKERS[kind](support)
    carry_out(kind, other.pk, succeeds)
    turn = next_turn([kind], first.queue)
    assert turn is not None
    assert (turn.department_id, turn.pk) == (support.pk, another.pk)


def test_a_heartbeat_prolongs_the_lease_and_sees_a_cancel(
    kind: Kind, run: LeasedRun
) -> None:
    work = claim(kind, run.pk)
    assert work is not None
    rows(run).update(lease_until=timezone.now())
    work.extend()
    run.refresh_from_db()
    assert run.lease_until is not None and run.lease_until > timezone.now()
    work.check()
    assert request_cancel(kind, run)
    work.extend()
    with pytest.raises(RunLost):
        work.check()


def test_what_was_taken_away_stores_nothing(kind: Kind, run: LeasedRun) -> None:
    def is_robbed(work: Work[Any]) -> bool:
        rows(run).update(lease_token=uuid.uuid4())
        work.extend()
        with pytest.raises(RunLost):
            work.check()
        with pytest.raises(RunLost):
            work.report_progress(error_detail="mine")
        return succeeds(work)

    assert carry_out(kind, run.pk, is_robbed)
    assert facts(run)[0] == JobState.RUNNING  # its new owner's business
    assert run.error_detail == ""


def test_a_dead_workers_run_is_requeued_at_once(kind: Kind, run: LeasedRun) -> None:
    killed(kind, run)
    assert reap(kind) == ReapReport(requeued=(run.pk,))
    assert facts(run)[0] == JobState.QUEUED
    assert (run.attempts, run.deaths) == (0, 1)
    assert entries(kind) == [(run.queue, kind.task, (run.pk,))]


def test_a_lease_that_ran_out_is_taken_away_and_another_left_alone(
    kind: Kind, run: LeasedRun
) -> None:
    claim(kind, run.pk)
    rows(run).update(worker="elsewhere:1:1")
    assert reap(kind) == requeue_orphans(kind) == ReapReport()
    rows(run).update(lease_until=timezone.now() - timedelta(seconds=1))
    assert requeue_orphans(kind) == ReapReport()
    assert reap(kind) == ReapReport(requeued=(run.pk,))


def test_a_heartbeat_after_the_reapers_look_saves_the_run(
    kind: Kind, run: LeasedRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = claim(kind, run.pk)
    assert work is not None
    rows(run).update(lease_until=timezone.now() - timedelta(seconds=1))

    def is_slow(worker: str) -> bool:
        assert work is not None
        work.extend()
        return True

    monkeypatch.setattr(reaper, "is_dead", is_slow)
    assert reap(kind) == ReapReport()
    assert facts(run)[0] == JobState.RUNNING


def test_workers_that_die_over_it_make_it_wait_longer_each_time(
    kind: Kind, run: LeasedRun
) -> None:
    for deaths, pause in enumerate(DEATH_PAUSES, start=1):
        before = timezone.now()
        killed(kind, run)
        reap(kind)
        assert facts(run) == (JobState.QUEUED, ErrorCode.WORKER_LOST, 0, deaths)
        if pause:
            assert_waits(run, before, pause)
            end_pause(kind, run)
    killed(kind, run)
    assert reap(kind) == ReapReport(ended=(run.pk,))
    assert facts(run)[:2] == (JobState.FAILED, ErrorCode.WORKER_LOST)


def test_workers_that_were_stopped_on_purpose_cost_nothing(
    kind: Kind, run: LeasedRun
) -> None:
    killed(kind, run)
    assert requeue_orphans(kind, counts=False) == ReapReport(requeued=(run.pk,))
    assert facts(run) == (JobState.QUEUED, "", 0, 0)


def test_what_may_pass_is_tried_again_after_growing_pauses(
    kind: Kind, run: LeasedRun
) -> None:
    for attempt, pause in enumerate(PAUSES, start=1):
        before = timezone.now()
        carry_out(kind, run.pk, raises(AWAY))
        assert facts(run) == (JobState.QUEUED, AWAY.code, attempt, 0)
        assert run.error_detail == "refused"
        assert_waits(run, before, pause)
        assert not carry_out(kind, run.pk, succeeds)  # an entry came twice
        assert next_turn([kind], run.queue) is None
        end_pause(kind, run)
    carry_out(kind, run.pk, raises(AWAY))
    assert facts(run) == (JobState.FAILED, AWAY.code, MAX_ATTEMPTS, 0)


def test_the_next_try_may_succeed_and_leaves_no_trace_of_the_last(
    kind: Kind, run: LeasedRun
) -> None:
    carry_out(kind, run.pk, raises(AWAY))
    end_pause(kind, run)
    carry_out(kind, run.pk, succeeds)
    assert facts(run) == (JobState.SUCCEEDED, "", 2, 0)
    assert run.error_detail == ""


def test_what_cannot_pass_ends_it(kind: Kind, run: LeasedRun) -> None:
    carry_out(kind, run.pk, raises(EngineError(ErrorCode.NO_AUDIO)))
    assert facts(run) == (JobState.FAILED, ErrorCode.NO_AUDIO, 1, 0)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (KeyError("surprise"), ErrorCode.ENGINE_FAILED),
        (OSError("surprise"), ErrorCode.STORAGE_FAILED),
        (OSError(28, "No space left on device"), ErrorCode.DISK_FULL),
        (MemoryError(), ErrorCode.OUT_OF_MEMORY),
    ],
)
def test_what_nobody_foresaw_is_a_try(
    kind: Kind, run: LeasedRun, error: Exception, code: ErrorCode
) -> None:
    carry_out(kind, run.pk, raises(error))
    assert facts(run) == (JobState.QUEUED, code, 1, 0)
    assert "surprise" not in run.error_detail


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (SystemExit("Task exceeded maximum timeout value"), ErrorCode.ENGINE_FAILED),
        (
            EngineError(ErrorCode.DEVICE_FAILED, permanent=False),
            ErrorCode.DEVICE_FAILED,
        ),
    ],
)
def test_what_ends_the_process_does_not_end_the_run(
    kind: Kind, run: LeasedRun, error: BaseException, code: ErrorCode
) -> None:
    with pytest.raises(SystemExit):
        carry_out(kind, run.pk, raises(error))
    assert facts(run) == (JobState.QUEUED, code, 1, 0)


def test_a_worker_that_is_told_to_end_requeues_it_and_that_was_no_try(
    kind: Kind, run: LeasedRun
) -> None:
    def is_told_to_end(work: Work[Any]) -> bool:
        threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGTERM)).start()
        time.sleep(60)
        return True

    with pytest.raises(WorkerStopping):
        carry_out(kind, run.pk, is_told_to_end)
    assert facts(run) == (JobState.QUEUED, "", 0, 0)
    assert (run.lease_token, run.try_again_at) == (None, None)
    assert entries(kind) == [(run.queue, kind.task, (run.pk,))]


def test_what_waits_is_canceled_at_once(kind: Kind, run: LeasedRun) -> None:
    assert request_cancel(kind, run)
    assert not carry_out(kind, run.pk, succeeds)
    assert facts(run)[0] == JobState.CANCELED
    assert not request_cancel(kind, run)


def is_canceled_then(do: Do) -> Do:
    def be_canceled(work: Work[Any]) -> bool:
        assert request_cancel(work.kind, work.run)
        return do(work)

    return be_canceled


@pytest.mark.parametrize(
    "do",
    [
        succeeds,
        lambda work: False,
        raises(AWAY),
        raises(KeyError("surprise")),
    ],
    ids=["succeeds", "goes on", "fails", "breaks"],
)
def test_a_cancel_that_was_accepted_is_kept(kind: Kind, run: LeasedRun, do: Do) -> None:
    carry_out(kind, run.pk, is_canceled_then(do))
    assert facts(run)[0] == JobState.CANCELED
    assert (run.lease_token, run.try_again_at) == (None, None)


def test_a_dead_workers_canceled_run_ends_canceled(kind: Kind, run: LeasedRun) -> None:
    killed(kind, run)
    request_cancel(kind, run)
    assert reap(kind) == ReapReport(ended=(run.pk,))
    assert facts(run)[0] == JobState.CANCELED


def test_it_is_canceled_while_it_waits_to_be_tried_again(
    kind: Kind, run: LeasedRun
) -> None:
    carry_out(kind, run.pk, raises(AWAY))
    assert request_cancel(kind, run)
    rows(run).update(try_again_at=timezone.now())
    assert reap(kind) == ReapReport()


def test_a_lost_queue_entry_is_made_again_once(kind: Kind, run: LeasedRun) -> None:
    assert reap(kind) == ReapReport()  # it may still be on its way
    rows(run).update(enqueued_at=timezone.now() - PATIENCE)
    assert reap(kind) == ReapReport(enqueued_again=(run.pk,))
    assert entries(kind) == [(run.queue, kind.task, (run.pk,))]
    assert reap(kind) == ReapReport()


def test_a_pause_of_the_intake_stops_what_recognises_and_no_chore(
    kind: Kind, run: LeasedRun
) -> None:
    pause_intake(origin=SYSTEM, reason="")
    rows(run).update(enqueued_at=timezone.now() - PATIENCE)
    if run.queue in RECOGNISING:
        assert claim(kind, run.pk) is None
        assert reap(kind) == ReapReport()
        assert facts(run) == (JobState.QUEUED, "", 0, 0)
    else:
        assert reap(kind) == ReapReport(enqueued_again=(run.pk,))
        assert claim(kind, run.pk) is not None
