"""A hit is heard where it stands, by mouse and by keys, and what is heard is told."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage, log_in
from tests.browser.player.test_heard import is_told, until_it_plays

pytestmark = [pytest.mark.browser, pytest.mark.once]

SEARCH = "/d/sales/search/?q=退款"
FOCUSED = "document.activeElement.querySelector('.search-time')?.textContent"


@pytest.fixture
def hits(new_page: NewPage, address: str) -> Page:
    page = new_page()
    log_in(page, "alice")
    page.goto(SEARCH)
    return page


def test_a_hit_plays_in_its_row_and_the_next_takes_its_place(hits: Page) -> None:
    call = hits.locator(".search-group").first
    first, second = call.get_by_role("button", name=re.compile("播放")).all()
    expect(hits.locator(".hit-player")).to_have_count(0)
    with hits.expect_request(re.compile("/media/")):  # nothing was loaded before
        first.click()
    until_it_plays(hits, "10:(19|2)")  # a little before 10:20
    expect(first).to_have_attribute("aria-pressed", "true")
    second.click()
    until_it_plays(hits, "(39:59|40:0)")
    expect(first).to_have_attribute("aria-pressed", "false")
    with hits.expect_response(lambda one: is_told(one, "heard")):
        second.click()
    expect(second).to_have_attribute("aria-pressed", "false")
    assert hits.url.endswith("/search/?q=%E9%80%80%E6%AC%BE")


def test_keys_go_through_hits_and_play_them_but_are_the_field_s_in_the_field(
    hits: Page,
) -> None:
    box = hits.locator("#id_q")
    box.focus()
    hits.keyboard.type("jk ?")
    expect(box).to_have_value("jk ?退款")
    box.blur()
    hits.keyboard.press("j")
    hits.keyboard.press("j")
    assert hits.evaluate(FOCUSED) == "40:00"
    hits.keyboard.press("ArrowUp")
    assert hits.evaluate(FOCUSED) == "10:20"
    hits.keyboard.press("Space")
    until_it_plays(hits, "10:(19|2)")
    hits.keyboard.press("ArrowRight")
    until_it_plays(hits, "10:2[3-9]")
    hits.keyboard.press("Escape")
    expect(hits.locator(".hit-player")).to_have_count(0)
    hits.keyboard.press("?")
    expect(hits.locator("#hit-keys")).to_be_visible()


def test_a_hit_leads_to_its_recording_on_to_the_next_and_back(hits: Page) -> None:
    hits.locator(".search-hit").first.click()
    way = hits.locator(".way")
    expect(way).to_contain_text("第 1 处，共 2 处")
    until_it_plays(hits, "10:2")  # the keys are there with the player
    hits.keyboard.press("n")
    expect(way).to_contain_text("第 2 处，共 2 处")
    until_it_plays(hits, "40:0")
    hits.keyboard.press("b")
    hits.wait_for_url(re.compile("/search/.*#found-"), wait_until="load")
    hits.keyboard.press("j")
    assert hits.evaluate(FOCUSED) == "10:20"
