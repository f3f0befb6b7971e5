"""The fields beside the box, and the examples: in both languages they can be asked."""

import re
from html import escape, unescape
from urllib.parse import parse_qs

import pytest
from django import forms
from django.template import Context, Template
from django.test import RequestFactory
from django.utils.translation import override

from accounts.models.departments import Department
from accounts.models.members import Membership
from accounts.models.people import User
from tests.people import membership
from tests.transcription.search.language.shapes import TODAY, shape
from transcription.forms.search_builder import BuilderForm
from transcription.search.language.parsing import parse
from transcription.search.language.refusals import NotUnderstood

LANGUAGES = ("en", "zh-hans")


def understood(typed: str) -> str:
    return shape(parse(typed, TODAY))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_choice_can_be_asked(language: str) -> None:
    with override(language):
        asked = [
            BuilderForm({"b_all": "退款", name: str(value)}).question()
            for name, field in BuilderForm().fields.items()
            if isinstance(field.widget, forms.Select)
            for value, _label in field.widget.choices
        ]
    assert len(asked) > 15
    for typed in asked:
        assert "退款" in understood(typed)


def test_both_languages_ask_the_same() -> None:
    words = {
        "b_all": "退款",
        "b_phrase": "七天 内",
        "b_any": "甲 乙",
        "b_none": "丙",
        "b_speaker": "客服",
        "b_agent": "王 小明",
        "b_tag": "投诉",
    }
    chosen = ("b_part", "b_direction", "b_period", "b_longer")
    asked = []
    for language in LANGUAGES:
        with override(language):
            fields = BuilderForm().fields
            choices = {
                name: str(list(fields[name].widget.choices)[1][0]) for name in chosen
            }
            asked.append(BuilderForm(words | choices).question())
    assert asked[0] == (
        'speaker:客服 within:first30s agent:"王 小明" tag:投诉 direction:in '
        'last:today longer:1m 退款 "七天 内" (甲 OR 乙) -丙'
    )
    assert asked[1].startswith("说话人：客服 位置：开头三十秒 ")
    assert "(甲 或 乙)" in asked[1]
    assert understood(asked[0]) == understood(asked[1])


ASKED = [
    "退款 投诉",
    '“七天 内” 退款 「再 说」 -投诉 -"不 好"',
    "(甲 OR 乙) tag:投诉 direction:呼入",
    "甲 或 乙 (丙 OR 丁)",
    "agent:王 agent:“李 明” 退款 within:开头30秒",
    "speaker:客服 甲 NEAR/5s 乙 scope:sentence last:7d last:3d longer:300s",
    "last:2026-10 退款，投诉 a-b",
    "退款 speeker:客服 -",
    '"没有 关上',
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("typed", ASKED)
def test_the_fields_take_up_what_was_asked(typed: str, language: str) -> None:
    with override(language):
        form = BuilderForm.of(typed, TODAY)
        written = BuilderForm(form.initial).question()
    quotes = re.compile(r'[“”「」"]')
    assert sorted(quotes.findall(written)) == sorted(quotes.findall(typed))
    try:
        asked = parse(typed, TODAY)
    except NotUnderstood:
        assert written == typed
    else:
        assert sorted(understood(written)) == sorted(shape(asked))


def test_a_field_takes_what_it_can_say_and_leaves_the_rest() -> None:
    with override("en"):
        taken = BuilderForm.of(
            "退款 “七天 内” -投诉 (甲 OR 乙) agent:王 agent:李 方向:呼入 最近:7天"
            " 甲 NEAR/5s 乙 scope:sentence",
            TODAY,
        ).initial
    assert taken == {
        "b_all": "退款",
        "b_phrase": "“七天 内”",
        "b_none": "投诉",
        "b_any": "甲 乙",
        "b_agent": "王",
        "b_direction": "in",
        "b_period": "week",
        "b_rest": "agent:李 甲 NEAR/5s 乙 scope:sentence",
    }


def test_nothing_filled_in_asks_nothing() -> None:
    assert BuilderForm({}).question() == BuilderForm({"b_all": " "}).question() == ""


def rendered(tag: str, language: str, member: Membership | None = None) -> str:
    request = RequestFactory().get("/")
    request.department = Department(slug="sales")  # type: ignore[attr-defined]
    request.membership = member  # type: ignore[attr-defined]
    template = Template(f"{{% load search %}}{{% {tag} %}}")
    with override(language):
        return template.render(Context({"request": request}))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_form_says_what_it_writes(language: str) -> None:
    html = rendered("search_builder", language)
    assert 'action="/d/sales/search/"' in html
    name = {"en": "speaker:", "zh-hans": "说话人："}[language]
    assert f'data-name="{name}"' in html


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_example_can_be_asked_by_a_click(language: str, alice: User) -> None:
    html = rendered("search_help", language, membership(alice))
    links = re.findall(r'href="([^"]*)"', html)
    assert len(links) >= 10
    for link in links:
        address, query = unescape(link).split("?")
        assert address == "/d/sales/search/"
        (typed,) = parse_qs(query)["q"]
        assert understood(typed)
        assert escape(typed) in html
    assert len(set(links)) == len(links)


@pytest.mark.django_db
def test_the_examples_mean_the_same_in_both_languages(alice: User) -> None:
    kinds = []
    for language in LANGUAGES:
        html = rendered("search_help", language, membership(alice))
        links = re.findall(r'href="([^"]*)"', html)
        typed = [parse_qs(unescape(link).split("?")[1])["q"][0] for link in links]
        kinds.append([re.sub(r"[^()&|~{}=-]", "", understood(text)) for text in typed])
    assert kinds[0] == kinds[1]
