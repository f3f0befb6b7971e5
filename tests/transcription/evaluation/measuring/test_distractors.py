"""Made-up words that fill a library."""

from transcription.evaluation.sets.distractors import distractors
from transcription.evaluation.sizes import library
from transcription.pipeline.hotwords.rules import sanitise


def test_there_are_thousands_all_different_and_all_allowed() -> None:
    words = distractors(5000, [])
    assert len(words) == 5000
    assert sanitise(words) == words


def test_english_ones_are_names_in_latin_letters() -> None:
    words = distractors(5000, [], language="en")
    assert len(set(words)) == 5000
    assert all(word.isascii() for word in words)
    assert sanitise(words) == words


def test_the_same_seed_gives_the_same_words_and_a_longer_list_begins_alike() -> None:
    assert distractors(200, [])[:50] == distractors(50, [])
    assert distractors(50, [], seed=1) != distractors(50, [])


def test_none_occurs_in_what_was_said() -> None:
    said = distractors(20, [])
    references = [f"请找{word}，谢谢" for word in said]
    assert set(distractors(500, references)).isdisjoint(said)


def test_a_library_has_the_given_words_among_the_others() -> None:
    words = ["张晓明", "理财产品"]
    mixed = library(words, 100, ["张晓明"])
    assert len(set(mixed)) == 100
    assert set(words) < set(mixed)
    assert mixed[:2] != words


def test_a_small_library_has_the_first_words_only() -> None:
    assert library(["张晓明", "理财产品"], 1, []) == ["张晓明"]
    assert library(["张晓明"], 0, []) == []
