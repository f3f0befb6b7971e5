"""Punctuation for engines that write none, between their words and nowhere else."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from transcription.engine.base import Punctuator, Word
from transcription.pipeline.text.sentences import word_ends
from transcription.pipeline.types import HotwordHit

LANGUAGES: Final = frozenset({"zh", "en"})
_MARKS: Final = frozenset("，。？！、；：,.?!;:")


@dataclass(frozen=True, slots=True)
class Punctuated:
    """Raw text with its marks, and the hotwords where they are now."""

    text: str
    hits: tuple[HotwordHit, ...]


def punctuate(
    text: str,
    words: Sequence[Word],
    hits: Sequence[HotwordHit],
    punctuator: Punctuator,
) -> Punctuated:
    """``text`` with the punctuator's marks.

    They are believed only when without them the text is what it was, letter for
    letter. A mark inside a word or a hotword is left out.
    """
    unchanged = Punctuated(text, tuple(hits))
    marks = marks_between(text, punctuator.punctuate(text))
    if not marks:
        return unchanged
    ends = word_ends(text, tuple(words)) if words else None
    kept = {
        place: mark
        for place, mark in marks.items()
        if (ends is None or place in ends or place == len(text))
        and not any(hit.start < place < hit.end for hit in hits)
    }
    parts: list[str] = []
    at = 0
    for place, mark in sorted(kept.items()):
        parts += [text[at:place], mark]
        at = place
    moved = tuple(
        replace(
            hit,
            start=hit.start + _length(kept, hit.start),
            # What stands right behind the hotword is not its own.
            end=hit.end + _length(kept, hit.end - 1),
        )
        for hit in hits
    )
    return Punctuated("".join(parts) + text[at:], moved)


def marks_between(text: str, marked: str) -> dict[int, str] | None:
    """The marks that were put into ``text``, by the place before which they stand;
    None when ``marked`` is not ``text`` with marks."""
    marks: dict[int, str] = {}
    at = 0
    for character in marked:
        if at < len(text) and character == text[at]:
            at += 1
        elif character in _MARKS:
            marks[at] = marks.get(at, "") + character
        else:
            return None
    return marks if at == len(text) else None


def _length(marks: dict[int, str], place: int) -> int:
    """How many characters of marks stand before the character at ``place``."""
    return sum(len(mark) for at, mark in marks.items() if at <= place)
