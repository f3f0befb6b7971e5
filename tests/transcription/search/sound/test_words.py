"""What both the search and the hotwords know of words."""

from math import isclose

from transcription.mandarin.lexicon import bits_of, tokens


def test_a_word_is_likelier_than_its_characters() -> None:
    assert bits_of("处理") > bits_of("处") + bits_of("理")
    assert isclose(bits_of("头诉"), bits_of("头") + bits_of("诉"))


def test_a_row_is_as_likely_as_its_words() -> None:
    assert tokens("处理财务") == ["处理", "财务"]
    assert isclose(bits_of("处理财务"), bits_of("处理") + bits_of("财务"))
    assert bits_of("") == 0
