"""What happens when the queue rings in a worker: the next work in turn is done."""

import logging
import os
from collections.abc import Callable
from typing import Final

from transcription.models.jobs import TranscriptionJob
from transcription.models.runs import JobQueue, LeasedRun
from transcription.services.evaluation.running import run_evaluation
from transcription.services.jobs.orders import run_job
from transcription.services.revisions.running import run_rehearing
from transcription.services.runs.pause import is_paused
from transcription.services.runs.turns import WaitingKind, next_turn
from transcription.services.speech.runs import run_vad

logger = logging.getLogger(__name__)

# Each time somebody else was quicker, and so has something to do.
TRIES: Final = 50
_DO: Final[dict[WaitingKind, Callable[[int], bool]]] = {
    WaitingKind.JOB: run_job,
    WaitingKind.EVALUATION: run_evaluation,
    WaitingKind.REHEARING: run_rehearing,
    WaitingKind.VAD: run_vad,
}


def answer_bell(model: type[TranscriptionJob | LeasedRun], pk: int) -> None:
    """Do what is next in turn in this worker's queue, whatever the bell was rung
    for."""
    if is_paused():
        return
    queue = _queue(model, pk)
    for _ in range(TRIES):
        turn = next_turn(queue)
        if turn is None:
            logger.debug("A bell of queue %s finds nothing to do.", queue)
            return
        if _DO[turn.kind](turn.pk):
            return


def _queue(model: type[TranscriptionJob | LeasedRun], pk: int) -> str:
    """The worker's own: a job that moves to another queue leaves bells behind."""
    queue = os.environ.get("Q_CLUSTER_NAME", "")
    if queue in JobQueue.values:
        return queue
    rows = model._default_manager.filter(pk=pk)  # not in a cluster
    return rows.values_list("queue", flat=True).first() or ""
