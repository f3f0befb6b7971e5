"""What the archive shows of each recording: its newest job, its language, its time."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet

from accounts.models.departments import Department
from transcription.models.jobs import TranscriptionJob
from transcription.models.recordings import Recording
from transcription.services.search.filters import (
    HAPPENED_AT,
    JOB_ID,
    JOB_STATE,
    LANGUAGE,
    RecordingFilters,
    narrowed,
)


def archive(
    department: Department, filters: RecordingFilters | None = None
) -> QuerySet[Recording]:
    """The department's kept recordings with ``job_id``, ``job_state``, ``language``
    (spoken, or what was asked for) and ``happened_at`` (the call, else the upload)."""
    recordings = (
        Recording.objects.of(department)
        .kept()
        .select_related("uploaded_by")
        .prefetch_related("tags")
        .annotate(
            job_id=JOB_ID,
            job_state=JOB_STATE,
            language=LANGUAGE,
            happened_at=HAPPENED_AT,
        )
        .defer("waveform")
    )
    return narrowed(recordings, filters or RecordingFilters())


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
