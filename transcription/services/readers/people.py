"""Who read a recording's text, heard it or took it away, by the audit trail."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Count, Max, Q, QuerySet

from accounts.models.audit.events import AuditAction, AuditEvent
from transcription.models.listening import Listening
from transcription.models.recordings import Recording
from transcription.services.readers.stretches import Stretch, merged

_READS = (AuditAction.VIEW, AuditAction.PLAY, AuditAction.EXPORT)
_HEARD = Q(action=AuditAction.PLAY, detail__has_key="heard")
# Of a page of people: so many entries about what was heard are looked at.
SITTINGS: Final = 1_000


@dataclass(frozen=True, slots=True)
class Reader:
    """A person: how often each was done, and when last."""

    user_id: int
    username: str
    display_name: str
    views: int
    plays: int
    exports: int
    last_at: datetime


def readers(recording: Recording) -> list[Reader]:
    """Whoever did it last comes first."""
    people = _reads(recording).values_list(
        "actor_id", "actor__username", "actor__display_name"
    )
    counted = people.annotate(
        views=Count("id", filter=Q(action=AuditAction.VIEW)),
        # What was heard of a play is an entry of its own.
        plays=Count("id", filter=Q(action=AuditAction.PLAY) & ~_HEARD),
        exports=Count("id", filter=Q(action=AuditAction.EXPORT)),
        last_at=Max("at"),
    )
    return [Reader(*row) for row in counted.order_by("-last_at", "actor__username")]


def heard_by(
    recording: Recording, people: Iterable[Reader]
) -> dict[int, list[Stretch]]:
    """What each of them has heard of it by now, by their ``user_id``."""
    who = [one.user_id for one in people]
    events = _reads(recording).filter(_HEARD, actor__in=who).order_by("-id")
    told = [*events.values_list("actor_id", "detail__heard")[:SITTINGS]]
    now = Listening.objects.filter(recording=recording, user__in=who)
    told += now.values_list("user_id", "stretches")
    stretches: dict[int, list[Stretch]] = defaultdict(list)
    for person, heard in told:
        stretches[person] += [(start, end) for start, end in heard]
    return {person: merged(heard) for person, heard in stretches.items()}


def _reads(recording: Recording) -> "QuerySet[AuditEvent]":
    about = recording.audit_subject
    return AuditEvent.objects.filter(
        object_type=about.kind,
        object_id=str(about.pk),  # in any department that it was in
        action__in=_READS,
        actor__isnull=False,
    )
