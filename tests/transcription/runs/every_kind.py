"""What the tests of every kind make and look at; the fixtures are in ``conftest``."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db.models import QuerySet
from django.utils import timezone
from django_q.models import OrmQ

from accounts.models.departments import Department
from tests.factories import make_evaluation, make_job, make_recording, make_vad_run
from tests.transcription.runs.toys import TOY_CHORES, TOYS, Toy, ToyChore
from transcription.engine.base import EngineError, ErrorCode
from transcription.models.exports import RecordingExport
from transcription.models.rehearings import Rehearing
from transcription.models.runs import JobQueue, JobState, LeasedRun
from transcription.services.evaluation.runs import EVALUATIONS
from transcription.services.jobs.kind import JOBS
from transcription.services.recordings.exporting.orders import EXPORTS
from transcription.services.revisions.orders import RE_RECOGNITIONS
from transcription.services.runs.cluster.workers import this_machine
from transcription.services.runs.kind import RunKind
from transcription.services.runs.leases import carry_out
from transcription.services.runs.reaper import (
    ReapReport,
    reap,
)
from transcription.services.runs.work import Work
from transcription.services.speech.runs import VAD_RUNS

Kind = RunKind[Any]
Do = Callable[[Work[Any]], bool]

DEAD = f"{this_machine()}:4194303:1"
AWAY = EngineError(ErrorCode.SERVICE_FAILED, "refused\0", permanent=False)


def queued_evaluation(department: Department) -> LeasedRun:
    return make_evaluation(department, JobState.QUEUED)


MAKERS: dict[Kind, Callable[[Department], LeasedRun]] = {
    TOYS: lambda department: QuerySet(Toy).create(
        owner=department, queue=JobQueue.INTERACTIVE
    ),
    TOY_CHORES: lambda department: QuerySet(ToyChore).create(owner=department),
    JOBS: lambda department: make_job(make_recording(department), JobState.QUEUED),
    EVALUATIONS: queued_evaluation,
    RE_RECOGNITIONS: lambda department: Rehearing.objects.create(
        department=department, hotword="利率"
    ),
    EXPORTS: lambda department: RecordingExport.objects.create(
        department=department, language="zh-hans"
    ),
    VAD_RUNS: lambda department: make_vad_run(
        make_recording(department), JobState.QUEUED
    ),
}


def succeeds(work: Work[Any]) -> bool:
    work.succeed()
    return True


def raises(error: BaseException) -> Do:
    def do(work: Work[Any]) -> bool:
        raise error

    return do


def rows(run: LeasedRun) -> QuerySet[LeasedRun]:
    return QuerySet(type(run)).filter(pk=run.pk)


def facts(run: LeasedRun) -> tuple[str, str, int, int]:
    run.refresh_from_db()
    return run.state, run.error_code, run.attempts, run.deaths


def entries(kind: Kind) -> list[tuple[str, str, tuple[int, ...]]]:
    found = OrmQ.objects.order_by("pk")
    return [(e.key, e.task["func"], e.task["args"]) for e in found]


def assert_waits(run: LeasedRun, since: datetime, pause: timedelta) -> None:
    assert run.waits_to_try_again and run.try_again_at is not None
    assert since + pause <= run.try_again_at <= timezone.now() + pause


def end_pause(kind: Kind, run: LeasedRun) -> None:
    rows(run).update(try_again_at=timezone.now())
    assert reap(kind) == ReapReport(enqueued_again=(run.pk,))


def killed(kind: Kind, run: LeasedRun) -> None:
    """A worker takes the run and is killed."""
    with pytest.raises(KeyboardInterrupt):  # nobody tidies up after it
        carry_out(kind, run.pk, raises(KeyboardInterrupt()))
    rows(run).update(worker=DEAD)
