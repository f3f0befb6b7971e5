"""The same question in the other departments that a person may search."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from accounts.models.departments import Department
from accounts.models.members import Membership
from accounts.roles import Capability
from accounts.services.audit.writing import Origin
from transcription.services.search.asking import understood
from transcription.services.search.filters import RecordingFilters
from transcription.services.search.finding import recordings_for
from transcription.services.search.reach import asked_by
from transcription.services.search.searching import COUNT_CAP
from transcription.services.search.trail import note_same_search

MOST: Final = 20  # departments, in the order of their names


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """How many recordings of a department the question finds; ``is_capped``: more."""

    department: Department
    total: int
    is_capped: bool


def other_memberships(membership: Membership) -> list[Membership]:
    """Of the same person, where they may search."""
    others = membership.others
    return [other for other in others if other.can(Capability.SEARCH)][:MOST]


def count_elsewhere(
    *,
    membership: Membership,
    origin: Origin,
    query: str,
    filters_of: Callable[[Membership], RecordingFilters],
    by_sound: bool = False,
) -> list[Elsewhere]:
    """A search of each of these departments, and in the trail of each: what is counted
    of its recordings tells something about them. ``filters_of`` says what the fields
    beside the box mean there: people and tags are a department's own."""
    found = []
    for other in other_memberships(membership):
        tree = understood(query, other, by_sound=by_sound)
        asked = asked_by(other, tree, filters_of(other))
        ids = recordings_for(asked, COUNT_CAP + 1).ids
        total = len(ids[:COUNT_CAP])
        note_same_search(membership=other, origin=origin, query=query, hits=total)
        found.append(Elsewhere(other.department, total, len(ids) > COUNT_CAP))
    return found
