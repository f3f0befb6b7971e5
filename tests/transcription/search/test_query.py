import pytest

from transcription.search.backends.base import Question
from transcription.search.backends.postgresql import tsquery
from transcription.search.backends.sqlite import match_expression
from transcription.search.query import QueryCode, QueryRefused, parse


def phrases(typed: str) -> list[str]:
    return ["+".join(phrase) for phrase in parse(typed).phrases]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("退款", ["退+款"]),
        ("退款 投诉", ["退+款", "投+诉"]),
        ("退款\u3000投诉", ["退+款", "投+诉"]),
        ('"退款 投诉"', ["退+款+投+诉"]),
        ("“退款 投诉”", ["退+款+投+诉"]),
        ("「退款 投诉」 利率", ["退+款+投+诉", "利+率"]),
        ('利率 "退款', ["利+率", "退+款"]),
        ("退款，投诉", ["退+款", "投+诉"]),
        ("VIP客户12.5元", ["vip+客+户+12·5+元"]),
        ("退款 退款", ["退+款"]),
        ("款", ["款"]),
        ("hello world", ["hello", "world"]),
        ('"hello  world"', ["hello+world"]),
    ],
)
def test_what_is_typed_becomes_phrases(typed: str, expected: list[str]) -> None:
    assert phrases(typed) == expected


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", QueryCode.EMPTY),
        ("  ", QueryCode.EMPTY),
        ('""', QueryCode.EMPTY),
        ("，。!*^", QueryCode.EMPTY),
        ("啊" * 201, QueryCode.TOO_LONG),
        (" ".join(chr(0x4E00 + i) for i in range(11)), QueryCode.TOO_MANY_TERMS),
        ("啊" * 41, QueryCode.TERM_TOO_LONG),
    ],
)
def test_a_query_that_cannot_be_asked_says_why(typed: str, code: QueryCode) -> None:
    with pytest.raises(QueryRefused) as refused:
        parse(typed)
    assert refused.value.code == code


def test_the_department_stands_first_and_boundaries_are_alternatives() -> None:
    question = Question(parse("退款吗 好"), 42)
    assert match_expression(question) == (
        '"d42" AND ("退款 款吗" OR "¦退款 款吗" OR "‹退款 ¦款吗") AND ("好")'
    )
    assert tsquery(question) == (
        "'d42' & (('退款' <-> '款吗') | ('¦退款' <-> '款吗') | ('‹退款' <-> '¦款吗'))"
        " & (('好'))"
    )


@pytest.mark.parametrize(
    "typed",
    [
        "退款' OR 1=1 --",
        'terms:* OR "x"',
        "d42 NEAR(a b)",
        "\\' | !x & y:*",
        "‹ ¦ ¬ ‿",
        "a\x00b",
    ],
)
def test_nothing_typed_is_an_operator(typed: str) -> None:
    try:
        units = [unit for phrase in parse(typed).phrases for unit in phrase]
    except QueryRefused:
        return
    assert all(char.isalnum() or char in "·∶’" for unit in units for char in unit)
