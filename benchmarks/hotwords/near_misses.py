"""Which near misses of a hotword are put right, and what is put where nobody said it?

``python -m benchmarks.hotwords.near_misses`` plants errors of eight kinds into
sentences of a call centre (``planted_errors.py``) as a recogniser that takes no
hotwords writes them: the wrong syllable, in words of which it was unsure. Printed is,
by kind and syllables of the word, how many become the hotword again, without and with
near misses in one run, and how often one is put into sentences in which none was said:
everyday ones of the benchmark, in which as many words are unsure.

``--recognised FILE`` takes real texts as well, a JSON list of clips (``audio_ms``,
``turns``, ``segments`` of ``text`` and ``words``: text, start, end, confidence, place),
and 500 words in each of ``--seeds`` libraries: what is put in and was not said.
"""

import argparse
import json
import random
from collections.abc import Iterator, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any, Final

from benchmarks.hotwords.planted_errors import (
    EVERYDAY,
    GREETINGS,
    KINDS,
    SENTENCES,
    SHORT_WORDS,
    WORDS,
    near_miss,
)
from transcription.engine.base import Word
from transcription.evaluation.sets.distractors import distractors
from transcription.mandarin.lexicon import tokens
from transcription.pipeline.hotwords.correction import HotwordCorrector
from transcription.pipeline.hotwords.index import HotwordIndex

_SEEDS: Final = 10
_LIST: Final = [*WORDS, *SHORT_WORDS]
_LONG: Final = 4  # syllables
_LIBRARY: Final = 500
_LISTED: Final = Path(__file__).with_name("chinese.txt")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--recognised", type=Path, metavar="FILE")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--show", action="store_true", help="every false insertion")
    arguments = parser.parse_args()
    print(f"{'kind':14} {'syllables':9} {'planted':>7} {'without %':>9} {'with %':>6}")
    for (kind, size), (planted, without, with_them) in recall().items():
        print(
            f"{kind:14} {size:9} {planted:7} {100 * without / planted:9.1f}"
            f" {100 * with_them / planted:6.1f}"
        )
    print("false insertions in planted everyday sentences:", *false_insertions())
    if arguments.recognised:
        clips = json.loads(arguments.recognised.read_text("utf-8"))
        _print_real(clips, arguments.seeds, shows=arguments.show)
    return 0


def recall() -> dict[tuple[str, str], tuple[int, int, int]]:
    """By kind and syllables: how many were planted, and put right without and with near
    misses."""
    correctors = _correctors(_LIST)
    found: dict[tuple[str, str], list[int]] = {}
    for kind in KINDS:
        for seed in range(_SEEDS):
            rng = random.Random(seed)
            for word in _LIST:
                wrong = near_miss(word, kind, rng)
                if wrong is None:
                    continue
                sentence = rng.choice(SENTENCES)
                text = sentence.format(wrong)
                at = sentence.index("{}")
                said = words_of(text, (at, at + len(wrong)), rng)
                size = str(len(word)) if len(word) < _LONG else f"{_LONG} and more"
                counts = found.setdefault((kind, size), [0, 0, 0])
                counts[0] += 1
                for number, corrector in enumerate(correctors, start=1):
                    corrected = corrector.correct(text, said).text
                    counts[number] += corrected == sentence.format(word)
    return {
        key: (found[key][0], found[key][1], found[key][2])
        for key in sorted(found, key=lambda key: (KINDS.index(key[0]), key[1]))
    }


def false_insertions() -> tuple[int, int]:
    """Of all sentences of the benchmark without a word of the list, some words unsure:
    how many hotwords are put in without and with near misses."""
    counts = [0, 0]
    correctors = _correctors(_LIST)
    texts = [sentence.format("") for sentence in (*SENTENCES, *GREETINGS)]
    texts += [text for pair in EVERYDAY for text in pair]
    for seed in range(_SEEDS):
        rng = random.Random(seed)
        for text in texts:
            start = rng.randrange(max(1, len(text) - 4))
            said = words_of(text, (start, start + 4), rng)
            for number, corrector in enumerate(correctors):
                counts[number] += len(corrector.correct(text, said).hits)
    return counts[0], counts[1]


def words_of(
    text: str, unsure: tuple[int, int], rng: random.Random
) -> tuple[Word, ...]:
    """As an engine gives them, unsure of those that touch the stretch."""
    parts = tokens(text)
    places = accumulate(map(len, parts), initial=0)
    return tuple(
        Word(
            part,
            200 * at,
            200 * (at + len(part)),
            rng.uniform(0.3, 0.9)
            if at < unsure[1] and unsure[0] < at + len(part)
            else rng.uniform(0.9, 1.0),
            offset=at,
        )
        for part, at in zip(parts, places, strict=False)
    )


def _correctors(words: Sequence[str]) -> tuple[HotwordCorrector, HotwordCorrector]:
    index = HotwordIndex(words)
    return (
        HotwordCorrector(index, believes_near_misses=False),
        HotwordCorrector(index),
    )


def _print_real(clips: list[dict[str, Any]], seeds: int, *, shows: bool) -> None:
    listed = [
        line for line in _LISTED.read_text("utf-8").splitlines() if line[:1] not in "#"
    ]
    references = ["".join(clip["turns"]) for clip in clips]
    hours = {
        kind: sum(c["audio_ms"] for c in clips if bool(c["turns"]) == kind) / 3_600_000
        for kind in (True, False)
    }
    counts = {(kind, way): 0 for kind in (True, False) for way in (0, 1)}
    right = [0, 0]
    for seed in range(seeds):
        made = distractors(_LIBRARY - len(listed), references, seed=seed)
        correctors = _correctors([*listed, *made])
        for clip, reference in zip(clips, references, strict=True):
            for way, word, was in _put_in(clip, correctors):
                if word in reference:
                    right[way] += 1
                    continue
                counts[bool(reference), way] += 1
                if shows:
                    print(f"  {'now' if way else 'before'}: {was} → {word}")
    for kind, name in ((True, "speech"), (False, "silence")):
        print(
            f"{name}, {hours[kind] * 60:.1f} min, {seeds} libraries of {_LIBRARY}:"
            f" false insertions an hour before"
            f" {counts[kind, 0] / max(hours[kind] * seeds, 1e-9):.1f}, now"
            f" {counts[kind, 1] / max(hours[kind] * seeds, 1e-9):.1f}"
        )
    print(
        f"put in where said: before {right[0] / seeds:.0f}, now {right[1] / seeds:.0f}"
    )


def _put_in(
    clip: dict[str, Any], correctors: Sequence[HotwordCorrector]
) -> Iterator[tuple[int, str, str]]:
    for segment in clip["segments"]:
        words = tuple(
            Word(text, start, end, confidence, offset=place)
            for text, start, end, confidence, place in segment["words"]
        )
        for way, corrector in enumerate(correctors):
            for hit in corrector.correct(segment["text"], words).hits:
                yield way, hit.text, hit.heard


if __name__ == "__main__":
    raise SystemExit(main())
