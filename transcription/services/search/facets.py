"""By what a search's results can be narrowed, and how many recordings a click leaves.

Three queries, over recordings that the index has found.
"""

from calendar import monthrange
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from django.db.models import Count
from django.utils import timezone
from django.utils.formats import date_format

from transcription.models.recordings import (
    HAPPENED_AT,
    Direction,
    Language,
    Recording,
    Tag,
)
from transcription.search.language.tree import FactName
from transcription.services.search.filters import LANGUAGE

MOST: Final = 20  # values of one facet


class FacetName(StrEnum):
    """By what."""

    AGENT = "agent"
    TAG = "tag"
    DIRECTION = "direction"
    MONTH = "month"
    LANGUAGE = "language"


@dataclass(frozen=True, slots=True)
class FacetValue:
    """``facts`` is what a question says to get these recordings and no others of those
    that were found."""

    label: str
    count: int
    facts: tuple[tuple[FactName, str | date], ...]


@dataclass(frozen=True, slots=True)
class Facet:
    """The values that most recordings have come first, of months the newest."""

    name: FacetName
    values: tuple[FacetValue, ...]


def facets_of(ids: Sequence[int]) -> tuple[Facet, ...]:
    """Of these recordings, which the reader may know of. What none of them has is no
    facet."""
    rows = list(_rows(ids))
    facets = (
        Facet(FacetName.AGENT, tuple(_agents(rows))),
        Facet(FacetName.TAG, tuple(_tags(ids))),
        Facet(FacetName.DIRECTION, tuple(_directions(rows))),
        Facet(FacetName.MONTH, tuple(_months(rows))),
        Facet(FacetName.LANGUAGE, tuple(_languages(rows))),
    )
    return tuple(facet for facet in facets if facet.values)


@dataclass(frozen=True, slots=True)
class _Agent:
    """What a call says of its agent: a name, and the member that it means."""

    name: str
    member: str
    username: str

    @property
    def label(self) -> str:
        return self.member or self.username or self.name

    def answers(self, wanted: str) -> bool:
        """Whether ``agent:`` finds it (``filters.with_agent``)."""
        part = wanted.casefold()
        names = (self.name.casefold(), self.member.casefold())
        return any(part in name for name in names) or part == self.username.casefold()


@dataclass(frozen=True, slots=True)
class _Row:
    agent: _Agent
    direction: str
    month: date
    language: str


def _rows(ids: Sequence[int]) -> Iterator[_Row]:
    found = Recording.objects.filter(pk__in=ids).order_by()
    for agent, member, username, direction, at, language in found.values_list(
        *("agent", "agent_member__user__display_name", "agent_member__user__username"),
        *("direction", HAPPENED_AT, LANGUAGE),
    ):
        month = timezone.localdate(at).replace(day=1)
        who = _Agent(agent, member or "", username or "")
        yield _Row(who, direction, month, language or "")


def _agents(rows: Sequence[_Row]) -> Iterator[FacetValue]:
    calls = Counter(row.agent for row in rows)
    own: Counter[str] = Counter()
    for agent, count in calls.items():
        own[agent.label] += count
    for name, _count in sorted(own.items(), key=_most_first)[:MOST]:
        if name:
            # Names are found by a part of them: 王芳 in 王芳芳, too.
            count = sum(n for agent, n in calls.items() if agent.answers(name))
            yield FacetValue(name, count, ((FactName.AGENT, name),))


def _tags(ids: Sequence[int]) -> Iterator[FacetValue]:
    # Without their names, which SQLite would begin with: each tag, each recording.
    given = Recording.tags.through.objects.filter(recording__in=ids)
    counted = dict(given.order_by().values_list("tag").annotate(Count("pk")))
    calls: Counter[str] = Counter()
    names: dict[str, str] = {}
    for pk, name in Tag.objects.filter(pk__in=counted).values_list("pk", "name"):
        # As tags are asked for: VIP is vip.
        calls[names.setdefault(name.casefold(), name)] += counted[pk]
    for name, count in sorted(calls.items(), key=_most_first)[:MOST]:
        yield FacetValue(name, count, ((FactName.TAG, name),))


def _directions(rows: Iterable[_Row]) -> Iterator[FacetValue]:
    calls = Counter(row.direction for row in rows)
    for direction in Direction:
        if count := calls[direction]:
            facts = ((FactName.DIRECTION, direction.value),)
            yield FacetValue(str(direction.label), count, facts)


def _months(rows: Iterable[_Row]) -> Iterator[FacetValue]:
    calls = Counter(row.month for row in rows)
    for month in sorted(calls, reverse=True)[:MOST]:
        facts = ((FactName.FROM, month), (FactName.TO, last_day(month)))
        label = date_format(month, "YEAR_MONTH_FORMAT")
        yield FacetValue(label, calls[month], facts)


def _languages(rows: Iterable[_Row]) -> Iterator[FacetValue]:
    calls = Counter(row.language for row in rows)
    for language in Language:
        if language is not Language.AUTO and (count := calls[language]):
            facts = ((FactName.LANGUAGE, language.value),)
            yield FacetValue(str(language.label), count, facts)


def last_day(month: date) -> date:
    """Of the month that begins on this day."""
    return month.replace(day=monthrange(month.year, month.month)[1])


def _most_first(named: tuple[str, int]) -> tuple[int, str]:
    name, count = named
    return -count, name
