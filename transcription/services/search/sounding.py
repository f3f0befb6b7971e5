"""What sounds like the words of a question that was answered by few recordings."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from accounts.models.members import Membership
from transcription.search.language.tree import Node
from transcription.search.matching import Match
from transcription.search.sound.widening import by_sound_too
from transcription.services.search.filters import RecordingFilters
from transcription.services.search.finding import candidates_for, read_documents
from transcription.services.search.notes import plain
from transcription.services.search.reach import asked_by

FEW: Final = 10  # recordings: what sounds alike is looked for when fewer are found
LOOKED_CAP: Final = 60  # documents that are read for it: a page waits for them
SPELLINGS: Final = 5  # that are named


@dataclass(frozen=True, slots=True)
class Spelling:
    """What was written, and in how many recordings."""

    text: str
    count: int


@dataclass(frozen=True, slots=True)
class Sounding:
    """``total`` further recordings of the newest that could be; ``has_more``: there
    were older ones, which were not looked at. The commonest spellings stand first."""

    total: int
    spellings: tuple[Spelling, ...]
    has_more: bool


def also_sounding(
    membership: Membership,
    tree: Node,
    filters: RecordingFilters,
    found: Collection[int],
) -> Sounding | None:
    """What the tree would find by sound, beside the few recordings that it found. None
    when there is nothing, these are not few, or the tree asks by sound already."""
    if len(found) >= FEW:
        return None
    widened = by_sound_too(tree)
    if widened == tree:
        return None
    asked = asked_by(membership, widened, filters)
    ids = candidates_for(asked, len(found) + LOOKED_CAP)
    read = read_documents(widened, [pk for pk in ids if pk not in found])
    if not read:
        return None
    spellings = Counter(
        spelling for matches in read.values() for spelling in _heard_in(matches)
    )
    return Sounding(
        total=len(read),
        spellings=tuple(
            Spelling(plain(phrase), count)
            for phrase, count in spellings.most_common(SPELLINGS)
        ),
        has_more=len(ids) == len(found) + LOOKED_CAP,
    )


def _heard_in(matches: Collection[Match]) -> set[str]:
    return {phrase for match in matches for phrase in match.heard}
