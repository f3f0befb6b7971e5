"""English hotwords by their sound: what would have more readings than there is time."""

import re

import pytest

from transcription.pipeline.english.index import EnglishIndex, english_sounds
from transcription.pipeline.english.letter_sounds import READINGS
from transcription.pipeline.english.patterns import english_patterns

LOOPS = ("gi" * 15, "Gi" * 15, "Gi " * 40 + "Gi", "ha" * 200, "la" * 100, "Ge" * 5000)


@pytest.mark.parametrize("word", LOOPS)
def test_a_hotword_that_repeats_itself_has_few_sounds(word: str) -> None:
    assert len(english_sounds(word)) <= READINGS
    assert len(english_patterns(word)) <= READINGS


@pytest.mark.parametrize("recognised", LOOPS)
def test_a_recogniser_that_repeats_itself_does_not_hold_up_the_search(
    recognised: str,
) -> None:
    index = EnglishIndex()
    for word in ("Kubernetes", "Gi" * 15):
        index.add(word, word)
    found = {match.hotword for match in index.matches(f"{recognised}, cooper netties")}
    assert "Kubernetes" in found


def test_the_next_job_does_not_work_out_again_how_a_word_is_said() -> None:
    assert english_sounds("Kubernetes") is english_sounds("Kubernetes")


@pytest.mark.parametrize("recognised", ["g" * 200, "g " * 100, "gh" * 100, "gh " * 70])
def test_the_archive_is_not_held_up_by_a_word_that_fits_everywhere(
    recognised: str,
) -> None:
    for word in ("Gaja" * 7, "GajaGajaGajan"):
        for pattern in english_patterns(word):
            re.search(pattern, f"{recognised}b")


@pytest.mark.parametrize(
    ("word", "recognised"),
    [
        ("Ringtone", "the ring tone is"),
        ("Highgate", "high gate"),
        ("Kubernetes", "run cooper netties"),
        ("Internationalisation", "our international isation of"),
    ],
)
def test_the_archive_finds_it_in_another_spelling(word: str, recognised: str) -> None:
    assert any(re.search(pattern, recognised) for pattern in english_patterns(word))
    assert not any(re.search(p, "nothing of it") for p in english_patterns(word))
