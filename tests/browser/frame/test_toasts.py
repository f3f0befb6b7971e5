import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import log_in

pytestmark = [pytest.mark.browser, pytest.mark.once]


def test_a_toast_waits_for_somebody_to_read_it(page: Page) -> None:
    """A page that was led to the login in the night says why in the morning."""
    log_in(page, "alice")
    page.goto("/accounts/profile/")
    page.clock.install()
    page.locator("form[action='/accounts/logout/'] button").first.evaluate(
        "button => button.form.submit()"
    )
    toast = page.locator(".toast")
    expect(toast).to_be_visible()
    page.clock.fast_forward(60_000)
    expect(toast).to_be_visible()
    page.mouse.move(100, 100)
    page.mouse.move(120, 120)
    page.clock.fast_forward(7_000)
    expect(toast).to_have_count(0)
