"""What the queue calls: an id in, a service call out."""

from transcription.services import jobs


def run_job(job_id: int) -> None:
    """Transcribe, if nobody else does."""
    jobs.run_job(job_id)
