"""Numerals as numbers, and where a numeral ends."""

import pytest

from transcription.pipeline.figures.numbers import cardinal
from transcription.pipeline.figures.scan import number_at


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("十", 10),
        ("一百零三", 103),
        ("两千四", 2400),
        ("三万五", 35_000),
        ("十万零八百", 100_800),
        ("五十一万两千三百四十五", 512_345),
        ("一亿两千万", 120_000_000),
    ],
)
def test_a_well_formed_numeral_has_a_value(said: str, value: int) -> None:
    assert cardinal(said) == value


@pytest.mark.parametrize(
    "said", ["", "百", "三四百", "七八十", "一二三", "三百两", "两千八一", "一百二三"]
)
def test_anything_else_has_none(said: str) -> None:
    assert cardinal(said) is None


@pytest.mark.parametrize(
    ("text", "said", "written"),
    [
        ("两百八一晚", "两百八", "280"),
        ("两百八十八一位", "两百八十八", "288"),
        ("八千一个月", "八千", "8000"),
        ("五百两银子", "五百", "500"),
        ("二十千克", "二十", "20"),
        ("一点五千克", "一点五", "1.5"),
        ("一万五千米", "一万五千", "1.5万"),
        ("两点零八亿元", "两点零八亿", "2.08亿"),
        ("二十一天", "二十一", "21"),
    ],
)
def test_what_belongs_to_the_next_word_is_not_the_numerals(
    text: str, said: str, written: str
) -> None:
    number = number_at(text, 0)
    assert number is not None
    assert (number.said, number.written) == (said, written)


@pytest.mark.parametrize("text", ["一万三天", "两千四个", "七八十个"])
def test_what_has_two_readings_has_no_value(text: str) -> None:
    number = number_at(text, 0)
    assert number is not None
    assert number.value is None
