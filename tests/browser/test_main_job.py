"""The main job, as a person does it: upload, watch, listen, find, export."""

import re
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage, log_in
from tests.browser.watching import Watch
from tests.runner.required import skip_or_fail
from tests.stack import ROOT, Stack

pytestmark = pytest.mark.browser

CALL = ROOT / "transcription" / "samples" / "bank_wealth_product.wav"
# Decoding and recognising 47 seconds of a stereo call, FunASR's import included.
PATIENCE_MS = 240_000


@pytest.fixture(autouse=True)
def embedded_model(portal: Stack) -> None:
    models = Path(portal.environment["SHENGWEN_MODELS_DIR"])
    if not (models / "vosk-small-cn").is_dir():
        skip_or_fail("models", "The embedded model is not installed.")


def upload_the_call(page: Page) -> str:
    """Through the upload page; the address of the finished recording's page."""
    page.goto("/d/sales/upload/")
    page.locator("input[data-files]").set_input_files(CALL)
    link = page.locator("[data-queue] a[href*='/recordings/']")
    expect(link).to_be_visible()
    address = link.get_attribute("href")
    assert address
    page.goto(address)
    return address


def test_a_call_is_uploaded_read_heard_found_and_kept_from_strangers(
    new_page: NewPage, watch: Watch, tmp_path: Path
) -> None:
    page = new_page(accept_downloads=True)
    log_in(page, "alice")
    address = upload_the_call(page)

    # Watched until it is there, without a reload by hand.
    progress = page.locator("#job [data-progress]")
    expect(progress).to_have_text(re.compile(r"^[1-9]\d?%$"), timeout=PATIENCE_MS)
    sentence = page.locator(".segment", has_text="理财产品").first
    expect(sentence).to_be_visible(timeout=PATIENCE_MS)
    expect(page.locator(".segment-voice", has_text="客服").first).to_be_visible()

    # Whoever ordered it is told, and has read it: the recording is open.
    expect(page.locator("#notices")).to_have_attribute("data-unread", "0")
    other = page.context.new_page()
    other.goto("/d/sales/notices/")
    told = other.locator(".notice").first
    expect(told).to_contain_text("转写完成")
    assert told.locator("a").get_attribute("href") == address
    other.close()

    # Clicking a sentence's time plays from there.
    begins = int(sentence.get_attribute("data-start") or 0) / 1000
    sentence.locator("[data-seek]").click()
    expect(sentence).to_have_class(re.compile("is-now"))
    assert begins > 0

    # Space pauses and plays, also after a click on a time or a choice of speed.
    player = page.locator("[data-player]")
    expect(player).to_have_class(re.compile("is-playing"))
    page.keyboard.press("Space")
    expect(player).not_to_have_class(re.compile("is-playing"))
    page.select_option("#speed", "0.5")
    page.keyboard.press("Space")
    expect(player).to_have_class(re.compile("is-playing"))

    # A job that ends meanwhile does not take the sound away.
    page.evaluate(
        """window.isSamePage = true;
        htmx.ajax("GET", location.pathname + "status/",
                  {target: "#job", swap: "outerHTML"})"""
    )
    expect(page.locator(".toast", has_text="转写完成")).to_be_visible()
    expect(player).to_have_class(re.compile("is-playing"))
    assert page.evaluate("window.isSamePage")

    # A correction made over the raw text is seen.
    page.locator("[data-show-text=raw]").click()
    sentence.locator(".segment-edit").click()
    page.locator("[data-segment-form] textarea").press("End")
    page.keyboard.type("（已核对）")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".segment-text:visible", has_text="已核对")).to_be_visible()
    page.locator("[data-show-text=normal]").click()

    # Copied, each turn begins with who speaks, and nobody is named twice in a row.
    page.evaluate("navigator.clipboard.writeText = async (t) => { window.copied = t }")
    page.locator("[data-copy-text]").click()
    expect(page.locator(".toast", has_text="已复制")).to_be_visible()
    copied = page.evaluate("window.copied")
    names = re.findall("^(客服|客户)：", copied, re.MULTILINE)
    assert names[:3] == ["客服", "客户", "客服"]
    assert all(one != other for one, other in pairwise(names))

    # Two characters inside a sentence find it, in its second.
    page.goto("/d/sales/search/")
    page.locator("main input[name=q]").fill("理财")
    page.locator("main input[name=q]").press("Enter")
    hit = page.locator("a.search-hit", has_text="理财").first
    expect(hit.locator("mark").first).to_be_visible()
    hit.click()
    expect(player).to_have_class(re.compile("is-playing"))
    expect(page.locator("#find")).to_have_value("理财")
    expect(page.locator("[data-find-count]")).to_have_text(re.compile(r"^[1-9]/"))

    # Exported, it is a subtitle file.
    page.goto(address)
    with page.expect_download() as download:
        page.locator("details:has(a[href$='/export/srt/']) > summary").click()
        page.locator("a[href$='/export/srt/']").click()
    subtitles = tmp_path / "call.srt"
    download.value.save_as(subtitles)
    written = subtitles.read_text("utf-8-sig")
    assert "-->" in written
    assert "客服：" in written

    # Another department's user sees nothing of it.
    watch.expect("404")
    stranger = new_page()
    log_in(stranger, "charlie")
    answer = stranger.goto(address)
    assert answer is not None
    assert answer.status == 404
    stranger.goto("/d/support/search/?q=理财")
    expect(stranger.locator("a.search-hit")).to_have_count(0)
