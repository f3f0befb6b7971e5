import pytest

from tests.transcription.search.language.shapes import TODAY, read
from transcription.search.composing import Says, Wanted, compose, pieces

CASES = [
    (Wanted(), ""),
    (Wanted(all_of="退款 投诉"), "退款 投诉"),
    (Wanted(all_of="  退款\u3000投诉 "), "退款 投诉"),
    (Wanted(all_of="“七天 内”退款"), "“七天 内” 退款"),
    (Wanted(all_of="「七天 内」退款"), "「七天 内」 退款"),
    (Wanted(all_of="“七天 内"), "「“七天」 内"),
    (Wanted(all_of="-投诉 或 OR tag:甲"), '"-投诉" "或" "OR" "tag:甲"'),
    (Wanted(all_of="NEAR NEAR/5s (乙)"), '"NEAR" "NEAR/5s" "(乙)"'),
    (Wanted(all_of="， — 退款"), "退款"),
    (Wanted(phrase="七天内退款"), "七天内退款"),
    (Wanted(phrase="“refund within 7 days”"), "“refund within 7 days”"),
    (Wanted(phrase="refund within 7 days"), '"refund within 7 days"'),
    (Wanted(phrase="他说“好”吗"), "「他说“好”吗」"),
    (Wanted(phrase="，"), ""),
    (Wanted(any_of="退款 退货"), "(退款 OR 退货)"),
    (Wanted(any_of="退款"), "退款"),
    (Wanted(none_of="投诉 “不 好”"), "-投诉 -“不 好”"),
    (Wanted(none_of="- ，"), ""),
    (Wanted(conditions=(("speaker:", "客服"), ("tag:", " "))), "speaker:客服"),
    (Wanted(conditions=(("agent:", "王 小明"),)), 'agent:"王 小明"'),
    (Wanted(conditions=(("agent:", "“王 小明”"),)), "agent:“王 小明”"),
    (Wanted(conditions=(("tag:", "a-b_c"),)), "tag:a-b_c"),
    (Wanted(conditions=(("tag:", '5" 屏'),)), 'tag:「5" 屏」'),
    (Wanted(conditions=(("tag:", '"」甲'),)), 'tag:『"」甲』'),
    (Wanted(conditions=(("tag:", '"」』甲'),)), 'tag:" 」』甲"'),
    (
        Wanted("甲", "乙 丙", "丁 戊", "己", (("speaker:", "客服"),)),
        'speaker:客服 甲 "乙 丙" (丁 OR 戊) -己',
    ),
]


@pytest.mark.parametrize(("wanted", "expected"), CASES)
def test_fields_become_a_question(wanted: Wanted, expected: str) -> None:
    assert compose(wanted) == expected


def test_what_stands_in_a_field_of_words_is_no_operator() -> None:
    typed = compose(Wanted(all_of="-投诉 或 OR tag:甲", none_of="(乙) NOT"))
    assert read(typed) == "(& 投诉 或 or tag+甲 (- 乙) (- not))"


def test_what_was_typed_before_comes_first_as_it_was_typed() -> None:
    assert compose(Wanted("甲", rest=" 乙 NEAR/5s “丙” ")) == "乙 NEAR/5s “丙” 甲"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("退款", Says.WORD),
        ("“七天 内”", Says.PHRASE),
        ("「七天」", Says.PHRASE),
        ("-投诉", Says.NONE),
        ("不含 “不 好”", Says.NONE),
        ("(甲 OR “乙 丙”)", Says.ANY),
        ("甲 或 乙 | 丙", Says.ANY),
        ("agent:“王 小明”", Says.CONDITION),
        ("坐席：王", Says.CONDITION),
        # What a field would write otherwise.
        ("a-b", Says.OTHER),
        ("退款，投诉", Says.OTHER),
        ("tag:a.b", Says.OTHER),
        ("甲 NEAR/5s 乙", Says.OTHER),
        ("(甲 乙) OR 丙", Says.OTHER),
        ("甲 OR tag:乙", Says.OTHER),
        ("-(甲 OR 乙)", Says.OTHER),
        ("--甲", Says.OTHER),
        ("(甲)", Says.OTHER),
    ],
)
def test_a_part_of_a_question_is_what_one_field_says(typed: str, said: Says) -> None:
    (piece,) = pieces(typed, TODAY)
    assert (piece.text, piece.says) == (typed, said)
