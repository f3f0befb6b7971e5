"""Recording: named, paused, stopped, sent; and what a microphone can lack."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import log_in
from tests.browser.upload.microphone import (
    REMEMBER_STREAM,
    UNPLUG,
    UPLOAD,
    open_microphone,
    record,
    stop,
    upload,
)

pytestmark = [pytest.mark.browser, pytest.mark.once]

TROUBLE = "[data-microphone-trouble]"


def test_what_is_typed_while_it_records_names_the_recording(page: Page) -> None:
    open_microphone(page)
    page.locator("#microphone-agent").fill("王芳")
    record(page)
    page.locator("#microphone-title").fill("周一例会")
    page.locator("#microphone-tags").fill("例会，内部")
    made = stop(page)
    expect(made.locator("[data-kept-title]")).to_have_value("周一例会")
    upload(page, made)
    page.locator("[data-queue] a[href*='/recordings/']").click()
    expect(page.locator("h1")).to_have_text("周一例会")
    expect(page.locator("main")).to_contain_text("王芳")
    expect(page.locator("main")).to_contain_text("例会")


def test_a_pause_is_not_counted_and_the_level_is_drawn(page: Page) -> None:
    page.clock.install()
    open_microphone(page)
    page.locator("[data-microphone-start]").click()
    expect(page.locator("[data-microphone-stop]")).to_be_visible()  # it records
    time = page.locator("[data-microphone-time]")
    page.clock.fast_forward(65_000)
    expect(time).to_have_text(re.compile("^01:"))
    page.wait_for_function(
        "() => document.querySelector('[data-microphone-level]').value > 0"
    )
    page.locator("[data-microphone-pause]").press("Enter")
    expect(page.locator("[data-microphone-status]")).to_have_text("已暂停。")
    shown = time.text_content()
    page.clock.fast_forward(600_000)
    expect(time).to_have_text(shown or "?")
    page.locator("[data-microphone-pause]").press("Enter")
    expect(page.locator("[data-microphone-status]")).to_have_text("正在录音。")
    page.clock.fast_forward(60_000)
    expect(time).to_have_text(re.compile("^02:"))
    stop(page)


def test_the_chosen_microphone_is_remembered(page: Page) -> None:
    open_microphone(page)
    device = page.locator("[data-microphone-device]")
    device.select_option(label="Fake Audio Input 2")
    chosen = device.input_value()
    page.reload()
    page.locator("[data-record]").click()
    expect(device).to_have_value(chosen)
    assert page.evaluate("localStorage['shengwen-microphone-device']") == chosen


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("NotAllowedError", "在地址栏中允许"),
        ("NotFoundError", "没有找到麦克风"),
        ("NotReadableError", "正被其他程序占用"),
    ],
)
def test_whoever_cannot_record_is_told_why(page: Page, error: str, words: str) -> None:
    page.add_init_script(
        f"""MediaDevices.prototype.getUserMedia = async () => {{
          throw new DOMException("No.", "{error}");
        }};"""
    )
    log_in(page, "alice")
    page.goto(UPLOAD)
    page.locator("[data-record]").click()
    expect(page.locator(TROUBLE)).to_contain_text(words)
    expect(page.locator("[data-record]")).to_be_enabled()


def test_without_https_the_address_is_to_blame(page: Page) -> None:
    page.add_init_script(
        """Object.defineProperty(window, "isSecureContext", { value: false });
        delete Navigator.prototype.mediaDevices;"""
    )
    log_in(page, "alice")
    page.goto(UPLOAD)
    page.locator("[data-record]").click()
    expect(page.locator(TROUBLE)).to_contain_text("https")


def test_an_unplugged_microphone_leaves_what_it_recorded(page: Page) -> None:
    page.add_init_script(REMEMBER_STREAM)
    open_microphone(page)
    record(page)
    page.evaluate(UNPLUG)
    expect(page.locator(TROUBLE)).to_contain_text("麦克风已断开")
    made = page.locator(".kept-item")
    expect(made).to_have_count(1)
    upload(page, made)


def test_a_discarded_recording_asks_first_and_leaves_nothing(page: Page) -> None:
    open_microphone(page)
    record(page)
    page.locator("[data-microphone-discard]").click()  # answered no
    expect(page.locator("[data-microphone-stop]")).to_be_visible()
    page.once("dialog", lambda dialog: dialog.accept())
    page.locator("[data-microphone-discard]").click()
    expect(page.locator("[data-microphone-status]")).to_have_text("已放弃这段录音。")
    page.reload()
    expect(page.locator(".kept-item")).to_have_count(0)
