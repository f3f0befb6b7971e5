"""One set at several sizes of the hotword library."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from transcription.evaluation.figures import (
    ClipScore,
    Summary,
    score_clip,
    shortened_clips,
    summarise,
)
from transcription.evaluation.measure import ClipRecogniser, RecognisedClip
from transcription.evaluation.scores.hotwords import WordList
from transcription.evaluation.scores.shortening import Shortened
from transcription.evaluation.sets.clips import Clip
from transcription.evaluation.sets.distractors import distractors


@dataclass(frozen=True, slots=True)
class SizeResult:
    """The run with a library of ``size`` words. ``shortened`` has the index of the clip
    with each stretch."""

    size: int
    words: tuple[str, ...]
    summary: Summary
    scored: tuple[ClipScore, ...]
    shortened: tuple[tuple[int, Shortened], ...]


def library(
    words: Sequence[str],
    size: int,
    references: Sequence[str],
    *,
    seed: int = 0,
    language: str = "zh",
) -> list[str]:
    """``size`` words: the given ones and made-up ones among them, in no order that
    would tell them apart. Fewer than the given ones are their first ``size``."""
    mixed = list(words[:size])
    missing = size - len(mixed)
    mixed += distractors(missing, references, seed=seed, language=language)
    order = np.random.default_rng(seed).permutation(len(mixed))
    return [mixed[index] for index in order]


def at_sizes(
    recogniser: ClipRecogniser,
    clips: Sequence[Clip],
    words: Sequence[str],
    sizes: Sequence[int],
    *,
    seed: int = 0,
    language: str = "zh",
    on_clip: Callable[[int, int], None] = lambda size, done: None,
) -> Iterator[SizeResult]:
    """One result per size. ``words`` are counted at every size, also at 0; those that
    fill the library up are of ``language``."""
    evaluated = WordList(words)
    references = [clip.reference for clip in clips]
    without: list[RecognisedClip] = []
    for size in sizes:
        given = library(words, size, references, seed=seed, language=language)
        if not without and size:
            without = _run(recogniser, clips, [], 0, on_clip)
        results = _run(recogniser, clips, given, size, on_clip)
        if not size:
            without = results
        used = WordList([*words, *given])
        scored = tuple(score_clip(result, evaluated, used) for result in results)
        lost = tuple(shortened_clips(without, results))
        summary = summarise(scored, len(lost))
        yield SizeResult(size, tuple(given), summary, scored, lost)


def _run(
    recogniser: ClipRecogniser,
    clips: Sequence[Clip],
    hotwords: Sequence[str],
    size: int,
    on_clip: Callable[[int, int], None],
) -> list[RecognisedClip]:
    return recogniser.run(clips, hotwords, on_clip=lambda done: on_clip(size, done))
