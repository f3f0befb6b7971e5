"""Where a text sounds like a phrase, though it is not written there.

``python -m benchmarks.search.sound`` says how well that is told, and what it costs;
its figures are in docs/decisions/sounds-like.md.
"""

from collections.abc import Iterator
from math import log2
from typing import Final, NamedTuple

from transcription.mandarin.lexicon import bits_of
from transcription.search.folding import END
from transcription.search.sound.alignment import Aligned, aligned
from transcription.search.sound.asked import Asked, asked, share_of
from transcription.search.sound.grams import LONGEST
from transcription.search.sound.table import table

# Bits: chosen by the benchmark's sentences.
ENOUGH: Final = 12.0
ENOUGH_OF_THREE: Final = 16.0  # two of them are often another word: 出租, 出租车
_THREE: Final = 3
_CONTEXT: Final = 3  # characters on either side, for words that reach into a place
_REACH: Final = 2  # characters by which two that are neighbours may be apart


class Place(NamedTuple):
    """``text[start:end]``; the higher the score, the likelier the phrase was said."""

    start: int
    end: int
    score: float


def places(text: str, phrase: str) -> list[Place]:
    """Of a folded text and phrase, in the order of the text; none overlaps another, or
    a place at which the phrase is written. None of a phrase for which ``query_grams``
    has nothing."""
    if len(phrase) > LONGEST:
        return []
    wanted = asked(phrase)
    found: dict[tuple[int, int], float] = {}
    known: dict[str, Aligned] = {}  # somebody may say the same for minutes
    for low, high in _windows(text, wanted):
        window = text[low:high]
        if window not in known:
            known[window] = aligned(window, wanted)
        bits, start, end = known[window]
        if bits > 0.0:
            found[low + start, low + end] = bits
    scored = [
        Place(start, end, round(bits + _surprise(text, start, end), 1))
        for (start, end), bits in found.items()
    ]
    enough = ENOUGH_OF_THREE if len(phrase) == _THREE else ENOUGH
    likely = [each for each in scored if each.score >= enough]
    return sorted(_apart(likely, _written(text, phrase)))


def _windows(text: str, wanted: Asked) -> list[tuple[int, int]]:
    """Where it may be: two characters near each other sound right, and one of them is
    written right. What ``query_grams`` asks of a whole text."""
    hits = list(_near_right_ones(text, wanted))
    size = len(wanted.phrase) + _REACH
    windows: set[tuple[int, int]] = set()
    for number, (at, first) in enumerate(hits):
        for later, second in hits[number + 1 : number + 1 + _REACH]:
            if later - at > _REACH:
                break
            for place in _places_of(wanted, first, second):
                start = at - place
                windows.add(_in_line(text, at, start - 1, start + size))
    return sorted(windows)


def _near_right_ones(text: str, wanted: Asked) -> Iterator[tuple[int, str]]:
    """The characters that may be some of the phrase and stand near one that is: most of
    a text is passed over without being looked at."""
    done = 0
    for right in wanted.written.finditer(text):
        start = right.start()
        for at in range(max(start - _REACH, done), min(start + _REACH + 1, len(text))):
            if text[at] in wanted.places:
                yield at, text[at]
        done = start + _REACH + 1


def _places_of(wanted: Asked, first: str, second: str) -> Iterator[int]:
    """Where in the phrase the first may stand, when the second stands behind it."""
    for place in wanted.places[first]:
        for other in wanted.places[second]:
            if 1 <= other - place <= _REACH and (
                wanted.phrase[place] == first or wanted.phrase[other] == second
            ):
                yield place


def _in_line(text: str, at: int, low: int, high: int) -> tuple[int, int]:
    """What of it lies in the line of that character."""
    low = max(low, 0)
    end = text.find(END, at, high)
    return max(low, text.rfind(END, low, at) + 1), end if end >= 0 else high


def _surprise(text: str, start: int, end: int) -> float:
    """How much less likely its words are than its characters, in bits: 处理 in 处理财务
    is a word, and no wrong 理财; 头诉 is none."""
    known = table().readings
    low, high = start, end
    while low > 0 and start - low < _CONTEXT and text[low - 1] in known:
        low -= 1
    while high < len(text) and high - end < _CONTEXT and text[high] in known:
        high += 1
    written = "".join(character for character in text[start:end] if character in known)
    before, behind = text[low:start], text[end:high]
    characters = sum(log2(share_of(character)) for character in written)
    without = bits_of(before) + bits_of(behind)
    return characters + without - bits_of(before + written + behind)


def _written(text: str, phrase: str) -> bytearray:
    """Of each character, whether the phrase is written there."""
    taken = bytearray(len(text))
    at = text.find(phrase) if phrase else -1
    while at >= 0:
        taken[at : at + len(phrase)] = b"\1" * len(phrase)
        at = text.find(phrase, at + 1)
    return taken


def _apart(likely: list[Place], taken: bytearray) -> Iterator[Place]:
    """The best of those that overlap."""
    for place in sorted(likely, key=lambda each: -each.score):
        if not any(taken[place.start : place.end]):
            taken[place.start : place.end] = b"\1" * (place.end - place.start)
            yield place
