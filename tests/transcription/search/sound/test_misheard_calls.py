"""The benchmark's promise, on a part of it."""

import pytest

from benchmarks.search.sound import SENTENCES, USUAL, chosen, planted, tallies


@pytest.mark.once
@pytest.mark.parametrize(
    ("wrong", "recall"), [(0.1, 0.85), (0.2, 0.7), (0.4, 0.5)], ids=str
)
def test_words_are_found_in_what_a_recogniser_misheard(
    wrong: float, recall: float
) -> None:
    sentences, words = chosen(SENTENCES, "reported")
    tally = tallies(planted(sentences, wrong, USUAL, seeds=1), words)["all"]
    right = tally.written_right + tally.sound_right
    assert tally.found >= recall * tally.said
    assert right >= 0.95 * (right + tally.written_wrong + tally.sound_wrong)
    assert tally.read < (1 - wrong) * tally.said  # as it is written: far fewer
