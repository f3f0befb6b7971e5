"""All spellings that sound like a hotword, as one regular expression."""

import re

import pytest

from transcription.pipeline.hotwords.patterns import sound_pattern


@pytest.mark.parametrize(
    ("line", "text", "is_found"),
    [
        ("稳健增利", "买了稳健曾立九十天", True),
        ("稳健增利", "买了稳定增利", True),  # wrong in one of four
        ("稳健增利", "稳定增长", False),
        ("张晓明", "找章小铭", True),
        ("张晓明", "找张大明", False),
        ("苏州港", "去粟粥钢", True),
        ("声文", "打开升文", True),
        ("声文", "打开申文", False),  # two syllables: no accents
        ("OKR|欧克阿", "写o k r吧", True),
        ("OKR|欧克阿", "写欧可阿吧", True),
        ("12306", "打幺二三零六", True),
        ("ChatGPT", "用chat gpt写", True),
        ("C++", "用c", False),
        ("Kubernetes", "it runs on cooper netties here", True),
        ("Kubernetes", "the cooper sold netting", False),
        ("Lenovo", "买了len oh vo电脑", True),
        ("Redis", "and read this every day", True),
        ("Phoenix", "the Fee Nicks project", True),
        ("Lexmark", "a lex mark printer", True),  # k and s in one letter
        ("Lenovo", "a long oval table", False),
    ],
)
def test_it_finds_what_sounds_alike(line: str, text: str, is_found: bool) -> None:
    pattern = sound_pattern(line)
    assert bool(pattern and re.search(pattern, text)) is is_found


def test_a_word_that_says_nothing_has_no_pattern() -> None:
    assert sound_pattern("明") == ""
