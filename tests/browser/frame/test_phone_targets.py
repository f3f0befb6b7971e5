"""On a telephone, what is pressed is as large as a finger on the pages of every day."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage, log_in

pytestmark = [pytest.mark.browser, pytest.mark.once]
PAGES = ("home/", "upload/", "notices/", "trash/", "hotwords/")
CONTROLS = ".btn, .input, .select, .pagination a, .panel-header > a, .check"
SMALL = """selector => [...document.querySelectorAll(selector)]
  .filter((part) => part.checkVisibility())
  .map((part) => [part.outerHTML.slice(0, 80), part.getBoundingClientRect()])
  .filter(([, box]) => box.width && (box.width < 44 || box.height < 44))
  .map(([name]) => name)"""


@pytest.fixture
def phone(new_page: NewPage) -> Page:
    page = new_page(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    log_in(page, "bob")
    return page


@pytest.mark.parametrize("address", PAGES)
def test_a_finger_hits_it_and_nothing_is_outside(phone: Page, address: str) -> None:
    phone.goto(f"/d/sales/{address}")
    expect(phone.locator("h1")).to_be_visible()
    assert phone.evaluate(SMALL, CONTROLS) == []
    assert phone.evaluate("document.documentElement.scrollWidth") == 390
