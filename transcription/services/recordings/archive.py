"""What the archive shows of each recording: its newest job, its language, its time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from django.db.models import DateTimeField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models.departments import Department
from accounts.models.people import User
from transcription.models.jobs import TranscriptionJob
from transcription.models.recordings import Recording, Tag
from transcription.models.runs import ACTIVE_STATES
from transcription.models.transcripts import Transcript

ACTIVE = "active"  # the filter's word for queued or running


@dataclass(frozen=True, slots=True)
class ArchiveFilters:
    """What to narrow the archive to; empty means all. Days are the company's."""

    q: str = ""
    since: date | None = None
    until: date | None = None
    status: str = ""
    uploader: User | None = None
    agent: str = ""
    tag: Tag | None = None
    language: str = ""


def archive(
    department: Department, filters: ArchiveFilters | None = None
) -> QuerySet[Recording]:
    """The department's kept recordings with ``job_id``, ``job_state``, ``language``
    (spoken, or what was asked for) and ``happened_at`` (the call, else the upload)."""
    newest = TranscriptionJob.objects.filter(recording=OuterRef("pk")).order_by("-pk")
    current = Transcript.objects.filter(recording=OuterRef("pk"), is_current=True)
    recordings = (
        Recording.objects.of(department)
        .kept()
        .select_related("uploaded_by")
        .prefetch_related("tags")
        .annotate(
            job_id=Subquery(newest.values("pk")[:1]),
            job_state=Subquery(newest.values("state")[:1]),
            language=Coalesce(
                Subquery(current.values("language")[:1]),
                Subquery(newest.values("language")[:1]),
            ),
            happened_at=Coalesce(
                "recorded_at", "created_at", output_field=DateTimeField()
            ),
        )
        .defer("waveform")
    )
    return recordings.filter(_wanted(filters or ArchiveFilters()))


def _wanted(filters: ArchiveFilters) -> Q:
    wanted = Q()
    if filters.q:
        wanted &= Q(title__icontains=filters.q) | Q(phone_number__icontains=filters.q)
    if filters.since:
        wanted &= Q(happened_at__gte=_day(filters.since, time.min))
    if filters.until:
        wanted &= Q(happened_at__lte=_day(filters.until, time.max))
    if filters.status:
        states = ACTIVE_STATES if filters.status == ACTIVE else (filters.status,)
        wanted &= Q(job_state__in=states)
    if filters.uploader:
        wanted &= Q(uploaded_by=filters.uploader)
    if filters.agent:
        wanted &= Q(agent__icontains=filters.agent)
    if filters.tag:
        wanted &= Q(tags=filters.tag)
    if filters.language:
        wanted &= Q(language=filters.language)
    return wanted


def _day(day: date, at: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, at))


def trashed(department: Department) -> QuerySet[Recording]:
    """The department's trash, the latest first."""
    return (
        Recording.objects.of(department)
        .trashed()
        .select_related("uploaded_by", "deleted_by")
        .defer("waveform")
        .order_by("-deleted_at", "-pk")
    )


def with_jobs(
    recordings: Iterable[Recording],
) -> list[tuple[Recording, TranscriptionJob | None]]:
    """Each recording of a page beside its newest job, in one query."""
    listed = list(recordings)
    ids = [getattr(r, "job_id", None) for r in listed]
    jobs = TranscriptionJob.objects.defer("hotwords").in_bulk([i for i in ids if i])
    return [(r, jobs.get(i) if i else None) for r, i in zip(listed, ids, strict=True)]


def watched(
    department: Department, uuids: list[UUID]
) -> list[tuple[Recording, TranscriptionJob | None]]:
    """The named recordings of the department, for a page that waits for their jobs."""
    return with_jobs(archive(department).filter(uuid__in=uuids))
