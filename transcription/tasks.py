"""What the queue calls: an id in, a service call out."""

from transcription.services import (
    evaluation_running,
    jobs,
    rehearing_running,
    vad_runs,
)
from transcription.services.engine_reporting import at_work


def run_job(job_id: int) -> None:
    """Transcribe, if nobody else does."""
    with at_work():
        jobs.run_job(job_id)


def run_vad(run_id: int) -> None:
    """Look for speech, if nobody else does."""
    with at_work():
        vad_runs.run_vad(run_id)


def run_evaluation(run_id: int) -> None:
    """Measure a reference set, if nobody else does."""
    with at_work():
        evaluation_running.run_evaluation(run_id)


def run_rehearing(run_id: int) -> None:
    """Hear sentences of the archive again, if nobody else does."""
    with at_work():
        rehearing_running.run_rehearing(run_id)
