"""What finding hotwords in a text costs. ``python -m benchmarks.hotwords.retrieval``

Libraries of growing size over the sentences of ``../shared/data``: milliseconds of CPU
a sentence to find the plausible words by sound (median and 95th percentile), and how
many were found. The baseline compares every word with every place of the sentence, as
an engine without an index would have to.

The index of a process's next job is built ``again``: how the words are said is in
memory. A second table does so for English: names as ``distractors`` makes them, over
the sentences of ``tests/data/english``, compared phoneme by phoneme.
"""

import argparse
import json
import random
import statistics
import time
from collections.abc import Callable
from functools import partial

from tests.stack import ROOT
from transcription.evaluation.sets.distractors import distractors
from transcription.mandarin.syllables import blur
from transcription.pipeline.english.index import english_sounds
from transcription.pipeline.english.phonemes import join, likeness, readings
from transcription.pipeline.hotwords.index import HotwordIndex
from transcription.pipeline.hotwords.phonetics import units
from transcription.pipeline.hotwords.pronunciations import Pronunciation, pronunciations

DATA = ROOT.parent / "shared" / "data"
ENGLISH = ROOT / "tests" / "data" / "english" / "manifest.json"
SIZES = (50, 200, 1000, 5000)
TARGET_MS = 20.0


def sentences() -> list[str]:
    """The sentences of the sets, as they were spoken."""
    found = []
    for name in ("sentences", "real"):
        manifest = json.loads((DATA / name / "manifest.json").read_text())
        found += [entry["text"] for entry in manifest]
    return found


def library(texts: list[str], size: int) -> list[str]:
    """Words of two to six characters, of the characters that the sentences have: many
    share syllables with them, more than names and products do."""
    rng = random.Random(3)
    characters = [c for text in texts for c in text if "\u4e00" <= c <= "\u9fff"]
    words: dict[str, None] = {}
    while len(words) < size:
        length = rng.choice((2, 3, 3, 4, 4, 5, 6))
        words["".join(rng.choice(characters) for _ in range(length))] = None
    return list(words)


def milliseconds(work: Callable[[str], object], texts: list[str]) -> list[float]:
    taken = []
    for text in texts:
        began = time.process_time()
        work(text)
        taken.append((time.process_time() - began) * 1000)
    return sorted(taken)


def compare_all(words: list[Pronunciation], text: str) -> int:
    """The baseline: every word at every place."""
    found = 0
    for run in units(text):
        said = [{blur(sound) for sound in unit.sounds} for unit in run]
        for word in words:
            wanted = [{blur(sound) for sound in sounds} for sounds in word.sounds]
            for at in range(len(said) - len(wanted) + 1):
                found += all(w & said[at + i] for i, w in enumerate(wanted))
    return found


def compare_all_english(words: list[str], text: str) -> int:
    """The baseline: the sounds of every word at every place."""
    said = [readings(word)[0] for word in text.split()]
    found = 0
    for first in range(len(said)):
        for last in range(first, min(first + 5, len(said))):
            recognised = join("".join(said[first : last + 1]))
            found += sum(likeness(word, recognised, least=0.8) > 0 for word in words)
    return found


def seconds_to_build(words: list[str]) -> float:
    began = time.process_time()
    HotwordIndex(words)
    return time.process_time() - began


def measure(
    texts: list[str],
    words: list[str],
    baseline: Callable[[str], object],
    baseline_texts: int,
) -> None:
    """Prints one line of the table."""
    pronunciations.cache_clear()
    english_sounds.cache_clear()
    built = [seconds_to_build(words) for _ in ("first", "again")]
    index = HotwordIndex(words)
    milliseconds(index.matches, texts)
    taken = milliseconds(index.matches, texts)
    found = statistics.mean(len(index.candidates(text, 50)) for text in texts)
    plain = statistics.median(milliseconds(baseline, texts[:baseline_texts]))
    median, late = statistics.median(taken), taken[len(taken) * 95 // 100]
    verdict = "" if late <= TARGET_MS else f"   above {TARGET_MS:.0f} ms"
    print(
        f"{len(words):5} {built[0]:9.2f} {built[1]:7.2f} {median:8.2f} {late:8.2f}"
        f" {found:11.1f} {plain:14.1f} {plain / median:7.1f}{verdict}",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--baseline-texts", type=int, default=5)
    few = parser.parse_args().baseline_texts
    heading = (
        "words   build s   again   ms p50   ms p95   plausible   all pairs ms   ratio"
    )
    texts = sentences()
    print(f"{len(texts)} sentences, {statistics.mean(map(len, texts)):.0f} characters")
    print(heading)
    for size in SIZES:
        words = library(texts, size)
        said = [one for word in words for one in pronunciations(word)]
        measure(texts, words, partial(compare_all, said), few)
    texts = [entry["text"] for entry in json.loads(ENGLISH.read_text())]
    mean = statistics.mean(len(text.split()) for text in texts)
    print(f"\n{len(texts)} English sentences, {mean:.0f} words")
    print(heading)
    for size in SIZES:
        words = distractors(size, [], language="en")
        sounds = [one for word in words for one in english_sounds(word)]
        measure(texts, words, partial(compare_all_english, sounds), few)


if __name__ == "__main__":
    main()
