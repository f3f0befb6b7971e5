"""Orders to the engine: made, canceled, repeated, and given back when a worker died."""

import logging
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models.audit.events import AuditAction
from accounts.models.people import User
from accounts.services.audit.writing import Origin, record
from accounts.services.refusal import Refused
from transcription.engine.base import ErrorCode
from transcription.models.jobs import JobWindow, TranscriptionJob
from transcription.models.recordings import Recording
from transcription.models.runs import ACTIVE_STATES, JobQueue, JobState
from transcription.services.hotwords.for_jobs import hotwords_for_job
from transcription.services.jobs.leases import after_death, end, take_away
from transcription.services.jobs.options import UploadOptions
from transcription.services.jobs.working import run_job
from transcription.services.runs.folders import work_root
from transcription.services.runs.log import log_job_end
from transcription.services.runs.pause import is_paused
from transcription.services.runs.queue import enqueue, without_entry
from transcription.services.runs.workers import is_dead
from transcription.services.speech.settings import vad_for_jobs
from transcription.services.transcripts.corrections import correction_count

__all__ = [
    "ReapReport",
    "cancel_job",
    "order_job",
    "reap_jobs",
    "requeue_orphans",
    "retry_job",
    "ring_waiting",
    "run_job",
    "without_bell",
]

logger = logging.getLogger(__name__)

# A queued job this old whose entry cannot be in the queue any more is enqueued again.
BELL_LOST_SECONDS = 30


@dataclass(frozen=True, slots=True)
class ReapReport:
    """What the reaper found: job ids."""

    requeued: tuple[int, ...] = ()
    ended: tuple[int, ...] = ()
    rung_again: tuple[int, ...] = ()


def order_job(
    *,
    recording: Recording,
    requested_by: User | None,
    options: UploadOptions,
    queue: str,
) -> TranscriptionJob:
    """A queued job with a snapshot of the options and hotwords, and its queue entry, in
    one transaction. Raises ``Refused`` while the recording has an active job."""
    hotwords = hotwords_for_job(
        department=recording.department,
        list_uuids=options.hotword_list_uuids,
        extra=options.extra_hotwords,
    )
    return _order(
        TranscriptionJob(
            recording=recording,
            department=recording.department,
            requested_by=requested_by,
            language=options.language,
            use_itn=options.use_itn,
            speakers=options.speakers,
            hotwords=hotwords.lines,
            hotword_versions=hotwords.versions,
            vad=vad_for_jobs(recording.department),
            queue=queue,
        )
    )


def cancel_job(*, job: TranscriptionJob, origin: Origin) -> bool:
    """A queued job is canceled at once, a running one at its next progress report. One
    that has ended stays as it is: False."""
    with transaction.atomic():
        changed = stop_active(job)
        if changed:
            _audit(job, origin, "cancel")
    log_job_end(job.pk)  # a running one speaks when it has stopped
    job.refresh_from_db()
    return changed


def stop_active(job: TranscriptionJob) -> bool:
    """Cancel without an audit event of its own; part of the caller's transaction."""
    jobs = TranscriptionJob.objects.filter(pk=job.pk)
    now = timezone.now()
    for _attempt in range(2):  # it may be given back between the two updates
        if jobs.filter(state=JobState.QUEUED).update(
            state=JobState.CANCELED, finished_at=now, eta_ms=None
        ):
            JobWindow.objects.filter(job=job).delete()
            return True
        if jobs.filter(state=JobState.RUNNING, cancel_requested_at=None).update(
            cancel_requested_at=now
        ):
            return True
    return False


def retry_job(
    *,
    job: TranscriptionJob,
    origin: Origin,
    options: UploadOptions | None = None,
    queue: str | None = None,
) -> TranscriptionJob:
    """A new job for the same recording, with the same options or others. While one is
    active (somebody pressed twice) that one is returned and nothing is made."""
    active = active_job(job.recording)
    if active is not None:
        return active
    try:
        with transaction.atomic():
            again = _ordered_again(job, origin, options, queue or job.queue)
            _audit(again, origin, "retry", replaced=correction_count(job.recording))
    except Refused as refused:
        # "job_active": somebody pressed at the same moment.
        active = active_job(job.recording)
        if refused.code != "job_active" or active is None:
            raise
        return active
    return again


def active_job(recording: Recording) -> TranscriptionJob | None:
    """The one that waits or is being worked on."""
    return recording.jobs.filter(state__in=ACTIVE_STATES).first()


def reap_jobs() -> ReapReport:
    """Give back what silent or dead workers hold, and ring for jobs whose queue entry
    is lost. Any number of janitors may do this at once."""
    expired = TranscriptionJob.objects.filter(
        state=JobState.RUNNING, lease_until__lt=timezone.now()
    )
    orphans = _orphans()
    seen = {job.pk for job in orphans}
    lost = [*orphans, *(job for job in expired if job.pk not in seen)]
    requeued, ended = _take_away(lost, counts=True)
    _remove_leftovers()
    rung_again = ring_waiting(without_bell(BELL_LOST_SECONDS))
    return ReapReport(requeued, ended, rung_again)


def requeue_orphans(*, attempt_counts: bool = True) -> ReapReport:
    """Give back the jobs of this machine's dead workers now, without waiting for their
    leases: at start, and at the end of a shutdown. Whoever killed them on purpose says
    ``attempt_counts=False``: it was not the jobs' fault."""
    requeued, ended = _take_away(_orphans(), counts=attempt_counts)
    _remove_leftovers()
    return ReapReport(requeued, ended)


def _ordered_again(
    job: TranscriptionJob, origin: Origin, options: UploadOptions | None, queue: str
) -> TranscriptionJob:
    if options is not None:
        return order_job(
            recording=job.recording,
            requested_by=origin.user,
            options=options,
            queue=queue,
        )
    return _order(
        TranscriptionJob(
            recording=job.recording,
            department=job.department,
            requested_by=origin.user,
            language=job.language,
            use_itn=job.use_itn,
            speakers=job.speakers,
            hotwords=job.hotwords,
            hotword_versions=job.hotword_versions,
            vad=job.vad,
            queue=queue,
        )
    )


def _order(job: TranscriptionJob) -> TranscriptionJob:
    try:
        with transaction.atomic():
            job.save(force_insert=True)
            enqueue(job)
    except IntegrityError:
        if active_job(job.recording) is None:
            raise
        raise Refused(
            "job_active", _("This recording is being transcribed already.")
        ) from None
    return job


def _orphans() -> list[TranscriptionJob]:
    running = TranscriptionJob.objects.filter(state=JobState.RUNNING)
    return [job for job in running if is_dead(job.worker)]


def _take_away(
    jobs: list[TranscriptionJob], *, counts: bool
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Back to the queue, or to the end when it was canceled or has seen too many die;
    ``counts=False``: they were killed on purpose."""
    requeued, ended = [], []
    for job in jobs:
        worker = job.worker
        if job.cancel_requested_at is not None:
            state = JobState.CANCELED if end(job, JobState.CANCELED) else None
        elif counts:
            state = after_death(job, ErrorCode.WORKER_LOST)
        else:
            state = JobState.QUEUED if take_away(job) else None
        if state == JobState.QUEUED:
            requeued.append(job.pk)
            logger.warning("Job %s goes back to the queue: %s is gone.", job, worker)
        elif state is not None:
            ended.append(job.pk)
            log_job_end(job.pk)
    JobWindow.objects.filter(job__in=ended).delete()
    return tuple(requeued), tuple(ended)


def ring_waiting(jobs: Iterable[TranscriptionJob]) -> tuple[int, ...]:
    """Ring for the jobs of ``without_bell``; those for which nobody else has."""
    return tuple(job.pk for job in jobs if _ring(job))


def without_bell(patience_seconds: float = 0) -> list[TranscriptionJob]:
    """Jobs that are to be tried again now, and those whose entry the queue has lost or
    a worker dropped during a pause."""
    if is_paused():  # every entry would be dropped
        return []
    now = timezone.now()
    queued = TranscriptionJob.objects.filter(state=JobState.QUEUED).order_by("pk")
    found = list(queued.filter(try_again_at__lte=now))
    patience = timedelta(seconds=patience_seconds)
    for queue in JobQueue.values:
        waiting = queued.filter(queue=queue, try_again_at=None)
        found += without_entry(waiting, queue, now - patience)
    return found


def _ring(job: TranscriptionJob) -> bool:
    """False when somebody has moved it meanwhile."""
    still = TranscriptionJob.objects.filter(
        pk=job.pk,
        state=JobState.QUEUED,
        enqueued_at=job.enqueued_at,
        try_again_at=job.try_again_at,
    )
    with transaction.atomic():
        rung = still.update(enqueued_at=timezone.now(), try_again_at=None)
        if rung:
            enqueue(job)
    return bool(rung)


def _remove_leftovers() -> None:
    """Work folders of this machine that no running job owns."""
    for folder in work_root().glob("*"):
        job_id, _underscore, token = folder.name.partition("_")
        if not job_id.isdecimal():
            continue  # not ours to judge
        running = TranscriptionJob.objects.filter(pk=job_id, state=JobState.RUNNING)
        if str(running.values_list("lease_token", flat=True).first()) != token:
            shutil.rmtree(folder, ignore_errors=True)


def _audit(job: TranscriptionJob, origin: Origin, what: str, **more: int) -> None:
    record(
        AuditAction.JOB,
        origin,
        job.recording.audit_subject,
        job=str(job.uuid),
        what=what,
        **{name: value for name, value in more.items() if value},
    )
