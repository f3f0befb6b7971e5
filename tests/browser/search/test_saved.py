"""A question is saved, calls that answer it come, and are looked at."""

import subprocess
import sys

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage, log_in
from tests.stack import ROOT, Stack

pytestmark = [pytest.mark.browser, pytest.mark.once]
NAME = "要回电话的"


def transcribed(portal: Stack, *sentences: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "tests.browser.search.filling", *sentences],
        cwd=ROOT,
        env=portal.environment,
        check=True,
    )


def saved(page: Page) -> None:
    """From the search page, with the keyboard."""
    page.goto("/d/sales/search/")
    page.keyboard.type("回电话 OR 回拨")
    page.keyboard.press("Enter")
    page.get_by_text("保存这个搜索").focus()
    page.keyboard.press("Enter")
    name = page.locator(".saved-form").get_by_label("名称")
    name.fill(NAME)
    name.press("Enter")
    expect(page.get_by_text(f"已存为“{NAME}”")).to_be_visible()


def test_new_hits_are_counted_until_they_are_looked_at(
    portal: Stack, new_page: NewPage
) -> None:
    page = new_page()
    log_in(page, "alice")
    saved(page)
    line = page.get_by_role("navigation", name="主导航").get_by_text("搜索")
    count = page.locator(".nav-count")
    expect(count).to_have_count(0)

    transcribed(portal, "请给我回电话", "稍后回拨", "没有别的事")
    page.goto("/d/sales/home/")
    expect(count).to_have_text("2 您关注的搜索有新录音")
    line.first.click()
    expect(page.get_by_role("link", name="2 条新录音")).to_be_visible()

    page.get_by_role("link", name="2 条新录音").click()
    expect(page.get_by_role("heading", name=NAME)).to_be_visible()
    expect(page.locator("tbody tr")).to_have_count(2)
    expect(page.locator("tbody .badge-info")).to_have_count(2)
    expect(count).to_have_count(0)

    page.goto("/d/sales/search/saved/")
    expect(page.get_by_role("row", name=NAME)).to_contain_text("没有新的")
    page.get_by_role("link", name=NAME, exact=True).click()
    expect(page.get_by_role("searchbox")).to_have_value("回电话 OR 回拨")
    expect(page.locator(".search-group")).to_have_count(2)


def test_a_keyboard_skips_what_narrows_the_results(
    portal: Stack, new_page: NewPage
) -> None:
    transcribed(portal, "两件事情", "两件事情")
    page = new_page()
    log_in(page, "alice")
    page.goto("/d/sales/search/?q=两件")
    skip = page.get_by_role("link", name="跳到搜索结果")
    skip.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator(".search-group .cell-title").first).to_be_focused()
