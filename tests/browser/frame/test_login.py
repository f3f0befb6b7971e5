import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import log_in

pytestmark = pytest.mark.browser


def test_a_visitor_is_led_to_the_login_page(page: Page) -> None:
    page.goto("/")
    expect(page.locator("input[name=username]")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "zh-hans")


def test_alice_logs_in_and_sees_her_department(page: Page) -> None:
    log_in(page, "alice")
    expect(page.locator("body")).to_contain_text("销售部")
