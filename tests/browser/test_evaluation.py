"""How well are recordings recognised? Clips are uploaded, recognised, and compared."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Page, Route, expect

from tests.browser.conftest import NewPage, log_in
from tests.browser.watching import Watch
from tests.runner.required import skip_or_fail
from tests.stack import ROOT, Stack

pytestmark = pytest.mark.browser

CLIPS = ROOT / "tests" / "data" / "clips"
SAID: dict[str, str] = json.loads((CLIPS / "texts.json").read_text("utf-8"))
PHONE = {"width": 390, "height": 844}
PATIENCE_MS = 240_000  # FunASR is imported first


@pytest.fixture(autouse=True)
def embedded_model(portal: Stack) -> None:
    models = Path(portal.environment["SHENGWEN_MODELS_DIR"])
    if not (models / "vosk-small-cn").is_dir():
        skip_or_fail("models", "The embedded model is not installed.")


def with_text(name: str) -> list[FilePayload]:
    """A clip, and beside it what is said in it."""
    return [
        {
            "name": f"{name}.flac",
            "mimeType": "audio/flac",
            "buffer": (CLIPS / f"{name}.flac").read_bytes(),
        },
        {
            "name": f"{name}.txt",
            "mimeType": "text/plain",
            "buffer": SAID[name].encode(),
        },
    ]


def fits(page: Page) -> bool:
    """Nothing has to be pushed aside to be read."""
    width = "document.documentElement.scrollWidth"
    return bool(page.evaluate(f"{width} <= document.documentElement.clientWidth"))


def new_set(page: Page, name: str) -> None:
    """Carol makes one and is on its page."""
    log_in(page, "carol")
    page.goto("/d/sales/evaluation/")
    page.get_by_label("评测集名称").fill(name)
    page.get_by_role("button", name="新建评测集").click()
    expect(page.get_by_text("评测集是空的")).to_be_visible()


def send(page: Page, files: list[FilePayload]) -> None:
    page.get_by_label("音频片段").set_input_files(files)
    page.get_by_role("button", name="上传", exact=True).click()


def test_every_clip_is_a_request_and_what_got_lost_is_sent_again(
    page: Page, watch: Watch
) -> None:
    watch.expect("503")
    new_set(page, "逐个上传")
    sent: list[str] = []

    def answer(route: Route) -> None:
        sent.append(route.request.method)
        if len(sent) == 2:
            route.fulfill(status=503, body="<html>away</html>")
        else:
            route.continue_()

    page.route("**/clips/", answer)
    alone = with_text("s04")[:1]  # its text has another name: no silence
    send(page, with_text("s01") + with_text("s05") + alone)
    sum_ = page.locator("[data-clips-sum]")
    expect(sum_).to_have_text("已上传 1 / 3，失败 2 个")
    failed = page.locator("[data-clips-failed] li")
    expect(failed.filter(has_text="s04.flac 没有同名的文本文件")).to_have_count(1)
    expect(failed.filter(has_text="服务器没能收下这个文件")).to_have_count(1)
    page.get_by_role("button", name="重试").click()
    expect(sum_).to_have_text("已上传 2 / 3，失败 1 个")
    expect(page.locator("#set-lead")).to_contain_text("2 句")
    expect(page.locator(".evaluation-line")).to_have_count(2)
    expect(page.get_by_role("button", name="开始评测")).to_be_visible()
    assert len(sent) == 3


def test_without_scripts_all_clips_come_at_once(new_page: NewPage) -> None:
    page = new_page(java_script_enabled=False)
    new_set(page, "一次上传")
    send(page, with_text("s01") + with_text("s05")[1:])
    toasts = page.locator(".toast")
    expect(toasts.filter(has_text="已添加 1 句")).to_be_visible()
    expect(toasts.filter(has_text="s05.txt：没有同名的音频片段")).to_be_visible()


def test_clips_are_uploaded_measured_read_and_heard(
    new_page: NewPage, watch: Watch
) -> None:
    watch.expect("422")
    page = new_page(viewport=PHONE)
    new_set(page, "客服电话 2026 年第三季度")

    # Two clips with their texts, and a file that is none.
    note: list[FilePayload] = [
        {"name": "note.wav", "mimeType": "audio/wav", "buffer": b"a note"},
        {"name": "note.txt", "mimeType": "text/plain", "buffer": b"a note"},
    ]
    send(page, with_text("s01") + with_text("s05") + note)
    expect(page.locator("[data-clips-sum]")).to_have_text("已上传 2 / 3，失败 1 个")
    expect(page.locator("[data-clips-failed]")).to_contain_text(
        re.compile("note.wav 浏览器无法播放这种格式")
    )
    expect(page.locator(".evaluation-line")).to_have_count(2)
    expect(page.get_by_role("button", name="重试")).to_be_hidden()  # no use
    assert fits(page)

    # Watched until it is there, without a reload by hand.
    page.get_by_role("button", name="开始评测").click()
    expect(page.locator("h1")).to_have_text("识别评测：新任务使用的热词")
    page.get_by_role("link", name="查看结果").click(timeout=PATIENCE_MS)
    figures = page.locator(".figures")
    expect(figures).to_contain_text(re.compile(r"字错率\s*\d+\.\d\d %"))
    lines = page.locator(".evaluation-line")
    expect(lines).to_have_count(2)
    expect(lines.first).to_contain_text(SAID["s01"])
    assert fits(page)

    # What was said can be heard.
    assert lines.first.locator("audio").evaluate(
        """async (clip) => {
            await clip.play();
            await new Promise((heard) => clip.addEventListener("ended", heard));
            return clip.duration > 1;
        }"""
    )

    # Who only reads finds it, and can order nothing.
    address = page.url
    member = new_page()
    log_in(member, "alice")
    member.goto(address)
    expect(member.locator(".figures")).to_be_visible()
    member.get_by_role("link", name="客服电话 2026 年第三季度").click()
    expect(member.locator(".evaluation-line")).to_have_count(2)
    expect(member.get_by_role("button", name="开始评测")).to_have_count(0)
    expect(member.get_by_role("button", name="上传", exact=True)).to_have_count(0)
