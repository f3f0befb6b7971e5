"""Recognition with hotwords: twice where the engine takes them, else by sound later.

A library of thousands is never shown to a model. The text without hotwords says which
are plausible in a piece; the piece is recognised again with those, and the second text
counts only where ``hotwords.evidence`` has no objection.
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
class RecognisedPiece:
    """A piece's recognition. ``hits`` are characters of its text; ``is_open`` says that
    hotwords may still be put into the text by their sound."""

    recognition: Recognition
    hits: tuple[HotwordHit, ...] = ()
    is_open: bool = False


class HotwordRecogniser:
    """An engine and the hotwords of one job."""

    def __init__(self, engine: Engine, index: HotwordIndex) -> None:
        self._engine = engine
        self._index = index
        self._limit = engine.facts.max_hotwords

    def recognise_with_hotwords(
        self, pieces: Sequence[Samples], options: RecognitionOptions
    ) -> list[RecognisedPiece]:
        """One for each piece, in order. A piece that is nearly silent or in which
        nothing was recognised gets no hotwords, whatever the engine."""
        return self.recognise_again(pieces, self.recognise(pieces, options), options)

    def recognise_again(
        self,
        pieces: Sequence[Samples],
        firsts: Sequence[Recognition],
        options: RecognitionOptions,
    ) -> list[RecognisedPiece]:
        """As ``recognise_with_hotwords``; ``firsts`` are the texts without hotwords."""
        may_have = [
            bool(self._index and first.text) and not is_near_silence(piece)
            for piece, first in zip(pieces, firsts, strict=True)
        ]
        results = [
            RecognisedPiece(first, is_open=is_open)
            for first, is_open in zip(firsts, may_have, strict=True)
        ]
        if not self._limit:
            return results
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
                results[number] = _believed(firsts[number], second, verdict)
        return results

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


def _believed(
    first: Recognition, second: Recognition, verdict: Verdict
) -> RecognisedPiece:
    if verdict.objection is None:
        return RecognisedPiece(second, verdict.hits)
    flags = (*first.flags, HOTWORD_REJECTED)
    if verdict.objection is Objection.NO_EVIDENCE:
        flags = (*flags, HOTWORD_LEAK)
    return RecognisedPiece(replace(first, flags=flags), is_open=True)


def _groups(
    asked: Mapping[int, Sequence[str]], limit: int
) -> Iterator[tuple[list[int], list[str]]]:
    """Pieces for one call: their words together fit the engine."""
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
