"""A worker that works on a run is told to end: SIGTERM."""

import os
import signal
import threading
import time
from collections.abc import Callable

import pytest
from django.db import connection, transaction
from django_q.models import OrmQ

from accounts.models.departments import Department
from transcription.engine.base import EngineError, ErrorCode
from transcription.models.rehearings import Rehearing
from transcription.models.runs import JobState
from transcription.services.revisions.orders import RE_RECOGNITIONS
from transcription.services.runs.cluster.stopping import WorkerStopping
from transcription.services.runs.leases import carry_out
from transcription.services.runs.work import Work

SOON = 10.0  # seconds; what is interrupted takes a minute

Do = Callable[[Work[Rehearing]], bool]

on_servers = pytest.mark.skipif(
    connection.vendor != "postgresql",
    reason="a query of SQLite's runs in this process, and a signal comes after it",
)


@pytest.fixture
def run(sales: Department) -> Rehearing:
    return Rehearing.objects.create(department=sales, hotword="稳健增利")


def recognises(work: Work[Rehearing]) -> bool:
    time.sleep(60)
    return True


def queries(work: Work[Rehearing]) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(60)")
    return True


def stores(work: Work[Rehearing]) -> bool:
    with transaction.atomic():
        work.report_progress(done_count=1)
        return queries(work)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "do",
    [
        recognises,
        pytest.param(queries, marks=on_servers),
        pytest.param(stores, marks=on_servers),
    ],
)
def test_the_run_is_given_back_at_once_and_that_was_no_try(
    run: Rehearing, do: Do
) -> None:
    def is_told_to_end(work: Work[Rehearing]) -> bool:
        threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGTERM)).start()
        return do(work)

    began = time.monotonic()
    with pytest.raises(WorkerStopping):
        carry_out(RE_RECOGNITIONS, run.pk, is_told_to_end)
    assert time.monotonic() - began < SOON
    run.refresh_from_db()
    assert (run.state, run.lease_token, run.try_again_at) == ("queued", None, None)
    assert (run.attempts, run.done_count) == (0, 0)
    assert OrmQ.objects.filter(key="batch").count() == 1


@pytest.mark.django_db
def test_a_run_that_has_gone_a_step_can_be_given_back_too(run: Rehearing) -> None:
    def stops(work: Work[Rehearing]) -> bool:
        work.report_progress(attempts=0)
        raise WorkerStopping(0)

    with pytest.raises(WorkerStopping):
        carry_out(RE_RECOGNITIONS, run.pk, stops)
    run.refresh_from_db()
    assert (run.state, run.attempts) == (JobState.QUEUED, 0)


@pytest.mark.django_db
def test_a_broken_card_ends_the_process_and_not_the_run(run: Rehearing) -> None:
    def breaks(work: Work[Rehearing]) -> bool:
        raise EngineError(ErrorCode.DEVICE_FAILED, permanent=False)

    with pytest.raises(SystemExit):
        carry_out(RE_RECOGNITIONS, run.pk, breaks)
    run.refresh_from_db()
    assert run.waits_to_try_again
