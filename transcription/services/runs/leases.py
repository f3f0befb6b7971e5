"""Who works on a run: claimed, carried out, requeued, ended. Only compare-and-set.

``queued → running`` happens in ``claim`` and nowhere else. What a run does is its
room's; a run of many small steps leaves the worker every few minutes, so that
recordings do not wait for it.
"""

import errno
import logging
import uuid
from collections.abc import Callable
from datetime import timedelta

from django.db import DatabaseError, close_old_connections, transaction
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils import timezone

from transcription.engine.base import EngineError, ErrorCode
from transcription.models.runs import JobState
from transcription.services.runs.cluster.stopping import WorkerStopping, sigterm_raises
from transcription.services.runs.cluster.workers import worker_name
from transcription.services.runs.heartbeat import Heartbeat
from transcription.services.runs.kind import Run, RunKind
from transcription.services.runs.queue.pause import open_queues
from transcription.services.runs.queue.turns import note_served
from transcription.services.runs.tries import DEATH_PAUSES, error_fields, pause_before
from transcription.services.runs.work import RunLost, Work, end, lease_until

logger = logging.getLogger(__name__)


def claim(kind: RunKind[Run], run_id: int) -> Work[Run] | None:
    """``queued → running``; None when somebody else has it, it needs nobody, is to be
    tried later, or its queue is paused."""
    token = uuid.uuid4()
    with transaction.atomic():
        claimed = (
            kind.claimable()
            .filter(pk=run_id, queue__in=open_queues())
            .update(
                state=JobState.RUNNING,
                lease_token=token,
                worker=worker_name(),
                attempts=F("attempts") + 1,
                started_at=timezone.now(),
                **lease_until(),
                **error_fields(""),
            )
        )
        if not claimed:
            return None
        run = kind.rows().get(pk=run_id)
        note_served(kind, run)
    return Work(kind, run, token)


def carry_out(kind: RunKind[Run], run_id: int, do: Callable[[Work[Run]], bool]) -> bool:
    """Claim the run and bring it to an end, or back to the queue. False when it is
    somebody else's. Raises only to end the process."""
    work = claim(kind, run_id)
    if work is None:
        logger.info("%s %s needs no worker.", kind.name, run_id)
        return False
    try:
        with sigterm_raises():
            bring_to_end(work, do)
    except WorkerStopping:
        requeue(work, counts=False)  # in case it came before or after the work
        raise
    return True


def bring_to_end(work: Work[Run], do: Callable[[Work[Run]], bool]) -> None:
    """Let ``do`` end the run. What it leaves unfinished, answering False, goes back to
    the queue, and so does what failed but may succeed another time."""
    name = f"{work.kind.name} {work.run.pk}"
    with Heartbeat(work):
        try:
            if not do(work):
                requeue(work)
        except RunLost:
            if not _end_if_canceled(work):
                logger.warning("%s was taken away; its result is dropped.", name)
        except EngineError as error:
            logger.warning("%s failed: %s", name, error)
            _after_failure(work, error)
            if error.code is ErrorCode.DEVICE_FAILED:
                # CUDA answers nothing more in this process; the cluster starts another.
                raise SystemExit(1) from error
        except WorkerStopping:
            requeue(work, counts=False)
            raise
        except (Exception, SystemExit) as error:  # django-q2's timeout is a SystemExit
            logger.exception("%s failed.", name)
            if isinstance(error, DatabaseError):
                close_old_connections()  # a broken one, for what follows
            _after_failure(work, _as_engine_error(error))
            if isinstance(error, SystemExit):
                raise
        finally:
            work.kind.log_end(work.run.pk, worker=worker_name())


def requeue(
    work: Work[Run],
    *,
    counts: bool = True,
    queue: str = "",
    pause: timedelta | None = None,
    **fields: object,
) -> bool:
    """``running → queued`` and into the queue, another ``queue`` if one is named; after
    a ``pause`` the reaper puts it there. ``counts=False`` when the try was cut short
    and is not the run's fault. One that is to be canceled ends instead. False when the
    lease was lost."""
    if _end_if_canceled(work):
        return True
    now = timezone.now()
    if not counts:
        fields["attempts"] = Greatest(F("attempts") - 1, 0)
    work.run.queue = queue or work.run.queue
    with transaction.atomic():
        moved = work.rows().update(
            **dict.fromkeys(("lease_token", "lease_until", *work.kind.running_columns)),
            state=JobState.QUEUED,
            worker="",
            queue=work.run.queue,
            enqueued_at=now,
            try_again_at=now + pause if pause else None,
            **fields,
        )
        if moved and not pause:
            work.kind.enqueue(work.run)
    return bool(moved)


def postpone(work: Work[Run], code: ErrorCode) -> None:
    """Requeue what has not been begun, for lack of something that others lack too."""
    requeue(work, counts=False, pause=pause_before(1), **error_fields(code))


def after_death(work: Work[Run], code: str, detail: str = "") -> JobState | None:
    """What becomes of a run whose process has died or is silent: back to the queue,
    where it is worked on alone and after a growing pause, or failed with ``code`` when
    that has happened too often. A death is no try. None when nobody died: a heartbeat
    came in between."""
    run = work.rows().first()
    if run is None:
        return None
    deaths = run.deaths + 1
    fields = error_fields(code, detail) | {"deaths": deaths}
    if deaths > len(DEATH_PAUSES):
        failed = end(work.kind, work.rows(), run.pk, JobState.FAILED, **fields)
        return JobState.FAILED if failed else None
    pause = DEATH_PAUSES[deaths - 1]
    moved = requeue(work, counts=False, pause=pause, **fields)
    return JobState.QUEUED if moved else None


def request_cancel(kind: RunKind[Run], run: Run) -> bool:
    """A queued run is canceled at once, a running one when its worker looks. One that
    has ended stays as it is: False. Part of the caller's transaction."""
    runs = kind.rows().filter(pk=run.pk)
    for _attempt in range(2):  # it may be requeued between the two updates
        queued = runs.filter(state=JobState.QUEUED)
        if end(kind, queued, run.pk, JobState.CANCELED):
            return True
        running = runs.filter(state=JobState.RUNNING, cancel_requested_at=None)
        if running.update(cancel_requested_at=timezone.now()):
            return True
    return False


def _end_if_canceled(work: Work[Run]) -> bool:
    asked = work.rows().exclude(cancel_requested_at=None)
    return end(work.kind, asked, work.run.pk, JobState.CANCELED)


def _after_failure(work: Work[Run], error: EngineError) -> None:
    if error.code is ErrorCode.WORKER_LOST:  # all processes are told to stop
        requeue(work, counts=False)
    elif error.code is ErrorCode.DECODER_LOST and work.kind.lost_decoder_is_death:
        after_death(work, error.code, error.detail)
    elif error.permanent or not _try_again(work, error):
        fields = error_fields(error.code, error.detail)
        end(work.kind, work.rows(), work.run.pk, JobState.FAILED, **fields)


def _try_again(work: Work[Run], error: EngineError) -> bool:
    """Requeue the run for another try; False when this was the last."""
    run = work.with_another_try()
    if run is None:
        return _end_if_canceled(work)
    pauses_after = work.kind.pauses_after
    pauses = pauses_after is None or error.code in pauses_after
    pause = pause_before(run.attempts) if pauses else None
    return requeue(work, pause=pause, **error_fields(error.code, error.detail))


def _as_engine_error(error: BaseException) -> EngineError:
    """An error that nobody foresaw, in words that people are told: trying again may
    help. Its text stays in the log, where paths and libraries may be named."""
    if isinstance(error, MemoryError):
        return EngineError(ErrorCode.OUT_OF_MEMORY, permanent=False)
    if isinstance(error, OSError):
        is_full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        code = ErrorCode.DISK_FULL if is_full else ErrorCode.STORAGE_FAILED
        return EngineError(code, permanent=False)
    return EngineError(ErrorCode.ENGINE_FAILED, type(error).__name__, permanent=False)
