"""What the queue calls: an id in, a service call out.

The id is what the bell was rung for; what is done is the next in turn (``bells``).
"""

from transcription.models.recordings import JobQueue
from transcription.services import bells
from transcription.services.recogniser.reporting import at_work
from transcription.services.speech import runs


def run_job(job_id: int) -> None:
    """Transcribe, or do what is before it in turn."""
    with at_work():
        bells.answer_job_bell(job_id)


def run_vad(run_id: int) -> None:
    """Look for speech, if nobody else does."""
    with at_work():
        runs.run_vad(run_id)


def run_evaluation(run_id: int) -> None:
    """Measure a reference set, or do what is before it in turn."""
    with at_work():
        bells.answer_bell(JobQueue.BATCH)


def run_rehearing(run_id: int) -> None:
    """Hear sentences of the archive again, or do what is before it in turn."""
    with at_work():
        bells.answer_bell(JobQueue.BATCH)
