"""What a person finds on coming in: what is new, what failed, what waits for them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models.members import Membership
from accounts.roles import Capability
from transcription.models.jobs import TranscriptionJob
from transcription.models.recordings import Recording, own_of
from transcription.models.runs import JobState
from transcription.services.recordings.archive import archive, with_jobs
from transcription.services.search.filters import RecordingFilters
from transcription.services.transcripts.reading import doubts_by_recording

ROWS: Final = 5
FAILED_ROWS: Final = 3  # taller: each says why
_FAILED_DAYS: Final = 30
_CHECKED: Final = 20  # so many of the newest recordings are read for doubts

Row = tuple[Recording, TranscriptionJob | None]


@dataclass(frozen=True, slots=True)
class Home:
    """At most ``ROWS`` of each kind, the newest first. ``new`` counts what came since
    yesterday began, ``today`` since today did; ``to_check`` has the number of sentences
    that somebody should listen to."""

    is_empty: bool
    new: int
    today: int
    today_rows: list[Row]
    failed_rows: list[Row]
    to_check: list[tuple[Recording, int]]
    my_rows: list[Row]


def home_of(membership: Membership) -> Home:
    """Costs the same however large the archive is: counts look at two days, lists at a
    few rows, failures at thirty days."""
    today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    # A day before midnight is 23 or 25 hours long where clocks change.
    yesterday = timezone.make_aware(today.replace(tzinfo=None) - timedelta(days=1))
    listed = _listed(membership)
    today_rows = listed.filter(created_at__gte=today)
    return Home(
        is_empty=not Recording.objects.visible_to(membership).kept().exists(),
        new=_since(membership, yesterday),
        today=_since(membership, today),
        today_rows=with_jobs(today_rows[:ROWS]),
        failed_rows=with_jobs(_failed(membership)[:FAILED_ROWS]),
        to_check=_to_check(membership),
        my_rows=with_jobs(listed.filter(own_of(membership))[:ROWS]),
    )


def _since(membership: Membership, moment: datetime) -> int:
    kept = Recording.objects.visible_to(membership).kept()
    return kept.filter(created_at__gte=moment).count()


def _listed(membership: Membership, status: str = "") -> QuerySet[Recording]:
    filters = RecordingFilters(status=status)
    return archive(membership, filters).prefetch_related(None)


def _failed(membership: Membership) -> QuerySet[Recording]:
    """Those whose newest job failed, of the last days; who does not answer for the
    department sees their own."""
    limit = timezone.now() - timedelta(days=_FAILED_DAYS)
    failed = TranscriptionJob.objects.filter(
        department=membership.department_id,
        state=JobState.FAILED,
        finished_at__gte=limit,
    )
    listed = _listed(membership, JobState.FAILED).filter(
        pk__in=failed.values("recording")
    )
    if membership.can(Capability.READ_PRIVATE):
        return listed
    return listed.filter(own_of(membership))


def _to_check(membership: Membership) -> list[tuple[Recording, int]]:
    """Of the newest that the person may correct."""
    listed = _listed(membership, JobState.SUCCEEDED)
    if not membership.can(Capability.EDIT_ANY):
        if not membership.can(Capability.EDIT_OWN):
            return []
        listed = listed.filter(own_of(membership))
    newest = list(listed[:_CHECKED])
    counts = doubts_by_recording(membership, [recording.pk for recording in newest])
    found = [(one, counts[one.pk]) for one in newest if counts[one.pk]]
    return found[:ROWS]
