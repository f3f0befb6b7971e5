"""What a saved search asks, read when it is asked: names, tags and days are those of
that moment."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from accounts.models.departments import Department
from accounts.models.members import Membership
from accounts.roles import Role
from transcription.search.covers import (
    Cover,
    covers_of,
    narrowest,
    part_covers,
    tag_term,
)
from transcription.search.language.tree import Node
from transcription.services.search.filters import RecordingFilters

# Where on a page somebody was, not what they asked.
_PLACES = frozenset(
    {"after", "at", "counted", "filters", "page", "recording", "saved", "skip"}
)


@dataclass(frozen=True, slots=True)
class PageQuestion:
    """What the parameters of the search page mean."""

    typed: str
    tree: Node
    filters: RecordingFilters


# Of a query string and whoever asks; ``Refused`` when the page would not ask it.
ReadQuestion = Callable[[str, Membership], PageQuestion]


def canonical(query_string: str) -> str:
    """The parameters that ask something, in their order, as one text: two pages that
    ask the same have the same."""
    pairs = parse_qsl(query_string)
    return urlencode([(k, v.strip()) for k, v in pairs if _asks(k, v)])


def _asks(name: str, value: str) -> bool:
    return name not in _PLACES and not name.startswith("b_") and bool(value.strip())


def reader_of(department: Department) -> Membership:
    """Nobody: a saved search is asked of all recordings of its department, and each
    person is told of those that they may know of."""
    return Membership(department=department, role=Role.SUPERVISOR)


def covers_of_question(question: PageQuestion) -> tuple[Cover, ...]:
    """See ``covers.covers_of``; filters narrow as well."""
    filters = question.filters
    covers = [*covers_of(question.tree), *part_covers(filters.agent)]
    if filters.tag:
        covers.append(frozenset((tag_term(filters.tag.name),)))
    return narrowest(covers)
