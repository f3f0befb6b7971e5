"""What is heard in the player, and copied from the page, reaches whoever may ask."""

import re

import pytest
from playwright.sync_api import Page, Response, expect

from tests.browser.conftest import NewPage, log_in

pytestmark = [pytest.mark.browser, pytest.mark.once]

AUDIO = "document.querySelector('[data-player] audio')"
SELECT = """() => {
  const rows = document.querySelectorAll("#segments .segment");
  getSelection().setBaseAndExtent(rows[1], 0, rows[5], 1);
}"""


def is_told(response: Response, name: str) -> bool:
    return response.url.endswith(f"/{name}/") and response.status == 204


def until_it_plays(page: Page, time: str) -> None:
    expect(page.locator("[data-now]")).to_have_text(re.compile(time), timeout=60_000)


def listen(page: Page, address: str, start: int, seconds: int) -> None:
    """From a second on, for so long, then pause; until the server knows."""
    page.goto(f"{address}?t={start}")
    with page.expect_response(lambda one: is_told(one, "heard")):
        until_it_plays(page, f"{start // 60}:(0[{seconds}-9]|[1-5])")
        page.evaluate(f"{AUDIO}.pause()")


def test_what_was_heard_stands_on_the_page_of_readers(
    new_page: NewPage, address: str
) -> None:
    listener, auditor = new_page(), new_page()
    log_in(listener, "bob")
    listen(listener, address, 600, 2)
    listen(listener, address, 1800, 2)
    log_in(auditor, "dave")
    auditor.goto(f"{address}readers/")
    stretches = auditor.locator(".heard > a")
    expect(stretches).to_have_text(
        [re.compile(r"^10:00–10:[0-5]\d$"), re.compile(r"^30:00–30:[0-5]\d$")]
    )
    stretches.last.click()
    until_it_plays(auditor, "30:(0[1-9]|[1-5])")


def test_a_page_that_goes_away_tells_what_was_heard(
    new_page: NewPage, address: str
) -> None:
    listener, auditor = new_page(), new_page()
    log_in(listener, "alice")
    listener.goto(f"{address}?t=900")
    until_it_plays(listener, "15:(0[1-9]|[1-5])")
    listener.goto("/d/sales/")
    log_in(auditor, "dave")
    for _try in range(20):
        auditor.goto(f"{address}readers/")
        if auditor.get_by_text(re.compile(r"15:00–15:[0-5]\d")).count():
            return
        auditor.wait_for_timeout(500)
    pytest.fail("What was heard did not arrive.")


def test_copying_some_sentences_is_noted(new_page: NewPage, address: str) -> None:
    page = new_page()
    log_in(page, "bob")
    page.goto(address)
    page.evaluate(SELECT)
    with page.expect_response(lambda one: is_told(one, "copied")) as told:
        page.keyboard.press("Control+c")
    assert told.value.request.post_data == "sentences=5"
