"""Which events of the audit trail somebody may see, narrowed, a page at a time.

A page begins at an event, not at a number: it stays what it is while new events arrive,
and the last page is found as fast as the first.
"""

import heapq
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby, islice
from typing import Final, TypeVar
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models.audit.events import AuditAction, AuditEvent
from accounts.models.departments import Department
from accounts.models.members import Membership
from accounts.models.people import User

# An event's place in time: when, and its id among those of the same microsecond.
Key = tuple[datetime, int]
T = TypeVar("T")
_SIGN_IN: Final = (
    AuditAction.LOGIN,
    AuditAction.LOGIN_FAILED,
    AuditAction.LOGOUT,
    AuditAction.PASSWORD,
)
_PLATFORM: Final = (
    AuditAction.DEPARTMENT,
    AuditAction.USER,
    AuditAction.ENGINE,
    AuditAction.ACCESS,
)
# So many people are asked for one by one, each along an index in the order of time.
_FEW_PEOPLE: Final = 8
_CURSOR: Final = re.compile(r"(\d{8}T\d{12})-(\d{1,18})", re.ASCII)
_CURSOR_TIME: Final = "%Y%m%dT%H%M%S%f"


@dataclass(frozen=True, slots=True)
class TrailPage:
    """Events, newest first, and where the pages beside them begin; empty: nowhere."""

    events: list[AuditEvent]
    newer: str = ""
    older: str = ""


@dataclass(frozen=True, slots=True)
class Trail:
    """Events in parts, each of which the database finds along one index in the order of
    time. One query with OR would have it sort all of them for every page."""

    parts: tuple[QuerySet[AuditEvent], ...]

    def filtered(
        self,
        *,
        about: str = "",
        action: str = "",
        person: str = "",
        since: date | None = None,
        until: date | None = None,
    ) -> "Trail":
        """The events about one object, of one kind, by (or about) one person, between
        two days."""
        both = Q()
        if about:
            both &= _about(about)
        if action:
            both &= Q(action=action)
        if since:
            both &= Q(at__gte=_midnight(since))
        if until:
            both &= Q(at__lt=_midnight(until + timedelta(days=1)))
        ways = _of_person(person) if person else [Q()]
        return Trail(
            tuple(part.filter(both, way) for part in self.parts for way in ways)
        )

    def page(self, *, before: str = "", after: str = "", size: int = 50) -> TrailPage:
        """The page before or after a cursor; the newest without one that makes sense,
        and when there is less than a page after it."""
        if (place := _place(after)) and len(found := self._newer(place, size)) >= size:
            events = found[:size][::-1]
            newer = _cursor(events[0]) if len(found) > size else ""
            return TrailPage(events, newer=newer, older=_cursor(events[-1]))
        place = None if after else _place(before)
        found = self._older(place, size)
        events = found[:size]
        return TrailPage(
            events,
            newer=_cursor(events[0]) if place and events else "",
            older=_cursor(events[-1]) if len(found) > size else "",
        )

    def pages(self, size: int = 2000) -> Iterator[list[AuditEvent]]:
        """All of it, newest first, at least one page. Each is a query of its own:
        between two of them nothing is held, no cursor and no rows but a page's."""
        parts = [_one_by_one(part, size) for part in self.parts]
        events = _once(heapq.merge(*parts, key=_key, reverse=True), _key)
        page = list(islice(events, size))
        yield page
        while page := list(islice(events, size)):
            yield page

    def _older(self, place: Key | None, size: int) -> list[AuditEvent]:
        """A page and the first of the next."""
        parts = [_before(part, place) for part in self.parts]
        found = [part.order_by("-at", "-id")[: size + 1] for part in parts]
        merged = heapq.merge(*found, key=_key, reverse=True)
        return list(islice(_once(merged, _key), size + 1))

    def _newer(self, place: Key, size: int) -> list[AuditEvent]:
        """The same in the other direction, the oldest first."""
        at, pk = place
        found = [
            part.filter(at__gte=at)
            .exclude(at=at, id__lte=pk)
            .order_by("at", "id")[: size + 1]
            for part in self.parts
        ]
        return list(islice(_once(heapq.merge(*found, key=_key), _key), size + 1))


def department_trail(department: Department) -> Trail:
    """What happened in the department, and when its people logged in."""
    people = Membership.objects.filter(department=department).values_list(
        "user_id", flat=True
    )
    events = AuditEvent.objects.select_related("actor")
    return Trail(
        (
            events.filter(department=department),
            events.filter(
                department=None,
                action__in=_SIGN_IN,
                object_type="user",
                object_id__in=[str(pk) for pk in people],
            ),
        )
    )


def platform_trail() -> Trail:
    """What happened outside departments, and to departments and accounts."""
    events = AuditEvent.objects.select_related("actor", "department")
    return Trail(
        (
            events.filter(department=None),
            events.filter(department__isnull=False, action__in=_PLATFORM),
        )
    )


def _before(part: QuerySet[AuditEvent], place: Key | None) -> QuerySet[AuditEvent]:
    if place is None:
        return part
    at, pk = place
    return part.filter(at__lte=at).exclude(at=at, id__gte=pk)


def _one_by_one(part: QuerySet[AuditEvent], size: int) -> Iterator[AuditEvent]:
    """Its events, newest first, asked for in pages."""
    place = None
    while found := list(_before(part, place).order_by("-at", "-id")[:size]):
        yield from found
        place = _key(found[-1])


def _about(text: str) -> Q:
    """By the number of a recording, or by what was its title then."""
    try:
        return Q(object_id=str(UUID(text)))
    except ValueError:
        return Q(object_name__icontains=text)


def _of_person(text: str) -> list[Q]:
    """By people, about people, and about a name that no account has yet. A user name
    never changes, so an account stands for the names that the trail has copied."""
    people = User.objects.filter(
        Q(username__icontains=text) | Q(display_name__icontains=text)
    )
    found = list(people.values_list("pk", flat=True))
    about = Q(object_type="user", object_id__in=[str(pk) for pk in found])
    no_account = Q(object_type="user", object_id="", object_name__icontains=text)
    if len(found) > _FEW_PEOPLE:
        return [Q(actor__in=found), about, no_account]
    return [*(Q(actor=pk) for pk in found), about, no_account]


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _key(event: AuditEvent) -> Key:
    return event.at, event.pk


def _cursor(event: AuditEvent) -> str:
    return f"{event.at.astimezone(UTC).strftime(_CURSOR_TIME)}-{event.pk}"


def _place(cursor: str) -> Key | None:
    """Where it points; None when nobody was given such a cursor."""
    if not (found := _CURSOR.fullmatch(cursor)):
        return None
    try:
        at = datetime.strptime(found[1], _CURSOR_TIME).replace(tzinfo=UTC)
    except ValueError:
        return None
    return at, int(found[2])


def _once(ordered: Iterable[T], key: Callable[[T], Key]) -> Iterator[T]:
    """What several parts have, such as what people do to themselves, once."""
    return (next(same) for _key, same in groupby(ordered, key))
