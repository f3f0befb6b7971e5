"""One line in the log for every job and run that comes to an end: ids, times, figures,
the outcome's code. Never a title, a file's name or a word of what was said."""

import logging
from datetime import datetime

from django.db import DatabaseError, models

from transcription.models.jobs import TranscriptionJob
from transcription.models.runs import ACTIVE_STATES, JobState, LeasedRun

logger = logging.getLogger(__name__)


def log_job_end(job_id: int, *, worker: str = "") -> None:
    """Nothing while the job is active, or when it ended in another ``worker``'s hands.
    Called at the very end of a worker's work: it raises nothing."""
    jobs = TranscriptionJob.objects.exclude(state__in=ACTIVE_STATES)
    if worker:
        jobs = jobs.filter(worker=worker)
    try:
        job = jobs.select_related("recording").filter(pk=job_id).first()
    except DatabaseError:
        logger.exception("Job %s has come to an end or not.", job_id)
        return
    if job is None:
        return
    rtf = job.real_time_factor
    logger.info(
        "Job %s %s: recording=%s department=%s queue=%s attempts=%s deaths=%s "
        "waited_s=%s took_s=%s audio_s=%s rtf=%s engine=%s code=%s",
        job.uuid,
        job.state,
        job.recording.uuid,
        job.department_id,
        job.queue,
        job.attempts,
        job.deaths,
        _seconds(job.created_at, job.started_at),
        _seconds(job.started_at, job.finished_at),
        "-" if job.audio_ms is None else f"{job.audio_ms / 1000:.1f}",
        "-" if rtf is None else f"{rtf:.3f}",
        job.engine or "-",
        (job.error_code if job.state == JobState.FAILED else "") or "-",
    )


def log_run_end(model: type[LeasedRun], run_id: int) -> None:
    """The same for a run."""
    runs: models.QuerySet[LeasedRun] = models.QuerySet(model)
    try:
        run = runs.exclude(state__in=ACTIVE_STATES).filter(pk=run_id).first()
    except DatabaseError:
        logger.exception("%s %s has ended or not.", model.__name__, run_id)
        return
    if run is None:
        return
    logger.info(
        "%s %s %s: done=%s%% attempts=%s deaths=%s took_s=%s engine=%s code=%s",
        model.__name__,
        run.uuid,
        run.state,
        run.percent,
        run.attempts,
        run.deaths,
        _seconds(run.created_at, run.finished_at),
        run.engine or "-",
        run.error_code or "-",
    )


def _seconds(since: datetime | None, until: datetime | None) -> str:
    if since is None or until is None:
        return "-"
    return f"{(until - since).total_seconds():.1f}"
