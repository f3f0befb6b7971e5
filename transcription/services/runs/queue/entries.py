"""The only place that knows django-q2: putting a run's id into its cluster's queue.

The row is the truth and its queue entry only a hint: an entry may be lost (a worker
dies after Redis popped it), may arrive twice, may arrive after the run has ended. The
claim in ``leases`` decides; the ``reaper`` enqueues again what has lost its entry.
"""

import functools
import logging
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.conf import settings
from django.db import transaction
from django.db.models import Min, Model, QuerySet
from django.utils import timezone
from django_q.brokers import Broker, get_broker
from django_q.models import OrmQ
from django_q.signing import SignedPackage
from django_q.tasks import async_task

logger = logging.getLogger(__name__)

Row = TypeVar("Row", bound=Model)


def put(task: str, run_id: int, queue: str) -> None:
    """An entry for a queued run, as part of the caller's transaction; ``task`` is a
    path in ``transcription.tasks``.

    With the ORM broker on our own database the entry commits with the run. Redis is
    told after the commit; when Redis is away the run stays queued and the reaper
    enqueues it later, so an upload never fails because of the broker.
    """
    if uses_orm_broker():
        _push(task, run_id, queue)
    else:
        transaction.on_commit(lambda: _push(task, run_id, queue), robust=True)


def oldest_waiting(queue: str) -> datetime | None:
    """When the oldest entry that no worker has taken was put into the queue; None when
    the queue is empty. A run enqueued before that has lost its entry (or a worker holds
    it and will claim it): enqueuing again is harmless."""
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
    task = _read(entry)
    if task is None:
        logger.warning("An entry of queue %s is not ours.", queue)
        return timezone.now()
    started: datetime = task["started"]
    return started


def drop_unreadable(queue: str) -> int:
    """Remove entries that no worker can read, signed with another key or left by a
    version with other names; how many. django-q2's pusher dies of an entry that names
    what is gone, and of the same one again after ``retry``. The reaper enqueues again
    what has lost its entry."""
    if uses_orm_broker():
        entries = OrmQ.objects.filter(key=queue).values_list("pk", "payload")
        lost = [pk for pk, entry in entries.iterator() if _read(entry) is None]
        count: int = OrmQ.objects.filter(pk__in=lost).delete()[0]
        return count
    broker = _broker(queue)
    entries = broker.connection.lrange(broker.list_key, 0, -1)
    return sum(
        broker.connection.lrem(broker.list_key, 1, entry)
        for entry in entries
        if _read(entry) is None
    )


def without_entry(waiting: QuerySet[Row], queue: str, since: datetime) -> QuerySet[Row]:
    """Those of the waiting runs that were enqueued before ``since`` and whose
    entry can be in the queue no more; see ``oldest_waiting``."""
    overdue = waiting.filter(enqueued_at__lt=since)
    if not overdue.exists() or (oldest := oldest_waiting(queue)) is None:
        return overdue
    # The entry is written a moment before or after the row says so.
    return overdue.filter(enqueued_at__lt=oldest - timedelta(seconds=5))


def uses_orm_broker() -> bool:
    """Whether the queue lives in the default database."""
    return settings.Q_CLUSTER.get("orm") == "default"


def _push(task: str, run_id: int, queue: str) -> None:
    # A plain string: the entry is a pickle, which would name the enum of a ``JobQueue``
    # and could be read by no version that keeps it elsewhere.
    async_task(task, run_id, cluster=str(queue), broker=_broker(queue))


def _read(entry: str | bytes) -> dict[str, Any] | None:
    """The task of an entry; None where it cannot be read."""
    try:
        task = SignedPackage.loads(entry)
    except Exception:  # a pickle may raise anything
        return None
    return task if isinstance(task, dict) and "started" in task else None


@functools.cache
def _broker(queue: str) -> Broker:
    # Kept: django-q2 would make a new one, with its own Redis connections, per call.
    return get_broker(queue)
