"""What happens when the queue rings in a worker: the next work in turn is done."""

import logging
import os
from collections.abc import Callable
from typing import Final

from transcription.models import TranscriptionJob
from transcription.models.recordings import JobQueue
from transcription.services.evaluation.running import run_evaluation
from transcription.services.jobs.orders import run_job
from transcription.services.revisions.running import run_rehearing
from transcription.services.runs.pause import is_paused
from transcription.services.runs.turns import WaitingKind, next_turn

logger = logging.getLogger(__name__)

# Each time somebody else was quicker, and so has something to do.
TRIES: Final = 50
_DO: Final[dict[WaitingKind, Callable[[int], bool]]] = {
    WaitingKind.JOB: run_job,
    WaitingKind.EVALUATION: run_evaluation,
    WaitingKind.REHEARING: run_rehearing,
}


def answer_job_bell(job_id: int) -> None:
    """A bell that was rung for a job, in a worker of its queue. (A job that moves to
    another queue leaves bells behind: the worker's own queue is what counts.)"""
    queue = os.environ.get("Q_CLUSTER_NAME", "")
    if queue not in JobQueue.values:  # not in a cluster
        job = TranscriptionJob.objects.filter(pk=job_id).only("queue").first()
        queue = job.queue if job else ""
    answer_bell(queue)


def answer_bell(queue: str) -> None:
    """Do what is next in turn in this queue, whatever the bell was rung for."""
    if is_paused():
        return
    for _ in range(TRIES):
        turn = next_turn(queue)
        if turn is None:
            logger.debug("A bell of queue %s finds nothing to do.", queue)
            return
        if _DO[turn.kind](turn.pk):
            return
