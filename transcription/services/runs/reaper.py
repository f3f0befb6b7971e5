"""Runs of dead workers, and those whose queue entry is lost, go back into the queue."""

import logging
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Self

from django.db import transaction
from django.utils import timezone

from transcription.engine.base import ErrorCode
from transcription.models.runs import JobState
from transcription.services.runs.cluster.workers import is_dead
from transcription.services.runs.kind import Run, RunKind
from transcription.services.runs.leases import after_death, requeue
from transcription.services.runs.queue.entries import without_entry
from transcription.services.runs.queue.pause import open_queues
from transcription.services.runs.work import SeenWork, end

logger = logging.getLogger(__name__)

# A queued run this old whose entry cannot be in the queue any more is enqueued again.
PATIENCE: Final = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class ReapReport:
    """What the reaper did: ids of runs."""

    requeued: tuple[int, ...] = ()
    ended: tuple[int, ...] = ()
    enqueued_again: tuple[int, ...] = ()

    def __add__(self, other: Self) -> "ReapReport":
        return ReapReport(
            self.requeued + other.requeued,
            self.ended + other.ended,
            self.enqueued_again + other.enqueued_again,
        )


def reap(kind: RunKind[Run]) -> ReapReport:
    """Take runs from silent or dead workers, and enqueue those again that are to be
    tried again now or whose queue entry is lost. Any number of janitors may do this at
    once."""
    now = timezone.now()
    running = kind.rows().filter(state=JobState.RUNNING)
    lost = [
        run
        for run in running
        if is_dead(run.worker) or run.lease_until is None or run.lease_until < now
    ]
    report = _take_away(kind, lost, counts=True)
    return report + ReapReport(enqueued_again=enqueue_again(kind, overdue(kind)))


def requeue_orphans(kind: RunKind[Run], *, counts: bool = True) -> ReapReport:
    """Take the runs of this machine's dead workers now, without waiting for their
    leases: at start, and at the end of a shutdown. Whoever killed them on purpose says
    ``counts=False``: it was not the runs' fault."""
    running = kind.rows().filter(state=JobState.RUNNING)
    orphans = [run for run in running if is_dead(run.worker)]
    return _take_away(kind, orphans, counts=counts)


def overdue(kind: RunKind[Run], patience: timedelta = PATIENCE) -> list[Run]:
    """Runs that are to be tried again now, and those whose entry the queue has lost or
    a worker dropped during a pause. None of a queue that is paused: every entry would
    be dropped."""
    queues = [queue for queue in open_queues() if queue in kind.queues]
    now = timezone.now()
    queued = kind.rows().filter(state=JobState.QUEUED, queue__in=queues).order_by("pk")
    found = list(queued.filter(try_again_at__lte=now))
    for queue in queues:
        waiting = queued.filter(queue=queue, try_again_at=None)
        found += without_entry(waiting, queue, now - patience)
    return found


def enqueue_again(kind: RunKind[Run], runs: Iterable[Run]) -> tuple[int, ...]:
    """Put entries of the ``overdue`` into the queue; those that nobody has moved."""
    return tuple(run.pk for run in runs if _enqueue(kind, run))


def _enqueue(kind: RunKind[Run], run: Run) -> bool:
    still = kind.rows().filter(
        pk=run.pk,
        state=JobState.QUEUED,
        enqueued_at=run.enqueued_at,
        try_again_at=run.try_again_at,
    )
    with transaction.atomic():
        moved = still.update(enqueued_at=timezone.now(), try_again_at=None)
        if moved:
            kind.enqueue(run)
    return bool(moved)


def _take_away(kind: RunKind[Run], runs: Iterable[Run], *, counts: bool) -> ReapReport:
    """Back to the queue, or to the end when it was canceled or has seen too many die;
    ``counts=False``: they were killed on purpose."""
    requeued, ended = [], []
    for run in runs:
        state = _state_after(kind, run, counts=counts)
        if state == JobState.QUEUED:
            requeued.append(run.pk)
            logger.warning("%s %s is requeued: its worker is gone.", kind.name, run)
        elif state is not None:
            ended.append(run.pk)
            kind.log_end(run.pk)
    return ReapReport(tuple(requeued), tuple(ended))


def _state_after(kind: RunKind[Run], run: Run, *, counts: bool) -> JobState | None:
    work = SeenWork(kind, run, run.lease_token or uuid.uuid4())
    if run.cancel_requested_at is not None:
        canceled = end(kind, work.rows(), run.pk, JobState.CANCELED)
        return JobState.CANCELED if canceled else None
    if counts:
        return after_death(work, ErrorCode.WORKER_LOST)
    return JobState.QUEUED if requeue(work, counts=False) else None
