import pytest

from benchmarks.hotwords.suggestions import measure
from transcription.pipeline.suggestions.correction_words import (
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
    other = ("买稳健曾利", "买稳健增利")
    assert recurring_words([short, other])
    long = ("好" * 500 + short[0], "好" * 500 + short[1])
    assert recurring_words([long, other]) == []


def test_a_word_begins_and_ends_where_words_do() -> None:
    words = recurring_words(
        [
            ("请转接滨将分公司经理", "请转接滨江分公司经理"),
            ("我在宾江分公司上班", "我在滨江分公司上班"),
        ]
    )
    assert [word.text for word in words] == ["滨江分公司"]


def test_what_is_read_out_in_every_call_is_no_word() -> None:
    greeting = "您好欢迎致电客户服务中心工号{}为您服务"
    corrections = [
        (said.format(wrong), greeting.format(right))
        for said, wrong, right in (
            ("您好欢迎致电客户服务中新工号{}为您服务", "三零二八", "三零二八"),
            ("您好欢迎致电客户服悟中心工号{}为您服务", "一一二", "一一二"),
            ("您好欢迎致电客户服务中心公号{}为您服务", "三零九九", "三零九九"),
            ("您好欢迎致电客户服务中心工号{}为您服务", "三零二", "三零二八"),
        )
    ]
    assert recurring_words(corrections) == []


def test_common_words_are_no_suggestions() -> None:
    everyday = [("我要头诉你们", "我要投诉你们"), ("题前还款", "提前还款")]
    assert recurring_words([*everyday, ("能不能题前", "能不能提前")]) == []


def test_what_always_stands_between_the_same_words_is_a_part_of_them() -> None:
    words = recurring_words(
        [
            ("我买了稳盈曾利保险", "我买了稳盈增利保险"),
            ("取消稳盈赠利保险", "取消稳盈增利保险"),
        ]
    )
    assert [word.text for word in words] == ["稳盈增利保险"]


def test_most_of_the_first_ten_are_business_words() -> None:
    found = measure(departments=8)
    assert found.precision >= 80  # the aim is 60; 37 before words had borders
    assert found.recall >= 70
