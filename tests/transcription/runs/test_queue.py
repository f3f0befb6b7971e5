"""The queue is a bell: rung with the job, rung again when it was not heard."""

import pydoc
from datetime import timedelta
from typing import Any

import pytest
import redis
from django.db import transaction
from django.utils import timezone
from django_q.brokers.redis_broker import Redis as RedisBroker
from django_q.models import OrmQ
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from accounts.models.departments import Department
from tests.factories import make_job, make_recording
from tests.jobs import reap_jobs
from tests.on_servers import REDIS_URL, why_redis_is_missing
from tests.required import skip_or_fail
from transcription.models.jobs import TranscriptionJob
from transcription.models.runs import JobState
from transcription.services.jobs.kind import JOBS
from transcription.services.kinds import KINDS
from transcription.services.runs import queue as queueing
from transcription.services.runs.kind import RunKind

pytestmark = pytest.mark.django_db

AN_HOUR = timedelta(hours=1)


def queued(department: Department, **over: object) -> TranscriptionJob:
    return make_job(make_recording(department), JobState.QUEUED, **over)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_kind_has_a_task(kind: RunKind[Any]) -> None:
    assert callable(pydoc.locate(kind.task))


def test_an_entry_goes_to_the_jobs_own_queue_with_the_id_alone(
    sales: Department,
) -> None:
    job = queued(sales, queue="batch")
    JOBS.enqueue(job)
    entry = OrmQ.objects.get()
    assert entry.key == "batch"
    assert (entry.task["args"], entry.task["kwargs"]) == ((job.pk,), {})


def test_redis_is_told_after_the_commit_and_may_be_away(
    sales: Department,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    settings.Q_CLUSTER = {"name": "interactive", "redis": "redis://"}
    pushed: list[int] = []
    monkeypatch.setattr(
        queueing, "_push", lambda task, job_id, queue: pushed.append(job_id)
    )
    job = queued(sales)
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        JOBS.enqueue(job)
        assert pushed == []
    assert pushed == [job.pk]

    def refuse(task: str, job_id: int, queue: str) -> None:
        raise ConnectionError

    monkeypatch.setattr(queueing, "_push", refuse)
    with django_capture_on_commit_callbacks() as callbacks, transaction.atomic():
        JOBS.enqueue(job)
    assert len(callbacks) == 1  # robust: Django logs the error and goes on


def test_a_job_without_a_queue_entry_is_enqueued_again(sales: Department) -> None:
    job = queued(sales, enqueued_at=timezone.now() - AN_HOUR)
    assert reap_jobs().enqueued_again == (job.pk,)
    assert OrmQ.objects.count() == 1
    job.refresh_from_db()
    assert timezone.now() - job.enqueued_at < timedelta(minutes=1)
    assert reap_jobs().enqueued_again == ()


def test_a_job_that_waits_behind_others_is_not_enqueued_again(
    sales: Department,
) -> None:
    job = queued(sales, enqueued_at=timezone.now() - AN_HOUR)
    JOBS.enqueue(job)
    OrmQ.objects.update(lock=timezone.now() - AN_HOUR)
    assert reap_jobs().enqueued_again == ()


def test_an_entry_that_a_dead_cluster_had_taken_does_not_count(
    sales: Department,
) -> None:
    job = queued(sales, enqueued_at=timezone.now() - AN_HOUR)
    JOBS.enqueue(job)
    OrmQ.objects.update(lock=timezone.now() + AN_HOUR)
    assert reap_jobs().enqueued_again == (job.pk,)


def test_an_entry_of_the_other_queue_does_not_count(sales: Department) -> None:
    job = queued(sales, queue="batch", enqueued_at=timezone.now() - AN_HOUR)
    other = queued(sales, queue="interactive")
    JOBS.enqueue(other)
    OrmQ.objects.update(lock=timezone.now() - 2 * AN_HOUR)
    assert reap_jobs().enqueued_again == (job.pk,)


def test_redis_tells_when_its_oldest_entry_was_put_in(
    sales: Department, monkeypatch: pytest.MonkeyPatch
) -> None:
    if why := why_redis_is_missing():
        skip_or_fail("redis", why)
    connection = redis.Redis.from_url(REDIS_URL)
    monkeypatch.setattr(
        RedisBroker, "get_connection", staticmethod(lambda list_key: connection)
    )
    broker = RedisBroker(list_key="shengwen_test_queueing")
    broker.delete_queue()
    monkeypatch.setattr(queueing, "_broker", lambda queue: broker)
    monkeypatch.setattr(queueing, "uses_orm_broker", lambda: False)
    assert queueing.oldest_waiting("batch") is None
    before = timezone.now()
    queueing._push(JOBS.task, 1, "batch")
    between = timezone.now()
    queueing._push(JOBS.task, 2, "batch")
    try:
        oldest = queueing.oldest_waiting("batch")
        assert oldest is not None
        assert before <= oldest <= between
    finally:
        broker.delete_queue()
        connection.close()


def test_a_fresh_job_is_given_time(sales: Department) -> None:
    queued(sales)
    assert reap_jobs().enqueued_again == ()
