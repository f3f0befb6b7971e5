"""How many voices there are, and what each sounds like: vectors of clips in groups.

Clips are joined from the bottom up by the mean likeness of their pairs. Groups too
small to be a speaker are dissolved, groups whose centres are alike become one. The cost
is quadratic in the number of clips, so of a long recording an even sample is grouped.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from transcription.engine.base import EmbedderFacts, Vectors, unit_rows

MAX_VOICES: Final = 8
_MAX_CLIPS: Final = 1500  # 9 MB of likenesses
_GOOD_SECONDS: Final = 1.0  # shorter clips say little about a voice
# Somebody who says less than this, or than this share of all, is not told apart.
_LEAST_SECONDS: Final = 3.0
_LEAST_SHARE: Final = 0.03
_FINER_CUTS: Final = 25
_ROUNDS: Final = 3

Labels = NDArray[np.int64]
Seconds = NDArray[np.float64]
_Union = tuple[int, int, float]  # two groups, named by a clip of theirs; how alike


def find_voices(
    vectors: Vectors, seconds: Seconds, facts: EmbedderFacts, count: int | None
) -> Vectors:
    """The centre of each voice, one row each, the one who speaks most first.

    ``count`` fixes their number (there may be fewer clips than that); None finds it.
    """
    vectors, seconds = _sample(vectors, seconds)
    if len(vectors) < 2:
        return vectors
    unions = _unions(vectors)
    if count is None:
        alike = sum(likeness >= facts.same_clips for _, _, likeness in unions)
        labels = _united(len(vectors), unions[:alike])
        kept = _big_enough(labels, seconds)
    else:
        labels = _cut_into(unions, seconds, count)
        kept = _by_size(labels, seconds)[:count]
    centres = _settle(vectors, seconds, _centres(vectors, seconds, labels, kept))
    if count is None:
        centres = _join_alike(vectors, seconds, centres, facts.same_voice)
    return centres


def _sample(vectors: Vectors, seconds: Seconds) -> tuple[Vectors, Seconds]:
    good = np.flatnonzero(seconds >= _GOOD_SECONDS)
    if good.size < 2:
        good = np.arange(len(vectors))
    if good.size > _MAX_CLIPS:
        good = good[np.linspace(0, good.size - 1, _MAX_CLIPS).astype(np.int64)]
    return vectors[good], seconds[good]


def _unions(vectors: Vectors) -> list[_Union]:
    """All clips joined in pairs of groups, the most alike first (average linkage)."""
    alike = np.asarray(vectors @ vectors.T, np.float32)
    np.fill_diagonal(alike, -np.inf)
    weights = np.ones(len(vectors), np.float32)
    nearest = alike.argmax(axis=1)
    best = alike.max(axis=1)
    unions: list[_Union] = []
    for _ in range(len(vectors) - 1):
        one = int(best.argmax())
        other = int(nearest[one])
        unions.append((one, other, float(best[one])))
        whole = weights[one] + weights[other]
        row = (alike[one] * weights[one] + alike[other] * weights[other]) / whole
        row[[one, other]] = -np.inf
        weights[one] = whole
        alike[one] = alike[:, one] = row
        alike[other] = alike[:, other] = -np.inf
        # A mean is never above both: only who was nearest to one of the two must look.
        changed = np.flatnonzero((nearest == one) | (nearest == other))
        nearest[changed] = alike[changed].argmax(axis=1)
        best[changed] = alike[changed].max(axis=1)
        best[other] = -np.inf
    return unions


def _united(size: int, unions: Sequence[_Union]) -> Labels:
    """The group of each clip after these unions."""
    labels = np.arange(size)
    for one, other, _ in unions:
        labels[labels == other] = one
    return _counted(labels)


def _counted(labels: Labels) -> Labels:
    """The same groups, numbered without gaps."""
    return np.asarray(np.unique(labels, return_inverse=True)[1], np.int64)


def _sizes(labels: Labels, seconds: Seconds) -> Seconds:
    return np.asarray(np.bincount(labels, weights=seconds), np.float64)


def _by_size(labels: Labels, seconds: Seconds) -> list[int]:
    return [int(label) for label in np.argsort(-_sizes(labels, seconds), kind="stable")]


def _big_enough(labels: Labels, seconds: Seconds) -> list[int]:
    """The groups that are a speaker; the biggest one always is."""
    sizes = _sizes(labels, seconds)
    least = max(_LEAST_SECONDS, _LEAST_SHARE * float(seconds.sum()))
    first, *others = _by_size(labels, seconds)
    return [first, *(label for label in others if sizes[label] >= least)][:MAX_VOICES]


def _cut_into(unions: Sequence[_Union], seconds: Seconds, count: int) -> Labels:
    """The coarsest cut with ``count`` groups that are speakers: the plain cut often
    sets a cough apart and leaves two people together."""
    least = min(_LEAST_SECONDS, _LEAST_SHARE * float(seconds.sum()))
    size = len(seconds)
    for groups in range(count, min(count + _FINER_CUTS, size)):
        labels = _united(size, unions[: size - groups])
        if int((_sizes(labels, seconds) >= least).sum()) >= count:
            return labels
    return _united(size, unions[: max(0, size - count)])


def _centres(
    vectors: Vectors, seconds: Seconds, labels: Labels, kept: list[int]
) -> Vectors:
    weighted = vectors * seconds[:, None]
    return unit_rows(
        np.stack([weighted[labels == label].sum(axis=0) for label in kept])
    )


def _settle(vectors: Vectors, seconds: Seconds, centres: Vectors) -> Vectors:
    """Every clip to the centre it is most like, and the centres after their clips."""
    for _ in range(_ROUNDS):
        nearest = np.argmax(vectors @ centres.T, axis=1)
        labels = _counted(nearest)
        centres = _centres(vectors, seconds, labels, _by_size(labels, seconds))
    return centres


def _join_alike(
    vectors: Vectors, seconds: Seconds, centres: Vectors, same_voice: float
) -> Vectors:
    while len(centres) > 1:
        alike = centres @ centres.T - 2 * np.eye(len(centres))
        first, second = np.unravel_index(int(np.argmax(alike)), alike.shape)
        if alike[first, second] < same_voice:
            break
        nearest = np.argmax(vectors @ centres.T, axis=1)
        nearest[nearest == second] = first
        labels = _counted(nearest)
        centres = _centres(vectors, seconds, labels, _by_size(labels, seconds))
    return centres
