"""The only place that knows django-q2: putting a job's id into its cluster's queue.

The job table is the truth and the queue only a bell: an entry may be lost (a worker
dies after Redis popped it), may arrive twice, may arrive after the job has ended. The
claim in ``jobs.leases`` decides; the reaper rings again when a bell has been lost.
"""

import functools
import logging
from datetime import datetime, timedelta
from typing import TypeVar

from django.conf import settings
from django.db import transaction
from django.db.models import Min, Model, QuerySet
from django.utils import timezone
from django_q.brokers import Broker, get_broker
from django_q.models import OrmQ
from django_q.signing import BadSignature, SignedPackage
from django_q.tasks import async_task

from transcription.models.jobs import TranscriptionJob

logger = logging.getLogger(__name__)

Row = TypeVar("Row", bound=Model)

RUN_JOB = "transcription.tasks.run_job"
RUN_VAD = "transcription.tasks.run_vad"
RUN_EVALUATION = "transcription.tasks.run_evaluation"
RUN_REHEARING = "transcription.tasks.run_rehearing"


def enqueue(job: TranscriptionJob) -> None:
    """Ring the bell for a queued job, as part of the caller's transaction.

    With the ORM broker on our own database the entry commits with the job. Redis is
    told after the commit; when Redis is away the job stays queued and the reaper rings
    later, so an upload never fails because of the broker.
    """
    ring(RUN_JOB, job.pk, job.queue)


def ring(task: str, object_id: int, queue: str) -> None:
    """Ring a bell of any kind: ``task`` is a path in ``transcription.tasks`` that takes
    an id. See ``enqueue``."""
    if uses_orm_broker():
        _push(task, object_id, queue)
    else:
        transaction.on_commit(lambda: _push(task, object_id, queue), robust=True)


def oldest_waiting(queue: str) -> datetime | None:
    """When the oldest entry that no worker has taken was put into the queue; None when
    the queue is empty. A job enqueued before that has lost its entry (or a worker holds
    it and will claim it): ringing again is harmless."""
    if uses_orm_broker():
        # ``lock`` is the time of enqueueing until a worker takes the entry, then a time
        # in the future.
        entries = OrmQ.objects.filter(key=queue, lock__lte=timezone.now())
        oldest: datetime | None = entries.aggregate(oldest=Min("lock"))["oldest"]
        return oldest
    broker = _broker(queue)
    entry = broker.connection.lindex(broker.list_key, 0)
    if entry is None:
        return None
    try:
        started: datetime = SignedPackage.loads(entry)["started"]
    except (BadSignature, KeyError, TypeError):
        logger.warning("An entry of queue %s is not ours.", queue)
        return timezone.now()
    return started


def without_entry(waiting: QuerySet[Row], queue: str, since: datetime) -> QuerySet[Row]:
    """Those of the waiting jobs or runs that were enqueued before ``since`` and whose
    entry can be in the queue no more; see ``oldest_waiting``."""
    overdue = waiting.filter(enqueued_at__lt=since)
    if not overdue.exists() or (oldest := oldest_waiting(queue)) is None:
        return overdue
    # The entry is written a moment before or after the row says so.
    return overdue.filter(enqueued_at__lt=oldest - timedelta(seconds=5))


def uses_orm_broker() -> bool:
    """Whether the queue lives in the default database."""
    return settings.Q_CLUSTER.get("orm") == "default"


def _push(task: str, object_id: int, queue: str) -> None:
    async_task(task, object_id, cluster=queue, broker=_broker(queue))


@functools.cache
def _broker(queue: str) -> Broker:
    # Kept: django-q2 would make a new one, with its own Redis connections, per call.
    return get_broker(queue)
