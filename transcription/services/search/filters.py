"""Which recordings: one object for the archive and for the search.

Whose recordings they are, and that they are not in the trash, is the caller's.
"""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final
from uuid import UUID

from django.db.models import DateTimeField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models.people import User
from transcription.models.jobs import TranscriptionJob
from transcription.models.recordings import Recording, Tag
from transcription.models.runs import ACTIVE_STATES
from transcription.models.transcripts import Transcript

ACTIVE: Final = "active"  # the filter's word for queued or running

_newest = TranscriptionJob.objects.filter(recording=OuterRef("pk")).order_by("-pk")
_current = Transcript.objects.filter(recording=OuterRef("pk"), is_current=True)

# Of a recording: its newest job, the language spoken in it (else the one that was asked
# for), and when it happened (the call, else the upload).
JOB_ID: Final = Subquery(_newest.values("pk")[:1])
JOB_STATE: Final = Subquery(_newest.values("state")[:1])
LANGUAGE: Final = Coalesce(
    Subquery(_current.values("language")[:1]), Subquery(_newest.values("language")[:1])
)
HAPPENED_AT: Final = Coalesce("recorded_at", "created_at", output_field=DateTimeField())


@dataclass(frozen=True, slots=True)
class RecordingFilters:
    """What recordings are narrowed to; empty means all. Days are in the installation's
    time zone, ``title`` is part of the title or of the number."""

    title: str = ""
    since: date | None = None
    until: date | None = None
    status: str = ""
    uploader: User | None = None
    agent: str = ""
    tag: Tag | None = None
    language: str = ""
    recording: UUID | None = None


def narrowed(
    recordings: QuerySet[Recording], filters: RecordingFilters
) -> QuerySet[Recording]:
    """Those of the recordings that the filters let through."""
    return recordings.alias(
        wanted_at=HAPPENED_AT, wanted_state=JOB_STATE, wanted_language=LANGUAGE
    ).filter(_wanted(filters))


def _wanted(filters: RecordingFilters) -> Q:
    wanted = Q()
    if filters.title:
        number = Q(phone_number__icontains=filters.title)
        wanted &= Q(title__icontains=filters.title) | number
    if filters.since:
        wanted &= Q(wanted_at__gte=_moment(filters.since, time.min))
    if filters.until:
        wanted &= Q(wanted_at__lte=_moment(filters.until, time.max))
    if filters.status:
        states = ACTIVE_STATES if filters.status == ACTIVE else (filters.status,)
        wanted &= Q(wanted_state__in=states)
    if filters.uploader:
        wanted &= Q(uploaded_by=filters.uploader)
    if filters.agent:
        wanted &= Q(agent__icontains=filters.agent)
    if filters.tag:
        wanted &= Q(tags=filters.tag)
    if filters.language:
        wanted &= Q(wanted_language=filters.language)
    if filters.recording:
        wanted &= Q(uuid=filters.recording)
    return wanted


def _moment(day: date, at: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, at))
