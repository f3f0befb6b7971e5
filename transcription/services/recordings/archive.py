"""What the archive shows of each recording: its newest job, its language, its time."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet

from accounts.models.members import Membership
from transcription.models.jobs import TranscriptionJob
from transcription.models.recordings import HAPPENED_AT, Recording
from transcription.services.search.filters import (
    JOB_ID,
    JOB_STATE,
    LANGUAGE,
    RecordingFilters,
    narrowed,
)


def archive(
    membership: Membership, filters: RecordingFilters | None = None
) -> QuerySet[Recording]:
    """The kept recordings that the membership may know of, with ``job_id``,
    ``job_state``, ``language`` (spoken, or what was asked for) and ``happened_at`` (the
    call, else the upload)."""
    recordings = (
        Recording.objects.visible_to(membership)
        .kept()
        .select_related("uploaded_by", "agent_member__user")
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


def trashed(membership: Membership) -> QuerySet[Recording]:
    """The trash as the membership sees it, the latest first."""
    return (
        Recording.objects.visible_to(membership)
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
    membership: Membership, uuids: list[UUID]
) -> list[tuple[Recording, TranscriptionJob | None]]:
    """Those of the named recordings that the membership may know of, for a page that
    waits for their jobs."""
    return with_jobs(archive(membership).filter(uuid__in=uuids))
