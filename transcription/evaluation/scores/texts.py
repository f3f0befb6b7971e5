"""What is compared with what: spoken with spoken, written with written.

References are written as they were spoken (一千两百九十九元) and compared with the text
before ITN. One with figures in it, as people leave them when they correct a transcript,
is compared with the text after ITN, and goes through it as well.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from transcription.evaluation.scores.cer import comparable
from transcription.pipeline.figures.itn import normalise
from transcription.pipeline.types import PipelineSegment

_FIGURE: Final = re.compile(r"[0-9０-９]")


@dataclass(frozen=True, slots=True)
class Letters:
    """A comparable text, and where words of it may begin and end.

    Between Chinese characters that is anywhere, in ``we use OA`` only at the spaces.
    """

    text: str
    breaks: frozenset[int]


def letters(text: str) -> Letters:
    kept: list[str] = []
    breaks = {0}
    at = 0
    was_latin = False
    for character in text:
        part = comparable(character)
        is_latin = part.isascii() and part.isalpha()
        if not (was_latin and is_latin):
            breaks.add(at)
        kept.append(part)
        at += len(part)
        was_latin = is_latin
    breaks.add(at)
    return Letters("".join(kept), frozenset(breaks))


def is_written(reference: str) -> bool:
    """Whether the reference has figures: it was written, not just said."""
    return bool(_FIGURE.search(reference))


def wanted(reference: str, language: str, *, as_written: bool) -> str:
    """The reference as it is compared."""
    return normalise(reference, language).text if as_written else reference


def recognised_text(segments: Iterable[PipelineSegment], *, as_written: bool) -> str:
    """What was recognised, as it is compared; segments in the order of their times."""
    return " ".join(
        segment.text if as_written else segment.text_raw for segment in segments
    )
