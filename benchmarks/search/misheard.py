"""Writes sentences down as a recogniser that mishears some of the characters."""

import random
from bisect import bisect
from collections import defaultdict
from functools import cache
from itertools import accumulate
from typing import Final, NamedTuple

from transcription.mandarin.lexicon import is_known
from transcription.mandarin.syllables import merge, split_syllable
from transcription.search.sound.table import table

_WITHOUT: Final = ("b", "d", "g", "j", "z", "zh")  # a breath, and with it
_WITH: Final = ("p", "t", "k", "q", "c", "ch")
_BREATHED: Final = dict(zip(_WITHOUT + _WITH, _WITH + _WITHOUT, strict=True))
_WORD: Final = 20  # times as likely: a character that is a word with its neighbour


class Shares(NamedTuple):
    """Of a hundred errors: another character of the same syllable, one of a syllable
    that is taken for it, any other, a character left out, one put in."""

    alike: float
    near: float
    other: float
    left_out: float
    put_in: float


class Written(NamedTuple):
    """``bounds[n]``: where in ``text`` begins what the said character ``n`` became."""

    text: str
    bounds: list[int]


def misheard(said: str, rate: float, shares: Shares, rng: random.Random) -> Written:
    """With errors in this share of the characters."""
    text: list[str] = []
    bounds = [0]
    for at, character in enumerate(said):
        written = character
        if rng.random() < rate:
            (kind,) = rng.choices(Shares._fields, shares)
            beside = (said[at - 1 : at], said[at + 1 : at + 2])
            written = _error(kind, character, beside, rng)
        text.append(written)
        bounds.append(bounds[-1] + len(written))
    return Written("".join(text), bounds)


def _error(
    kind: str, character: str, beside: tuple[str, str], rng: random.Random
) -> str:
    if kind == "left_out":
        return ""
    if kind == "put_in":
        return character + _any(rng)
    read = table().readings.get(character, {})
    syllable = max(read, key=lambda each: read[each], default="")
    names = [syllable] if kind == "alike" else _near(syllable)
    choice = {
        each: often
        for name in names
        for each, often in _everyday().get(name, {}).items()
        if each != character
    }
    if kind == "other" or not choice:
        return _any(rng)
    before, after = beside
    weights = [
        often * (_WORD if is_known(before + each) or is_known(each + after) else 1)
        for each, often in choice.items()
    ]
    return rng.choices(list(choice), weights)[0]


@cache
def _near(syllable: str) -> list[str]:
    """The syllables that are taken for it: those that are one sound for the search,
    and those that are not, with and without a breath."""
    initial, final = split_syllable(syllable)
    breathed = _BREATHED.get(initial, "") + final
    return [
        each
        for each in table().codes
        if each != syllable and (merge(each) == merge(syllable) or each == breathed)
    ]


@cache
def _everyday() -> dict[str, dict[str, float]]:
    """The 3,755 characters of GB 2312's first level by syllable, and how frequent."""
    found: defaultdict[str, dict[str, float]] = defaultdict(dict)
    for character, read in table().readings.items():
        encoded = character.encode("gb2312", "ignore")
        if encoded and 0xB0 <= encoded[0] <= 0xD7:
            for syllable, share in read.items():
                found[syllable][character] = share
    return found


@cache
def _all() -> tuple[list[str], list[float]]:
    shares: defaultdict[str, float] = defaultdict(float)
    for characters in _everyday().values():
        for character, share in characters.items():
            shares[character] += share
    return list(shares), list(accumulate(shares.values()))


def _any(rng: random.Random) -> str:
    characters, sums = _all()
    return characters[bisect(sums, rng.random() * sums[-1])]
