"""Sentences that are read out in every call, told from those that somebody made up."""

from collections.abc import Iterable
from typing import Final

_AROUND: Final = 3  # letters on both sides that tell one sentence from another
_SHORT: Final = 4  # so few letters around say nothing about the sentence
_NUMERALS: Final = frozenset("零〇一二三四五六七八九十百千万两幺")

Around = tuple[str, str]


def around(text: str, start: int, end: int) -> Around:
    """The letters beside ``start:end``. Every figure is the same: an agent's number
    differs from call to call, and the sentence is the same."""
    return _letters(text[:start])[-_AROUND:], _letters(text[end:])[:_AROUND]


def sentence_count(uses: Iterable[Around]) -> int:
    """In how many different sentences something stands, as far as can be seen."""
    places = list(uses)
    long = [place for place in places if len(place[0] + place[1]) >= _SHORT]
    return len(set(long)) + len(places) - len(long)


def is_number(text: str) -> bool:
    """Figures, also spoken ones."""
    return text.isdigit() or all(character in _NUMERALS for character in text)


def _letters(text: str) -> str:
    return "".join(
        "0" if is_number(character) else character
        for character in text
        if character.isalnum()
    )
