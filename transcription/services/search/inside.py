"""A recording that was opened from the results of a search: what was found in it, and
which recordings stand beside it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from accounts.access import require
from accounts.models.members import Membership
from accounts.roles import Capability
from accounts.services.audit.writing import Origin
from transcription.models.recordings import Recording
from transcription.search.language.tree import Node
from transcription.search.matching import Match
from transcription.services.search.asking import understood
from transcription.services.search.filters import RecordingFilters
from transcription.services.search.finding import (
    LOOKED_CAP,
    Asked,
    read_documents,
    recordings_for,
)
from transcription.services.search.groups import segments_at
from transcription.services.search.hits import Hit, hits_of
from transcription.services.search.ranking import ResultOrder, ranked
from transcription.services.search.reach import asked_by, recording_id
from transcription.services.search.searching import COUNT_CAP, Cursor, said_words
from transcription.services.search.trail import note_same_search

_WINDOW: Final = 256  # ids; the next is four times as wide
_WINDOWS: Final = 40


@dataclass(frozen=True, slots=True)
class Inside:
    """The sentences of a recording in which something was found, in the order of time;
    ``said`` is what was typed of words that are there."""

    recording_id: int
    said: str = ""
    matches: Sequence[Match] = field(default_factory=tuple)

    def number_of(self, index: int | None) -> int | None:
        """Which of them is the sentence, from 0; None when it is none of them."""
        places = [match.segment for match in self.matches]
        return places.index(index) if index in places else None

    def hits(self, numbers: Iterable[int]) -> dict[int, Hit]:
        """Those of the sentences that are still there, by their numbers."""
        wanted = {
            self.matches[number].segment: number
            for number in numbers
            if 0 <= number < len(self.matches)
        }
        if not wanted:
            return {}
        matches = {self.matches[at].segment: self.matches[at] for at in wanted.values()}
        segments = segments_at({self.recording_id: list(wanted)})
        found = hits_of(segments.get(self.recording_id, ()), matches)
        return {wanted[hit.index]: hit for hit in found}


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A recording of the results, and where a page begins whose first it is."""

    recording: Recording
    inside: Inside
    page: Cursor | None


def found_inside(
    *,
    membership: Membership,
    origin: Origin,
    query: str,
    recording: Recording,
    by_sound: bool = False,
) -> Inside:
    """What the question finds in a recording that has passed its door, or ``Refused``.
    In the trail, unless the same was asked just before."""
    require(membership, Capability.SEARCH)
    tree = understood(query, membership, by_sound=by_sound)
    matches = read_documents(tree, [recording.pk]).get(recording.pk, [])
    note_same_search(
        membership=membership, origin=origin, query=query, hits=bool(matches)
    )
    said = [match for match in matches if match.segment >= 0]
    return Inside(recording.pk, said_words(query, tree), said)


def neighbour(
    *,
    membership: Membership,
    origin: Origin,
    query: str,
    filters: RecordingFilters,
    order: ResultOrder,
    page: Cursor | None,
    recording: Recording,
    is_next: bool,
    by_sound: bool = False,
) -> Neighbour | None:
    """The next recording of the results, or the one before; None at their end. Begun
    from the recording's own place, so that arrivals in between move nothing: newest
    uploads first it need not be one of the results any more, otherwise it is looked for
    among those of the ``page`` that it was opened from. ``Refused`` as a search."""
    require(membership, Capability.SEARCH)
    tree = understood(query, membership, by_sound=by_sound)
    asked = asked_by(membership, tree, filters)
    if order is ResultOrder.UPLOAD:
        pk, begins = _beside(asked, recording.pk, is_next=is_next)
        skipped = 0
    else:
        newest = recording_id(membership, page.recording) if page else 0
        within = asked.below(newest + 1) if newest else asked
        ids = recordings_for(within, COUNT_CAP).ids
        pk, skipped = _ranked(tree, ids, order, recording.pk, is_next=is_next)
        begins = ids[0] if ids else 0
    note_same_search(membership=membership, origin=origin, query=query, hits=bool(pk))
    known = Recording.objects.visible_to(membership).kept().in_bulk({pk, begins} - {0})
    if pk not in known:
        return None
    matches = read_documents(tree, [pk]).get(pk, [])
    said = [match for match in matches if match.segment >= 0]
    inside = Inside(pk, said_words(query, tree), said)
    first = known.get(begins)
    cursor = Cursor(first.uuid, skipped=skipped) if first else None
    return Neighbour(known[pk], inside, cursor)


def _beside(asked: Asked, here: int, *, is_next: bool) -> tuple[int, int]:
    """The recording and the one that comes before it, each 0 if there is none."""
    if is_next:
        ids = recordings_for(asked.below(here), 1).ids
        return (ids[0], here) if ids else (0, 0)
    newer = [*_newer(asked, here, 2), 0, 0]
    return newer[0], newer[1]


def _ranked(
    tree: Node, ids: Sequence[int], order: ResultOrder, here: int, *, is_next: bool
) -> tuple[int, int]:
    """The recording beside that one (0: there is none); how many come before it."""
    in_order = ranked(tree, ids, order).ids
    if here not in in_order:
        return 0, 0
    at = in_order.index(here) + (1 if is_next else -1)
    return (in_order[at], at) if 0 <= at < len(in_order) else (0, 0)


def _newer(asked: Asked, here: int, count: int) -> list[int]:
    """The next newer ones, the nearest first. The index walks downwards only: all that
    are newer, or, where they are too many, stretches of ids from the recording on."""
    above = replace(asked, low=max(asked.low, here + 1))
    answers = recordings_for(above, COUNT_CAP)
    if len(answers.ids) < COUNT_CAP and answers.looked_back_to is None:
        return answers.ids[::-1][:count]
    found: list[int] = []
    low, width, newest = (
        above.low,
        _WINDOW,
        answers.ids[0] if answers.ids else asked.high,
    )
    for _window in range(_WINDOWS):
        if len(found) >= count or low > newest:
            break
        window = replace(above, low=low, high=min(asked.high, low + width - 1))
        found += recordings_for(window, width).ids[::-1]
        low, width = low + width, min(4 * width, LOOKED_CAP)
    return found[:count]
