"""Runs: who works on one, for how long, and what becomes of it when that fails.

A run belongs to whoever holds its lease. One of many small steps yields its place in
the queue every few minutes, so that recordings do not wait for it. What a run does is
the caller's: see ``evaluation.running``, ``revisions.running`` and ``speech.runs``.
"""

import logging
import time
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Generic, Protocol, TypeVar

from django.db import DatabaseError, close_old_connections, transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Greatest
from django.utils import timezone

from transcription.engine.base import EngineError, ErrorCode
from transcription.models.runs import JobQueue, JobState, LeasedRun
from transcription.services.runs.log import log_run_end
from transcription.services.runs.pause import is_paused
from transcription.services.runs.queue import ring, without_entry
from transcription.services.runs.stopping import WorkerStopping, sigterm_raises
from transcription.services.runs.tries import DEATH_PAUSES, error_fields, pause_before
from transcription.services.runs.turns import note_run_served
from transcription.services.runs.workers import is_dead, worker_name

logger = logging.getLogger(__name__)

LEASE: Final = timedelta(minutes=15)  # longer than loading a model and one step
MAX_ATTEMPTS: Final = 3  # without a step done in between
LOOK_SECONDS: Final = 1.0
PATIENCE: Final = timedelta(seconds=60)

# What every other step would meet too.
NOT_THE_SOUNDS_FAULT: Final = frozenset(
    {
        ErrorCode.MODEL_MISSING,
        ErrorCode.MODEL_BROKEN,
        ErrorCode.OUT_OF_MEMORY,
        ErrorCode.DEVICE_FAILED,
        ErrorCode.SERVICE_FAILED,
        ErrorCode.LANGUAGE_UNSUPPORTED,
        ErrorCode.WORKER_LOST,
        ErrorCode.DISK_FULL,
    }
)

Run = TypeVar("Run", bound=LeasedRun)


class Look(Protocol):
    """``Work.go_on``, now and then."""

    def __call__(self, **fields: object) -> None: ...


class RunLost(Exception):
    """It was canceled, taken away or deleted: stop, and store nothing."""


@dataclass(frozen=True, slots=True)
class RunKind(Generic[Run]):
    """The rows of a kind of run, and the task that the queue calls with an id."""

    model: type[Run]
    task: str

    def rows(self) -> QuerySet[Run]:
        return QuerySet(self.model)

    def ring(self, run: Run) -> None:
        """Part of the caller's transaction."""
        ring(self.task, run.pk, run.queue)


@dataclass(frozen=True, slots=True)
class Work(Generic[Run]):
    """The right to work on a run."""

    kind: RunKind[Run]
    run: Run
    token: uuid.UUID

    def is_worth_another_try(self, error: EngineError) -> bool:
        """Whether a decoder was lost, which at the last try is the one file's fault."""
        is_lost = error.code is ErrorCode.DECODER_LOST
        return is_lost and self.run.attempts < MAX_ATTEMPTS

    def rows(self) -> QuerySet[Run]:
        """The run, as long as it is ours."""
        return self.kind.rows().filter(
            pk=self.run.pk, state=JobState.RUNNING, lease_token=self.token
        )

    def go_on(self, **fields: object) -> None:
        """Prolong the lease; raises ``RunLost`` when it is lost or to be canceled."""
        self._set(lease_until=timezone.now() + LEASE, **fields)

    def now_and_then(self) -> Look:
        """``go_on`` for what calls it many times a second; it does so rarely."""
        last = time.monotonic()

        def look(**fields: object) -> None:
            nonlocal last
            if time.monotonic() - last >= LOOK_SECONDS:
                last = time.monotonic()
                self.go_on(**fields)

        return look

    def succeed(self, **fields: object) -> None:
        """Its last step. Raises ``RunLost`` like ``go_on``: a cancel that was accepted
        is kept."""
        self._finish(JobState.SUCCEEDED, **fields)

    def fail(self, code: str) -> None:
        """The same, when all that was to be done is done and none of it came out."""
        self._finish(JobState.FAILED, error_code=code)

    def _finish(self, state: JobState, **fields: object) -> None:
        self._set(state=state, lease_token=None, finished_at=timezone.now(), **fields)

    def _set(self, **fields: object) -> None:
        if not self.rows().filter(cancel_requested_at=None).update(**fields):
            raise RunLost

    def end(self, state: JobState, **fields: object) -> bool:
        """False when the lease was lost."""
        return bool(
            self.rows().update(
                state=state, lease_token=None, finished_at=timezone.now(), **fields
            )
        )


class _Seen(Work[Run]):
    """The run as the reaper saw it: a lease that was prolonged since then shows that
    somebody lives (a dead worker's stands still)."""

    def rows(self) -> QuerySet[Run]:
        return super().rows().filter(lease_until=self.run.lease_until)


def carry_out(kind: RunKind[Run], run_id: int, do: Callable[[Work[Run]], bool]) -> bool:
    """Claim the run and let ``do`` bring it to an end; False when it is somebody
    else's. What ``do`` leaves unfinished,
    answering False, goes back to the queue, and after a while so does what may pass
    when it is tried again; whatever else it raises ends the run."""
    work = _claim(kind, run_id)
    if work is None:
        logger.info("%s %s needs no worker.", kind.model.__name__, run_id)
        return False
    try:
        _do(work, do)
    finally:
        log_run_end(kind.model, run_id)
    return True


def _do(work: Work[Run], do: Callable[[Work[Run]], bool]) -> None:
    name, run_id = work.kind.model.__name__, work.run.pk
    try:
        with sigterm_raises():
            if not do(work):
                give_back(work)
    except RunLost:
        _end_if_canceled(work)
    except EngineError as error:
        if error.code is ErrorCode.WORKER_LOST:  # all processes are told to stop
            _give_back_unfinished(work)
        elif error.permanent or not _try_again(work, error.code, error.detail):
            _fail(work, error.code, error.detail)
        if error.code is ErrorCode.DEVICE_FAILED:
            # CUDA answers nothing more in this process; the cluster starts another.
            raise SystemExit(1) from error
    except (DatabaseError, OSError) as error:
        logger.exception("%s %s was interrupted.", name, run_id)
        close_old_connections()  # a broken one, for what follows
        is_disk = isinstance(error, OSError)
        code = ErrorCode.STORAGE_FAILED if is_disk else ErrorCode.ENGINE_FAILED
        if not _try_again(work, code):
            _fail(work, code)
    except WorkerStopping:
        _give_back_unfinished(work)
        raise
    except SystemExit:  # django-q2's time for a task is over
        logger.exception("%s %s took too long.", name, run_id)
        if not _try_again(work, ErrorCode.ENGINE_FAILED):
            _fail(work, ErrorCode.ENGINE_FAILED)
        raise
    except Exception:
        logger.exception("%s %s failed.", name, run_id)
        _fail(work, ErrorCode.ENGINE_FAILED)


def request_cancel(kind: RunKind[Run], run: Run) -> bool:
    """A queued run is canceled at once, a running one before its next step. One that
    has ended stays as it is: False. Part of the caller's transaction."""
    runs = kind.rows().filter(pk=run.pk)
    now = timezone.now()
    return bool(
        runs.filter(state=JobState.QUEUED).update(
            state=JobState.CANCELED, finished_at=now
        )
        or runs.filter(state=JobState.RUNNING, cancel_requested_at=None).update(
            cancel_requested_at=now
        )
    )


def reap(kind: RunKind[Run]) -> int:
    """Runs of dead workers, those that are to be tried again now, and those whose entry
    the queue has lost, go back into it; the number of them. What fails again and again
    ends."""
    count = 0
    now = timezone.now()
    for run in kind.rows().filter(state=JobState.RUNNING):
        if not is_dead(run.worker) and run.lease_until and run.lease_until > now:
            continue
        work = _Seen(kind, run, run.lease_token or uuid.uuid4())
        if run.cancel_requested_at is not None:
            work.end(JobState.CANCELED)
        elif run.deaths >= len(DEATH_PAUSES):
            work.end(JobState.FAILED, error_code=ErrorCode.WORKER_LOST)
        else:
            count += _give_back_after_death(work)
        log_run_end(kind.model, run.pk)
    if is_paused():  # every entry would be dropped
        return count
    return count + ring_waiting(kind, without_bell(kind, PATIENCE))


def without_bell(kind: RunKind[Run], patience: timedelta = timedelta(0)) -> list[Run]:
    """Runs that are to be tried again now, and those whose entry the queue has lost or
    a worker dropped during a pause."""
    now = timezone.now()
    queued = kind.rows().filter(state=JobState.QUEUED)
    found = list(queued.filter(try_again_at__lte=now))
    for queue in JobQueue.values:
        waiting = queued.filter(queue=queue, try_again_at=None)
        found += without_entry(waiting, queue, now - patience)
    return found


def ring_waiting(kind: RunKind[Run], runs: Iterable[Run]) -> int:
    """Ring for the runs of ``without_bell``; how many nobody else has rung for."""
    return sum(_ring(kind, run) for run in runs)


def _ring(kind: RunKind[Run], run: Run) -> int:
    still = kind.rows().filter(
        pk=run.pk,
        state=JobState.QUEUED,
        enqueued_at=run.enqueued_at,
        try_again_at=run.try_again_at,
    )
    with transaction.atomic():
        moved = still.update(enqueued_at=timezone.now(), try_again_at=None)
        if moved:
            kind.ring(run)
    return moved


def give_back(
    work: Work[Run], pause: timedelta | None = None, **fields: object
) -> bool:
    """``running → queued``, and ring the bell; after a ``pause`` the reaper rings it.
    False when the lease was lost."""
    now = timezone.now()
    with transaction.atomic():
        moved = work.rows().update(
            state=JobState.QUEUED,
            lease_token=None,
            lease_until=None,
            worker="",
            enqueued_at=now,
            try_again_at=now + pause if pause else None,
            **fields,
        )
        if moved and not pause:
            work.kind.ring(work.run)
    return bool(moved)


def _give_back_after_death(work: Work[Run]) -> bool:
    """A death is no try, and the pause grows with each; see ``after_death``."""
    return give_back(
        work,
        DEATH_PAUSES[work.run.deaths],
        deaths=F("deaths") + 1,
        attempts=Greatest(F("attempts") - 1, 0),
        **error_fields(ErrorCode.WORKER_LOST),
    )


def _give_back_unfinished(work: Work[Run]) -> None:
    """The worker is told to stop: that is no try of the run's."""
    give_back(work, attempts=Greatest(F("attempts") - 1, 0))


def _claim(kind: RunKind[Run], run_id: int) -> Work[Run] | None:
    if is_paused():
        return None
    token = uuid.uuid4()
    queued = kind.rows().filter(pk=run_id, state=JobState.QUEUED, try_again_at=None)
    with transaction.atomic():
        claimed = queued.update(
            state=JobState.RUNNING,
            lease_token=token,
            lease_until=timezone.now() + LEASE,
            worker=worker_name(),
            attempts=F("attempts") + 1,
            error_code="",
            error_detail="",
        )
        if not claimed:
            return None
        note_run_served(kind.model, run_id)
    return Work(kind, kind.rows().get(pk=run_id), token)


def _try_again(work: Work[Run], code: ErrorCode, detail: str = "") -> bool:
    """Give the run back for another try after a pause; False when this was the last."""
    if _end_if_canceled(work):
        return True
    run = work.rows().filter(attempts__lt=MAX_ATTEMPTS).first()
    return run is not None and give_back(
        work, pause_before(run.attempts), **error_fields(code, detail)
    )


def _end_if_canceled(work: Work[Run]) -> bool:
    asked = work.rows().exclude(cancel_requested_at=None)
    return bool(
        asked.update(
            state=JobState.CANCELED, lease_token=None, finished_at=timezone.now()
        )
    )


def _fail(work: Work[Run], code: ErrorCode, detail: str = "") -> None:
    work.end(JobState.FAILED, **error_fields(code, detail))
