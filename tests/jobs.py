"""Transcription jobs in the hands of a worker and of the reaper, in one process."""

from transcription.models.jobs import TranscriptionJob
from transcription.services.jobs.kind import JOBS
from transcription.services.kinds import KINDS
from transcription.services.runs import leases, reaper
from transcription.services.runs.reaper import ReapReport
from transcription.services.runs.work import Work


def run_job(job_id: int) -> bool:
    """As a worker does whose turn it is."""
    return KINDS[JOBS](job_id)


def claim(job_id: int) -> Work[TranscriptionJob] | None:
    return leases.claim(JOBS, job_id)


def reap_jobs() -> ReapReport:
    return reaper.reap(JOBS)
