import pytest

from tests.transcription.search.language.shapes import TODAY, shape
from transcription.search.language.joining import bare
from transcription.search.language.parsing import parse
from transcription.search.language.tree import Fact, FactName
from transcription.search.language.writing import chips, write


def written(typed: str) -> str:
    return write(parse(typed, TODAY))


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("退款", "退款"),
        ("“七天内退款”", "七天内退款"),
        ("“Hello World”", '"hello world"'),
        ("1,299元 12.5 18:45", '1299元 "12.5" "18:45"'),
        ("don't", '"don\'t"'),
        ("退款，投诉", '"退款；投诉"'),
        ("“或” “OR” 「邻近」 “near/5s”", '"或" or "邻近" "near 5 s"'),
        ("退款｜退货", "退款 OR 退货"),
        ("（退款 或 退货） 非 投诉", "(退款 OR 退货) -投诉"),
        ("甲 AND 乙 OR 丙", "甲 AND 乙 OR 丙"),
        ("-（甲 乙）", "-(甲 乙)"),
        ("-(甲 OR 乙)", "-(甲 OR 乙)"),
        ("甲 邻近/90秒 乙", "甲 NEAR/1m30s 乙"),
        ("丙 甲 NEAR/5s 乙", "丙 (甲 NEAR/5s 乙)"),
        ("甲 NEAR/5s 乙 NEAR/0.5s 丙", "甲 NEAR/5s 乙 NEAR/0.5s 丙"),
        ("甲 NEAR/5s (乙 NEAR/9s 丙)", "甲 NEAR/5s (乙 NEAR/9s 丙)"),
        ("退款 说话人：客服", "speaker:客服 退款"),
        ("说话人：“张 三” 退款", 'speaker:"张 三" 退款'),
        ("位置:开头30秒 之后:“转 人工” 退", "within:first30s after:转人工 退"),
        ("范围:一句 甲 乙", "scope:sentence 甲 乙"),
        ("speaker:A (speaker:B 甲)", "speaker:A (speaker:B 甲)"),
        ("(speaker:A 甲) OR 乙", "speaker:A AND 甲 OR 乙"),
        ("方向:呼入 状态:失败 语言:中文", "direction:in status:failed language:zh"),
        ("长于:90分钟 短于:1.5h", "longer:1h30m shorter:1h30m"),
        ("从:2024年3月", "from:2024-03-01"),
        ("tag:“a b” -tag:“(x)”", 'tag:"a b" -tag:"(x)"'),
        ('title:「5" 屏」', 'title:「5" 屏」'),
        ('title:『5" 「屏」』', 'title:『5" 「屏」』'),
    ],
)
def test_a_tree_is_written_the_way_people_read_it(typed: str, expected: str) -> None:
    assert written(typed) == expected
    assert bare(parse(expected, TODAY)) == bare(parse(typed, TODAY))


def test_a_value_with_every_quote_is_still_one_value() -> None:
    text = write(Fact(FactName.TAG, '甲"」』乙', (0, 0)))
    assert shape(parse(text, TODAY)) == "tag=甲 」』乙"


def shown(typed: str) -> list[tuple[str, str]]:
    return [(chip.text, chip.without) for chip in chips(typed, TODAY)]


def test_chips_are_the_parts_as_they_were_typed() -> None:
    assert shown("退款。") == [("退款", "")]
    assert shown("最近:一个月  “退 款” -(甲 OR 乙)") == [
        ("最近:一个月", "“退 款” -(甲 OR 乙)"),
        ("“退 款”", "最近:一个月 -(甲 OR 乙)"),
        ("-(甲 OR 乙)", "最近:一个月 “退 款”"),
    ]
    assert shown("甲 OR 乙 丙") == [("甲 OR 乙", "丙"), ("丙", "甲 OR 乙")]
    assert shown("甲 AND 乙 并且 NOT 丙") == [
        ("甲", "乙 NOT 丙"),
        ("乙", "甲 NOT 丙"),
        ("NOT 丙", "甲 乙"),
    ]
    assert [chip.text for chip in chips("甲 NEAR/5s 乙，标签:丙", TODAY)] == [
        "甲 NEAR/5s 乙",
        "标签:丙",
    ]


def test_a_chip_without_which_nothing_is_asked_takes_what_hangs_on_it_along() -> None:
    assert shown("speaker:客服 退款") == [("speaker:客服", "退款"), ("退款", "")]
    assert shown("speaker:客服 退款 tag:甲")[1] == ("退款", "tag:甲")
