"""Every kind of run: what its rows are, and what a worker does with one.

Workers, janitor, pauses and pages go through this list; a new kind is one more entry.
"""

import logging
import os
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Final

from django.db import transaction

from accounts.services.audit.writing import Origin
from transcription.models.recogniser import IntakePause
from transcription.models.runs import JobQueue
from transcription.services.evaluation.running import run_evaluation
from transcription.services.evaluation.runs import EVALUATIONS
from transcription.services.jobs.kind import JOBS
from transcription.services.jobs.working import run_job
from transcription.services.recordings.exporting.orders import EXPORTS
from transcription.services.recordings.exporting.packing import run_export
from transcription.services.revisions.orders import RE_RECOGNITIONS
from transcription.services.revisions.running import run_re_recognition
from transcription.services.runs.folders import remove_left_sound
from transcription.services.runs.kind import RunKind
from transcription.services.runs.queue import turns
from transcription.services.runs.queue.pause import note_intake, open_queues
from transcription.services.runs.reaper import (
    ReapReport,
    enqueue_again,
    overdue,
    reap,
)
from transcription.services.runs.reaper import requeue_orphans as requeue_orphans_of
from transcription.services.speech.runs import VAD_RUNS, run_vad

logger = logging.getLogger(__name__)

# Each time somebody else was quicker, and so has something to do.
CLAIM_TRIES: Final = 50


def _run_job(job_id: int) -> bool:
    return run_job(job_id, next_turn)


# What is called with the id of a run brings it to an end or back to the queue, and
# answers False when it is somebody else's.
KINDS: Final[Mapping[RunKind[Any], Callable[[int], bool]]] = {
    JOBS: _run_job,
    EVALUATIONS: run_evaluation,
    RE_RECOGNITIONS: run_re_recognition,
    VAD_RUNS: run_vad,
    EXPORTS: run_export,
}


def next_turn(queue: str) -> turns.Turn | None:
    """What the queue's next free worker is to take; None when nothing waits."""
    return turns.next_turn(KINDS, queue)


def work_on_next(kind: RunKind[Any], run_id: int) -> None:
    """A worker has received the queue entry of this run: do what is next in turn in the
    worker's queue."""
    queue = _queue(kind, run_id)
    if queue not in open_queues():
        return
    for _ in range(CLAIM_TRIES):
        turn = next_turn(queue)
        if turn is None:
            logger.debug("An entry of queue %s finds nothing to do.", queue)
            return
        if KINDS[turn.kind](turn.pk):
            return


def resume_intake(*, origin: Origin) -> bool:
    """Workers claim again, and get what has waited meanwhile. False when nothing
    was paused."""
    with transaction.atomic():
        deleted, _per_model = IntakePause.objects.all().delete()
        if not deleted:
            return False
        note_intake(origin, "intake_resumed")
    # All are found before any is enqueued: a new entry looks as if none were lost.
    waiting = [(kind, overdue(kind, timedelta(0))) for kind in KINDS]
    for kind, runs in waiting:
        enqueue_again(kind, runs)
    return True


def reap_all() -> ReapReport:
    """``reap`` for every kind."""
    return sum((reap(kind) for kind in KINDS), ReapReport())


def requeue_orphans(*, counts: bool = True) -> ReapReport:
    """The same for what this machine's dead workers held, and their work folders."""
    report = ReapReport()
    for kind in KINDS:
        report += requeue_orphans_of(kind, counts=counts)
        remove_left_sound(kind)
    return report


def _queue(kind: RunKind[Any], run_id: int) -> str:
    """The worker's own: a job that moves to another queue leaves entries behind."""
    queue = os.environ.get("Q_CLUSTER_NAME", "")
    if queue in JobQueue.values:
        return queue
    rows = kind.rows().filter(pk=run_id)  # not in a cluster
    return rows.values_list("queue", flat=True).first() or ""
