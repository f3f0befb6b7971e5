"""Re-recognitions as runs: cancel, killed worker, lease, slices, retries, pause."""

from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone
from django_q.models import OrmQ

from accounts.models.people import User
from accounts.services.audit.writing import SYSTEM, Origin
from accounts.services.refusal import Refused
from tests.people import membership
from tests.transcription.revisions.ordering import (
    NEW,
    OLD,
    Archive,
    SetEngine,
    done,
    end_pause,
    ordered,
    texts,
)
from transcription.engine.base import EngineError, ErrorCode, Recognition, Samples
from transcription.models.rehearings import Rehearing
from transcription.models.runs import JobState
from transcription.services.kinds import resume_intake
from transcription.services.recogniser.holder import Loaded
from transcription.services.revisions import orders, running
from transcription.services.revisions.orders import (
    RE_RECOGNITIONS,
    cancel_re_recognition,
)
from transcription.services.revisions.revisions import undo_revision
from transcription.services.revisions.running import run_re_recognition
from transcription.services.runs import reaper, work
from transcription.services.runs.folders import work_root
from transcription.services.runs.queue.pause import pause_intake
from transcription.services.runs.reaper import ReapReport, reap
from transcription.services.runs.tries import MAX_ATTEMPTS
from transcription.services.runs.work import RunLost, Work

pytestmark = pytest.mark.django_db


def test_an_order_waits_in_the_queue_of_long_recordings(
    alice: User, archive: Archive
) -> None:
    run = ordered(alice, *archive(OLD, "没有关系"))
    (entry,) = OrmQ.objects.filter(key="batch")
    assert entry.task["func"] == "transcription.tasks.run_rehearing"
    assert entry.task["args"] == (run.pk,)
    assert (run.state, run.item_count) == (JobState.QUEUED, 1)


def test_a_canceled_order_changes_nothing(
    alice: User, archive: Archive, set_engine: SetEngine
) -> None:
    engine = set_engine(NEW)
    first, second = archive(OLD, OLD)
    queued = ordered(alice, first)
    assert cancel_re_recognition(run=queued, origin=SYSTEM)
    run_re_recognition(queued.pk)
    assert engine.calls == []
    run = ordered(alice, first, second)

    def cancel(piece: Samples) -> Recognition:
        cancel_re_recognition(run=Rehearing.objects.get(pk=run.pk), origin=SYSTEM)
        return Recognition(NEW, "zh")

    engine = set_engine(cancel)
    run_re_recognition(run.pk)
    run.refresh_from_db()
    assert (run.state, run.lease_token) == (JobState.CANCELED, None)
    assert len(engine.calls) == 1
    assert texts(first, second) == [OLD, OLD]
    assert not cancel_re_recognition(run=run, origin=SYSTEM)


def test_a_cancel_that_was_accepted_after_the_last_sentence_is_kept(
    alice: User,
    archive: Archive,
    set_engine: SetEngine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    set_engine(NEW)
    (segment,) = archive(OLD)
    put_in = running._put_in

    def cancel_first(work: Work[Rehearing]) -> None:
        assert cancel_re_recognition(run=Rehearing.objects.get(), origin=SYSTEM)
        put_in(work)

    monkeypatch.setattr(running, "_put_in", cancel_first)
    run = done(alice, segment)
    assert (run.state, run.revision) == (JobState.CANCELED, None)
    assert texts(segment) == [OLD]


def test_a_killed_workers_successor_recognises_only_what_is_left(
    alice: User, archive: Archive, set_engine: SetEngine
) -> None:
    first, second = archive(OLD, OLD)
    run = ordered(alice, first, second)
    recognised = []

    def is_killed_at_the_second(piece: Samples) -> Recognition:
        recognised.append(piece)
        if len(recognised) == 2:
            raise KeyboardInterrupt
        return Recognition(NEW, "zh")

    set_engine(is_killed_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        run_re_recognition(run.pk)
    OrmQ.objects.all().delete()
    assert reap(RE_RECOGNITIONS) == ReapReport()  # somebody may live there
    Rehearing.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert reap(RE_RECOGNITIONS) == ReapReport(requeued=(run.pk,))
    assert OrmQ.objects.count() == 1
    (work_root() / f"rehearing-{run.pk}-left").mkdir(parents=True)
    engine = set_engine(NEW)
    run_re_recognition(run.pk)
    assert len(engine.calls) == 1
    assert texts(first, second) == [NEW, NEW]
    assert list(work_root().iterdir()) == []


def test_a_lease_that_is_prolonged_while_the_reaper_looks_is_left(
    alice: User,
    archive: Archive,
    set_engine: SetEngine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run = ordered(alice, *archive(OLD))
    now = timezone.now()
    Rehearing.objects.update(
        state=JobState.RUNNING, lease_token=run.uuid, lease_until=now
    )

    def is_slow(worker: str) -> bool:
        Rehearing.objects.update(lease_until=now + timedelta(minutes=15))
        return False

    monkeypatch.setattr(reaper, "is_dead", is_slow)
    assert reap(RE_RECOGNITIONS) == ReapReport()
    run.refresh_from_db()
    assert (run.state, run.lease_token) == (JobState.RUNNING, run.uuid)


def test_waiting_for_the_engine_asks_the_database_once_a_second_at_most(
    alice: User, archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = ordered(alice, *archive(OLD))
    report_progress = Work(RE_RECOGNITIONS, run, run.uuid).throttled_progress()
    report_progress()  # not yet
    monkeypatch.setattr(work, "REPORT_SECONDS", 0.0)
    with pytest.raises(RunLost):
        report_progress()


def test_an_order_yields_after_a_while_and_is_put_in_as_a_whole(
    alice: User,
    archive: Archive,
    set_engine: SetEngine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    set_engine(NEW)
    first, second = archive(OLD, OLD)
    run = ordered(alice, first, second)
    monkeypatch.setattr(running, "SLICE_SECONDS", -1.0)
    run_re_recognition(run.pk)
    run.refresh_from_db()
    assert (run.state, run.done_count, run.attempts) == (JobState.QUEUED, 1, 0)
    assert texts(first, second) == [OLD, OLD]
    run_re_recognition(run.pk)
    run_re_recognition(run.pk)
    run.refresh_from_db()
    assert run.revision
    assert run.revision.revised.count() == 2


def test_a_machine_without_an_engine_says_so(
    alice: User, archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nothing(language: str) -> Loaded:
        raise EngineError(ErrorCode.MODEL_MISSING)

    monkeypatch.setattr(running, "loaded_engine", nothing)
    run = done(alice, *archive(OLD))
    assert (run.state, run.error_code) == (JobState.FAILED, ErrorCode.MODEL_MISSING)


@pytest.mark.django_db(transaction=True)  # a broken connection is closed
@pytest.mark.parametrize(
    ("error", "code"),
    [
        (
            EngineError(ErrorCode.SERVICE_FAILED, permanent=False),
            ErrorCode.SERVICE_FAILED,
        ),
        (OSError("disk full"), ErrorCode.STORAGE_FAILED),
        (OperationalError("gone away"), ErrorCode.ENGINE_FAILED),
    ],
)
def test_what_may_pass_is_tried_again_and_not_for_ever(
    alice: User,
    archive: Archive,
    set_engine: SetEngine,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    code: ErrorCode,
) -> None:
    def fails(language: str) -> Loaded:
        raise error

    (segment,) = archive(OLD)
    run = ordered(alice, segment)
    monkeypatch.setattr(running, "loaded_engine", fails)
    states = []
    for _attempt in range(MAX_ATTEMPTS):
        run_re_recognition(run.pk)
        run.refresh_from_db()
        states.append(run.state)
        end_pause()
    assert states == [JobState.QUEUED, JobState.QUEUED, JobState.FAILED]
    assert (run.error_code, run.lease_token) == (code, None)
    again = ordered(alice, segment)
    run_re_recognition(again.pk)
    end_pause()
    set_engine(NEW)
    run_re_recognition(again.pk)
    assert texts(segment) == [NEW]


def test_an_order_waits_for_the_end_of_a_pause(
    alice: User, root: User, archive: Archive, set_engine: SetEngine
) -> None:
    set_engine(NEW)
    run = ordered(alice, *archive(OLD))
    pause_intake(origin=Origin(user=root), reason="")
    OrmQ.objects.all().delete()  # a worker has taken the entry
    run_re_recognition(run.pk)
    run.refresh_from_db()
    assert run.state == JobState.QUEUED
    resume_intake(origin=Origin(user=root))
    (entry,) = OrmQ.objects.all()
    assert entry.task["func"] == "transcription.tasks.run_rehearing"


def test_a_department_waits_for_few_at_a_time(
    alice: User, archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(orders, "MAX_ACTIVE", 1)
    (segment,) = archive(OLD)
    ordered(alice, segment)
    with pytest.raises(Refused) as refused:
        ordered(alice, segment)
    assert refused.value.code == "too_many_runs"


def test_old_orders_are_forgotten_and_what_they_changed_stays(
    alice: User,
    archive: Archive,
    set_engine: SetEngine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    set_engine(NEW)
    monkeypatch.setattr(orders, "MAX_RUNS", 1)
    first, second, third = archive(OLD, OLD, OLD)
    old, kept = done(alice, first), done(alice, second)
    ordered(alice, third)
    assert not Rehearing.objects.filter(pk=old.pk).exists()
    assert Rehearing.objects.filter(pk=kept.pk).exists()
    assert old.revision
    count = undo_revision(
        revision=old.revision, membership=membership(alice), origin=SYSTEM
    )
    assert count == 1
