"""After a logout "back" shows nobody's page; while one is logged in it is quick."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import log_in
from tests.browser.drafts.conftest import Things

pytestmark = [pytest.mark.browser, pytest.mark.once]

SENTENCE = "您好，请问有什么可以帮您？"
# As the browser tells a page that it comes out of its memory.
FROM_MEMORY = "dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))"


def test_back_after_logging_out_leads_to_the_login(page: Page, things: Things) -> None:
    log_in(page, "bob")
    page.goto(things.recording)
    expect(page.get_by_text(SENTENCE).first).to_be_visible()
    page.locator("form[action='/accounts/logout/'] button").first.dispatch_event(
        "click"
    )
    page.wait_for_url("**/accounts/login/")
    page.go_back()
    page.wait_for_url(lambda url: "/accounts/login/?next=" in url)
    expect(page.get_by_text(SENTENCE)).to_have_count(0)


def test_a_page_out_of_the_browsers_memory_asks_whose_it_is(
    page: Page, things: Things
) -> None:
    log_in(page, "bob")
    page.goto(things.recording)
    page.evaluate("window.isSamePage = true")
    page.evaluate(FROM_MEMORY)
    expect(page.get_by_text(SENTENCE).first).to_be_visible()
    assert page.evaluate("window.isSamePage")

    other = page.context.new_page()
    other.goto("/d/sales/")
    other.locator("form[action='/accounts/logout/'] button").first.dispatch_event(
        "click"
    )
    other.wait_for_url("**/accounts/login/")
    page.evaluate(FROM_MEMORY)
    page.wait_for_url(lambda url: "/accounts/login/?next=" in url)
