"""Thousands of hotwords, and which of them a text may hold."""

import pytest

from transcription.pipeline.hotwords.index import HotwordIndex


def same(words: list[str], text: str) -> list[tuple[str, str]]:
    """What would be put in by sound alone, and for what."""
    return sorted(
        (match.hotword, text[match.start : match.end])
        for match in HotwordIndex(words).matches(text)
        if match.is_same
    )


@pytest.mark.parametrize(
    ("line", "text", "recognised"),
    [
        ("OKR|欧克阿", "季度欧可阿怎么写", "欧可阿"),
        ("OKR", "季度o k r怎么写", "o k r"),
        ("民生通|明生通", "打开明声通", "明声通"),
        ("12306", "拨打一二三零六", "一二三零六"),
        ("12306", "拨打幺二三零六", "幺二三零六"),
        ("G15高速", "走g十五高速", "g十五高速"),
        ("ChatGPT", "用chat gpt写", "chat gpt"),
        ("Chat GPT", "用chatgpt写", "chatgpt"),
        ("长行科技", "常航科技", "常航科技"),  # 行 is háng or xíng
        ("单雄信", "善雄信", "善雄信"),  # 单 is dān or, in a name, shàn
        ("中国银行", "中国银航", "中国银航"),
    ],
)
def test_a_word_is_known_however_it_is_said(
    line: str, text: str, recognised: str
) -> None:
    assert (line.partition("|")[0], recognised) in same([line], text)


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("OKR|欧克阿", "可是"),
        ("12306", "一二三零七"),
        ("银行", "很行"),  # two syllables: only the reading in context
        ("AI", "啊"),
        ("稳健增利", "稳定增利"),  # plausible, not the same
    ],
)
def test_what_sounds_otherwise_is_not_the_same(line: str, text: str) -> None:
    assert same([line], text) == []


@pytest.mark.parametrize(
    ("line", "text", "recognised"),
    [
        ("Kubernetes", "it runs on cooper netties in two regions", "cooper netties"),
        ("Lenovo", "order twenty len oh vo laptops", "len oh vo"),
        ("Lenovo", "我们买了len oh vo的电脑", "len oh vo"),
        ("Grafana", "the dashboards in gray fan are slow", "gray fan"),
        ("ChatGPT", "we asked chat gee pee tea", "chat gee pee tea"),
        ("Wei Jianguo|way jen gwo", "then weigh jen guo called", "weigh jen guo"),
        ("Ping An Bank", "the ping ann banque", "ping ann banque"),
    ],
)
def test_english_is_known_by_its_phonemes(
    line: str, text: str, recognised: str
) -> None:
    assert (line.partition("|")[0], recognised) in same([line], text)


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("Kubernetes", "the cooper sold netting"),
        ("Kubernetes", "cooper, netties"),  # not in one breath
        ("Lenovo", "a lenovo laptop"),  # its letters find it, without the article
        ("OKR", "okay are you there"),  # abbreviations go by their letters
        ("Okta", "actor"),  # too short to be told apart
        ("Q3", "cue three"),
    ],
)
def test_english_that_sounds_otherwise_is_not_the_same(line: str, text: str) -> None:
    assert not [match for match in same([line], text) if match[1] != "lenovo"]


def test_candidates_come_likeliest_first_and_no_more_than_asked() -> None:
    index = HotwordIndex(["稳定增立", "稳健增利", "稳健"])
    assert index.candidates("买了稳健曾利", 5) == ["稳健增利", "稳健", "稳定增立"]
    assert index.candidates("买了稳健曾利", 1) == ["稳健增利"]
    assert index.candidates("今天天气很好", 5) == []


def test_two_syllables_with_one_of_them_wrong_are_no_candidate() -> None:
    assert HotwordIndex(["声文"]).candidates("升级", 5) == []


def test_no_words_no_matches() -> None:
    index = HotwordIndex([])
    assert not index
    assert index.matches("什么都没有") == []
