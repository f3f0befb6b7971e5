"""The fields beside the search box write into it what the server makes of them."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.template import Context, Template
from django.test import RequestFactory
from django.utils.html import escape
from django.utils.translation import override
from playwright.sync_api import Browser, Page, expect

from accounts.models.departments import Department
from tests.transcription.search.test_composing import CASES
from transcription.search.composing import Wanted

pytestmark = [pytest.mark.browser, pytest.mark.once]

SCRIPT = settings.BASE_DIR / "static" / "js" / "search" / "builder.js"
BOX = (
    '<form role="search" action="#found">'
    '<input type="search" name="q" value="{}"></form>'
)
FIELD = {"speaker:": "b_speaker", "agent:": "b_agent", "tag:": "b_tag"}


def shown(chromium: Browser, typed: str) -> Page:
    request = RequestFactory().get("/", {"q": typed})
    request.department = Department(slug="sales")  # type: ignore[attr-defined]
    with override("en"):
        form = Template("{% load search %}{% search_builder %}").render(
            Context({"request": request})
        )
    page = chromium.new_page()
    page.set_content(BOX.format(escape(typed)) + form)
    page.add_script_tag(content=SCRIPT.read_text(encoding="utf-8"), type="module")
    page.get_by_text("Put a search together").click()
    return page


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    page = shown(chromium, "")
    yield page
    page.close()


def fill(page: Page, wanted: Wanted) -> None:
    words = {
        "b_all": wanted.all_of,
        "b_phrase": wanted.phrase,
        "b_any": wanted.any_of,
        "b_none": wanted.none_of,
    }
    named = {FIELD[name]: value for name, value in wanted.conditions}
    for name, value in (words | named).items():
        page.locator(f"[name={name}]").fill(value)


def test_the_box_shows_what_the_server_would_make_of_the_fields(page: Page) -> None:
    box = page.locator("[name=q]")
    for wanted, expected in CASES:
        fill(page, wanted)
        assert box.input_value() == expected
        page.get_by_role("button", name="Clear").click()
        assert box.input_value() == ""


def test_a_choice_is_written_at_once(page: Page) -> None:
    page.get_by_label("All of these words").fill("refund")
    page.get_by_label("Where").select_option(label="First minute")
    page.get_by_label("Direction").select_option(label="Inbound")
    box = page.locator("[name=q]")
    expect(box).to_have_value("within:first1m direction:in refund")


def test_what_was_typed_in_the_box_stays(page: Page) -> None:
    box = page.locator("[name=q]")
    box.fill("complaint")
    page.get_by_label("All of these words").fill("refund")
    expect(box).to_have_value("complaint refund")
    page.get_by_label("All of these words").fill("return")
    expect(box).to_have_value("complaint return")
    box.fill("complaint return -sorry")
    expect(page.get_by_label("All of these words")).to_have_value("")
    page.get_by_label("Tag").fill("vip")
    expect(box).to_have_value("complaint return -sorry tag:vip")
    page.get_by_role("button", name="Clear").click()
    expect(box).to_have_value("complaint return -sorry")


def test_the_fields_go_on_from_what_was_asked(chromium: Browser) -> None:
    page = shown(chromium, "「退款 了」 甲 NEAR/5s “乙” agent:王芳 direction:inbound")
    box = page.locator("[name=q]")
    expect(page.get_by_label("Exactly this phrase")).to_have_value("「退款 了」")
    expect(page.get_by_label("Agent")).to_have_value("王芳")
    expect(page.get_by_label("Direction")).to_have_value("in")
    expect(
        page.get_by_text("added to this in the box: 甲 NEAR/5s “乙”")
    ).to_be_visible()
    page.get_by_label("All of these words").fill("丙")
    expect(box).to_have_value("甲 NEAR/5s “乙” agent:王芳 direction:in 丙 「退款 了」")
    page.get_by_label("Agent").fill("")
    expect(box).to_have_value("甲 NEAR/5s “乙” direction:in 丙 「退款 了」")
    page.get_by_role("button", name="Clear").click()
    expect(box).to_have_value("甲 NEAR/5s “乙”")
    page.close()


def test_it_is_said_that_the_fields_add_to_the_box(page: Page) -> None:
    said = page.get_by_text("is added to this in the box: complaint")
    expect(said).to_be_hidden()
    page.locator("[name=q]").fill("complaint")
    expect(said).to_be_visible()
    page.locator("[name=q]").fill("")
    expect(said).to_be_hidden()


def test_the_fields_send_the_box(page: Page) -> None:
    page.get_by_label("All of these words").fill("refund")
    page.evaluate(
        "document.querySelector('form[role=search]').addEventListener('submit',"
        " (event) => { event.preventDefault(); document.title = 'sent'; })"
    )
    page.get_by_role("button", name="Search").click()
    assert page.title() == "sent"
