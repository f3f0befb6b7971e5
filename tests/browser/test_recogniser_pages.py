"""Speech regions, seen and heard; the platform's page, where the intake is paused."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage, log_in
from tests.runner.required import skip_or_fail
from tests.stack import ROOT, Stack

pytestmark = [pytest.mark.browser, pytest.mark.once]

SAMPLES = ROOT / "transcription" / "samples"
PATIENCE_MS = 240_000  # FunASR is imported first


@pytest.fixture(autouse=True)
def embedded_model(portal: Stack) -> None:
    models = Path(portal.environment["SHENGWEN_MODELS_DIR"])
    if not (models / "vosk-small-cn").is_dir():
        skip_or_fail("models", "The embedded model is not installed.")


def upload(page: Page, name: str) -> str:
    """The address of the new recording's page."""
    page.goto("/d/sales/upload/")
    # Not the very file that other tests upload: the portal would know it.
    content = (SAMPLES / name).read_bytes() + b"\0\0"
    page.locator("input[data-files]").set_input_files(
        {"name": name, "mimeType": "audio/wav", "buffer": content}
    )
    link = page.locator("[data-queue] a[href*='/recordings/']")
    expect(link).to_be_visible()
    address = link.get_attribute("href")
    assert address
    return address


def test_regions_are_detected_heard_and_taken_away(
    new_page: NewPage, tmp_path: Path
) -> None:
    page = new_page(accept_downloads=True)
    log_in(page, "bob")
    page.goto(upload(page, "bank_wealth_product.wav") + "vad/")
    page.locator("input[name=end_silence_ms]").fill("200")
    page.get_by_role("button", name="检测语音段").click()
    rows = page.locator("[data-region]")
    expect(rows.first).to_be_visible(timeout=PATIENCE_MS)
    expect(page.locator("svg.speech-lane")).to_have_count(2)
    expect(rows.filter(has_text="客户").first).to_be_visible()
    expect(page.locator("input[name=end_silence_ms]")).to_have_value("200")

    # A region is played to its end, and no further.
    short = min(
        rows.all(),
        key=lambda row: (
            int(row.get_attribute("data-end") or 0)
            - int(row.get_attribute("data-start") or 0)
        ),
    )
    player = page.locator("[data-player]")
    short.locator("[data-seek]").click()
    expect(short).to_have_class(re.compile("is-now"))
    expect(player).to_have_class(re.compile("is-playing"))
    expect(player).not_to_have_class(re.compile("is-playing"))

    with page.expect_download() as download:
        page.locator("details:has(a[href$='/csv/']) > summary").click()
        page.locator("a[href$='/csv/']").click()
    table = tmp_path / "regions.csv"
    download.value.save_as(table)
    assert len(table.read_text("utf-8-sig").splitlines()) == rows.count() + 1


def test_a_paused_intake_is_told_and_what_waits_is_done_afterwards(
    new_page: NewPage,
) -> None:
    platform = new_page()
    log_in(platform, "root")
    platform.goto("/platform/engine/")
    expect(platform.locator("#recogniser-workers tbody tr")).to_have_count(
        2, timeout=PATIENCE_MS
    )
    platform.locator("summary", has_text="暂停任务领取").click()
    platform.locator("input[name=reason]").fill("更换显卡")
    platform.get_by_role("button", name="暂停", exact=True).click()
    banner = platform.locator(".alert", has_text="更换显卡")
    expect(banner).to_be_visible()

    page = new_page()
    log_in(page, "carol")
    page.goto(upload(page, "shop_late_delivery.wav"))
    expect(page.locator("#job")).to_contain_text("更换显卡")
    banner.get_by_role("button", name="恢复").click()
    expect(banner).to_have_count(0)
    expect(page.locator(".segment").first).to_be_visible(timeout=PATIENCE_MS)


def test_a_worker_does_what_it_is_asked(new_page: NewPage) -> None:
    platform = new_page()
    log_in(platform, "root")
    platform.goto("/platform/engine/")
    worker = platform.locator("#recogniser-workers tbody tr", has_text="批量")
    worker.locator("summary").click()
    worker.get_by_role("button", name="清理缓存").click()
    expect(worker).to_contain_text("清理缓存: 完成", timeout=PATIENCE_MS)
