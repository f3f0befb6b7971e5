"""The walk through the pages that the manual shows.

With ``SHENGWEN_TEST_PICTURES=static/help`` it writes them there (``make
manual-pictures``); without, it only sees that they can be reached as the manual says.
"""

import base64
import os
import subprocess
import sys

import pytest
from playwright.sync_api import Page, expect

from portal.templatetags.manual import PICTURE_SIZE
from tests.browser.conftest import NewPage, log_in
from tests.portal.manual.test_chapters import LARGEST_PICTURE
from tests.stack import ROOT, Stack

pytestmark = [pytest.mark.browser, pytest.mark.once]

FOLDER = os.environ.get("SHENGWEN_TEST_PICTURES", "")
WINDOW = {"width": PICTURE_SIZE[0], "height": PICTURE_SIZE[1]}
QUALITIES = (0.9, 0.8, 0.7, 0.55, 0.4)
# Chromium itself writes WebP: no library is needed for it.
TO_WEBP = """async ([png, quality]) => {
  const image = new Image();
  image.src = "data:image/png;base64," + png;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = image.width;
  canvas.height = image.height;
  canvas.getContext("2d").drawImage(image, 0, 0);
  return canvas.toDataURL("image/webp", quality).split(",")[1];
}"""


@pytest.fixture(scope="module")
def wealth(portal: Stack) -> Stack:
    """The portal with the department that the pictures show."""
    subprocess.run(
        [sys.executable, "-m", "tests.browser.manual.contents"],
        cwd=ROOT,
        env=portal.environment,
        check=True,
    )
    return portal


class Camera:
    """Takes pictures where somebody asked for them."""

    def __init__(self, blank: Page, language: str) -> None:
        self.blank = blank
        self.folder = ROOT / FOLDER / language if FOLDER else None

    def take(self, page: Page, name: str) -> None:
        page.mouse.move(0, 0)
        png = page.screenshot(animations="disabled", caret="hide")
        if self.folder is None:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / f"{name}.webp").write_bytes(self._webp(png))

    def _webp(self, png: bytes) -> bytes:
        """As good as its size allows."""
        written = b""
        for quality in QUALITIES:
            order = [base64.b64encode(png).decode(), quality]
            written = base64.b64decode(self.blank.evaluate(TO_WEBP, order))
            if len(written) <= LARGEST_PICTURE:
                break
        return written


@pytest.mark.parametrize(("language", "locale"), [("zh", "zh-CN"), ("en", "en-GB")])
def test_the_pages_of_the_manual_are_reached_as_it_says(
    wealth: Stack, new_page: NewPage, language: str, locale: str
) -> None:
    def somebody(name: str) -> Page:
        page = new_page(locale=locale, viewport=WINDOW, color_scheme="light")
        log_in(page, name)
        return page

    camera = Camera(new_page(), language)

    page = somebody("liming")
    page.goto("/d/wealth/upload/")
    expect(page.locator("[data-record]")).to_be_visible()
    camera.take(page, "upload")

    page.goto("/d/wealth/")
    page.locator("a.cell-title").first.click()
    expect(page.locator(".segment")).not_to_have_count(0)
    expect(page.locator("#wave canvas").first).to_be_visible()
    expect(page.locator("[data-doubts]")).to_be_visible()
    camera.take(page, "recording")

    page.locator(".segment").nth(2).hover()
    page.locator(".segment-edit").nth(2).click()
    expect(page.locator("[data-segment-form] textarea")).to_be_visible()
    camera.take(page, "correct")

    page.goto("/d/wealth/search/?q=产品")
    expect(page.locator(".search-hit mark").first).to_be_visible()
    camera.take(page, "search")

    page = somebody("wangfang")
    page.goto("/d/wealth/hotwords/")
    page.locator("a.cell-title").first.click()
    expect(page.locator("#new-word")).to_be_visible()
    camera.take(page, "hotwords")

    page = somebody("chenjing")
    page.goto("/d/wealth/audit/")
    expect(page.locator("table.audit")).to_be_visible()
    camera.take(page, "audit")


def test_the_manual_opens_from_the_account_menu_and_from_the_sidebar(
    wealth: Stack, new_page: NewPage
) -> None:
    page = new_page(viewport=WINDOW)
    log_in(page, "liming")
    page.locator("summary:has(.avatar)").click()
    page.locator(".menu-sheet a[href$='/help/']").click()
    page.locator(".help-contents a").first.click()
    expect(page.locator("h1")).to_have_text("上传和录音")
    page.locator(".help-picture img").scroll_into_view_if_needed()
    assert page.locator(".help-picture img").evaluate("image => image.naturalWidth")
    page.locator(".sidebar-help").click()
    expect(page.locator("h1")).to_have_text("使用手册")


@pytest.mark.parametrize("locale", ["zh-CN", "en-GB"])
def test_the_manual_is_as_wide_as_a_telephone(
    wealth: Stack, new_page: NewPage, locale: str
) -> None:
    page = new_page(locale=locale, viewport={"width": 390, "height": 844})
    log_in(page, "liming")
    for slug in ("", "upload/", "hotwords/"):
        page.goto(f"/help/{slug}")
        width = "document.documentElement.scrollWidth"
        assert page.evaluate(f"{width} <= document.documentElement.clientWidth")
