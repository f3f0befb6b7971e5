"""Work that has ended says so on whatever page the person is."""

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import NewPage, log_in
from tests.browser.upload.test_trouble import call, choose, log_out_elsewhere
from tests.browser.watching import Watch

pytestmark = [pytest.mark.browser, pytest.mark.once]

BADGE = "**/notices/badge/**"
# What a page shows outside its window, collected instead of shown.
NOTIFICATIONS = """
window.shown = [];
window.Notification = class extends EventTarget {
  static permission = localStorage.getItem("allowed") ?? "default";
  static async requestPermission() {
    localStorage.setItem("allowed", "granted");
    return (Notification.permission = "granted");
  }
  constructor(text, { body, tag }) {
    super();
    window.shown.push([text, body, tag]);
  }
};
Object.defineProperty(document, "visibilityState", { get: () => "hidden" });
"""


def ended(route: Route) -> None:
    """What the server says when a job has ended."""
    route.fulfill(
        content_type="text/html",
        body="""<div id="notices" data-unread="1">
        <a id="notices-link" href="/d/sales/notices/">1</a>
        <a hidden href="/d/sales/recordings/1/" data-notice="7" data-kind="error"
           data-reason="文件已损坏。">“客户来电”转写失败。</a></div>""",
    )


def order(page: Page) -> None:
    """As the upload page does when the server has taken a file."""
    page.evaluate("document.dispatchEvent(new Event('work-ordered'))")


def test_the_title_and_a_toast_say_what_has_ended(page: Page) -> None:
    page.route(BADGE, ended)
    log_in(page, "bob")
    page.goto("/d/sales/search/")
    title = page.title()
    assert not title.startswith("(")
    order(page)
    expect(page.locator(".toast")).to_contain_text("“客户来电”转写失败。 文件已损坏。")
    expect(page).to_have_title(f"(1) {title}")
    assert page.evaluate("'shown' in window") is False  # nobody was asked


def test_outside_the_window_only_for_whoever_pressed_the_button(page: Page) -> None:
    page.add_init_script(NOTIFICATIONS)
    page.route(BADGE, ended)
    log_in(page, "bob")
    page.goto("/d/sales/notices/")
    order(page)
    expect(page.locator(".toast")).to_be_visible()
    assert page.evaluate("window.shown") == []
    page.reload()
    page.get_by_role("button", name="开启桌面通知").click()
    expect(page.locator(".toast")).to_contain_text("已开启")
    expect(page.locator("[data-notify-allow]")).to_be_hidden()
    page.reload()
    expect(page.locator("[data-notify-allow]")).to_be_hidden()
    order(page)
    expect(page.locator(".toast")).to_be_visible()
    shown = page.evaluate("window.shown")
    assert shown == [["“客户来电”转写失败。", "文件已损坏。", "7"]]


def test_an_upload_makes_the_page_ask_for_its_end(new_page: NewPage) -> None:
    """The answer to the first question says to ask on."""
    page = new_page()
    log_in(page, "bob")
    page.goto("/d/sales/upload/")
    with page.expect_response(BADGE) as answer:
        choose(page, call("通知.wav", 777))
    assert "every 30s" in answer.value.text()
    link = page.locator("#notices-link")
    expect(link).to_have_attribute("href", "/d/sales/notices/")


def test_an_empty_list_leads_on(page: Page) -> None:
    log_in(page, "carol")
    page.locator("#notices-link").click()
    page.wait_for_url("**/d/sales/notices/")
    expect(page.locator(".empty")).to_contain_text("还没有通知")


def test_whoever_is_logged_out_meanwhile_stays_on_the_page(
    page: Page, watch: Watch
) -> None:
    """A recording may be going on there, or a text half written."""
    watch.expect("401")
    log_in(page, "bob")
    page.goto("/d/sales/upload/")
    log_out_elsewhere(page)
    with page.expect_response(BADGE) as answer:
        order(page)
    assert answer.value.status == 401
    page.locator("[data-record]").click()
    expect(page.locator("[data-microphone-start]")).to_be_focused()
    expect(page.locator(".toast")).to_have_count(0)
