"""Who works on a job: claim, heartbeat, and giving it back. Only compare-and-set.

``queued → running`` happens in ``claim`` and nowhere else. A running job belongs to the
holder of ``lease_token``; every later write names the token and looks at the row count.
"""

import logging
import os
import threading
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from multiprocessing import parent_process

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from transcription.engine.base import ErrorCode
from transcription.models.jobs import TranscriptionJob
from transcription.models.runs import JobState
from transcription.services.runs.pause import is_paused
from transcription.services.runs.queue import enqueue
from transcription.services.runs.tries import DEATH_PAUSES, error_fields
from transcription.services.runs.turns import (
    WaitingKind,
    jobs_in_turn,
    next_turn,
    note_served,
)
from transcription.services.runs.workers import worker_name

logger = logging.getLogger(__name__)

# A job that a free worker has not taken in this time has none to hope for.
NOBODY_IS_FREE_SECONDS = 1.0
# What goes with another job is short: nobody waits long for it, and the task's time is
# enough for all.
COMPANION_MAX_BYTES = 64 * 2**20
COMPANION_MAX_MS = 30 * 60_000
CLAIM_TRIES = 5


class LeaseLost(Exception):
    """Somebody else owns the job now (or it is gone): stop, and store nothing."""


class CancelSeen(Exception):
    """Somebody asked for the running job to be canceled."""


@dataclass(slots=True)
class Lease:
    """The right to work on one job and to write its result."""

    job_id: int
    token: uuid.UUID
    is_companion: bool = False  # the queue delivered another job, and this goes with it
    lost: threading.Event = field(default_factory=threading.Event)
    cancel_requested: threading.Event = field(default_factory=threading.Event)

    def rows(self) -> "QuerySet[TranscriptionJob]":
        """The job, as long as the lease is held."""
        return TranscriptionJob.objects.filter(
            pk=self.job_id, state=JobState.RUNNING, lease_token=self.token
        )

    def check(self) -> None:
        """Raise what the heartbeat has seen."""
        if self.lost.is_set():
            raise LeaseLost
        if self.cancel_requested.is_set():
            raise CancelSeen

    def extend(self) -> None:
        """Prolong the lease and look for news; sets ``lost``, ``cancel_requested``."""
        if not self.rows().update(lease_until=_lease_end()):
            self.lost.set()
        elif self.rows().exclude(cancel_requested_at=None).exists():
            self.cancel_requested.set()


def claim(job_id: int) -> Lease | None:
    """``queued → running``; None when somebody else has it, it needs nobody, is to be
    tried later, or the intake is paused."""
    if is_paused():
        return None
    lease = Lease(job_id=job_id, token=uuid.uuid4())
    now = timezone.now()
    queued = TranscriptionJob.objects.filter(
        pk=job_id, state=JobState.QUEUED, try_again_at=None
    )
    with transaction.atomic():
        claimed = queued.update(
            state=JobState.RUNNING,
            lease_token=lease.token,
            lease_until=_lease_end(),
            worker=worker_name(),
            attempts=F("attempts") + 1,
            started_at=now,
        )
        if not claimed:
            return None
        jobs = TranscriptionJob.objects.filter(pk=job_id)
        note_served(*jobs.values_list("department_id", "queue").get())
    return lease


def claim_another(like: TranscriptionJob, *, is_free: bool = False) -> Lease | None:
    """A short job that waits in the queue of ``like`` while all workers are busy; its
    queue entry will find nothing to do. One that has been tried before, or over which
    a worker has died, is nobody's companion: it may be what ended it.

    Departments take turns here too. A worker that ``is_free``, with no other job in
    this thread, takes none when the next turn is of something that cannot go along:
    that is to have the worker."""
    now = timezone.now()
    waiting = TranscriptionJob.objects.filter(
        state=JobState.QUEUED,
        queue=like.queue,
        language=like.language,  # another one may need another engine
        attempts=0,
        deaths=0,
        enqueued_at__lte=now - timedelta(seconds=NOBODY_IS_FREE_SECONDS),
        recording__size_bytes__lte=COMPANION_MAX_BYTES,
    ).exclude(recording__duration_ms__gt=COMPANION_MAX_MS)
    if is_free:
        turn = next_turn(like.queue)
        if turn is None or turn.kind is not WaitingKind.JOB:
            return None
        waiting = waiting.filter(department=turn.department_id)
    for job_id in jobs_in_turn(like.queue, waiting)[:CLAIM_TRIES]:
        lease = claim(job_id)
        if lease is not None:
            lease.is_companion = True
            return lease
    return None


def give_back(
    lease: Lease,
    *,
    counts: bool,
    code: str = "",
    detail: str = "",
    queue: str = "",
    pause: timedelta | None = None,
) -> bool:
    """``running → queued`` and ring the bell, of another ``queue`` if one is named;
    after a ``pause`` the reaper rings it. ``counts=False`` when it was not the job's
    fault (the worker was told to stop). False when the lease was lost."""
    with transaction.atomic():
        job = lease.rows().select_for_update().first()
        if job is None:
            return False
        return _to_queue(
            job,
            attempts=job.attempts if counts else max(0, job.attempts - 1),
            code=code,
            detail=detail,
            queue=queue,
            pause=pause,
        )


def take_away(job: TranscriptionJob) -> bool:
    """The reaper's ``give_back`` for a holder that was killed on purpose. False when it
    is not dead: its heartbeat came in between."""
    with transaction.atomic():
        return _to_queue(job, attempts=max(0, job.attempts - 1))


def after_death(job: TranscriptionJob, code: str, detail: str = "") -> JobState | None:
    """What becomes of a job whose process has died or is silent: back to the queue,
    where it is worked on alone and after a growing pause, or failed with ``code`` when
    that has happened too often. A death is no try. None when nobody died: a heartbeat
    came in between."""
    deaths = job.deaths + 1
    if deaths > len(DEATH_PAUSES):
        failed = end(job, JobState.FAILED, deaths=deaths, **error_fields(code, detail))
        return JobState.FAILED if failed else None
    with transaction.atomic():
        moved = _to_queue(
            job,
            attempts=max(0, job.attempts - 1),
            code=code,
            detail=detail,
            pause=DEATH_PAUSES[deaths - 1],
            deaths=deaths,
        )
    return JobState.QUEUED if moved else None


def decoder_died(lease: Lease, detail: str) -> JobState | None:
    """``after_death`` of the decoder, by the holder of the lease."""
    with transaction.atomic():
        job = lease.rows().select_for_update().first()
        return after_death(job, ErrorCode.DECODER_LOST, detail) if job else None


def end(
    lease_or_job: Lease | TranscriptionJob, state: JobState, **fields: object
) -> bool:
    """``running → succeeded | failed | canceled``. False when the lease was lost."""
    if isinstance(lease_or_job, Lease):
        rows = lease_or_job.rows()
    else:
        rows = _still(lease_or_job)
    return bool(
        rows.update(
            state=state,
            lease_token=None,
            lease_until=None,
            eta_ms=None,
            finished_at=timezone.now(),
            **fields,
        )
    )


class Heartbeat:
    """A thread with its own database connection that keeps the lease alive.

    A failing database is not a lost lease: it tries again at the next beat, and the
    result's compare-and-set has the last word. On systems without PR_SET_PDEATHSIG it
    also ends the process when the cluster that started it is gone.
    """

    def __init__(self, lease: Lease) -> None:
        self._lease = lease
        self._stop = threading.Event()
        self._parent = os.getppid()
        self._thread = threading.Thread(
            target=self._run, name=f"heartbeat-{lease.job_id}", daemon=True
        )

    def __enter__(self) -> Lease:
        self._thread.start()
        return self._lease

    def __exit__(self, *exc: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        try:
            while not self._stop.wait(settings.JOB_LEASE_SECONDS / 4):
                self._beat()
                if self._lease.lost.is_set():
                    return
        finally:
            connection.close()

    def _beat(self) -> None:
        if parent_process() is not None and os.getppid() != self._parent:
            logger.error("The cluster of this worker is gone; it ends.")
            os._exit(1)
        try:
            self._lease.extend()
        except DatabaseError:
            logger.exception("Heartbeat of job %s failed.", self._lease.job_id)
            connection.close()


def _lease_end() -> datetime:
    return timezone.now() + timedelta(seconds=settings.JOB_LEASE_SECONDS)


def _still(job: TranscriptionJob) -> "QuerySet[TranscriptionJob]":
    """The job as the reaper saw it: a heartbeat since then shows that somebody lives
    (a dead worker's lease stands still)."""
    return TranscriptionJob.objects.filter(
        pk=job.pk,
        state=JobState.RUNNING,
        lease_token=job.lease_token,
        lease_until=job.lease_until,
    )


def _to_queue(
    job: TranscriptionJob,
    *,
    attempts: int,
    code: str = "",
    detail: str = "",
    queue: str = "",
    pause: timedelta | None = None,
    **fields: object,
) -> bool:
    now = timezone.now()
    job.queue = queue or job.queue
    moved = _still(job).update(
        state=JobState.QUEUED,
        lease_token=None,
        lease_until=None,
        worker="",
        queue=job.queue,
        attempts=attempts,
        eta_ms=None,
        enqueued_at=now,
        try_again_at=now + pause if pause else None,
        **error_fields(code, detail),
        **fields,
    )
    if moved and not pause:
        enqueue(job)
    return bool(moved)
