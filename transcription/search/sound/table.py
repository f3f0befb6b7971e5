"""How characters are read: every toneless syllable with its characters.

The codes of the sounds are in the index. Whoever changes ``syllables.txt``, or which
sounds are one, has all of it made anew.
"""

from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from transcription.mandarin.syllables import merge

FILE: Final = Path(__file__).with_name("syllables.txt")
PER: Final = 10_000_000
_RARE: Final = 0.5  # times in PER characters, of one that is in no common word


@dataclass(frozen=True, slots=True)
class Table:
    """What is known of characters, syllables and sounds. A *sound* is what syllables
    have in common that are taken for each other; it has a code from 1 on. Shares are
    those in all that is written."""

    readings: dict[str, dict[str, float]]  # of a character, and their shares
    sounds: dict[str, tuple[int, ...]]  # of a character, the commonest first
    members: dict[int, tuple[str, ...]]  # the characters that may have a sound
    codes: dict[str, int]  # the sound of a syllable
    syllable_shares: dict[str, float]
    sound_shares: dict[int, float]


@cache
def table() -> Table:
    """Read once, in 40 ms."""
    lines = FILE.read_text("utf-8").splitlines()
    return _table([(line.split(" ")[0], line.split(" ")[1:]) for line in lines])


def _table(lines: list[tuple[str, list[str]]]) -> Table:
    names = sorted({merge(syllable) for syllable, _cells in lines})
    codes = {syllable: names.index(merge(syllable)) + 1 for syllable, _cells in lines}
    readings: defaultdict[str, dict[str, float]] = defaultdict(dict)
    members: defaultdict[int, dict[str, None]] = defaultdict(dict)
    syllable_shares: defaultdict[str, float] = defaultdict(float)
    sound_shares: defaultdict[int, float] = defaultdict(float)
    for syllable, cells in lines:
        for cell in cells:
            character = cell[0]
            share = (float(cell[1:]) if cell[1:] else _RARE) / PER
            readings[character][syllable] = share
            members[codes[syllable]][character] = None
            syllable_shares[syllable] += share
            sound_shares[codes[syllable]] += share
    return Table(
        readings=dict(readings),
        sounds={
            character: tuple(dict.fromkeys(codes[each] for each in _by_share(read)))
            for character, read in readings.items()
        },
        members={code: tuple(some) for code, some in members.items()},
        codes=codes,
        syllable_shares=dict(syllable_shares),
        sound_shares=dict(sound_shares),
    )


def _by_share(read: dict[str, float]) -> list[str]:
    return sorted(read, key=lambda syllable: -read[syllable])
