"""What a question means, part by part."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from django.utils import timezone, translation
from pytest_django import Settings

from accounts.models.people import User
from tests.people import membership
from transcription.forms.search import SearchForm
from transcription.forms.search_chips import search_chips

pytestmark = pytest.mark.django_db
Browser = Callable[[User], Client]


def chips(user: User, language: str = "en", **query: str) -> list[tuple[str, str]]:
    form = SearchForm(query, membership=membership(user))
    with translation.override(language):
        return [(chip.label, chip.text) for chip, _address in search_chips(form)]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("退款", []),
        ("", []),
        ("退款 speeker:客服", []),  # not understood, which is said elsewhere
        ("退款 投诉", [("", "退款"), ("", "投诉")]),
        ("退款 agent:王芳", [("", "退款"), ("Agent", "王芳")]),
        ("-抱歉", [("Not", "抱歉")]),
        ("退款 NOT tag:VIP", [("", "退款"), ("Not", "Tag: VIP")]),
        (
            "退款 -(speaker:客服 (抱歉 OR 对不起))",
            [("", "退款"), ("Not", "Said by: 客服 (抱歉 OR 对不起)")],
        ),
        ("(退款 OR 退货) -(甲) ", [("", "(退款 OR 退货)"), ("Not", "甲")]),
        ("direction:呼入", [("Direction", "Inbound")]),
        ("longer:90s 退款", [("Longer than", "1 min 30 s"), ("", "退款")]),
        ("最近:昨天", [("Period", "2026-11-29 – 2026-11-29")]),
        ("from:2026-03", [("From", "2026-03-01")]),
        ("within:last1m 退款", [("Where", "last 1 min"), ("", "退款")]),
        (
            "scope:turn 退款 投诉",
            [("Together in", "one turn"), ("", "退款"), ("", "投诉")],
        ),
        (
            "speaker:客服 after:“转人工” 退款",
            [("Said by", "客服"), ("Said after", "转人工"), ("", "退款")],
        ),
        ("status:failed", [("Status", "Failed")]),
        (
            "退款 NEAR/20s 投诉 语言:中文",
            [("", "退款 NEAR/20s 投诉"), ("Language", "Chinese")],
        ),
    ],
)
def test_each_part_is_said_in_words(
    alice: User,
    typed: str,
    said: list[tuple[str, str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(timezone, "localdate", lambda: date(2026, 11, 30))
    assert chips(alice, q=typed) == said


def test_in_chinese_it_is_chinese(alice: User) -> None:
    assert chips(alice, "zh-hans", q="-agent:王芳 longer:5m 退款") == [
        *(("不含", "坐席：王芳"), ("时长超过", "5 分钟"), ("", "退款"))
    ]


def test_a_click_takes_one_part_away(
    alice: User, client_of: Browser, settings: Settings
) -> None:
    settings.LANGUAGE_CODE = "en"
    client = client_of(alice)
    query = {"q": "退款 agent:王芳 -投诉", "since": "2026-03-01", "sort": "call"}
    answer = client.get("/d/sales/search/", query)
    rest = {
        chip.text: client.get(f"/d/sales/search/{address}").context["form"]
        for chip, address in answer.context["chips"]
    }
    assert [rest[text].query for text in ("退款", "王芳", "投诉", "2026-03-01")] == [
        *("agent:王芳 -投诉", "退款 -投诉", "退款 agent:王芳", "退款 agent:王芳 -投诉")
    ]
    assert rest["退款"].value("since")
    assert not rest["2026-03-01"].value("since")
    assert all(form.order == "call" for form in rest.values())
    page = answer.content.decode()
    assert page.count('class="chip"') == 4
    assert "Clear all" in page


def test_a_refused_question_shows_no_parts_and_its_filters_still(
    alice: User, client_of: Browser
) -> None:
    query = {"q": "退款 OR", "since": "2026-03-01"}
    answer = client_of(alice).get("/d/sales/search/", query)
    assert answer.status_code == 422
    assert [chip.name for chip, _address in answer.context["chips"]] == ["since"]
