"""Transcription jobs as a kind of run."""

from typing import Final

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from transcription.engine.base import ErrorCode
from transcription.models.jobs import JobWindow, TranscriptionJob
from transcription.models.runs import RECOGNISING, JobState
from transcription.services.notices.writing import tell_job_ended
from transcription.services.runs.kind import RunKind
from transcription.services.runs.log import seconds_between

# What other jobs would meet too, and what passes: none uses up its tries meanwhile.
_PASSES: Final = frozenset(
    {
        ErrorCode.SERVICE_FAILED,
        ErrorCode.OUT_OF_MEMORY,
        ErrorCode.DECODE_LIMIT,
        ErrorCode.DISK_FULL,
        ErrorCode.STORAGE_FAILED,
    }
)


def _forget_windows(job_id: int) -> None:
    JobWindow.objects.filter(job=job_id).delete()


def _describe(job: TranscriptionJob) -> str:
    waited = seconds_between(job.created_at, job.started_at)
    took = seconds_between(job.started_at, job.finished_at)
    audio = "-" if job.audio_ms is None else f"{job.audio_ms / 1000:.1f}"
    rtf = job.real_time_factor
    code = job.error_code if job.state == JobState.FAILED else ""
    return (
        f"Job {job.uuid} {job.state}: recording={job.recording.uuid} "
        f"department={job.department_id} queue={job.queue} attempts={job.attempts} "
        f"deaths={job.deaths} waited_s={waited} took_s={took} audio_s={audio} "
        f"rtf={'-' if rtf is None else f'{rtf:.3f}'} engine={job.engine or '-'} "
        f"code={code or '-'}"
    )


JOBS: Final = RunKind(
    name="job",
    title=_("Transcription"),
    model=TranscriptionJob,
    task="transcription.tasks.run_job",
    queues=RECOGNISING,
    max_attempts=lambda: settings.JOB_MAX_ATTEMPTS,
    pauses_after=_PASSES,
    lost_decoder_is_death=True,
    is_numerous=True,
    order=("is_background", "pk"),
    running_columns=("eta_ms",),
    forget=_forget_windows,
    tell=tell_job_ended,
    describe=_describe,
)
