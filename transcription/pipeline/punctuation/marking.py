"""Who puts marks into what an engine wrote without any, and where none may stand."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from transcription.engine.base import EngineFacts, Punctuator
from transcription.pipeline.punctuation.lines import MARKS, Line, Marks, gaps_in
from transcription.pipeline.punctuation.model import SequenceModel, weights
from transcription.pipeline.punctuation.rules import ENGLISH, PauseRules
from transcription.pipeline.text.dictionary import word_places
from transcription.pipeline.text.mapping import Rewritten, TextMapping, rewrite
from transcription.pipeline.types import Punctuation


class Marker(Protocol):
    """Puts marks into the lines of a track."""

    def mark(self, lines: Sequence[Line]) -> list[Marks]:
        """The marks of each line, in the order in which they were said."""
        ...


@dataclass(frozen=True, slots=True)
class Marking:
    """How an engine's texts in one language come to their marks."""

    source: Punctuation
    marker: Marker | None = None

    def marked(self, lines: Sequence[Line]) -> list[Rewritten]:
        """The lines of a track with marks. One that has some stays as it is."""
        if self.marker is None:
            return [Rewritten(line.text) for line in lines]
        bare = [line for line in lines if _is_bare(line)]
        found = iter(self.marker.mark(bare))
        return [
            _with_last(line, next(found)) if _is_bare(line) else Rewritten(line.text)
            for line in lines
        ]


def load(facts: EngineFacts, punctuator: Punctuator | None) -> None:
    """What Chinese needs to be marked, which takes a second or two."""
    marking = marking_for(facts, "zh", punctuator, wanted=True)
    marking.marked([Line("您好", (), 0, 1_000)])


def marking_for(
    facts: EngineFacts, language: str, punctuator: Punctuator | None, *, wanted: bool
) -> Marking:
    """ct-punc where it is installed, else the model for Chinese and rules for English;
    nobody for engines that write marks themselves, and where none are ``wanted``."""
    if facts.writes_punctuation:
        return Marking(Punctuation.ENGINE)
    if not wanted or language not in ("zh", "en"):
        return Marking(Punctuation.NONE)
    if punctuator is not None:
        return Marking(Punctuation.MODEL, LineByLine(punctuator, language))
    if language == "zh":
        return Marking(Punctuation.MODEL, SequenceModel(weights()))
    return Marking(Punctuation.PAUSES, PauseRules(ENGLISH))


class LineByLine:
    """A ``Punctuator``, of whose answer only the marks are believed, and those only
    where they part nothing."""

    def __init__(self, punctuator: Punctuator, language: str) -> None:
        self._punctuator = punctuator
        self._language = language

    def mark(self, lines: Sequence[Line]) -> list[Marks]:
        return [self._marked(line) for line in lines]

    def _marked(self, line: Line) -> Marks:
        marks = marks_between(line.text, self._punctuator.punctuate(line.text))
        places = word_places(line.text) if self._language == "zh" else None
        allowed = {gap.place for gap in gaps_in(line, places)} | {len(line.text)}
        return {at: mark for at, mark in (marks or {}).items() if at in allowed}


def marks_between(text: str, marked: str) -> Marks | None:
    """The marks that were put into ``text``, by the place before which they stand;
    None when ``marked`` is not ``text`` with marks."""
    marks: Marks = {}
    at = 0
    for character in marked:
        if at < len(text) and character == text[at]:
            at += 1
        elif character in MARKS:
            marks[at] = marks.get(at, "") + character
        else:
            return None
    return marks if at == len(text) else None


def with_marks(text: str, marks: Marks) -> Rewritten:
    return rewrite(text, ((at, at, mark) for at, mark in sorted(marks.items())))


def _is_bare(line: Line) -> bool:
    return bool(line.text) and MARKS.isdisjoint(line.text)


def _with_last(line: Line, marks: Marks) -> Rewritten:
    if line.last_mark:
        marks = {**marks, len(line.text): line.last_mark}
    return with_marks(line.text, marks)


def added_marks(text: str, mapping: TextMapping) -> Marks:
    """The marks in ``text`` that ``mapping`` put into the raw text, by their place
    there."""
    return {
        change.raw_start: text[change.start : change.end]
        for change in mapping.changes
        if change.raw_start == change.raw_end
    }


def moved_marks(marks: Marks, mapping: TextMapping) -> Marks:
    """Where they stand after the raw text was changed; none inside of a change."""
    return {
        mapping.span(place - 1, place)[1] if place else 0: mark
        for place, mark in marks.items()
        if not any(c.raw_start < place < c.raw_end for c in mapping.changes)
    }
