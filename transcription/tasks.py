"""What the queue calls: an id in, a service call out.

The id is what the bell was rung for; what is done is the next in turn (``bells``).
"""

from transcription.models.evaluation import EvaluationRun
from transcription.models.jobs import TranscriptionJob
from transcription.models.rehearings import Rehearing
from transcription.models.speech import VadRun
from transcription.services.bells import answer_bell
from transcription.services.recogniser.reporting import at_work


def run_job(job_id: int) -> None:
    """Transcribe, or do what is before it in turn."""
    with at_work():
        answer_bell(TranscriptionJob, job_id)


def run_vad(run_id: int) -> None:
    """Look for speech, or do what is before it in turn."""
    with at_work():
        answer_bell(VadRun, run_id)


def run_evaluation(run_id: int) -> None:
    """Measure a reference set, or do what is before it in turn."""
    with at_work():
        answer_bell(EvaluationRun, run_id)


def run_rehearing(run_id: int) -> None:
    """Hear sentences of the archive again, or do what is before it in turn."""
    with at_work():
        answer_bell(Rehearing, run_id)
