"""How English words sound: from the dictionary, by rules, and how alike they are."""

from itertools import count, repeat

import pytest

from transcription.pipeline.english.letter_sounds import READINGS, by_rules, likeliest
from transcription.pipeline.english.phonemes import (
    is_in_dictionary,
    join,
    likeness,
    readings,
    skeleton,
)


def said(text: str) -> str:
    return join("".join(readings(word)[0] for word in text.split()))


@pytest.mark.parametrize(
    ("word", "sounds"),
    [
        ("knight", "NyT"),
        ("newton", "NuTxN"),
        ("erickson", "eRiKSxN"),
        ("schneider", "XNyDxR"),
        ("w", "DxBxLYu"),  # a letter by itself has its name
    ],
)
def test_the_dictionary_knows_words_that_are_not_said_as_written(
    word: str, sounds: str
) -> None:
    assert is_in_dictionary(word)
    assert sounds in readings(word)


@pytest.mark.parametrize(
    ("word", "sounds"),
    [
        ("kubernetes", "KuBxRNeTjZ"),
        ("lenovo", "LeNwVw"),
        ("grafana", "GRqFqNx"),
        ("gitlab", "GiTLqB"),
        ("terraform", "TxRqFoRM"),
        ("tencent", "TeNSeNT"),
        ("shopify", "XaPiFy"),
        ("lotionly", "LwXxNLj"),
    ],
)
def test_rules_read_names_that_it_does_not_know(word: str, sounds: str) -> None:
    assert not is_in_dictionary(word)
    assert max(likeness(way, sounds) for way in readings(word)) > 0.9


def test_rules_take_any_letters_and_give_few_readings() -> None:
    assert by_rules("") == ("",)
    for word in ("zzyzx", "ghghgh", "aeiouaeiou", "gegigegige", "q", "x" * 30):
        assert 1 <= len(by_rules(word)) <= READINGS


def test_of_millions_of_ways_only_a_few_are_made() -> None:
    ways = map(str, count())
    assert likeliest(ways) == ("0", "1", "2", "3")
    assert next(ways) == "4"
    assert likeliest(repeat("la")) == ("la",)  # without an end


def test_a_word_that_repeats_itself_has_few_readings_or_none() -> None:
    assert len(by_rules("gi" * 15)) == READINGS
    for endless in ("gi" * 16, "ha" * 200, "la" * 5000):
        assert by_rules(endless) == readings(endless) == ()


@pytest.mark.parametrize(
    ("hotword", "recognised", "least", "most"),
    [
        ("kubernetes", "cooper netties", 0.94, 0.99),
        ("lenovo", "len oh vo", 0.99, 1.0),
        ("redis", "read this", 0.99, 1.0),
        ("grafana", "gray fan", 0.85, 0.95),
        ("ericsson", "erickson", 1.0, 1.0),
        ("tableau", "table", 0.0, 0.85),
        ("newton", "nation", 0.0, 0.85),
    ],
)
def test_likeness_is_that_of_the_sounds(
    hotword: str, recognised: str, least: float, most: float
) -> None:
    best = max(likeness(way, said(recognised)) for way in readings(hotword))
    assert least <= best <= most


def test_likeness_below_what_is_asked_for_is_none() -> None:
    wanted, recognised = said("newton"), said("netting")
    assert likeness(wanted, recognised) > 0.8
    assert likeness(wanted, recognised, least=0.9) == 0.0
    assert likeness(wanted, wanted, least=1.0) == 1.0


def test_what_sounds_alike_has_the_same_consonants() -> None:
    assert skeleton(said("cooper netties")) == skeleton(readings("kubernetes")[1])
    assert skeleton(said("gray fan who")) == "KRFN"
