"""What cannot be saved stays in the form, and the page says why."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage, log_in
from tests.browser.drafts.conftest import Things, expect_kept, open_sentence
from tests.browser.watching import Watch
from tests.people import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.once]

TYPED = "还没有保存的句子。"


@pytest.fixture
def typing(page: Page, things: Things, watch: Watch) -> Page:
    """Bob's page with a sentence that he is correcting."""
    watch.expect("Failed to load resource")
    log_in(page, "bob")
    page.goto(things.recording)
    open_sentence(page).press("End")
    return page


def log_out_elsewhere(page: Page) -> None:
    names = [cookie["name"] for cookie in page.context.cookies()]
    page.context.clear_cookies(name=next(n for n in names if n.endswith("_session")))


def log_in_here(page: Page, username: str) -> None:
    page.locator("input[name=username]").fill(username)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url(lambda url: "/accounts/login" not in url)


def test_a_login_that_ends_while_somebody_types_loses_nothing(
    typing: Page, things: Things
) -> None:
    log_out_elsewhere(typing)
    field = typing.locator("[data-segment-form] textarea")
    field.fill(TYPED)
    typing.get_by_role("button", name="保存", exact=True).click()
    trouble = typing.locator("[data-trouble]")
    expect(trouble).to_contain_text("您已退出登录")
    expect(field).to_have_value(TYPED)

    # The link opens the login in a new tab, which leads to this page.
    with typing.context.expect_page() as opened:
        trouble.get_by_role("link", name="重新登录").click()
    log_in_here(opened.value, "bob")
    assert things.recording in opened.value.url
    open_sentence(opened.value)
    expect_kept(opened.value, TYPED)
    opened.value.close()

    # Back in the old tab it can be saved, with a token that it fetches.
    typing.bring_to_front()
    typing.get_by_role("button", name="保存", exact=True).click()
    expect(typing.locator(".segment-text:visible").first).to_have_text(TYPED)


def test_a_token_renewed_by_another_tab_costs_nothing(typing: Page) -> None:
    log_out_elsewhere(typing)
    other = typing.context.new_page()
    log_in(other, "bob")
    typing.locator("[data-segment-form] textarea").fill(TYPED)
    typing.get_by_role("button", name="保存", exact=True).click()
    expect(typing.locator(".segment-text:visible").first).to_have_text(TYPED)


def test_nothing_is_saved_under_somebody_elses_name(
    typing: Page, things: Things
) -> None:
    log_out_elsewhere(typing)
    other = typing.context.new_page()
    log_in(other, "carol")
    field = typing.locator("[data-segment-form] textarea")
    field.fill(TYPED)
    typing.get_by_role("button", name="保存", exact=True).click()
    expect(typing.locator("[data-trouble]")).to_contain_text("登录的是别人")
    expect(field).to_have_value(TYPED)
    # Nor does Carol find what Bob typed.
    other.goto(things.recording)
    expect(open_sentence(other)).to_have_value("您好，请问有什么可以帮您？")


def test_a_recording_in_the_trash_says_so(
    typing: Page, things: Things, new_page: NewPage
) -> None:
    carol = new_page()
    log_in(carol, "carol")
    carol.on("dialog", lambda dialog: dialog.accept())
    carol.goto(things.recording)
    carol.locator("form[action$='/delete/'] button").dispatch_event("click")
    carol.wait_for_url("**/d/sales/?trashed=*")
    field = typing.locator("[data-segment-form] textarea")
    field.fill(TYPED)
    typing.get_by_role("button", name="保存", exact=True).click()
    expect(typing.locator("[data-trouble]")).to_contain_text("移到回收站")
    expect(field).to_have_value(TYPED)


def test_without_a_connection_the_browser_keeps_it(
    typing: Page, things: Things
) -> None:
    typing.context.set_offline(True)
    field = typing.locator("[data-segment-form] textarea")
    field.fill(TYPED)
    typing.get_by_role("button", name="保存", exact=True).click()
    expect(typing.locator("[data-trouble]")).to_contain_text("请检查网络")
    typing.context.set_offline(False)
    typing.on("dialog", lambda dialog: dialog.accept())
    typing.goto(things.recording)
    open_sentence(typing)
    expect_kept(typing, TYPED)


def test_a_page_form_says_it_too(page: Page, things: Things, watch: Watch) -> None:
    """Whole pages are sent otherwise than sentences, and settings have no draft on the
    server."""
    watch.expect("Failed to load resource")
    log_in(page, "carol")
    for address, label, text in (
        (things.details, "标题", "没有保存的标题"),
        ("/d/sales/settings/", "部门名称", "销售二部"),
    ):
        page.goto(address)
        log_out_elsewhere(page)
        page.get_by_label(label).fill(text)
        page.get_by_role("button", name="保存", exact=True).click()
        expect(page.locator("[data-trouble]")).to_contain_text("您已退出登录")
        page.on("dialog", lambda dialog: dialog.accept())
        page.goto(f"/accounts/login/?next={address}")
        log_in_here(page, "carol")
        expect(page.get_by_label(label)).to_have_value(text)
        page.get_by_role("button", name="放弃未保存的内容").last.click()
        expect(page.get_by_label(label)).not_to_have_value(text)
