"""The filters of the search, whose fields come when somebody wants them."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NewPage, log_in

pytestmark = [pytest.mark.browser, pytest.mark.once]


def test_the_keyboard_opens_the_filters_and_the_question_stays(
    new_page: NewPage,
) -> None:
    page = new_page()
    log_in(page, "carol")
    page.goto("/d/sales/search/")
    box = page.locator("[name=q]")
    box.fill("退款")
    assert page.locator("[name=agent]").count() == 0
    page.locator(".search-filters-open").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#search-filters > summary")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("[name=since]")).to_be_focused()
    page.locator("[name=agent]").fill("王")
    page.get_by_role("button", name="筛选").click()

    # Asked with both, and both can be taken away or changed.
    page.wait_for_url("**agent=*")
    expect(box).to_have_value("退款")
    expect(page.locator("[name=agent]")).to_have_value("王")
    expect(page.locator(".chip")).to_contain_text("王")


def test_without_scripts_a_link_leads_to_them(new_page: NewPage) -> None:
    page = new_page(java_script_enabled=False)
    log_in(page, "carol")
    page.goto("/d/sales/search/?q=退款")
    page.locator(".search-filters-open").click()
    expect(page.locator("[name=agent]")).to_be_visible()
    expect(page.locator("#id_q")).to_have_value("退款")
