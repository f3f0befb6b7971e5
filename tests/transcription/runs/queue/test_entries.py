"""A queue entry comes with the job, and another one when the first was lost."""

import io
import pickle
import pydoc
import sys
from collections.abc import Iterator
from datetime import timedelta
from enum import StrEnum
from types import ModuleType
from typing import Any

import pytest
import redis
from django.db import transaction
from django.utils import timezone
from django_q.brokers.redis_broker import Redis as RedisBroker
from django_q.conf import Conf
from django_q.models import OrmQ
from django_q.signing import PickleSerializer, SignedPackage
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from accounts.models.departments import Department
from tests.factories import make_job, make_recording
from tests.jobs import reap_jobs
from tests.on_servers import REDIS_URL, why_redis_is_missing
from tests.runner.required import skip_or_fail
from transcription.models.jobs import TranscriptionJob
from transcription.models.runs import JobQueue, JobState
from transcription.services.jobs.kind import JOBS
from transcription.services.kinds import KINDS
from transcription.services.runs.kind import RunKind
from transcription.services.runs.queue import entries

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
        entries, "_push", lambda task, job_id, queue: pushed.append(job_id)
    )
    job = queued(sales)
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        JOBS.enqueue(job)
        assert pushed == []
    assert pushed == [job.pk]

    def refuse(task: str, job_id: int, queue: str) -> None:
        raise ConnectionError

    monkeypatch.setattr(entries, "_push", refuse)
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


def test_an_entry_names_nothing_that_a_later_version_may_keep_elsewhere(
    sales: Department, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = queued(sales, queue=JobQueue.BATCH)
    JOBS.enqueue(job)
    named: list[str] = []

    class Reader(pickle.Unpickler):
        def find_class(self, module: str, name: str) -> Any:
            named.append(module)
            return super().find_class(module, name)

    def load(data: bytes) -> Any:
        return Reader(io.BytesIO(data)).load()

    monkeypatch.setattr(PickleSerializer, "loads", staticmethod(load))
    assert OrmQ.objects.get().task["args"] == (job.pk,)
    assert "datetime" in named
    assert not {module.split(".")[0] for module in named} & {
        "accounts",
        "transcription",
    }


@pytest.fixture
def redis_broker(monkeypatch: pytest.MonkeyPatch) -> Iterator[RedisBroker]:
    """The queues are one list in Redis."""
    if why := why_redis_is_missing():
        skip_or_fail("redis", why)
    connection = redis.Redis.from_url(REDIS_URL)
    monkeypatch.setattr(
        RedisBroker, "get_connection", staticmethod(lambda list_key: connection)
    )
    broker = RedisBroker(list_key="shengwen_test_queueing")
    broker.delete_queue()
    monkeypatch.setattr(entries, "_broker", lambda queue: broker)
    monkeypatch.setattr(entries, "uses_orm_broker", lambda: False)
    yield broker
    broker.delete_queue()
    connection.close()


def test_redis_tells_when_its_oldest_entry_was_put_in(
    redis_broker: RedisBroker,
) -> None:
    assert entries.oldest_waiting("batch") is None
    before = timezone.now()
    entries._push(JOBS.task, 1, "batch")
    between = timezone.now()
    entries._push(JOBS.task, 2, "batch")
    oldest = entries.oldest_waiting("batch")
    assert oldest is not None
    assert before <= oldest <= between


@pytest.fixture
def unreadable(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Entries of a version with other names, and of a portal with another key."""
    gone = ModuleType("gone")
    JobQueue = StrEnum("JobQueue", ["BATCH"], module="gone")
    setattr(gone, "JobQueue", JobQueue)  # noqa: B010
    with monkeypatch.context() as before:
        before.setitem(sys.modules, "gone", gone)
        task = {"cluster": JobQueue("batch"), "started": timezone.now()}
        old = SignedPackage.dumps(task)
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(Conf, "SECRET_KEY", "another")
        return [old, SignedPackage.dumps({"started": timezone.now()})]


def test_what_cannot_be_read_leaves_the_queue_in_the_database(
    sales: Department, unreadable: list[str]
) -> None:
    JOBS.enqueue(queued(sales, queue="batch"))
    kept = OrmQ.objects.get()
    for entry in unreadable:
        OrmQ.objects.create(key="batch", payload=entry, lock=timezone.now() - AN_HOUR)
    assert entries.drop_unreadable("interactive") == 0
    assert entries.drop_unreadable("batch") == 2
    assert OrmQ.objects.get() == kept


def test_what_cannot_be_read_leaves_redis(
    redis_broker: RedisBroker, unreadable: list[str]
) -> None:
    for entry in unreadable:
        redis_broker.enqueue(entry)
    entries._push(JOBS.task, 7, "batch")
    # Nobody knows how long the first has waited: whatever is older is enqueued again.
    oldest = entries.oldest_waiting("batch")
    assert oldest is not None and timezone.now() - oldest < timedelta(minutes=1)
    assert entries.drop_unreadable("batch") == 2
    (entry,) = redis_broker.connection.lrange(redis_broker.list_key, 0, -1)
    assert SignedPackage.loads(entry)["args"] == (7,)


def test_a_fresh_job_is_given_time(sales: Department) -> None:
    queued(sales)
    assert reap_jobs().enqueued_again == ()
