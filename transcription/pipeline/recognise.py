"""Hearing with hotwords: twice where the engine takes them, else by their sound later.

A library of thousands is never shown to a model. What was heard without hotwords says
which of them are plausible in a piece; the piece is heard again with those, and the
second hearing counts only where ``hotwords.evidence`` has no objection.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from transcription.engine.base import (
    Engine,
    Recognition,
    RecognitionOptions,
    Samples,
)
from transcription.pipeline.hotwords.evidence import Objection, Verdict, weigh
from transcription.pipeline.hotwords.index import HotwordIndex, Match, most_plausible
from transcription.pipeline.text.risks import is_near_silence
from transcription.pipeline.types import HotwordHit

HOTWORD_REJECTED: Final = "hotword_rejected"
HOTWORD_LEAK: Final = "hotword_leak"


@dataclass(frozen=True, slots=True)
class Heard:
    """A piece's recognition. ``hits`` are characters of its text; ``is_open`` says that
    hotwords may still be put into the text by their sound."""

    recognition: Recognition
    hits: tuple[HotwordHit, ...] = ()
    is_open: bool = False


class Listener:
    """An engine and the hotwords of one job."""

    def __init__(self, engine: Engine, index: HotwordIndex) -> None:
        self._engine = engine
        self._index = index
        self._limit = engine.facts.max_hotwords

    def hear(
        self, pieces: Sequence[Samples], options: RecognitionOptions
    ) -> list[Heard]:
        """One for each piece, in order. A piece that is nearly silent or in which
        nothing was heard gets no hotwords, whatever the engine."""
        return self.hear_on(pieces, self.recognise(pieces, options), options)

    def hear_on(
        self,
        pieces: Sequence[Samples],
        firsts: Sequence[Recognition],
        options: RecognitionOptions,
    ) -> list[Heard]:
        """``hear`` for pieces that were heard without hotwords already."""
        may_have = [
            bool(self._index and first.text) and not is_near_silence(piece)
            for piece, first in zip(pieces, firsts, strict=True)
        ]
        heard = [
            Heard(first, is_open=is_open)
            for first, is_open in zip(firsts, may_have, strict=True)
        ]
        if not self._limit:
            return heard
        matches = {
            number: self._index.matches(first.text)
            for number, first in enumerate(firsts)
            if may_have[number]
        }
        asked = {
            number: words
            for number, found in matches.items()
            if (words := self._missing(firsts[number].text, found))
        }
        for numbers, words in _groups(asked, self._limit):
            seconds = self.recognise(
                [pieces[number] for number in numbers], options, words
            )
            for number, second in zip(numbers, seconds, strict=True):
                verdict = weigh(
                    firsts[number].text, second.text, words, matches[number]
                )
                heard[number] = _believed(firsts[number], second, verdict)
        return heard

    def recognise(
        self,
        pieces: Sequence[Samples],
        options: RecognitionOptions,
        words: Sequence[str] = (),
    ) -> list[Recognition]:
        """The engine's own, with none but these hotwords."""
        options = replace(options, hotwords=tuple(words))
        return self._engine.recognise(pieces, options)

    def _missing(self, text: str, matches: Sequence[Match]) -> list[str]:
        """The plausible words, unless all of them are there already."""
        words = most_plausible(matches, self._limit)
        return words if any(word not in text for word in words) else []


def _believed(first: Recognition, second: Recognition, verdict: Verdict) -> Heard:
    if verdict.objection is None:
        return Heard(second, verdict.hits)
    flags = (*first.flags, HOTWORD_REJECTED)
    if verdict.objection is Objection.NO_EVIDENCE:
        flags = (*flags, HOTWORD_LEAK)
    return Heard(replace(first, flags=flags), is_open=True)


def _groups(
    asked: Mapping[int, Sequence[str]], limit: int
) -> Iterator[tuple[list[int], list[str]]]:
    """Pieces that can be heard in one call: their words together fit the engine."""
    numbers: list[int] = []
    together: dict[str, None] = {}
    for number, words in asked.items():
        if numbers and len(together.keys() | set(words)) > limit:
            yield numbers, list(together)
            numbers, together = [], {}
        numbers.append(number)
        together.update(dict.fromkeys(words))
    if numbers:
        yield numbers, list(together)
