"""Several jobs in one worker: while one is recognised, others are decoded and stored.

The queue delivers one job. While it is worked on, and for a while after, the worker
also claims short ones that wait behind it; each has a thread, a lease and a database
connection of its own. They share the engine (``pipeline.pooling``).
"""

import logging
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from types import TracebackType
from typing import Self

from django.conf import settings
from django.db import connection
from django.utils import timezone

from transcription.models.jobs import TranscriptionJob
from transcription.models.runs import JobQueue
from transcription.services.jobs.kind import JOBS
from transcription.services.recogniser.holder import jobs_at_once, turn_wanted
from transcription.services.runs.cluster.stopping import WorkerStopping
from transcription.services.runs.leases import claim, requeue
from transcription.services.runs.queue.turns import Turn, in_turn
from transcription.services.runs.work import Work

logger = logging.getLogger(__name__)

# New jobs are taken in the first part of a task's time, so that all end within it.
TAKING_SHARE = 15
POLL_SECONDS = 1.0
# How long the threads may tidy up when the process is told to end.
TIDY_SECONDS = 1.0
# A job that a free worker has not taken in this time has none to hope for.
NOBODY_IS_FREE_SECONDS = 1.0
# What is recognised together with another job is short: nobody waits long for it,
# and the time of the task is enough for all.
CONCURRENT_MAX_BYTES = 64 * 2**20
CONCURRENT_MAX_MS = 30 * 60_000
CLAIM_TRIES = 5

NextTurn = Callable[[str], Turn | None]  # of a queue, whatever kind it is of
JobWork = Work[TranscriptionJob]


def claim_concurrent(
    like: TranscriptionJob, next_turn: NextTurn | None = None
) -> JobWork | None:
    """A short job that waits in the queue of ``like`` while all workers are busy; its
    queue entry will find nothing to do. One that has been tried before, or over which
    a worker has died, is worked on alone: it may be what ended it.

    Departments take turns here too. A worker that is free, with no other job in this
    thread, names ``next_turn`` and takes none when that is of something that cannot be
    recognised together with these: that is to have the worker."""
    now = timezone.now()
    waiting = (
        JOBS.claimable()
        .filter(
            queue=like.queue,
            language=like.language,  # another one may need another engine
            attempts=0,
            deaths=0,
            enqueued_at__lte=now - timedelta(seconds=NOBODY_IS_FREE_SECONDS),
            recording__size_bytes__lte=CONCURRENT_MAX_BYTES,
        )
        .exclude(recording__duration_ms__gt=CONCURRENT_MAX_MS)
    )
    if next_turn is not None:
        turn = next_turn(like.queue)
        if turn is None or turn.kind is not JOBS:
            return None
        waiting = waiting.filter(department=turn.department_id)
    for job_id in in_turn(JOBS, like.queue, waiting)[:CLAIM_TRIES]:
        work = claim(JOBS, job_id)
        if work is not None:
            return work
    return None


class ConcurrentJobs:
    """From the delivered job to the end of the last one that was taken beside it.

    ``end`` brings a claimed job to an end, and is told whether it is worked on beside
    the delivered one; it raises only to end the process.
    """

    def __init__(
        self,
        first: JobWork,
        end: Callable[[JobWork, bool], None],
        next_turn: NextTurn,
    ) -> None:
        self._first = first
        self._end = end
        self._next_turn = next_turn
        self._like: TranscriptionJob | None = None  # None: no job beside this one
        self._helpers = 0
        self._closes_at = 0.0
        self._closed = threading.Event()
        self._lock = threading.Lock()  # over the fields below, and one claims at a time
        self._poll_again_at = 0.0
        self._held = {first.run.pk: first}
        self._threads: list[threading.Thread] = []
        self._ending: SystemExit | None = None

    def __enter__(self) -> Self:
        helpers = jobs_at_once() - 1
        # Where a single try is all there is, nobody may end because of another.
        if not helpers or settings.JOB_MAX_ATTEMPTS == 1:
            return self
        job = self._first.rows().first()
        # What may have ended a worker before is worked on alone.
        if job is not None and job.attempts == 1 and not job.deaths:
            self._like = job
            self._helpers = helpers
            self._closes_at = time.monotonic() + _task_seconds(job.queue) / TAKING_SHARE
            self._start_thread()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._closed.set()
        try:
            if isinstance(error, SystemExit):
                raise error
            for thread in self._threads:
                thread.join()
            if self._ending is not None:
                raise self._ending
        except SystemExit as ending:
            self._abandon(counts=not isinstance(ending, WorkerStopping))
            raise

    def run(self) -> None:
        """The main thread's part: the delivered job, and others while there is time."""
        work: JobWork | None = self._first
        while work is not None:
            self._do(work)
            with self._lock:
                work = self._claimed(is_free=True)

    def _do(self, work: JobWork) -> None:
        self._end(work, work is not self._first)
        self._held.pop(work.run.pk, None)

    def _work_concurrently(self) -> None:
        """A thread's life: one waiting job after the other."""
        try:
            while self._is_taking():
                work = self._taken()
                if work is None:
                    self._closed.wait(POLL_SECONDS)
                    continue
                self._do(work)
        except SystemExit as ending:
            self._ending = ending
            self._closed.set()
        except Exception:
            logger.exception("A job beside another came to no end; its lease runs out.")
        finally:
            connection.close()

    def _taken(self) -> JobWork | None:
        with self._lock:
            if time.monotonic() < self._poll_again_at:
                return None  # another has just found nothing
            work = self._claimed()
            if work is None:
                self._poll_again_at = time.monotonic() + POLL_SECONDS
                return None
            if len(self._threads) < self._helpers:
                self._start_thread()
            return work

    def _claimed(self, *, is_free: bool = False) -> JobWork | None:
        if self._like is None or turn_wanted.is_set() or not self._is_taking():
            return None
        work = claim_concurrent(self._like, self._next_turn if is_free else None)
        if work is not None:
            self._held[work.run.pk] = work
        return work

    def _is_taking(self) -> bool:
        return not self._closed.is_set() and time.monotonic() < self._closes_at

    def _start_thread(self) -> None:
        name = f"job-{len(self._threads) + 2}"
        thread = threading.Thread(
            target=self._work_concurrently, name=name, daemon=True
        )
        self._threads.append(thread)
        thread.start()

    def _abandon(self, *, counts: bool) -> None:
        """Give back what is held: the process ends."""
        # Who is in the middle of a claim ends it first; afterwards nobody begins one.
        if self._lock.acquire(timeout=TIDY_SECONDS):
            self._lock.release()
        held = list(self._held.values())
        for work in held:
            work.lost.set()
        for work in held:
            requeue(work, counts=counts)
        until = time.monotonic() + TIDY_SECONDS
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))


def _task_seconds(queue: str) -> float:
    """When django-q2 stops a task of this queue."""
    cluster = settings.Q_CLUSTER
    if queue == JobQueue.BATCH:
        cluster = cluster.get("ALT_CLUSTERS", {}).get("batch", cluster)
    return float(cluster.get("timeout", 1800))
