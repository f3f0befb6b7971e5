import pytest

from tests.transcription.search.language.shapes import read


def test_the_question_of_the_supervisor() -> None:
    typed = "last:month speaker:客户 退款 -(speaker:客服 (抱歉 OR 对不起))"
    without = "(- (| {speaker=客服} 抱歉 对不起))"
    days = "from=2026-10-31 to=2026-11-30"
    assert read(typed) == f"(& {{speaker=客户}} {days} 退款 {without})"


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("退款", "退款"),
        ("款", "款"),
        ("退款 投诉", "(& 退款 投诉)"),
        ("退款\u3000投诉", "(& 退款 投诉)"),
        ("退款\t投诉\n利率", "(& 退款 投诉 利率)"),
        ("  退款  ", "退款"),
        ("退款 退款", "退款"),
        ("退款 ＶＩＰ vip", "(& 退款 vip)"),
        ("hello World", "(& hello world)"),
        ('"退款 投诉"', "退款投诉"),
        ("“退款 投诉”", "退款投诉"),
        ("”退款 投诉“", "退款投诉"),
        ("“退款 投诉“", "退款投诉"),
        ("「退款 投诉」利率", "(& 退款投诉 利率)"),
        ("『退款 投诉』", "退款投诉"),
        ("＂退款 投诉＂", "退款投诉"),
        ("｢退款 投诉｣", "退款投诉"),
        ("「他说『退款』」", "他说退款"),
        ('"hello  world"', "hello‿world"),
        ('"七天内""退款"', "(& 七天内 退款)"),
        ('退款"七天内"', "(& 退款 七天内)"),
        ("退款，投诉", "退款+投诉"),
        ("“好的，退款”", "好的+退款"),
        ("退款 ， 投诉", "(& 退款 投诉)"),
        ("退款 + 投诉", "(& 退款 投诉)"),
        ('退款 "" 投诉', "(& 退款 投诉)"),
        ("1,299元", "1299元"),
        ("12.5", "12·5"),
        ("don't", "don’t"),
        ("Fun-ASR", "fun‿asr"),
        ("R&D", "r‿d"),
        ("138-0013", "138‿0013"),
        ("退款-投诉", "退款投诉"),
        ("——退款", "退款"),
        ("a – b", "(& a b)"),
        ("退\u200b款", "退款"),
        ("\ufeff退款", "退款"),
        ("a\x00b", "(& a b)"),
        ("a\ud800b", "(& a b)"),
    ],
)
def test_words_are_wanted_together(typed: str, expected: str) -> None:
    assert read(typed) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("退款 AND 投诉", "(& 退款 投诉)"),
        ("退款 ＡＮＤ 投诉", "(& 退款 投诉)"),
        ("退款 并且 投诉", "(& 退款 投诉)"),
        ("退款 並且 投诉", "(& 退款 投诉)"),
        ("退款 OR 退货", "(| 退款 退货)"),
        ("退款 或 退货", "(| 退款 退货)"),
        ("退款 或者 退货", "(| 退款 退货)"),
        ("退款|退货", "(| 退款 退货)"),
        ("退款｜退货", "(| 退款 退货)"),
        ("退款 || 退货", "(| 退款 退货)"),
        ("“退款”或“退货”", "(| 退款 退货)"),
        ("(退款)或(退货)", "(| 退款 退货)"),
        ("（退款）OR（退货）", "(| 退款 退货)"),
        ("退款 OR 退款", "退款"),
        ("退款 OR 退货 OR 换货", "(| 退款 退货 换货)"),
        ("退款 OR (退货 OR 换货)", "(| 退款 退货 换货)"),
        ("退款 或， 退货", "(| 退款 退货)"),
        ("退款， OR 退货", "(| 退款 退货)"),
        ("退款 or 退货", "(& 退款 or 退货)"),
        ("and not or", "(& and not or)"),
        ("或者说", "或者说"),
        ("退款或退货", "退款或退货"),
        ("非常 好", "(& 非常 好)"),
        ("不含税", "不含税"),
        ('退款 "OR" 退货', "(& 退款 or 退货)"),
        ("退款 「或」 退货", "(& 退款 或 退货)"),
        ("-投诉", "(- 投诉)"),
        ("－投诉", "(- 投诉)"),
        ("−投诉", "(- 投诉)"),
        ("–投诉", "(- 投诉)"),
        ("NOT 投诉", "(- 投诉)"),
        ("非 投诉", "(- 投诉)"),
        ("不含 投诉", "(- 投诉)"),
        ("不含“投诉”", "(- 投诉)"),
        ("非（投诉 退款）", "(- (& 投诉 退款))"),
        ("-“投诉 退款”", "(- 投诉退款)"),
        ("-5", "(- 5)"),
        ("退款 -投诉", "(& 退款 (- 投诉))"),
        ("退款，-投诉", "(& 退款 (- 投诉))"),
        ("“退款”-投诉", "(& 退款 (- 投诉))"),
        ("退款 AND NOT 投诉", "(& 退款 (- 投诉))"),
        ("退款 OR -投诉", "(| 退款 (- 投诉))"),
        ("--投诉", "投诉"),
        ("NOT NOT NOT 投诉", "(- 投诉)"),
        ("-(-投诉)", "投诉"),
        ("-退款 -投诉", "(& (- 退款) (- 投诉))"),
    ],
)
def test_operators_in_both_languages(typed: str, expected: str) -> None:
    assert read(typed) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("甲 乙 OR 丙", "(& 甲 (| 乙 丙))"),
        ("甲 OR 乙 丙", "(& (| 甲 乙) 丙)"),
        ("甲 AND 乙 OR 丙", "(| (& 甲 乙) 丙)"),
        ("甲 OR 乙 AND 丙", "(| 甲 (& 乙 丙))"),
        ("丁 甲 AND 乙 OR 丙", "(& 丁 (| (& 甲 乙) 丙))"),
        ("甲 AND 乙 丙 AND 丁", "(& 甲 乙 丙 丁)"),
        ("(甲 乙) 丙", "(& 甲 乙 丙)"),
        ("(甲 OR 乙) 丙", "(& (| 甲 乙) 丙)"),
        ("（甲 ｜ 乙） 丙", "(& (| 甲 乙) 丙)"),
        ("甲(乙)丙", "(& 甲 乙 丙)"),
        ("((((((((甲))))))))", "甲"),
        ("-甲 OR 乙", "(| (- 甲) 乙)"),
        ("-(甲 OR 乙)", "(- (| 甲 乙))"),
        ("甲 NEAR/20s 乙", "(~20000 甲 乙)"),
        ("甲 邻近/20秒 乙", "(~20000 甲 乙)"),
        ("甲 邻近/二十秒 乙", "(~20000 甲 乙)"),
        ("甲 鄰近/20秒 乙", "(~20000 甲 乙)"),
        ("甲 near/20s 乙", "(~20000 甲 乙)"),
        ("甲 ＮＥＡＲ／２０ｓ 乙", "(~20000 甲 乙)"),
        ("甲 NEAR/1m30s 乙", "(~90000 甲 乙)"),
        ("甲 NEAR/0.5s 乙", "(~500 甲 乙)"),
        ("丙 甲 NEAR/5s 乙", "(& 丙 (~5000 甲 乙))"),
        ("甲 NEAR/5s 乙 OR 丙", "(| (~5000 甲 乙) 丙)"),
        ("-甲 NEAR/5s 乙", "(- (~5000 甲 乙))"),
        ("NOT 甲 NEAR/5s 乙", "(- (~5000 甲 乙))"),
        ("甲 NEAR/5s 乙 NEAR/9s 丙", "(~9000 (~5000 甲 乙) 丙)"),
        ("甲 NEAR/5s (乙 OR 丙)", "(~5000 甲 (| 乙 丙))"),
        ("(甲 乙) NEAR/5s 丙", "(~5000 (& 甲 乙) 丙)"),
        (
            "(speaker:A 甲) NEAR/5s (speaker:B 乙)",
            "(~5000 (& {speaker=A} 甲) (& {speaker=B} 乙))",
        ),
        ("near/far", "near‿far"),
    ],
)
def test_what_binds_tighter(typed: str, expected: str) -> None:
    assert read(typed) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("", "empty []"),
        ("   ", "empty [   ]"),
        ("，。!*^", "empty [，。!*^]"),
        ('""', 'empty [""]'),
        ("\x00", "empty [\x00]"),
        ("退款 OR", "operator_alone [OR]"),
        ("OR 退款", "operator_alone [OR]"),
        ("退款 或", "operator_alone [或]"),
        ("或", "operator_alone [或]"),
        ("退款 OR OR 退货", "operator_alone [OR]"),
        ("退款 AND OR 退货", "operator_alone [AND]"),
        ("退款 |", "operator_alone [|]"),
        ("退款 OR ，", "operator_alone [OR]"),
        ("退款 并且", "operator_alone [并且]"),
        ("NOT", "operator_alone [NOT]"),
        ('退款 -""', "operator_alone [-]"),
        ("(退款 OR) 投诉", "operator_alone [OR]"),
        ("(AND 退款)", "operator_alone [AND]"),
        ("退款 NEAR/5s", "operator_alone [NEAR/5s]"),
        ("NEAR/5s 退款", "operator_alone [NEAR/5s]"),
        ("退款 - 投诉", "minus_apart [-]"),
        ("退款 -", "minus_apart [-]"),
        ("----", "minus_apart [-]"),
        ("退款 NEAR 投诉", "near_without_time [NEAR]"),
        ("退款 邻近 投诉", "near_without_time [邻近]"),
        ("退款 NEAR/ 投诉", "near_without_time [NEAR/]"),
        ("退款 NEAR/20 投诉", "not_a_length [NEAR/20]"),
        ("退款 NEAR/abc 投诉", "not_a_length [NEAR/abc]"),
        ("退款 NEAR/0s 投诉", "length_out_of_range [NEAR/0s]"),
        ("退款 NEAR/99h 投诉", "length_out_of_range [NEAR/99h]"),
        ("tag:甲 NEAR/5s 乙", "near_needs_words [tag:甲]"),
        ("甲 NEAR/5s tag:乙", "near_needs_words [tag:乙]"),
        ("甲 NEAR/5s -乙", "near_needs_words [NEAR/5s]"),
        ("(甲 -乙) NEAR/5s 丙", "near_needs_words [(甲 -乙)]"),
        ("speaker:A NEAR/5s 乙", "near_needs_words [speaker:A]"),
        ("(退款", "bracket_not_closed [(]"),
        ("（退款 (投诉)", "bracket_not_closed [（]"),
        ("(", "bracket_not_closed [(]"),
        ("退款)", "bracket_not_opened [)]"),
        (")退款", "bracket_not_opened [)]"),
        ("退款 ()", "bracket_empty [()]"),
        ("(，)", "bracket_empty [(，)]"),
        ("退款 “投诉", "quote_not_closed [“投诉]"),
        ("「退款”", "quote_not_closed [「退款”]"),
        ("退款」", "quote_not_opened [」]"),
        ("(" * 9 + "甲" + ")" * 9, "too_deep [(]"),
        ("啊" * 501, "too_long [啊]"),
        ("啊" * 61, f"term_too_long [{'啊' * 61}]"),
        (" ".join(chr(0x4E00 + i) for i in range(21)), "too_many_terms [且]"),
        ("after:丁 " + "甲 " * 20, "too_many_terms [甲]"),
        ("tag:甲 " * 21, "too_many_facts [tag:甲]"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_its_place(
    typed: str, expected: str
) -> None:
    assert read(typed) == expected


@pytest.mark.parametrize(
    "typed",
    [
        "啊" * 60,
        "退款" + " " * 498,
        "甲 " * 20,
        "(" * 8 + "甲" + ")" * 8,
        "tag:甲 " * 20,
    ],
)
def test_as_much_as_may_be_typed(typed: str) -> None:
    assert "[" not in read(typed)
