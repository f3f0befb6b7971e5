"""A sentence is stored in the moment in which it is taken away."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from queue import Queue

import pytest
from django.db import connection, transaction
from django.utils import timezone

from accounts.models.departments import Department
from accounts.services.audit.writing import SYSTEM
from tests.factories import make_recording
from transcription.models.evaluation import (
    EvaluationResult,
    EvaluationRun,
    LibraryKind,
    ReferenceItem,
    ReferenceSet,
)
from transcription.models.runs import JobState
from transcription.services.evaluation.rows import result_row
from transcription.services.evaluation.runs import delete_run
from transcription.services.evaluation.sets import delete_set, remove_item
from transcription.services.recordings.keeping import purge_recording

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor != "postgresql",
        reason="an in-memory SQLite database has one connection; the lock is a row's",
    ),
]


def purge(run: EvaluationRun, item: ReferenceItem) -> None:
    assert item.recording is not None
    purge_recording(recording=item.recording, origin=SYSTEM)


def take_run(run: EvaluationRun, item: ReferenceItem) -> None:
    delete_run(run=run, origin=SYSTEM)


def take_item(run: EvaluationRun, item: ReferenceItem) -> None:
    remove_item(item=item, origin=SYSTEM)


def take_set(run: EvaluationRun, item: ReferenceItem) -> None:
    delete_set(reference_set=run.reference_set, origin=SYSTEM)


def is_stuck(pid: int) -> bool:
    """Whether the other connection waits for this one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid() = ANY(pg_blocking_pids(%s))", [pid])
        return bool(cursor.fetchone()[0])


@pytest.mark.parametrize("take", [purge, take_run, take_item, take_set])
def test_what_is_taken_away_takes_along_what_a_worker_is_storing(
    sales: Department, take: Callable[[EvaluationRun, ReferenceItem], None]
) -> None:
    recording = make_recording(sales)
    recording.deleted_at = timezone.now()
    recording.save()
    target = ReferenceSet.objects.create(department=sales, name="回归")
    item = ReferenceItem.objects.create(
        reference_set=target,
        name="a",
        language="zh",
        recording=recording,
        start_ms=0,
        end_ms=900,
    )
    run = EvaluationRun.objects.create(
        reference_set=target,
        library=LibraryKind.JOBS,
        state=JobState.RUNNING,
        lease_token=target.uuid,
    )
    pids: Queue[int] = Queue()

    def taken() -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                pids.put(cursor.fetchone()[0])
            take(run, item)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as threads:
        with transaction.atomic():  # as a worker stores a sentence
            EvaluationRun.objects.filter(pk=run.pk).update(done_count=1)
            ReferenceItem.objects.select_for_update().get(pk=item.pk)
            other: Future[None] = threads.submit(taken)
            pid = pids.get(timeout=10)
            while not is_stuck(pid):
                assert not other.done()
            result_row(run, item, None, 0).save(force_insert=True)
        other.result(timeout=10)
    assert not EvaluationResult.objects.exists()
