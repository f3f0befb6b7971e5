"""Punctuation for engines that write none. ``python -m benchmarks.punctuation``

F1 of sentence ends (。？！ as one), question marks and commas, by marker and set. A
mark counts where the reference has one of its kind behind the same character; what
was recognised is aligned to the reference by the fewest edits. Sets:

- ``pooled``: the shared calls and the meeting, as the engine recognises them
- ``pooled, reference text``: their true text, with the times of what was recognised
- ``tuning``, ``test``: the own sentences of ``tests/data/punctuation`` with planted
  pauses (``benchmarks.planted_pauses``)

``real`` has no marks in its reference: there only those are counted that fell inside a
word, a figure or a name, where the characters around are the reference's.
"""

import argparse
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from benchmarks.accuracy import Voice, calls, meeting, real
from benchmarks.bare import Bare
from benchmarks.planted_pauses import SEED, seeded, tracks, utterances
from transcription.engine.base import RecognitionOptions, Word
from transcription.evaluation.scores.alignment import align
from transcription.evaluation.scores.cer import comparable
from transcription.pipeline.audio.decode import decode_file
from transcription.pipeline.punctuation.lines import NUMERALS, Line
from transcription.pipeline.punctuation.marking import Marker, with_marks
from transcription.pipeline.punctuation.model import SequenceModel, weights
from transcription.pipeline.punctuation.rules import CHINESE, PauseRules
from transcription.pipeline.run import RunSetup, transcribe
from transcription.pipeline.text.dictionary import word_places
from transcription.pipeline.types import DecodeLimits
from transcription.search.documents import Spoken, document, pairs_of

OPTIONS: Final = RecognitionOptions("zh", use_itn=False)
PLANTINGS: Final = 5
KINDS: Final = {"ends": "。？！", "questions": "？", "commas": "，"}
NAMES: Final = re.compile(
    "王海涛|李雪梅|陈国强|赵敏|孙佳琪|欧阳|李建国|王主任|周医生|张主任|小王|稳健增利"
    "|一网通办|朝阳区|建国路|菜鸟驿站|哈尔滨|山东路|福州路|解放路|人民路|滨海新区"
)


@dataclass(frozen=True, slots=True)
class Said:
    """A track: its reference, and the lines that somebody puts marks into."""

    reference: str
    lines: list[Line]


@dataclass(slots=True)
class Count:
    """Marks found, written and wanted, by kind, and those that part something."""

    found: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))
    written: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))
    wanted: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))
    inside: list[str] = field(default_factory=list)

    def add(self, reference: str, marked: str) -> None:
        true, made = marks_of(reference), marks_of(marked)
        aligned = align(comparable(reference), comparable(marked))
        for kind, signs in KINDS.items():
            free = {at for at, mark in true.items() if mark in signs}
            mine = [at for at, mark in sorted(made.items()) if mark in signs]
            self.wanted[kind] += len(free)
            self.written[kind] += len(mine)
            for at in mine:
                hits = {
                    i
                    for i in free
                    if _meets(aligned.hypothesis_at[i], aligned.reference_at[at], i, at)
                }
                if hits:
                    free.remove(min(hits))
                    self.found[kind] += 1
        whole, ends = comparable(reference), _word_ends(reference)
        said = comparable(marked)
        for at in made:
            i = aligned.reference_at[at]
            is_known = said[at - 1 : at + 1] == whole[i - 1 : i + 1]
            if i not in true and is_known and _is_inside(whole, i, ends):
                self.inside.append(f"{whole[max(0, i - 4) : i]}|{whole[i : i + 4]}")

    def f1(self, kind: str) -> float:
        both = self.written[kind] + self.wanted[kind]
        return 2 * self.found[kind] / both if both else 0.0


def _meets(hypothesis_at: int, reference_at: int, i: int, at: int) -> bool:
    return hypothesis_at == at or reference_at == i


def _word_ends(reference: str) -> frozenset[int]:
    """Where words end in the letters of a reference; none reaches across a mark."""
    ends, letters = set(), 0
    for clause in re.split("[，。？！]", reference):
        bare = comparable(clause)
        ends |= {letters + end for end in word_places(bare)}
        letters += len(bare)
    return frozenset(ends)


def _is_inside(text: str, at: int, ends: frozenset[int]) -> bool:
    """Whether a mark at ``at`` parts a word, a figure or a name of ``text``."""
    if not 0 < at < len(text):
        return False
    if text[at - 1] in NUMERALS and text[at] in NUMERALS:
        return True
    names = (found.span() for found in NAMES.finditer(text))
    return at not in ends or any(start < at < end for start, end in names)


def marks_of(text: str) -> dict[int, str]:
    """The marks of ``text``, by how many letters stand before them."""
    marks: dict[int, str] = {}
    letters = 0
    for character in text:
        if character in "，。？！":
            marks[letters] = character
        letters += len(comparable(character))
    return marks


def recognised(bare: Bare, voices: Iterable[Voice]) -> Iterator[Said]:
    """What the engine makes of the recordings, before marks."""
    everyone = list(voices)
    for path in dict.fromkeys(voice.path for voice in everyone):
        with tempfile.TemporaryDirectory() as folder:
            decoded = decode_file(path, Path(folder), DecodeLimits())
            found = transcribe(decoded, RunSetup(bare.engine, bare.vad, OPTIONS))
        for voice in everyone:
            if voice.path == path:
                lines = [
                    Line(one.text_raw, one.words, one.start_ms, one.end_ms)
                    for one in found.segments
                    if one.channel == voice.channel and one.text_raw
                ]
                yield Said(voice.reference, lines)


def with_true_text(said: Said) -> Said:
    """The reference's characters as words, with the times of what was recognised."""
    heard = [
        (number, word)
        for number, line in enumerate(said.lines)
        for word in _by_one(line)
    ]
    text = comparable(said.reference)
    aligned = align(text, "".join(word.text for _number, word in heard))
    lines: dict[int, list[Word]] = {}
    for i, character in enumerate(text):
        at = min(aligned.hypothesis_at[i], len(heard) - 1)
        after = min(max(aligned.hypothesis_at[i + 1] - 1, at), len(heard) - 1)
        number = heard[at][0]
        first, last = (
            heard[at][1],
            heard[after][1] if heard[after][0] == number else heard[at][1],
        )
        start, end = first.start_ms, last.end_ms
        if (
            aligned.hypothesis_at[i] == aligned.hypothesis_at[i + 1]
        ):  # it was not recognised
            start = end = lines[number][-1].end_ms if number in lines else start
        line = lines.setdefault(number, [])
        line.append(Word(character, start, end, offset=len(line)))
    return Said(
        said.reference,
        [
            Line(
                "".join(w.text for w in words),
                tuple(words),
                words[0].start_ms,
                words[-1].end_ms,
            )
            for _number, words in sorted(lines.items())
        ],
    )


def _by_one(line: Line) -> Iterator[Word]:
    """Each character with its part of its word's time."""
    for word in line.words:
        length = (word.end_ms - word.start_ms) / len(word.text)
        for number, character in enumerate(word.text):
            if comparable(character):
                start = word.start_ms + round(number * length)
                end = word.start_ms + round((number + 1) * length)
                yield Word(character, start, end, offset=word.offset + number)


def without_times(said: Said) -> Said:
    """As an engine without word times gives it."""
    return Said(
        said.reference,
        [Line(one.text, (), one.start_ms, one.end_ms) for one in said.lines],
    )


def counted(
    marker: Marker, tracks_said: Sequence[Said], *, show: bool = False
) -> Count:
    count = Count()
    for said in tracks_said:
        marks = marker.mark(said.lines)
        marked = "".join(
            with_marks(line.text, mine).text
            for line, mine in zip(said.lines, marks, strict=True)
        )
        if show:
            print(f"  {said.reference}\n→ {marked}")
        count.add(said.reference, marked)
    return count


def index_growth(marker: Marker, tracks_said: Sequence[Said]) -> float:
    """By how many percent the search index of these lines grows with their marks."""
    bare = marked = 0
    for number, said in enumerate(tracks_said):
        marks = marker.mark(said.lines)
        texts = [
            with_marks(line.text, mine).text
            for line, mine in zip(said.lines, marks, strict=True)
        ]
        bare += _size(number, said.lines, [line.text for line in said.lines])
        marked += _size(number, said.lines, texts)
    return 100 * (marked - bare) / bare


def _size(track: int, lines: Sequence[Line], texts: Sequence[str]) -> int:
    """Bytes of all pairs of the lines' document in the index."""
    spoken = (
        Spoken(
            index=index,
            voice=(None, track),
            start_ms=line.start_ms,
            end_ms=line.end_ms,
            text=text,
            text_raw=line.text,
            has_added_marks=True,
        )
        for index, (line, text) in enumerate(zip(lines, texts, strict=True))
    )
    pairs = pairs_of(document({}, spoken).text)
    return sum(len(pair.encode()) for line in pairs for pair in line)


def own(half: str) -> list[Said]:
    """The own sentences with five plantings of pauses: one alone moves F1 by 0.03."""
    return [
        Said(one.reference, one.lines)
        for number in range(PLANTINGS)
        for one in tracks(utterances(half), seeded(SEED + number))
    ]


def report(sets: dict[str, list[Said]], *, show: bool) -> None:
    markers: dict[str, Marker] = {
        "rules": PauseRules(CHINESE),
        "model": SequenceModel(weights()),
    }
    print(f"{'set':24} {'marker':8} {'ends':>6} {'questions':>10} {'commas':>7} inside")
    for name, said in sets.items():
        for marker, does in markers.items():
            count = counted(does, said, show=show and marker == "model")
            figures = [
                f"{count.f1(kind):.3f}" if count.wanted[kind] else "–" for kind in KINDS
            ]
            print(
                f"{name:24} {marker:8} {figures[0]:>6} {figures[1]:>10} {figures[2]:>7}"
                f" {len(count.inside)} {' '.join(count.inside)}"
            )
    for name, said in sets.items():
        growth = index_growth(markers["model"], said)
        print(f"index of {name}: {growth:+.1f} %")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", default="vosk")
    parser.add_argument(
        "--sets", nargs="+", default=["pooled", "tuning", "test", "real"]
    )
    parser.add_argument("--show", action="store_true", help="print the texts")
    arguments = parser.parse_args()
    sets: dict[str, list[Said]] = {}
    if {"pooled", "real"} & set(arguments.sets):
        bare = Bare.load(arguments.engine)
    if "pooled" in arguments.sets:
        sets["pooled"] = list(recognised(bare, [*calls(), *meeting()]))
        sets["pooled, reference text"] = [with_true_text(s) for s in sets["pooled"]]
        sets["pooled, no word times"] = [without_times(s) for s in sets["pooled"]]
    for half in ("tuning", "test"):
        if half in arguments.sets:
            sets[half] = own(half)
    if "real" in arguments.sets:
        sets["real"] = list(recognised(bare, real()))
    report(sets, show=arguments.show)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
