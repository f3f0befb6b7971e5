"""How many voices there are, from vectors alone."""

import numpy as np
import pytest

from transcription.engine.base import EmbedderFacts, Vectors, unit_rows
from transcription.pipeline.speakers.voices import MAX_VOICES, Labels, find_voices

FACTS = EmbedderFacts("fake", "FakeEmbedder", same_clips=0.3, same_voice=0.5)


def people(*sizes: int, spread: float = 1.0, seed: int = 0) -> tuple[Vectors, Labels]:
    """Clips of as many people as there are sizes, about as alike as real ones."""
    random = np.random.default_rng(seed)
    axes = np.linalg.qr(random.normal(size=(64, 64)))[0][: len(sizes)]
    who = np.repeat(np.arange(len(sizes)), sizes)
    noise = random.normal(0, spread / 8, (who.size, 64))
    return unit_rows(np.asarray(axes[who] + noise, np.float32)), who


def grouped(vectors: Vectors, count: int | None, seconds: float = 1.5) -> Labels:
    each = np.full(len(vectors), seconds)
    centres = find_voices(vectors, each, FACTS, count)
    return np.asarray(np.argmax(vectors @ centres.T, axis=1))


@pytest.mark.parametrize("sizes", [(30,), (40, 9), (20, 20, 20), (12,) * 8])
@pytest.mark.parametrize("is_told", [True, False])
def test_everybody_is_found_and_nobody_else(
    sizes: tuple[int, ...], is_told: bool
) -> None:
    vectors, who = people(*sizes)
    labels = grouped(vectors, len(sizes) if is_told else None)
    pairs = set(zip(who.tolist(), labels.tolist(), strict=True))
    assert len(pairs) == len({real for real, _ in pairs}) == len(sizes)


def test_one_person_stays_one_however_often_a_clip_is_odd() -> None:
    vectors, _ = people(200, spread=1.3)
    vectors[::40] = people(5, seed=9)[0]  # five coughs, not alike each other's place
    assert set(grouped(vectors[:200], None).tolist()) == {0}


def test_two_that_were_asked_for_are_two_even_when_a_cough_stands_apart() -> None:
    vectors, who = people(30, 30, 1)
    labels = grouped(vectors, 2)
    assert len(set(labels[:30].tolist())) == len(set(labels[30:60].tolist())) == 1
    assert labels[0] != labels[30]
    assert who[-1] == 2


def test_who_says_next_to_nothing_is_not_told_apart_by_himself() -> None:
    vectors, _ = people(60, 1)
    assert set(grouped(vectors, None).tolist()) == {0}


def test_there_are_never_more_than_eight() -> None:
    vectors, _ = people(*(10,) * 12)
    assert len(set(grouped(vectors, None).tolist())) == MAX_VOICES


@pytest.mark.parametrize("clips", [0, 1, 2])
@pytest.mark.parametrize("count", [None, 2, 8])
def test_hardly_anything_to_compare_is_no_error(clips: int, count: int | None) -> None:
    vectors, _ = people(3)
    centres = find_voices(vectors[:clips], np.full(clips, 0.4), FACTS, count)
    assert len(centres) <= max(clips, 1)


def test_hours_are_grouped_by_a_sample_and_labelled_completely() -> None:
    vectors, who = people(9_000, 6_000)
    labels = grouped(vectors, None)
    assert len(set(zip(who.tolist(), labels.tolist(), strict=True))) == 2
