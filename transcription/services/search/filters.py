"""Which recordings: one object for the archive and for the search.

Whose recordings they are, who may know of them, and that they are not in the trash, is
the caller's.
"""

from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models.members import Membership
from accounts.models.people import User
from transcription.models.jobs import TranscriptionJob
from transcription.models.recordings import HAPPENED_AT, Recording, Tag
from transcription.models.runs import ACTIVE_STATES
from transcription.models.transcripts import Transcript

ACTIVE: Final = "active"  # the filter's word for queued or running

_newest = TranscriptionJob.objects.filter(recording=OuterRef("pk")).order_by("-pk")
_current = Transcript.objects.filter(recording=OuterRef("pk"), is_current=True)

# Of a recording: its newest job, and the language spoken in it (else the one that was
# asked for).
JOB_ID: Final = Subquery(_newest.values("pk")[:1])
JOB_STATE: Final = Subquery(_newest.values("state")[:1])
LANGUAGE: Final = Coalesce(
    Subquery(_current.values("language")[:1]), Subquery(_newest.values("language")[:1])
)


@dataclass(frozen=True, slots=True)
class RecordingFilters:
    """What recordings are narrowed to; empty means all. Days are in the installation's
    time zone, ``since`` and ``until`` of the call (else of the upload), ``title`` is
    part of the title or of the number."""

    title: str = ""
    since: date | None = None
    until: date | None = None
    uploaded_since: date | None = None
    uploaded_until: date | None = None
    status: str = ""
    uploader: User | None = None
    agent: str = ""
    tag: Tag | None = None
    language: str = ""
    recording: UUID | None = None

    def noted(self) -> dict[str, str]:
        """For the audit trail: those that are set, as plain values."""
        given = {one.name: getattr(self, one.name) for one in fields(self)}
        if self.uploader:
            given["uploader"] = self.uploader.username
        return {name: str(value) for name, value in given.items() if value}


def narrowed(
    recordings: QuerySet[Recording], filters: RecordingFilters
) -> QuerySet[Recording]:
    """Those of the recordings that the filters let through."""
    return known(recordings).filter(_wanted(filters))


def known(recordings: QuerySet[Recording]) -> QuerySet[Recording]:
    """With what ``since``, ``until``, ``in_state`` and languages ask about."""
    return recordings.alias(
        wanted_at=HAPPENED_AT, wanted_state=JOB_STATE, wanted_language=LANGUAGE
    )


def since(day: date) -> Q:
    """It happened on the day or later."""
    return Q(wanted_at__gte=_midnight(day))


def until(day: date) -> Q:
    """It happened on the day or earlier."""
    return Q(wanted_at__lt=_midnight(_next(day)))


def in_state(word: str) -> Q:
    """Of its newest job: a state, or ``ACTIVE``."""
    return Q(wanted_state__in=ACTIVE_STATES if word == ACTIVE else (word,))


def with_agent(name: str) -> Q:
    """By a part of the name, a member's as it is now, or by the user name."""
    now = Q(agent_member__user__display_name__icontains=name)
    now |= Q(agent_member__user__username__iexact=name)
    return Q(agent__icontains=name) | now


def tags_for(membership: Membership) -> QuerySet[Tag]:
    """Those of the recordings that the membership may know of."""
    has = Recording.objects.visible_to(membership).kept().filter(tags=OuterRef("pk"))
    return membership.department.tags.filter(Exists(has))


def _wanted(filters: RecordingFilters) -> Q:
    wanted = Q()
    if filters.title:
        number = Q(phone_number__icontains=filters.title)
        wanted &= Q(title__icontains=filters.title) | number
    if filters.since:
        wanted &= since(filters.since)
    if filters.until:
        wanted &= until(filters.until)
    if filters.uploaded_since:
        wanted &= Q(created_at__gte=_midnight(filters.uploaded_since))
    if filters.uploaded_until:
        wanted &= Q(created_at__lt=_midnight(_next(filters.uploaded_until)))
    if filters.status:
        wanted &= in_state(filters.status)
    if filters.uploader:
        wanted &= Q(uploaded_by=filters.uploader)
    if filters.agent:
        wanted &= with_agent(filters.agent)
    if filters.tag:
        wanted &= Q(tags=filters.tag)
    if filters.language:
        wanted &= Q(wanted_language=filters.language)
    if filters.recording:
        wanted &= Q(uuid=filters.recording)
    return wanted


def _next(day: date) -> date:
    return day + timedelta(days=1)


def _midnight(day: date) -> datetime:
    """When the day begins. Where clocks change it is 23 or 25 hours long, and its last
    moment may come twice."""
    return timezone.make_aware(datetime.combine(day, time.min))
