"""Commas, full stops and question marks from pauses and a few words of the language.

For languages in which no model was trained.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from transcription.pipeline.punctuation.lines import Line, Marks, gaps_in, pause_after


@dataclass(frozen=True, slots=True)
class Language:
    """Its marks, the silence from which on a comma stands, what begins a question and
    what a question holds anywhere."""

    comma: str
    stop: str
    question: str
    comma_ms: int
    asks: re.Pattern[str]


ENGLISH: Final = Language(
    comma=",",
    stop=".",
    question="?",
    comma_ms=250,
    asks=re.compile(
        r"^(?:(?:so|and|but|okay|ok|well|hi|hello|um|uh) )*"
        r"(?:what|when|where|who|whose|why|which|how|is|are|was|were|do|does|did|can"
        r"|could|would|will|should|may|have|has|am|isn't|aren't|don't|doesn't|didn't"
        r"|can't|won't|wouldn't)\b"
        r"|\b(?:right|okay|isn't it|aren't you|don't you|could you|can you)$"
    ),
)
CHINESE: Final = Language(
    comma="，",
    stop="。",
    question="？",
    comma_ms=200,
    asks=re.compile(
        r"[吗呢]$|什么|多少|怎么|怎样|如何|哪|谁|几[个点号次天年月]|多[久长远]|是不是|有没有"
        r"|能不能|要不要|可不可以|还是|是否|对吧$|好吧$"
    ),
)
# A silence between two lines of one party that is no end of a sentence.
_LINE_BREAK_MS: Final = 650


class PauseRules:
    """See ``Marker``."""

    def __init__(self, language: Language) -> None:
        self._language = language

    def mark(self, lines: Sequence[Line]) -> list[Marks]:
        return [
            self._marked(line, pause_after(line, following))
            for line, following in zip(lines, [*lines[1:], None], strict=True)
        ]

    def _marked(self, line: Line, after_ms: int | None) -> Marks:
        known = self._language
        marks: Marks = {
            gap.place: known.comma
            for gap in gaps_in(line)
            if gap.pause_ms is not None and gap.pause_ms >= known.comma_ms
        }
        end = len(line.text)
        if after_ms is not None and after_ms < _LINE_BREAK_MS:
            marks[end] = known.comma
        else:
            last = line.text[max(marks, default=0) :].strip()
            marks[end] = known.question if known.asks.search(last) else known.stop
        return marks
