"""Punctuation for engines that write none, between their words and nowhere else."""

from collections.abc import Sequence
from typing import Final

from transcription.engine.base import Punctuator, Word
from transcription.pipeline.text.mapping import Rewritten, rewrite
from transcription.pipeline.text.sentences import word_ends
from transcription.pipeline.types import HotwordHit

LANGUAGES: Final = frozenset({"zh", "en"})
_MARKS: Final = frozenset("，。？！、；：,.?!;:")


def punctuate(
    text: str,
    words: Sequence[Word],
    hits: Sequence[HotwordHit],
    punctuator: Punctuator,
) -> Rewritten:
    """``text`` with the punctuator's marks.

    They are believed only when without them the text is what it was, letter for
    letter. A mark inside a word or a hotword is left out.
    """
    marks = marks_between(text, punctuator.punctuate(text))
    if not marks:
        return Rewritten(text)
    ends = word_ends(text, tuple(words)) if words else None
    return rewrite(
        text,
        (
            (place, place, mark)
            for place, mark in sorted(marks.items())
            if (ends is None or place in ends or place == len(text))
            and not any(hit.start < place < hit.end for hit in hits)
        ),
    )


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
