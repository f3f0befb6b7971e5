import pytest

from transcription.pipeline.hotwords.correction_words import (
    CorrectedWord,
    recurring_words,
)


def test_a_word_that_two_corrections_bring_in_is_found() -> None:
    words = recurring_words(
        [
            ("我想买理材产品", "我想买理财产品"),
            ("您好", "您好。"),
            ("里财产品的利率呢", "理财产品的利率呢"),
        ]
    )
    assert words == [CorrectedWord("理财产品", (0, 2))]


@pytest.mark.parametrize(
    "corrections",
    [
        [("理材产品", "理财产品")],  # once
        [("我要", "我想要"), ("不要", "不想要")],  # one character between little ones
        [("好的", "好的，谢谢！"), ("是的", "是的！")],  # punctuation
        [("大家好", "大家"), ("大家早", "大家")],  # nothing is brought in
        [
            ("啊", "一二三四五六七八九十甲"),
            ("哦", "一二三四五六七八九十甲"),
        ],  # a sentence
        [],
    ],
)
def test_other_corrections_bring_in_no_word(
    corrections: list[tuple[str, str]],
) -> None:
    assert recurring_words(corrections) == []


def test_of_words_inside_each_other_the_more_telling_one_is_told() -> None:
    words = recurring_words(
        [
            ("云翻科技公司", "云帆科技公司"),
            ("找云翻科技", "找云帆科技"),
            ("云翻好", "云帆好"),
        ]
    )
    assert [word.text for word in words] == ["云帆科技"]


def test_a_latin_word_is_not_cut() -> None:
    words = recurring_words([("打开 CIM", "打开 CRM"), ("登录CAM了", "登录CRM了")])
    assert [word.text for word in words] == ["CRM"]


def test_the_same_word_twice_in_one_sentence_counts_once() -> None:
    assert recurring_words([("云翻和云翻", "云帆和云帆")]) == []


def test_very_long_texts_are_not_compared() -> None:
    short = ("找稳健曾利", "找稳健增利")
    assert recurring_words([short, short])
    long = ("好" * 500 + short[0], "好" * 500 + short[1])
    assert recurring_words([long, long]) == []
