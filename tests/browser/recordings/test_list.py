"""The list of recordings with a keyboard, a mouse, a finger, and without scripts."""

import subprocess
import sys

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage, log_in
from tests.stack import ROOT, Stack

pytestmark = [pytest.mark.browser, pytest.mark.once]
LIST = "/d/sales/?q=通话"
COUNT = "[data-selection] [data-count]"


@pytest.fixture(scope="module", autouse=True)
def recordings(portal: Stack) -> None:
    subprocess.run(
        [sys.executable, "-m", "tests.browser.recordings.filling"],
        cwd=ROOT,
        env=portal.environment,
        check=True,
    )


def listed(new_page: NewPage, **options: object) -> Page:
    page = new_page(**options)
    log_in(page, "bob")
    page.goto(LIST)
    return page


def test_rows_are_chosen_by_keyboard_and_by_range(new_page: NewPage) -> None:
    page = listed(new_page)
    for key in "jjxjxk":
        page.keyboard.press(key)
    expect(page.locator(COUNT)).to_have_text("2")
    expect(page.locator(".archive .cell-title").nth(1)).to_be_focused()
    boxes = page.locator("input[name=recording]")
    boxes.nth(5).click()
    boxes.nth(9).click(modifiers=["Shift"])
    expect(page.locator(COUNT)).to_have_text("7")
    page.keyboard.press("?")
    expect(page.locator("#list-keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(COUNT)).to_have_text("7")
    page.keyboard.press("Escape")
    expect(page.locator(COUNT)).to_have_text("0")
    expect(page.locator("[data-selection] [name=tag]")).to_be_hidden()


def test_what_was_chosen_is_still_chosen_after_a_change(new_page: NewPage) -> None:
    page = listed(new_page)
    boxes = page.locator("input[name=recording]")
    for number in (1, 4):
        boxes.nth(number).check()
    page.locator("[data-selection] [name=tag]").fill("又一个")
    page.get_by_role("button", name="加上").click()
    expect(page.get_by_role("button", name="撤销")).to_be_visible()
    expect(page.locator(COUNT)).to_have_text("2")
    for number in (0, 1, 4):
        expect(boxes.nth(number)).to_be_checked(checked=number > 0)
    page.goto(LIST)
    expect(page.locator(COUNT)).to_have_text("0")


def test_a_tag_is_given_to_all_that_match_and_taken_again(new_page: NewPage) -> None:
    page = listed(new_page)
    page.locator("[data-choose-all]").check()
    expect(page.locator(COUNT)).to_have_text("50")
    page.get_by_label("列表中的全部 60 条录音").check()
    expect(page.locator(COUNT)).to_have_text("60")
    page.locator("[data-selection] [name=tag]").fill("浏览器")
    page.get_by_role("button", name="加上").click()
    expect(page.locator(".alert")).to_contain_text("60 条录音已加上标签“浏览器”")
    page.get_by_role("button", name="撤销").click()
    expect(page.locator(".toast")).to_contain_text("60 条录音已恢复原样")
    assert "浏览器" not in page.locator(".archive").inner_text()


def test_without_scripts_boxes_and_buttons_are_enough(new_page: NewPage) -> None:
    page = listed(new_page, java_script_enabled=False)
    page.locator("input[name=recording]").nth(3).check()
    page.get_by_role("button", name="设为私密").click()
    expect(page.locator(".alert")).to_contain_text("1 条录音已设为私密")
    page.get_by_role("button", name="撤销").click()
    expect(page.locator(".toast")).to_contain_text("1 条录音已恢复原样")


def test_on_a_telephone_a_recording_is_two_lines(new_page: NewPage) -> None:
    phone = {"width": 390, "height": 844}
    page = listed(new_page, viewport=phone, has_touch=True, is_mobile=True)
    page.locator("input[name=recording]").nth(2).check()
    assert page.evaluate("document.documentElement.scrollWidth") == phone["width"]
    for row in page.locator(".archive tbody tr").all()[:5]:
        box = row.bounding_box()
        assert box is not None and 44 <= box["height"] <= 76
    box = page.locator(".pick:visible").first.bounding_box()
    assert box is not None and min(box["width"], box["height"]) >= 44


def test_on_a_telephone_the_bar_is_one_row_with_a_menu(new_page: NewPage) -> None:
    phone = {"width": 390, "height": 844}
    page = listed(new_page, viewport=phone, has_touch=True, is_mobile=True)
    page.locator("input[name=recording]").nth(2).check()
    box = page.locator("#selection").bounding_box()
    assert box is not None and box["height"] <= 56
    delete = page.get_by_role("button", name="删除")
    expect(delete).to_be_hidden()
    page.locator("#selection summary").tap()
    for name in ("设为私密", "导出", "删除"):
        box = page.get_by_role("button", name=name).bounding_box()
        assert box is not None and box["height"] >= 44
        assert box["x"] >= 0 and box["x"] + box["width"] <= phone["width"]
    page.keyboard.press("Escape")
    expect(delete).to_be_hidden()
    expect(page.locator(COUNT)).to_have_text("1")
    page.get_by_role("button", name="取消全部选中").tap()
    expect(page.locator(COUNT)).to_have_text("0")


def test_tags_are_suggested_after_each_comma(new_page: NewPage) -> None:
    page = listed(new_page)
    page.locator(".archive .cell-title").nth(0).click()
    page.get_by_role("link", name="编辑信息").click()
    tags = page.get_by_label("标签")
    options = "[...document.querySelectorAll('#known-tags option')].map(o => o.value)"
    assert "重要客户" in page.evaluate(options)
    tags.press_sequentially("急件，")
    assert "急件，重要客户" in page.evaluate(options)
    page.goto(LIST)
