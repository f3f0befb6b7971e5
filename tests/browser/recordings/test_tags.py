"""Tags are changed with a keyboard, and on a phone."""

import subprocess
import sys

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage, log_in
from tests.stack import ROOT, Stack

pytestmark = [pytest.mark.browser, pytest.mark.once]
TAGS = "/d/sales/tags/"


@pytest.fixture(scope="module", autouse=True)
def recordings(portal: Stack) -> None:
    subprocess.run(
        [sys.executable, "-m", "tests.browser.recordings.filling", "tags"],
        cwd=ROOT,
        env=portal.environment,
        check=True,
    )


def tags_of(new_page: NewPage, **options: object) -> Page:
    page = new_page(**options)
    log_in(page, "bob")
    page.goto(TAGS)
    return page


def test_a_tag_is_called_otherwise_with_the_keyboard(new_page: NewPage) -> None:
    page = tags_of(new_page)
    change = page.get_by_label("编辑“改名”")
    name = page.get_by_role("textbox", name="名称")
    change.focus()
    expect(name).to_be_hidden()
    page.keyboard.press("Enter")
    expect(name).to_be_visible()
    page.keyboard.press("Escape")
    expect(name).to_be_hidden()
    expect(change).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(name).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type("换了名")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="换了名", exact=True)).to_be_visible()


def test_a_tag_is_merged_on_a_phone(new_page: NewPage) -> None:
    page = tags_of(new_page, viewport={"width": 390, "height": 844}, has_touch=True)
    page.get_by_label("编辑“合并一”").tap()
    for field in ("名称", "颜色", "合并到"):
        box = page.get_by_label(field).locator("visible=true").bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
    page.get_by_label("合并到").locator("visible=true").select_option("合并二")
    page.get_by_role("button", name="合并", exact=True).tap()
    expect(page.get_by_role("link", name="合并一", exact=True)).to_have_count(0)
    expect(page.get_by_role("button", name="撤销")).to_be_visible()
