"""An archive is imported from a browser: the files of a folder find their lines."""

import csv
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NewPage, log_in
from tests.transcription.recordings.importing.archives import put

pytestmark = [pytest.mark.browser, pytest.mark.once]


def test_a_folder_is_sent_line_by_line_and_only_what_is_missing_again(
    new_page: NewPage, tmp_path: Path
) -> None:
    folder = tmp_path / "录音"
    put(folder, "03/a.wav", "04/a.wav", "04/b.wav", "04/not in the list.wav")
    path = tmp_path / "list.csv"
    with path.open("w", encoding="gb18030", newline="") as file:
        rows = [
            ["文件", "标题"],
            [r"D:\录音\03\a.wav", "三月"],
            [r"D:\录音\04\a.wav", "四月"],
        ]
        csv.writer(file).writerows([*rows, ["b.wav", "乙"], ["late.wav", "迟到"]])
    page = new_page()
    log_in(page, "bob")
    page.goto("/d/sales/imports/")
    page.locator("#id_list").set_input_files(path)
    page.get_by_role("button", name="读取清单").click()
    chosen, go = page.locator("[data-choose]").first, page.locator("[data-go]")
    expect(go).to_be_disabled()
    chosen.set_input_files(folder)
    expect(page.locator("[data-status]")).to_contain_text("3 个在清单里，1 个不在")
    go.click()
    waiting = page.locator("[data-count=waiting]")  # once the page is there anew
    expect(waiting).to_have_text("1")
    put(folder, "late.wav")
    chosen.set_input_files(folder)
    expect(page.locator("[data-status]")).to_contain_text("1 个在清单里")
    go.click()
    expect(page.get_by_role("link", name="前往录音列表")).to_be_visible()
    page.get_by_role("link", name="前往录音列表").click()
    for title in ("三月", "四月", "乙", "迟到"):
        expect(page.get_by_role("link", name=title, exact=True)).to_be_visible()
