"""Many recordings transcribed once more."""

from dataclasses import dataclass
from functools import partial

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet, Sum

from accounts.models.audit.events import AuditAction
from accounts.models.members import Membership
from accounts.services.audit.writing import Origin, record_each
from transcription.access.recordings import editable_by
from transcription.models.jobs import TranscriptionJob
from transcription.models.recordings import Recording
from transcription.models.runs import ACTIVE_STATES, JobQueue
from transcription.models.transcripts import Segment
from transcription.services.hotwords.for_jobs import JobHotwords, hotwords_for_job
from transcription.services.jobs.kind import JOBS
from transcription.services.recordings.selection.choosing import (
    MOST,
    Outcome,
    Selection,
    in_batches,
    locked,
)
from transcription.services.speech.settings import vad_for_jobs

_ACTIVE = TranscriptionJob.objects.filter(
    recording=OuterRef("pk"), state__in=ACTIVE_STATES
)
_CORRECTED = Segment.objects.filter(
    transcript__recording=OuterRef("pk"),
    transcript__is_current=True,
    edited_at__isnull=False,
)


@dataclass(frozen=True, slots=True)
class Estimate:
    """What an order would be about; ``corrected`` recordings have sentences that people
    corrected, which a new transcript replaces."""

    chosen: int
    count: int
    length_ms: int
    corrected: int
    refused: int
    left: int

    @property
    def waiting(self) -> int:
        """Those that are being transcribed already."""
        return self.chosen - self.count - self.refused - self.left


def estimate(membership: Membership, selection: Selection) -> Estimate:
    """Of all that can be ordered, those with corrections among them."""
    chosen = selection.recordings(membership)
    count = chosen.count()
    wanted = _wanted(membership, chosen)
    orderable = wanted.count()
    ids = list(wanted.values_list("pk", flat=True)[:MOST])
    ordered = Recording.objects.visible_to(membership).filter(pk__in=ids)
    return Estimate(
        chosen=count,
        count=min(orderable, MOST),
        length_ms=ordered.aggregate(total=Sum("duration_ms"))["total"] or 0,
        corrected=ordered.filter(Exists(_CORRECTED)).count(),
        refused=count - chosen.filter(editable_by(membership)).count(),
        left=max(0, orderable - MOST),
    )


def transcribe_again(
    *,
    membership: Membership,
    origin: Origin,
    selection: Selection,
    with_corrected: bool,
) -> Outcome:
    """A new job each, as its last one was but with today's hotwords, in the queue of
    long work: nobody's upload waits for them. Those with corrections are left out
    unless ``with_corrected``."""
    chosen = selection.recordings(membership)
    count = chosen.count()
    wanted = _wanted(membership, chosen)
    if not with_corrected:
        wanted = wanted.exclude(Exists(_CORRECTED))
    ids = list(wanted.values_list("pk", flat=True))
    words = hotwords_for_job(department=membership.department, list_uuids=None)
    order = partial(_order, membership, origin, words)
    changed, left = in_batches(ids[:MOST], order)
    return Outcome(
        chosen=count,
        changed=changed,
        refused=count - chosen.filter(editable_by(membership)).count(),
        left=left + len(ids[MOST:]),
    )


def _wanted(membership: Membership, chosen: QuerySet[Recording]) -> QuerySet[Recording]:
    had = TranscriptionJob.objects.filter(recording=OuterRef("pk"))
    allowed = chosen.filter(editable_by(membership))
    return allowed.filter(Exists(had)).exclude(Exists(_ACTIVE))


def _order(
    membership: Membership, origin: Origin, words: JobHotwords, ids: list[int]
) -> list[int]:
    found = {one.pk: one for one in locked(ids) if one.deleted_at is None}
    jobs = TranscriptionJob.objects.filter(recording__in=found)
    newest: dict[int, TranscriptionJob] = {}
    for job in jobs.defer("hotwords", "hotword_versions").order_by("pk"):
        newest[job.recording_id] = job
    vad = vad_for_jobs(membership.department)
    again = [
        _again(job, membership, words, vad)
        for job in newest.values()
        if not job.is_active
    ]
    try:
        with transaction.atomic():
            TranscriptionJob.objects.bulk_create(again)
    except IntegrityError:
        return []  # somebody ordered one of them at this moment: the next order sees it
    for job in again:
        JOBS.enqueue(job)
    events = [
        (found[job.recording_id].audit_subject, {"job": str(job.uuid), "what": "retry"})
        for job in again
    ]
    record_each(AuditAction.JOB, origin, events)
    return [job.recording_id for job in again]


def _again(
    job: TranscriptionJob,
    membership: Membership,
    words: JobHotwords,
    vad: dict[str, int],
) -> TranscriptionJob:
    return TranscriptionJob(
        recording_id=job.recording_id,
        department_id=job.department_id,
        requested_by=membership.user,
        language=job.language,
        use_itn=job.use_itn,
        use_punctuation=job.use_punctuation,
        speakers=job.speakers,
        hotwords=words.lines,
        hotword_versions=words.versions,
        vad=vad,
        queue=JobQueue.BATCH,
        notifies=False,  # thousands of notices say less than the list does
    )
