"""Word times for written text, with pauses as people make them. The same seed plants
the same pauses.

Silences, in milliseconds; ``lognormal(m)`` has the median ``m`` and a spread (σ of the
logarithm) of about a half, and all of a track's are longer or shorter by a factor
(σ 0.3):

- behind a sentence's end: lognormal(570); one of 17 has less than 90
- behind a comma: lognormal(285); one of five has none (less than 60)
- elsewhere: 86 % none, 10 % 20 to 150, 4 % a hesitation of lognormal(270)
- between two turns: 1,000 to 9,000, for the other party speaks; half of the turns
  follow each other like sentences, for nobody does

So a third of the commas are as long as a third of the sentences' ends, and one pause of
three above 200 ms is a hesitation. A character lasts 150 to 260 ms.
"""

import csv
import math
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from transcription.engine.base import Word
from transcription.pipeline.punctuation.lines import Line
from transcription.pipeline.text.sentences import PAUSE_MS

UTTERANCES: Final = (
    Path(__file__).parents[1] / "tests" / "data" / "punctuation" / "utterances.tsv"
)
TRAINING: Final = UTTERANCES.with_name("training.txt")
SEED: Final = 20261130
_MARKED: Final = re.compile("[^，。？]+[，。？]?")
_MARK: Final = re.compile("[，。？]")

Turn = Sequence[tuple[str, str]]  # the words, and the mark behind each, if any


@dataclass(frozen=True, slots=True)
class Planted:
    """A track: what was said, with marks, and the lines that a recogniser would make of
    it."""

    reference: str
    lines: list[Line]


def seeded(seed: int) -> random.Random:
    return random.Random(seed)


def utterances(half: str) -> list[Turn]:
    """The own sentences of one half (tuning, test)."""
    with UTTERANCES.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    return [
        turn_of(row["text"], row["words"].split())
        for row in rows
        if row["half"] == half
    ]


def turn_of(text: str, words: Sequence[str]) -> Turn:
    """``text`` by ``words``; a word with a mark inside becomes two."""
    marks, at = {}, 0
    for part in _MARKED.findall(text):
        bare = _MARK.sub("", part)
        at += len(bare)
        marks[at] = part[len(bare) :]
    turn: list[tuple[str, str]] = []
    at = 0
    for word in words:
        start = 0
        for end in range(1, len(word) + 1):
            if end == len(word) or at + end in marks:
                turn.append((word[start:end], marks.get(at + end, "")))
                start = end
        at += len(word)
    return turn


def tracks(
    turns: Sequence[Turn], rng: random.Random, *, at_once: int = 8
) -> Iterator[Planted]:
    """The turns in their order, ``at_once`` of them on a track."""
    for start in range(0, len(turns), at_once):
        yield track(turns[start : start + at_once], rng)


def track(
    turns: Sequence[Turn],
    rng: random.Random,
    *,
    joined: float = 0.5,
    spread: float = 0.3,
) -> Planted:
    """``joined`` is the share of turns behind which the other party says nothing."""
    tempo = math.exp(rng.gauss(0, spread))
    words: list[Word] = []
    lines: list[Line] = []
    at = 0
    for turn in turns:
        for number, (text, mark) in enumerate(turn):
            end = at + sum(rng.randint(150, 260) for _character in text)
            offset = sum(len(word.text) for word in words)
            words.append(Word(text, at, end, offset=offset))
            is_last = number == len(turn) - 1
            if is_last and rng.random() >= joined:
                silence = rng.randint(1_000, 9_000)
            else:
                silence = _silence(mark, rng, tempo)
            at = end + silence
            if silence >= PAUSE_MS:
                lines.append(_line(words))
                words = []
    if words:
        lines.append(_line(words))
    reference = "".join(text + mark for turn in turns for text, mark in turn)
    return Planted(reference, lines)


def _line(words: Sequence[Word]) -> Line:
    text = "".join(word.text for word in words)
    return Line(text, tuple(words), words[0].start_ms, words[-1].end_ms)


def _silence(mark: str, rng: random.Random, tempo: float) -> int:
    chance = rng.random()
    if mark and mark in "。？":
        if chance < 0.06:
            return rng.randint(0, 90)
        return int(tempo * rng.lognormvariate(math.log(570), 0.45))
    if mark == "，":
        if chance < 0.2:
            return rng.randint(0, 60)
        return int(tempo * rng.lognormvariate(math.log(285), 0.5))
    if chance < 0.86:
        return 0
    if chance < 0.96:
        return rng.randint(20, 150)
    return int(tempo * rng.lognormvariate(math.log(270), 0.6))
