"""A word that comes late: found by its sound, recognised again, taken out again."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NewPage, log_in
from tests.runner.required import skip_or_fail
from tests.stack import ROOT, Stack

pytestmark = [pytest.mark.browser, pytest.mark.once]

CLIP = ROOT / "tests" / "data" / "clips" / "s01.flac"  # 市民中心的开放时间…
PATIENCE_MS = 240_000  # FunASR is imported first


@pytest.fixture(autouse=True)
def embedded_model(portal: Stack) -> None:
    models = Path(portal.environment["SHENGWEN_MODELS_DIR"])
    if not (models / "vosk-small-cn").is_dir():
        skip_or_fail("models", "The embedded model is not installed.")


def test_sentences_are_recognised_again_with_a_word_and_brought_back(
    new_page: NewPage,
) -> None:
    page = new_page()
    log_in(page, "carol")
    page.goto("/d/sales/upload/")
    page.locator("input[data-files]").set_input_files(CLIP)
    link = page.locator("[data-queue] a[href*='/recordings/']")
    expect(link).to_be_visible()
    page.goto(link.get_attribute("href") or "")
    transcript = page.get_by_text("市民中心的开放时间").first
    expect(transcript).to_be_visible(timeout=PATIENCE_MS)

    page.goto("/d/sales/hotwords/archive/")
    page.get_by_role("searchbox").last.fill("市民忠心")
    page.get_by_role("button", name="查找").click()
    expect(page.locator(".archive-match ins")).to_have_text(["市民忠心"])
    page.locator(".archive-match input").check()  # nothing is chosen beforehand
    page.get_by_role("button", name="重新识别所选句子").click()

    # Watched until it is there, without a reload by hand.
    expect(page.locator("h1")).to_have_text("重新识别：市民忠心")
    expect(page.get_by_text("1 个句子已写入这个词")).to_be_visible(timeout=PATIENCE_MS)
    places = page.locator(".archive-recognised")
    expect(places.locator("del")).to_have_text(["市民中心"])
    expect(places.locator("ins")).to_have_text(["市民忠心"])

    page.get_by_role("button", name="全部撤销").click()
    expect(page.locator(".toast")).to_contain_text("1 个句子")
    page.goto(page.locator("a.cell-title").first.get_attribute("href") or "")
    expect(page.get_by_text("句子已恢复原样")).to_be_visible()
