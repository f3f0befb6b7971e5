"""A track's sentences before they have marks, and where marks may stand."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from transcription.engine.base import Word

# A mark between two of these would part a number: 一三八|零零, 三点|五.
NUMERALS: Final = frozenset("零〇一二三四五六七八九十百千万亿两幺点杠第0123456789.")
MARKS: Final = frozenset("，。？！、；：,.?!;:")

Span = tuple[int, int]
Marks = dict[int, str]  # the mark that stands before the character at a place


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence as it was recognised: one line of the transcript, without marks.

    Times are the recording's. ``whole`` are spans of the text that no mark may part,
    such as hotwords and figures. ``last_mark`` is known of a sentence that is written
    again.
    """

    text: str
    words: tuple[Word, ...]
    start_ms: int
    end_ms: int
    whole: tuple[Span, ...] = ()
    last_mark: str = ""


@dataclass(frozen=True, slots=True)
class Gap:
    """A place between two characters where a mark may stand, and the silence there;
    None when nobody knows how long it is."""

    place: int
    pause_ms: int | None


def gaps_in(line: Line, places: frozenset[int] | None = None) -> list[Gap]:
    """Where a mark may stand inside ``line``: where a word of the recogniser ends, and
    one of ``places``, where there are such."""
    pauses = _pauses(line)
    found = set(range(1, len(line.text))) if pauses is None else pauses.keys()
    if places is not None:
        found &= places
    return [
        Gap(place, None if pauses is None else pauses[place])
        for place in sorted(found)
        if not _parts_something(line, place)
    ]


def pause_after(line: Line, following: Line | None) -> int | None:
    """The silence between a line and the next of its track; None at the end."""
    return None if following is None else max(0, following.start_ms - line.end_ms)


def is_mid_number(line: Line, following: Line | None) -> bool:
    """Whether the line ends inside of a number that the next one goes on with."""
    return (
        following is not None
        and line.text[-1] in NUMERALS
        and following.text[0] in NUMERALS
    )


def _pauses(line: Line) -> dict[int, int] | None:
    """The silence behind each word but the last, by where the word ends."""
    if not line.words:
        return None
    return {
        word.end: max(0, following.start_ms - word.end_ms)
        for word, following in pairwise(line.words)
    }


def _parts_something(line: Line, place: int) -> bool:
    before, after = line.text[place - 1], line.text[place]
    return (
        (before in NUMERALS and after in NUMERALS)
        or before in MARKS
        or after in MARKS
        or (
            before.isascii()
            and before.isalnum()
            and after.isascii()
            and after.isalnum()
        )
        or any(start < place < end for start, end in line.whole)
    )
