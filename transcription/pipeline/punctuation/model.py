"""Commas, full stops and question marks for Chinese, by a small linear model.

Its weights were trained on dialogues (``benchmarks/train_punctuation.py`` says on
which, and with what pauses); a feature's weights stand in the row of its checksum.
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from transcription.pipeline.punctuation.features import (
    Place,
    Sentence,
    Track,
    sentence_features,
)
from transcription.pipeline.punctuation.joining import belongs_to_former
from transcription.pipeline.punctuation.lines import (
    Line,
    Marks,
    gaps_in,
    is_mid_number,
    pause_after,
)
from transcription.pipeline.text.dictionary import word_places, words_of

WEIGHTS: Final = Path(__file__).with_name("weights.npz")
KINDS: Final = ("", "，", "。")
# A new line after so long a silence reads like a mistake without a mark before it.
_LINE_BREAK_MS: Final = 250


# Fibonacci hashing: checksums of texts that differ in one place differ alike.
_GOLDEN: Final = 2654435769


@dataclass(frozen=True, slots=True)
class Weights:
    """``places`` has a column for a comma and one for a sentence's end, ``sentences``
    one for a question; each as whole numbers of ``scale``. ``bias`` is what is added
    to those three."""

    places: NDArray[np.int8]
    sentences: NDArray[np.int8]
    scale: NDArray[np.float32]
    bias: NDArray[np.float32]

    def place(self, features: Sequence[str]) -> str:
        """The mark at a place with these features, if any."""
        rows = rows_of(features, len(self.places))
        scores = self.places[rows].sum(axis=0, dtype=np.int64) * self.scale[0]
        scores = np.concatenate(([0.0], scores + self.bias[:2]))
        return KINDS[int(scores.argmax())]

    def is_question(self, features: Sequence[str]) -> bool:
        rows = rows_of(features, len(self.sentences))
        score = int(self.sentences[rows].sum(dtype=np.int64)) * self.scale[1]
        return bool(score + self.bias[2] > 0)


def rows_of(features: Sequence[str], count: int) -> list[int]:
    """The rows of features among ``count``, a power of two."""
    bits = 32 - (count.bit_length() - 1)
    return [
        (zlib.crc32(feature.encode()) * _GOLDEN & 0xFFFFFFFF) >> bits
        for feature in features
    ]


@lru_cache(maxsize=1)
def weights() -> Weights:
    with np.load(WEIGHTS) as file:
        return Weights(file["places"], file["sentences"], file["scale"], file["bias"])


class SequenceModel:
    """See ``Marker``."""

    def __init__(self, trained: Weights) -> None:
        self._trained = trained

    def mark(self, lines: Sequence[Line]) -> list[Marks]:
        track, allowed = laid_out(lines)
        marks: list[Marks] = [{} for _line in lines]
        sentence = Sentence()
        former: tuple[Place, int, int] | None = None  # the last full stop
        for place, target in zip(track.places, allowed, strict=True):
            sentence.add(track.words[place.number])
            kind = target and self._kind(track, place, sentence)
            if target is None or not kind:
                continue
            line, at = target
            marks[line][at] = kind
            if kind == "。":
                marks[line][at] = mark = self._end(sentence)
                if former and _goes_on(sentence, mark, former[0]):
                    marks[former[1]][former[2]] = "，"
                former = (place, line, at) if mark == "。" else None
            sentence.mark(kind)
        return marks

    def _end(self, sentence: Sentence) -> str:
        features = sentence_features(sentence.clauses)
        return "？" if self._trained.is_question(features) else "。"

    def _kind(self, track: Track, place: Place, sentence: Sentence) -> str:
        if place.number == len(track.words) - 1:
            return "。"
        kind = self._trained.place(track.features(place.number, sentence))
        if kind or not place.is_line_end or (place.pause_ms or 0) < _LINE_BREAK_MS:
            return kind
        return "，"


def _goes_on(sentence: Sentence, mark: str, former: Place) -> bool:
    return len(sentence.clauses) == 1 and belongs_to_former(
        sentence.clause, mark, former.pause_ms
    )


def laid_out(
    lines: Sequence[Line],
) -> tuple[Track, list[tuple[int, int] | None]]:
    """The words of all lines, and for the place behind each the line and character
    where a mark may be put."""
    words: list[str] = []
    places: list[Place] = []
    allowed: list[tuple[int, int] | None] = []
    for number, line in enumerate(lines):
        pauses = {
            gap.place: gap.pause_ms for gap in gaps_in(line, word_places(line.text))
        }
        following = lines[number + 1] if number + 1 < len(lines) else None
        at = 0
        for word in words_of(line.text):
            at += len(word)
            is_end = at == len(line.text)
            pause = pauses.get(at, 0)
            if is_end:
                pause = pause_after(line, following)
            places.append(Place(len(words), pause, is_end))
            may_be = not is_mid_number(line, following) if is_end else at in pauses
            allowed.append((number, at) if may_be else None)
            words.append(word)
    return Track(words, places), allowed
