"""What somebody typed and has not saved is asked about, kept, and found again."""

import pytest
from playwright.sync_api import Dialog, Page, Route, expect

from tests.browser.conftest import log_in
from tests.browser.drafts.conftest import Things, expect_kept, open_sentence

pytestmark = [pytest.mark.browser, pytest.mark.once]

TYPED = "还没有保存的句子。"


@pytest.fixture
def typing(page: Page, things: Things) -> Page:
    """Bob's page with a sentence that he is correcting."""
    log_in(page, "bob")
    page.goto(things.recording)
    open_sentence(page).fill(TYPED)
    return page


def test_escape_asks_and_keeps_what_was_typed(typing: Page) -> None:
    typing.locator("[data-segment-form] textarea").press("Escape")
    dialog = typing.get_by_role("dialog")
    expect(dialog).to_contain_text("修改尚未保存")
    dialog.get_by_role("button", name="继续编辑").click()
    field = typing.locator("[data-segment-form] textarea")
    expect(field).to_have_value(TYPED)
    field.press("Escape")
    dialog.get_by_role("button", name="保留并离开").click()
    expect(typing.locator("[data-segment-form]")).to_have_count(0)
    open_sentence(typing)
    expect_kept(typing, TYPED)


def test_what_is_discarded_does_not_come_back(typing: Page) -> None:
    typing.locator("[data-segment-form] textarea").press("Escape")
    typing.get_by_role("button", name="放弃修改").click()
    expect(typing.locator("[data-segment-form]")).to_have_count(0)
    expect(open_sentence(typing)).to_have_value("您好，请问有什么可以帮您？")


def test_what_was_kept_is_given_up_with_one_click(typing: Page, things: Things) -> None:
    typing.locator("[data-segment-form] textarea").press("Escape")
    typing.get_by_role("button", name="保留并离开").click()
    expect(typing.locator("[data-segment-form]")).to_have_count(0)
    field = open_sentence(typing)
    expect_kept(typing, TYPED)
    typing.get_by_role("button", name="放弃未保存的内容").click()
    expect(field).to_have_value("您好，请问有什么可以帮您？")
    # Enter in a field presses the first button of its form, and that is no such one.
    typing.goto(things.details)
    typing.get_by_label("标题").fill("标题")
    typing.get_by_label("标题").press("Enter")
    expect(typing.locator("h1")).to_have_text("标题")


def test_escape_and_enter_belong_to_the_input_method_while_it_composes(
    typing: Page,
) -> None:
    field = typing.locator("[data-segment-form] textarea")
    for event in ({"isComposing": True}, {"keyCode": 229}):
        for key in ("Escape", "Enter"):
            pressed = event | {"key": key, "ctrlKey": True, "bubbles": True}
            field.dispatch_event("keydown", pressed)
    expect(typing.get_by_role("dialog")).to_have_count(0)
    expect(field).to_have_value(TYPED)


def test_a_link_asks_first(typing: Page, things: Things) -> None:
    link = typing.locator(".sidebar").get_by_role("link", name="搜索")
    link.click()
    dialog = typing.get_by_role("dialog")
    expect(dialog).to_be_visible()
    typing.keyboard.press("Escape")  # closes the question, not the form
    expect(dialog).to_be_hidden()
    expect(typing.locator("[data-segment-form] textarea")).to_have_value(TYPED)
    link.click()
    dialog.get_by_role("button", name="保留并离开").click()
    typing.wait_for_url("**/search/")
    typing.goto(things.recording)
    open_sentence(typing)
    expect_kept(typing, TYPED)


def test_closing_the_tab_asks_and_keeps_the_last_word(
    typing: Page, things: Things
) -> None:
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    typing.on("dialog", stay)
    typing.locator("[data-segment-form] textarea").press_sequentially("！")
    typing.goto("/d/sales/search/")
    assert asked == ["beforeunload"]
    typing.goto(things.recording)
    open_sentence(typing)
    expect_kept(typing, TYPED + "！")


def test_back_asks_too(page: Page, things: Things) -> None:
    log_in(page, "bob")
    page.goto("/d/sales/")
    page.goto(things.recording)
    open_sentence(page).fill(TYPED)
    asked: list[str] = []

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", leave)
    page.locator("[data-segment-form] textarea").press("End")
    page.go_back()
    assert asked == ["beforeunload"]
    page.goto(things.recording)
    open_sentence(page)
    expect_kept(page, TYPED)


def test_what_is_typed_before_the_scripts_came_is_kept_too(
    page: Page, things: Things
) -> None:
    log_in(page, "carol")
    held: list[Route] = []

    def hold(route: Route) -> None:
        if held:
            route.continue_()
        held.append(route)

    page.route("**/frame/drafts*.js", hold)
    page.goto(things.details, wait_until="commit")
    page.get_by_label("标题").fill("写得很快")
    with page.expect_response(
        lambda answer: answer.request.method == "POST" and answer.status == 204
    ):
        held[0].continue_()
    page.goto(things.details)
    expect(page.get_by_label("标题")).to_have_value("写得很快")
    expect(page.get_by_text("尚未保存").first).to_be_visible()


def test_details_and_hotwords_are_found_again(page: Page, things: Things) -> None:
    log_in(page, "carol")
    for address, label, text in (
        (things.details, "标题", "没有保存的标题"),
        (things.words, "每行一个词", "利率\n理财\n基金"),
    ):
        page.goto(address)
        with page.expect_response(
            lambda answer: answer.request.method == "POST" and answer.status == 204
        ):
            page.get_by_label(label).fill(text)
        page.goto(address)
        expect(page.get_by_label(label)).to_have_value(text)
        expect(page.get_by_text("尚未保存").first).to_be_visible()
        page.get_by_role("button", name="放弃未保存的内容").first.click()
        expect(page.get_by_label(label)).not_to_have_value(text)


def test_a_form_that_is_saved_asks_nothing(typing: Page, things: Things) -> None:
    asked: list[str] = []

    def note(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    typing.on("dialog", note)
    typing.get_by_role("button", name="保存", exact=True).click()
    expect(typing.locator(".segment-text:visible").first).to_have_text(TYPED)
    typing.goto(things.details)
    typing.get_by_label("标题").fill("保存的标题")
    typing.get_by_role("button", name="保存", exact=True).click()
    expect(typing.locator("h1")).to_have_text("保存的标题")
    assert asked == []
    expect(open_sentence(typing)).to_have_value(TYPED)
    expect(typing.locator("[data-segment-form] .alert:visible")).to_have_count(0)
