"""Transcriptions: ordered, canceled, ordered again."""

from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from accounts.models.audit.events import AuditAction
from accounts.models.people import User
from accounts.services.audit.writing import Origin, record
from accounts.services.refusal import Refused
from transcription.models.jobs import TranscriptionJob
from transcription.models.recordings import Recording
from transcription.models.runs import ACTIVE_STATES, JobState
from transcription.services.hotwords.for_jobs import hotwords_for_job
from transcription.services.jobs.kind import JOBS
from transcription.services.jobs.options import UploadOptions
from transcription.services.runs.leases import request_cancel
from transcription.services.speech.settings import vad_for_order
from transcription.services.transcripts.corrections import correction_count


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
            use_punctuation=options.use_punctuation,
            speakers=options.speakers,
            hotwords=hotwords.lines,
            hotword_versions=hotwords.versions,
            vad=vad_for_order(recording.department, options.vad),
            queue=queue,
            notifies=options.notifies,
            is_background=options.is_background,
        )
    )


def cancel_job(*, job: TranscriptionJob, origin: Origin) -> bool:
    """A queued job is canceled at once, a running one at its next progress report. One
    that has ended stays as it is: False."""
    with transaction.atomic():
        changed = request_cancel(JOBS, job)
        if changed:
            _audit(job, origin, "cancel")
    JOBS.log_end(job.pk)  # a running one speaks when it has stopped
    job.refresh_from_db()
    return changed


def retry_job(
    *,
    job: TranscriptionJob,
    origin: Origin,
    options: UploadOptions | None = None,
    queue: str | None = None,
    notifies: bool = True,
) -> TranscriptionJob:
    """A new job for the same recording, with other options or the same, for which
    ``notifies`` holds. While one is active (somebody pressed twice) that one is
    returned and nothing is made."""
    active = active_job(job.recording)
    if active is not None:
        return active
    try:
        with transaction.atomic():
            again = _ordered_again(job, origin, options, queue or job.queue, notifies)
            _audit(again, origin, "retry", replaced=correction_count(job.recording))
    except Refused as refused:
        # "job_active": somebody pressed at the same moment.
        active = active_job(job.recording)
        if refused.code != "job_active" or active is None:
            raise
        return active
    return again


def resume_stopped(*, deleted_at: Mapping[int, datetime], origin: Origin) -> int:
    """Of recordings that come back from the trash, by id with when each was deleted:
    what the deletion stopped goes on. A job that is worked on still is not to be
    canceled any more; one that has ended is ordered again as it was. How many jobs."""
    newer = TranscriptionJob.objects.filter(
        recording=OuterRef("recording"), pk__gt=OuterRef("pk")
    )
    stopping = Q(state=JobState.RUNNING, cancel_requested_at__isnull=False)
    jobs = TranscriptionJob.objects.filter(
        stopping | Q(state=JobState.CANCELED), recording__in=deleted_at
    ).exclude(Exists(newer))
    return sum(
        _resumed(job, deleted_at[job.recording_id], origin)
        for job in jobs.select_related("recording", "department").order_by("pk")
    )


def _resumed(job: TranscriptionJob, deleted_at: datetime, origin: Origin) -> bool:
    running = TranscriptionJob.objects.filter(
        pk=job.pk, state=JobState.RUNNING, cancel_requested_at__gte=deleted_at
    )
    if running.update(cancel_requested_at=None):
        return True
    job.refresh_from_db(fields=["state", "finished_at", "cancel_requested_at"])
    ended = job.cancel_requested_at or job.finished_at
    if job.state != JobState.CANCELED or ended is None or ended < deleted_at:
        return False
    retry_job(job=job, origin=origin, notifies=job.notifies)
    return True


def active_job(recording: Recording) -> TranscriptionJob | None:
    """The one that waits or is being worked on."""
    return recording.jobs.filter(state__in=ACTIVE_STATES).first()


def _ordered_again(
    job: TranscriptionJob,
    origin: Origin,
    options: UploadOptions | None,
    queue: str,
    notifies: bool,
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
            use_punctuation=job.use_punctuation,
            speakers=job.speakers,
            hotwords=job.hotwords,
            hotword_versions=job.hotword_versions,
            vad=job.vad,
            queue=queue,
            notifies=notifies,
        )
    )


def _order(job: TranscriptionJob) -> TranscriptionJob:
    try:
        with transaction.atomic():
            job.save(force_insert=True)
            _check_department(job)
            JOBS.enqueue(job)
    except IntegrityError:
        if active_job(job.recording) is None:
            raise
        raise Refused(
            "job_active", _("This recording is being transcribed already.")
        ) from None
    return job


def _check_department(job: TranscriptionJob) -> None:
    """Whoever moves the recording meanwhile waits for this job, or has been quicker."""
    locked = Recording.objects.select_for_update(no_key=True).filter(
        pk=job.recording_id
    )
    if locked.values_list("department", flat=True).get() != job.department_id:
        raise Refused(
            "moved", _("This recording was moved to another department meanwhile.")
        )


def _audit(job: TranscriptionJob, origin: Origin, what: str, **more: int) -> None:
    record(
        AuditAction.JOB,
        origin,
        job.recording.audit_subject,
        job=str(job.uuid),
        what=what,
        **{name: value for name, value in more.items() if value},
    )
