"""An upload for the people involved only, and the agent who becomes one of them."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NewPage, log_in
from tests.transcription.conftest import sound

pytestmark = [pytest.mark.browser, pytest.mark.once]
ARCHIVE = "/d/sales/?q=并购谈判"


@pytest.mark.parametrize("has_scripts", [True, False], ids=["scripts", "no scripts"])
def test_nobody_else_finds_it_until_they_are_its_agent(
    new_page: NewPage, tmp_path: Path, has_scripts: bool
) -> None:
    title = f"并购谈判 {has_scripts}"
    clip = tmp_path / f"{title}.wav"
    clip.write_bytes(sound(seed=77 + has_scripts))
    carol = new_page(java_script_enabled=has_scripts)
    log_in(carol, "carol")
    carol.goto("/d/sales/upload/")
    carol.get_by_label("谁能打开").select_option(label="私密：仅相关人员")
    carol.locator("input[name=file]").set_input_files(clip)
    if has_scripts:
        expect(carol.locator("[data-queue] a[href*='/recordings/']")).to_be_visible()
    else:
        carol.get_by_role("button", name="上传", exact=True).click()
        carol.wait_for_url(lambda url: "/recordings/" in url)
    carol.goto(ARCHIVE)
    row = carol.get_by_role("row").filter(has_text=title)
    expect(row).to_contain_text("私密")

    alice = new_page()
    log_in(alice, "alice")
    alice.goto(ARCHIVE)
    expect(alice.get_by_role("link", name="上传").first).to_be_visible()
    expect(alice.get_by_text(title)).to_have_count(0)
    address = row.get_by_role("link", name=title).get_attribute("href") or ""
    assert alice.request.get(address).status == 404

    carol.goto(f"{address}edit/")
    offered = carol.locator("#agents option[value^='Alice']")
    carol.get_by_label("坐席").fill(offered.get_attribute("value") or "")
    carol.get_by_role("button", name="保存").click()
    expect(carol.locator(".headline")).to_contain_text("Alice")
    alice.goto(ARCHIVE)
    expect(alice.get_by_role("row").filter(has_text=title)).to_contain_text("私密")
