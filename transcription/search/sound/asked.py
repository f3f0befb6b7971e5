"""A phrase as a recogniser that mishears it may write it.

Weights are bits: how much likelier something is written where the phrase was said than
anywhere else. Rare characters and rare syllables weigh more than common ones.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from math import log2
from typing import Final

from transcription.search.sound.table import Table, table

# How often a recogniser writes, for a character that was said …
SAME: Final = 0.80
ALIKE: Final = 0.08  # … another of the same syllable,
NEAR: Final = 0.04  # … one of a syllable that is taken for it,
OTHER: Final = log2(0.03)  # … any other (in bits, as the two that follow),
LEFT_OUT: Final = log2(0.03)  # … none,
PUT_IN: Final = log2(0.004)  # … and one more.
# At either end of a phrase, what is not heard is rather the end of a shorter word.
AT_AN_END: Final = -3.0


@dataclass(frozen=True, slots=True)
class Asked:
    """``weights`` has, for each character of the phrase, those that may stand for it;
    ``places`` where in the phrase each of them may stand. ``written`` finds any
    character of the phrase itself."""

    phrase: str
    written: re.Pattern[str]
    weights: tuple[dict[str, float], ...]
    places: dict[str, tuple[int, ...]]


@lru_cache(maxsize=16)
def asked(phrase: str) -> Asked:
    """Of a folded phrase."""
    weights = tuple(map(weights_of, phrase))
    places: dict[str, tuple[int, ...]] = {}
    for at, some in enumerate(weights):
        for character in some:
            places[character] = (*places.get(character, ()), at)
    written = re.compile("|".join(map(re.escape, sorted(set(phrase)))) or "(?!)")
    return Asked(phrase, written, weights, places)


def share_of(character: str) -> float:
    """Of a Chinese character, in all that is written."""
    return sum(table().readings[character].values())


@lru_cache(maxsize=128)
def weights_of(said: str) -> dict[str, float]:
    """Of all characters that are as likely as a mere mistake, or likelier, where this
    one was said. Nobody knows how it is read here: each of its readings is as good.
    A letter or a figure stands for itself, and says nothing of how it sounds."""
    known = table()
    chances: dict[str, float] = {}
    read = known.readings.get(said)
    if read is None:
        return {said: 0.0}
    for syllable in read:
        for written, chance in _chances(syllable, known).items():
            chances[written] = chances.get(written, 0.0) + chance / len(read)
    chances[said] = SAME
    weights = {each: log2(p / share_of(each)) for each, p in chances.items()}
    return {each: weight for each, weight in weights.items() if weight > OTHER}


def _chances(said: str, known: Table) -> dict[str, float]:
    """Of the characters that may be written for a syllable: the commoner, the likelier,
    each as often as it is read so."""
    sound = known.codes[said]
    alike = known.syllable_shares[said]
    near = known.sound_shares[sound] - alike
    chances: dict[str, float] = {}
    for written in known.members[sound]:
        for syllable, share in known.readings[written].items():
            if known.codes[syllable] == sound:
                part = ALIKE / alike if syllable == said else NEAR / near
                chances[written] = chances.get(written, 0.0) + part * share
    return chances
