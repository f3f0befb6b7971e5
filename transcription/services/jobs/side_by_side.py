"""Several jobs in one worker: while one is heard, others are decoded and stored.

The queue delivers one job. While it is worked on, and for a while after, the worker
also claims short ones that wait behind it; each has a thread, a lease and a database
connection of its own. They share the engine (``pipeline.pooling``).
"""

import logging
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

from django.conf import settings
from django.db import connection

from transcription.models.jobs import TranscriptionJob
from transcription.models.runs import JobQueue
from transcription.services.jobs.leases import (
    Lease,
    claim_another,
    give_back,
)
from transcription.services.recogniser.holder import jobs_at_once, turn_wanted
from transcription.services.runs.stopping import WorkerStopping

logger = logging.getLogger(__name__)

# New jobs are taken in the first part of a task's time, so that all end within it.
TAKING_SHARE = 15
LOOK_SECONDS = 1.0
# How long the threads may tidy up when the process is told to end.
TIDY_SECONDS = 1.0


class Shift:
    """From the delivered job to the end of the last one that was taken beside it.

    ``work`` brings a claimed job to an end; it raises only to end the process.
    """

    def __init__(self, first: Lease, work: Callable[[Lease], None]) -> None:
        self._first = first
        self._work = work
        self._like: TranscriptionJob | None = None  # None: no job beside this one
        self._helpers = 0
        self._closes_at = 0.0
        self._closed = threading.Event()
        self._lock = threading.Lock()  # over the fields below, and one looks at a time
        self._look_again_at = 0.0
        self._held = {first.job_id: first}
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
        lease: Lease | None = self._first
        while lease is not None:
            self._do(lease)
            with self._lock:
                lease = self._claimed(is_free=True)

    def _do(self, lease: Lease) -> None:
        self._work(lease)
        self._held.pop(lease.job_id, None)

    def _stand_by(self) -> None:
        """A thread's life: one waiting job after the other."""
        try:
            while self._is_taking():
                lease = self._taken()
                if lease is None:
                    self._closed.wait(LOOK_SECONDS)
                    continue
                self._do(lease)
        except SystemExit as ending:
            self._ending = ending
            self._closed.set()
        except Exception:
            logger.exception("A job beside another came to no end; its lease runs out.")
        finally:
            connection.close()

    def _taken(self) -> Lease | None:
        with self._lock:
            if time.monotonic() < self._look_again_at:
                return None  # another has just looked
            lease = self._claimed()
            if lease is None:
                self._look_again_at = time.monotonic() + LOOK_SECONDS
                return None
            if len(self._threads) < self._helpers:
                self._start_thread()
            return lease

    def _claimed(self, *, is_free: bool = False) -> Lease | None:
        if self._like is None or turn_wanted.is_set() or not self._is_taking():
            return None
        lease = claim_another(self._like, is_free=is_free)
        if lease is not None:
            self._held[lease.job_id] = lease
        return lease

    def _is_taking(self) -> bool:
        return not self._closed.is_set() and time.monotonic() < self._closes_at

    def _start_thread(self) -> None:
        name = f"job-{len(self._threads) + 2}"
        thread = threading.Thread(target=self._stand_by, name=name, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _abandon(self, *, counts: bool) -> None:
        """Give back what is held: the process ends."""
        # Who is in the middle of a claim ends it first; afterwards nobody begins one.
        if self._lock.acquire(timeout=TIDY_SECONDS):
            self._lock.release()
        held = list(self._held.values())
        for lease in held:
            lease.lost.set()
        for lease in held:
            give_back(lease, counts=counts)
        until = time.monotonic() + TIDY_SECONDS
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))


def _task_seconds(queue: str) -> float:
    """When django-q2 stops a task of this queue."""
    cluster = settings.Q_CLUSTER
    if queue == JobQueue.BATCH:
        cluster = cluster.get("ALT_CLUSTERS", {}).get("batch", cluster)
    return float(cluster.get("timeout", 1800))
