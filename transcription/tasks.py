"""What the queue calls: an id in, a service call out."""

from transcription.services import jobs, vad_runs


def run_job(job_id: int) -> None:
    """Transcribe, if nobody else does."""
    jobs.run_job(job_id)


def run_vad(run_id: int) -> None:
    """Look for speech, if nobody else does."""
    vad_runs.run_vad(run_id)
