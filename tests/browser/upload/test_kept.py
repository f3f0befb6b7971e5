"""Nothing that was recorded is lost: not by a crash, a click or a full disk. And nobody
else is shown it."""

import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog, Error, Page, expect

from tests.browser.conftest import CHROMIUM_NAMES, QUIET, NewPage, log_in
from tests.browser.upload.microphone import (
    FULL_STORAGE,
    KEPT_PIECES,
    REFUSE_STORAGE,
    UPLOAD,
    open_microphone,
    record,
    stop,
    upload,
    wait_for_pieces,
)
from tests.browser.watching import Watch
from tests.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.once]

OFFERED = ".kept-item"
PHONE = {"width": 390, "height": 844}


def test_a_tab_that_crashes_while_it_records_loses_nothing(new_page: NewPage) -> None:
    page = new_page()
    open_microphone(page)
    page.locator("#microphone-title").fill("崩溃之前")
    record(page, pieces=3)
    again = page.context.new_page()
    page.once("dialog", lambda dialog: dialog.accept())  # the crash is by an address
    with page.expect_event("crash"), suppress(Error):
        page.goto("chrome://crash")
    again.goto(UPLOAD)
    offered = again.locator(OFFERED)
    expect(offered).to_have_count(1)
    expect(offered.locator("[data-kept-title]")).to_have_value("崩溃之前")
    offered.locator("[data-kept-play]").click()
    audio = offered.locator("audio")
    expect(audio).to_be_visible()
    again.wait_for_function("() => document.querySelector('audio').currentTime > 0.5")
    with again.expect_download() as download:
        offered.locator("[data-kept-download]").click()
    assert download.value.suggested_filename.endswith(".webm")
    upload(again, offered)
    wait_for_pieces(again, "count === 0")
    again.reload()
    expect(again.locator(OFFERED)).to_have_count(0)


@pytest.fixture
def profile(chromium: Browser, portal: Stack, tmp_path: Path) -> Iterator["Profile"]:
    profile = Profile(chromium, portal, tmp_path / "profile")
    yield profile
    profile.close()


class Profile:
    """A browser with a profile on the disk, which can be killed and started again."""

    def __init__(self, chromium: Browser, portal: Stack, folder: Path) -> None:
        self.type = chromium.browser_type
        self.base_url = portal.base_url
        self.folder = folder
        self.context: BrowserContext | None = None

    def page(self) -> Page:
        path = next(filter(None, map(shutil.which, CHROMIUM_NAMES)))
        sandbox = ("--no-sandbox",) if os.geteuid() == 0 else ()
        self.context = self.type.launch_persistent_context(
            self.folder,
            executable_path=path,
            args=[*QUIET, *sandbox],
            base_url=self.base_url,
            locale="zh-CN",
        )
        return self.context.pages[0]

    def kill(self) -> None:
        assert self.context is not None
        with self.context.expect_event("close"):
            for process in psutil.Process().children(recursive=True):
                with suppress(psutil.NoSuchProcess):  # one that has ended has no words
                    if f"--user-data-dir={self.folder}" in process.cmdline():
                        process.send_signal(signal.SIGKILL)
        self.context = None

    def close(self) -> None:
        if self.context is not None:
            self.context.close()


def test_a_browser_that_is_killed_offers_it_after_its_next_start(
    profile: Profile,
) -> None:
    page = profile.page()
    open_microphone(page)
    record(page, pieces=3)
    profile.kill()
    page = profile.page()
    log_in(page, "alice")  # a session's cookie may die with the browser
    page.goto(UPLOAD)
    expect(page.locator(OFFERED)).to_have_count(1)
    upload(page, page.locator(OFFERED))


def test_nobody_else_is_offered_it_and_after_a_week_it_is_gone(page: Page) -> None:
    open_microphone(page)
    record(page)
    stop(page)
    page.once("dialog", lambda dialog: dialog.accept())
    page.locator("form[action='/accounts/logout/'] button").evaluate(
        "button => button.form.requestSubmit()"
    )
    page.wait_for_url("**/login/**")
    log_in(page, "bob")
    page.goto(UPLOAD)
    expect(page.locator("[data-record]")).to_be_visible()
    assert page.evaluate(KEPT_PIECES) > 0  # it is there
    expect(page.locator(OFFERED)).to_have_count(0)
    later = page.context.new_page()
    later.clock.install(time=page.evaluate("Date.now()") / 1000 + 86_400 * 6.9)
    later.goto(UPLOAD)
    assert later.evaluate(KEPT_PIECES) > 0
    later.clock.fast_forward(86_400 * 200)
    later.reload()
    wait_for_pieces(later, "count === 0")


@pytest.mark.parametrize("storage", [REFUSE_STORAGE, FULL_STORAGE])
def test_where_the_browser_keeps_nothing_the_page_does(
    page: Page, storage: str
) -> None:
    page.add_init_script(storage)
    open_microphone(page)
    page.locator("[data-microphone-start]").click()
    trouble = page.locator("[data-microphone-trouble]")
    expect(trouble).to_contain_text("录音只在本页中")
    # The server takes no recording without a sound in it.
    expect(page.locator("[data-microphone-time]")).not_to_have_text("00:00")
    made = stop(page)
    expect(made.locator("[data-kept-memory]")).to_be_visible()
    upload(page, made)


def test_leaving_asks_and_a_second_tab_is_not_offered_what_the_first_records(
    page: Page,
) -> None:
    open_microphone(page)
    record(page)
    other = page.context.new_page()
    other.goto(UPLOAD)
    expect(other.locator("[data-record]")).to_be_visible()
    expect(other.locator(OFFERED)).to_have_count(0)
    asked: list[str] = []

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.message)
        if len(asked) == 1:
            dialog.dismiss()
        else:
            dialog.accept()

    page.on("dialog", answer)
    page.locator(".sidebar a[href='/d/sales/search/']").click()
    expect(page.locator("[data-microphone-stop]")).to_be_visible()
    stop(page)
    page.locator(".sidebar a[href='/d/sales/search/']").click()
    page.wait_for_url("**/search/")
    assert "正在录音" in asked[0]
    assert "没有上传完" in asked[1]
    page.goto(UPLOAD)
    expect(page.locator(OFFERED)).to_have_count(1)


def test_closing_the_tab_asks_too(page: Page) -> None:
    open_microphone(page)
    record(page)
    kinds: list[str] = []

    def answer(dialog: Dialog) -> None:
        kinds.append(dialog.type)
        dialog.accept()

    page.on("dialog", answer)
    with page.expect_event("close"):
        page.close(run_before_unload=True)
    assert kinds == ["beforeunload"]


def test_fingers_have_room(new_page: NewPage, watch: Watch) -> None:
    page = new_page(viewport=PHONE, has_touch=True)
    open_microphone(page)
    record(page)
    live = page.locator("[data-microphone-buttons] > .btn")
    boxes = [button.bounding_box() for button in live.all()]
    stop(page)
    offered = page.locator(".kept-item .btn")
    boxes += [button.bounding_box() for button in offered.all()]
    assert len(boxes) == 7
    assert min(box["height"] for box in boxes if box) >= 44
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
