from datetime import date

import pytest

from transcription.search.language.narrowing import says, without_facts
from transcription.search.language.tree import FactName

TODAY = date(2026, 11, 30)
WANG = ((FactName.AGENT, "王芳"),)
VIP = ((FactName.TAG, "VIP"),)
MARCH = ((FactName.FROM, date(2026, 3, 1)), (FactName.TO, date(2026, 3, 31)))


@pytest.mark.parametrize(
    ("typed", "is_said"),
    [
        ("退款 agent:王芳", True),
        ("退款 坐席：“王芳”", True),
        ("退款 AND agent:王芳", True),
        ("退款 agent:王", False),
        ("退款 -agent:王芳", False),
        ("退款 OR agent:王芳", False),
        ("退款 (agent:王芳 OR agent:李娜)", False),
        ("退款", False),
    ],
)
def test_a_question_says_a_fact_where_nothing_else_would_do(
    typed: str, is_said: bool
) -> None:
    assert says(typed, WANG, TODAY) is is_said


def test_names_are_compared_in_whatever_case() -> None:
    assert says("退款 tag:vip", VIP, TODAY)
    assert without_facts("退款 tag:vip", VIP, TODAY) == "退款"


def test_a_month_is_two_days_however_they_are_written() -> None:
    for typed in ("退款 from:2026-03 to:2026-03", "从：2026-03-01 退款 到：2026-03-31"):
        assert says(typed, MARCH, TODAY)
        assert without_facts(typed, MARCH, TODAY) == "退款"
    assert not says("退款 from:2026-03", MARCH, TODAY)


def test_a_period_says_its_days_and_is_taken_away_whole_or_not_at_all() -> None:
    november = ((FactName.FROM, date(2026, 11, 1)), (FactName.TO, date(2026, 11, 30)))
    assert says("退款 last:本月", november, TODAY)
    assert without_facts("退款 last:本月", november, TODAY) == "退款"
    assert without_facts("退款 last:本月", november[:1], TODAY) == "退款 last:本月"


def test_what_is_left_is_the_rest_or_nothing() -> None:
    assert without_facts("agent:王芳", WANG, TODAY) == ""
    assert without_facts("agent:王芳 agent:“王芳” 退款", WANG, TODAY) == "退款"
    typed = "speaker:客服 (退款 OR 退货) agent:王芳 -投诉"
    assert without_facts(typed, WANG, TODAY) == "speaker:客服 (退款 OR 退货) -投诉"
