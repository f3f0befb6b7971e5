"""What may be a hotword."""

import pytest

from transcription.pipeline.hotwords.rules import (
    HotwordProblem,
    HotwordRefused,
    HotwordSpec,
    check_hotword,
    parse_spec,
    sanitise,
)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("滨海新区", "滨海新区"),
        ("  一网通办 ", "一网通办"),
        ("CRM系统", "CRM系统"),
        ("张晓明·阿里", "张晓明·阿里"),
        ("AT&T", "AT&T"),
        ("O'Neil", "O'Neil"),
        ("C++", "C++"),
        ("ＡＢＣ１２３", "ABC123"),
        ("阿里巴巴 20", "阿里巴巴"),
        ("阿里巴巴:20", "阿里巴巴"),
        ("阿里巴巴：2.5", "阿里巴巴"),
        ("阿里巴巴\t-5", "阿里巴巴"),
        ("kafka:10", "kafka"),
        ("iPhone 15", "iPhone 15"),
        ("客服 10086", "客服 10086"),
        ("5G", "5G"),
        ("カメラ", "カメラ"),
        ("two   words", "two words"),
    ],
)
def test_it_cleans_good_words(text: str, word: str) -> None:
    assert check_hotword(text) == word


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", HotwordProblem.EMPTY),
        ("   ", HotwordProblem.EMPTY),
        ("···", HotwordProblem.EMPTY),
        ("字" * 31, HotwordProblem.TOO_LONG),
        (
            "<|startofspeech|>!/etc/passwd<|endofspeech|>",
            HotwordProblem.FORBIDDEN_CHARACTER,
        ),
        ("/etc/passwd", HotwordProblem.FORBIDDEN_CHARACTER),
        ("c:\\words.txt", HotwordProblem.FORBIDDEN_CHARACTER),
        ("<b>", HotwordProblem.FORBIDDEN_CHARACTER),
        ("a|b", HotwordProblem.FORBIDDEN_CHARACTER),
        ("a\0b", HotwordProblem.FORBIDDEN_CHARACTER),
        ("a\u200bb", HotwordProblem.FORBIDDEN_CHARACTER),
        ("行\u202e间", HotwordProblem.FORBIDDEN_CHARACTER),
        ("一\n二", HotwordProblem.FORBIDDEN_CHARACTER),
        ("＜|x|＞", HotwordProblem.FORBIDDEN_CHARACTER),
        ("你好😀", HotwordProblem.FORBIDDEN_CHARACTER),
        ("http evil", HotwordProblem.ADDRESS),
        ("HTTPS", HotwordProblem.ADDRESS),
        ("ｈｔｔｐ", HotwordProblem.ADDRESS),
        ("www.example.com", HotwordProblem.ADDRESS),
    ],
)
def test_it_refuses_with_a_code(text: str, code: HotwordProblem) -> None:
    with pytest.raises(HotwordRefused) as caught:
        check_hotword(text)
    assert caught.value.code == code


def test_sanitise_keeps_each_good_word_once() -> None:
    words = ["一网通办", "<x>", "一网通办 5", "crm", "CRM", ""]
    assert sanitise(words) == ["一网通办", "crm"]


@pytest.mark.parametrize(
    ("line", "spec"),
    [
        ("一网通办", HotwordSpec("一网通办")),
        ("一网通办 20", HotwordSpec("一网通办")),
        ("OKR | 欧克阿 | O K R", HotwordSpec("OKR", ("欧克阿", "O K R"))),
        ("OKR｜欧克阿", HotwordSpec("OKR", ("欧克阿",))),
        ("OKR || okr | 欧克阿 | 欧克阿 ", HotwordSpec("OKR", ("欧克阿",))),
    ],
)
def test_a_line_names_a_word_and_how_else_people_say_it(
    line: str, spec: HotwordSpec
) -> None:
    assert parse_spec(line) == spec
    assert parse_spec(str(spec)) == spec


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("| 欧克阿", HotwordProblem.EMPTY),
        ("OKR | <b>", HotwordProblem.FORBIDDEN_CHARACTER),
        ("OKR | http", HotwordProblem.ADDRESS),
        ("OKR | 一 | 二 | 三 | 四 | 五 | 六", HotwordProblem.TOO_MANY_SPOKEN),
    ],
)
def test_a_variant_is_checked_like_a_word(line: str, code: HotwordProblem) -> None:
    with pytest.raises(HotwordRefused) as refused:
        parse_spec(line)
    assert refused.value.code is code


def test_sanitise_keeps_variants() -> None:
    assert sanitise(["OKR | 欧克阿", "okr", "<|x|>"]) == ["OKR|欧克阿"]
