"""What of the sound of a text is indexed, and what a phrase is looked up by.

Of every two neighbours one is taken as it is written and of the other only its sound:
with 理财 理才 shares one of the two grams, 李财 and 你财 the other. (By both sounds
alone, six times as many calls would have to be read.) A character that is read in
several ways has each of its sounds.
"""

from collections.abc import Iterator
from typing import Final

from transcription.search.sound.table import table

Sounds = tuple[int, ...]
Slot = frozenset[int]  # grams, any of which will do
Alternative = tuple[Slot, ...]  # each of which is needed
_Edge = tuple[int, int]  # two characters of a phrase, by their places

LIMIT: Final = 1 << 25  # all grams are smaller, and not negative
_FIRST: Final = 0x4E00  # no character of the table comes before it
_SOUND_BITS: Final = 9
_SECOND_WRITTEN: Final = 1 << 24
_ONE_IS_ENOUGH: Final = 3  # characters
LONGEST: Final = 16  # characters of a phrase that is looked for by its sound
_AT_ONCE: Final = 6  # of a longer phrase, stretches of four are looked up
_STRETCH: Final = 4


def syllables_of(text: str) -> list[Sounds]:
    """The codes of what each character of a folded text may sound like: none of a
    letter, a figure or the end of a line."""
    sounds = table().sounds
    return [sounds.get(character, ()) for character in text]


def grams_of(text: str) -> set[int]:
    """What is indexed of a folded text."""
    sounds = table().sounds
    found: set[int] = set()
    first: str = ""
    before: Sounds = ()
    for second in text:
        after = sounds.get(second, ())
        if before and after:
            written = ord(first) - _FIRST << _SOUND_BITS
            for sound in after:
                found.add(written | sound)
            written = ord(second) - _FIRST << _SOUND_BITS | _SECOND_WRITTEN
            for sound in before:
                found.add(written | sound)
        first, before = second, after
    return found


def query_grams(phrase: str) -> tuple[Alternative, ...]:
    """What a text must hold that may sound like a folded phrase: any of the
    alternatives, of that every slot, of a slot any gram. Empty if nothing can: the
    phrase has no two Chinese characters in a row, or is too long.

    Longer phrases need two slots, between which or beside which one may be wrong.
    """
    slots = _slots(phrase) if len(phrase) <= LONGEST else {}
    syllables = sum(map(bool, syllables_of(phrase)))
    if syllables <= _ONE_IS_ENOUGH or len(slots) < _STRETCH:
        together = frozenset().union(*slots.values())
        return ((together,),) if together else ()
    return tuple(_pairs_of(slots, len(phrase)))


def _pairs_of(slots: dict[_Edge, Slot], size: int) -> Iterator[Alternative]:
    """Each slot with any of those behind it."""
    for one, first in slots.items():
        behind = [
            second
            for two, second in slots.items()
            if one[1] <= two[0] and _in_one_stretch(one[0], two[1], size)
        ]
        if behind:
            yield first, frozenset().union(*behind)


def _slots(phrase: str) -> dict[_Edge, Slot]:
    """Of each two characters that are neighbours, or would be without the one between
    them: the grams of a text in which one of the two was written rightly."""
    heard = syllables_of(phrase)
    return {
        (at, at + step): frozenset(grams_of(phrase[at] + phrase[at + step]))
        for step in (1, 2)
        for at in range(len(phrase) - step)
        if all(heard[at : at + step + 1])
    }


def _in_one_stretch(first: int, last: int, size: int) -> bool:
    """Whether both are looked for together: in long phrases, only what is near."""
    if size <= _AT_ONCE:
        return True
    starts = {*range(0, size - _STRETCH, _STRETCH - 1), size - _STRETCH}
    return any(start <= first and last < start + _STRETCH for start in starts)
