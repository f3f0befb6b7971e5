"""What a department's words did, on a telephone."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NewPage, log_in

pytestmark = [pytest.mark.browser, pytest.mark.once]

PHONE = {"width": 390, "height": 844}


@pytest.mark.parametrize("locale", ["zh-CN", "en-GB"])
def test_the_page_is_as_wide_as_a_telephone(new_page: NewPage, locale: str) -> None:
    page = new_page(locale=locale, viewport=PHONE)
    log_in(page, "carol")
    page.goto("/d/sales/hotwords/")
    page.locator("input[name=name]").fill(f"热词 {locale}")
    page.locator("form[action$='/hotwords/new/'] button").click()
    page.locator("#new-word").fill(f"稳健增利{locale[:2]}")
    page.locator("button[name=publish]").first.click()
    page.goto("/d/sales/hotwords/")
    page.locator("a[href$='/hotwords/usage/']").click()
    expect(page.get_by_text(f"稳健增利{locale[:2]}")).to_be_visible()
    width = "document.documentElement.scrollWidth"
    assert page.evaluate(f"{width} <= document.documentElement.clientWidth")
