"""Figures as they are written and as they are said: 1299元, 一千二百九十九元."""

import re
from collections.abc import Callable, Iterator
from typing import Final

from transcription.pipeline.figures.itn import normalise
from transcription.pipeline.figures.numbers import read_number
from transcription.search.folding import JOINT, Phrase, phrases_of

Way = tuple[Phrase, ...]

# In a folded phrase: no part of a decimal, a time or a longer number.
_NUMBER: Final = re.compile(rf"{JOINT}?(?<![\d·∶])(\d{{2,8}})(?![\d·∶]){JOINT}?")
_TEN_THOUSAND: Final = 10_000
_ONE_BY_ONE: Final = str.maketrans("0123456789", "零一二三四五六七八九")
_BY_PHONE: Final = str.maketrans("0123456789", "零幺二三四五六七八九")


def other_ways(phrases: Way) -> tuple[Way, ...]:
    """To write the same: in figures what was typed in words, and in words what was
    typed in figures, if they would be written as these figures again."""
    figures = _in_figures(phrases)
    if figures != phrases:
        return (figures,)
    ways = dict.fromkeys(_in_words(phrases))
    return tuple(way for way in ways if way != phrases and _in_figures(way) == phrases)


def _in_figures(phrases: Way) -> Way:
    return tuple(written for phrase in phrases for written in _normalised(phrase))


def _normalised(phrase: Phrase) -> Way:
    written = normalise(phrase, "zh").text
    return (phrase,) if written == phrase else phrases_of(written)


def _in_words(phrases: Way) -> Iterator[Way]:
    if any(map(_NUMBER.search, phrases)):
        for said in (_counted, _counted_with_pairs, _one_by_one, _by_phone):
            yield tuple(_NUMBER.sub(_saying(said), phrase) for phrase in phrases)


def _saying(said: Callable[[str], str]) -> Callable[[re.Match[str]], str]:
    return lambda found: said(found.group(1))


def _counted(figures: str) -> str:
    """2200 is 二千二百."""
    if figures.startswith("0"):
        return figures
    high, low = divmod(int(figures), _TEN_THOUSAND)
    if not high:
        return read_number(low)
    gap = "零" if 0 < low < _TEN_THOUSAND // 10 else ""
    return f"{read_number(high)}万{gap}{read_number(low) if low else ''}"


def _counted_with_pairs(figures: str) -> str:
    """2200 is 两千两百: 两 before the larger units."""
    return re.sub("二(?=[百千万])", "两", _counted(figures))


def _one_by_one(figures: str) -> str:
    return figures.translate(_ONE_BY_ONE)


def _by_phone(figures: str) -> str:
    return figures.translate(_BY_PHONE)
