"""What a finger aims at on a phone is as large as a finger."""

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import log_in
from tests.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.once]

FINGER = 44
PAGES = (
    "/accounts/profile/",
    "/d/sales/",
    "/d/sales/members/",
    "/d/sales/settings/",
    "/d/sales/hotwords/",
    "/d/sales/hotwords/usage/",
    "/d/sales/evaluation/",
    "/d/sales/notices/",
)
SMALL = """finger => [...document.querySelectorAll(
  "main :is(.btn, .input, .select, .segmented > *, .pagination a, .switch, .check)"
)].filter(one => {
  const { width, height } = one.getBoundingClientRect();
  return one.checkVisibility() && width > 1 && height < finger - 0.5;
}).map(one => `${one.className} ${one.textContent.trim()} ${one.offsetHeight}`)"""


def test_buttons_fields_and_tabs_of_a_phone_are_as_large_as_a_finger(
    chromium: Browser, portal: Stack
) -> None:
    context = chromium.new_context(
        base_url=portal.base_url, viewport={"width": 390, "height": 844}
    )
    page = context.new_page()
    log_in(page, "carol")
    small: list[str] = []
    for address in PAGES:
        page.goto(address)
        assert page.locator("main .btn, main .input, main h1").count()
        small += [f"{address} {one}" for one in page.evaluate(SMALL, FINGER)]
    context.close()
    assert small == []
