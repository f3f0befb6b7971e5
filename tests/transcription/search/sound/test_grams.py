import zlib

import pytest

from transcription.search.sound.grams import (
    LIMIT,
    grams_of,
    query_grams,
    syllables_of,
)
from transcription.search.sound.table import table


def is_looked_at(phrase: str, text: str) -> bool:
    """Whether an index of ``grams_of`` gives the text for ``query_grams``."""
    grams = grams_of(text)
    return any(all(slot & grams for slot in each) for each in query_grams(phrase))


@pytest.mark.parametrize("pair", ["理你", "南兰", "资知", "金京", "付护", "鱼移"])
def test_what_is_taken_for_each_other_is_one_sound(pair: str) -> None:
    first, second = syllables_of(pair)
    assert set(first) & set(second)


@pytest.mark.parametrize("pair", ["理才", "八怕", "店天", "款环", "话发"])
def test_what_sounds_different_is_not(pair: str) -> None:
    first, second = syllables_of(pair)
    assert not set(first) & set(second)


def test_a_character_has_every_sound_that_it_is_often_read_with() -> None:
    for character, syllables in {
        "行": {"xing", "hang"},
        "还": {"hai", "huan"},
        "曾": {"ceng", "zeng"},
        "会": {"hui", "kuai"},
        "款": {"kuan"},
    }.items():
        assert set(table().readings[character]) == syllables


def test_letters_figures_and_the_ends_of_lines_have_no_sound() -> None:
    assert syllables_of("\n1‿") == [(), (), ()]
    assert grams_of("vip\n1") == set()


def test_no_gram_reaches_over_the_end_of_a_line() -> None:
    assert grams_of("理\n财") == set()
    assert grams_of("理1财") == set()


def test_grams_fit_beside_other_numbers_of_an_index() -> None:
    grams = grams_of("".join(table().readings))
    assert min(grams) >= 0
    assert max(grams) < LIMIT <= 1 << 42


def test_the_codes_are_those_of_the_indexes_that_exist() -> None:
    """Who changes them has every index made anew, and says so in the changelog."""
    codes = sorted(table().codes.items())
    assert zlib.crc32(repr(codes).encode()) == 661200643
    assert grams_of("理财") == {4983827, 25052285}


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("理财", "我想买李财产品"),  # one of two is written rightly
        ("理财", "我想买你财产品"),
        ("理财", "我想买理才产品"),
        ("信用卡", "我的新用卡"),
        ("信用卡", "我的信咖"),  # the one between them is left out
        ("最低还款", "最底还款"),
        ("最低还款", "最低款"),
        ("最低还款", "最低好欢款"),
        ("手机银行", "手记音行"),
        ("客户经理王先生", "客服经理王先生"),
        ("vip客户", "vip刻户"),
    ],
)
def test_a_text_that_sounds_alike_is_looked_at(phrase: str, text: str) -> None:
    assert is_looked_at(phrase, text)


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("理财", "处理这件事"),
        ("理财", "立才"),  # too common: both are another character
        ("最低还款", "最低价"),
        ("客户经理王先生", "先生"),
    ],
)
def test_a_text_that_holds_too_little_is_not(phrase: str, text: str) -> None:
    assert not is_looked_at(phrase, text)


@pytest.mark.parametrize("phrase", ["", "理", "vip", "理1财", "12306", "a理b"])
def test_what_has_no_two_characters_in_a_row_is_not_looked_for(phrase: str) -> None:
    assert query_grams(phrase) == ()


def test_a_long_phrase_asks_for_a_bounded_number_of_alternatives() -> None:
    assert 0 < len(query_grams("我想咨询一下理财产品的收益率吗")) < 40
    assert query_grams("理财" * 9) == ()
