"""Files stay on the page when the login, the connection or the token goes; each goes on
by its button, and none is sent twice."""

import io
import re
import wave
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import log_in
from tests.browser.upload.microphone import UPLOAD
from tests.browser.watching import Watch

pytestmark = [pytest.mark.browser, pytest.mark.once]

STATE = ".queue-state"
ERROR = ".queue-error"


def call(name: str, tone: int) -> Any:
    """A file whose bytes are like no other's."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(8000)
        out.writeframes(tone.to_bytes(2, "little") * 8000)
    return {"name": name, "mimeType": "audio/wav", "buffer": buffer.getvalue()}


def choose(page: Page, *files: Any) -> None:
    page.locator("input[data-files]").set_input_files(list(files))


def log_out_elsewhere(page: Page) -> Page:
    """In another tab of the same browser."""
    other = page.context.new_page()
    other.goto("/accounts/profile/")
    other.locator("form[action='/accounts/logout/'] button").evaluate(
        "button => button.form.requestSubmit()"
    )
    other.wait_for_url("**/login/**")
    return other


def test_a_file_chosen_before_the_scripts_are_there_is_uploaded(page: Page) -> None:
    log_in(page, "alice")
    held: list[Route] = []
    script = re.compile(r"/js/recordings/upload[.\w]*\.js")
    page.route(script, lambda route: held.append(route))
    with page.expect_request(script):
        page.goto(UPLOAD, wait_until="commit")
    choose(page, call("脚本之前.wav", 90))
    for route in held:
        route.continue_()
    expect(page.locator("[data-queue-sum]")).to_have_text("已上传 1 / 1")


def test_after_a_logout_the_file_waits_for_the_login(page: Page, watch: Watch) -> None:
    watch.expect("401")
    log_in(page, "alice")
    page.goto(UPLOAD)
    log_out_elsewhere(page)
    choose(page, call("登出之后.wav", 101))
    expect(page.locator(ERROR)).to_contain_text("您已退出登录")
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="重新登录").click()
    log_in(opened.value, "alice")
    page.get_by_role("button", name="重试", exact=True).click()
    expect(page.locator("[data-queue-sum]")).to_have_text("已上传 1 / 1")


def test_another_accounts_login_takes_no_file_along(page: Page) -> None:
    log_in(page, "alice")
    page.goto(UPLOAD)
    log_in(log_out_elsewhere(page), "bob")
    choose(page, call("别人.wav", 102))
    expect(page.locator(ERROR)).to_contain_text("已是另一个账号")
    page.goto("/d/sales/")
    expect(page.locator("main")).not_to_contain_text("别人")


def test_a_login_in_another_tab_is_not_noticed(page: Page) -> None:
    """It replaces the token of CSRF that this page was drawn with."""
    log_in(page, "alice")
    page.goto(UPLOAD)
    log_in(log_out_elsewhere(page), "alice")
    choose(page, call("新令牌.wav", 103))
    expect(page.locator("[data-queue-sum]")).to_have_text("已上传 1 / 1")


def test_a_token_that_is_replaced_meanwhile_has_its_own_sentence(
    page: Page, watch: Watch
) -> None:
    watch.expect("403")
    log_in(page, "alice")
    page.goto(UPLOAD)
    spoiled: list[Route] = []

    def spoil(route: Route) -> None:
        if route.request.method != "POST" or spoiled:
            return route.fallback()
        spoiled.append(route)
        body = route.request.post_data_buffer or b""
        name = b'name="csrfmiddlewaretoken"\r\n\r\n'
        at = body.index(name) + len(name)
        body = body[:at] + b"A" * 64 + body[at + 64 :]
        return route.continue_(post_data=body)

    page.route(f"**{UPLOAD}", spoil)
    choose(page, call("旧令牌.wav", 104))
    expect(page.locator(ERROR)).to_contain_text("您又重新登录过")
    page.get_by_role("button", name="重试", exact=True).click()
    expect(page.locator("[data-queue-sum]")).to_have_text("已上传 1 / 1")


def test_of_several_files_only_those_that_failed_are_sent_again(
    page: Page, watch: Watch
) -> None:
    watch.expect("ERR_FAILED")
    log_in(page, "alice")
    page.goto(UPLOAD)
    sent: list[str] = []

    def break_two(route: Route) -> None:
        if route.request.method != "POST":
            return route.fallback()
        body = route.request.post_data_buffer or b""
        name = next(n for n in ("one", "two", "three") if f'"{n}.wav"'.encode() in body)
        sent.append(name)
        if name != "one" and sent.count(name) == 1:
            return route.abort()
        return route.fallback()

    page.route(f"**{UPLOAD}", break_two)
    files = [call("one.wav", 201), call("two.wav", 202), call("three.wav", 203)]
    choose(page, *files)
    expect(page.locator("[data-queue-sum]")).to_have_text("已上传 1 / 3，失败 2 个")
    expect(page.locator(f"{ERROR}:visible").first).to_contain_text("网络断开了")
    page.get_by_role("button", name="全部重试").click()
    expect(page.locator("[data-queue-sum]")).to_have_text("已上传 3 / 3")
    assert sorted(sent) == ["one", "three", "three", "two", "two"]


@pytest.mark.parametrize(
    ("status", "words"), [(413, "文件太大"), (507, "服务器空间不够"), (502, "服务器")]
)
def test_a_proxys_page_has_a_sentence(
    page: Page, watch: Watch, status: int, words: str
) -> None:
    watch.expect(str(status))
    log_in(page, "alice")
    page.goto(UPLOAD)

    def refuse(route: Route) -> None:
        if route.request.method == "POST":
            return route.fulfill(status=status, body="<html>nginx</html>")
        return route.fallback()

    page.route(f"**{UPLOAD}", refuse)
    choose(page, call("proxy.wav", 300 + status))
    expect(page.locator(ERROR)).to_contain_text(words)


def test_a_file_that_can_never_be_taken_is_not_offered_again(
    page: Page, watch: Watch
) -> None:
    watch.expect("422")
    log_in(page, "alice")
    page.goto(UPLOAD)
    text = {"name": "记录.mp3", "mimeType": "audio/mpeg", "buffer": b"only words"}
    choose(page, text, {**text, "name": "空.wav", "buffer": b""})
    expect(page.locator("[data-queue-sum]")).to_have_text("已上传 0 / 2，失败 2 个")
    expect(page.get_by_role("button", name="移除")).to_have_count(2)
    expect(page.get_by_role("button", name="重试", exact=True)).to_have_count(0)


def test_what_somebody_cancels_has_not_failed(page: Page) -> None:
    log_in(page, "alice")
    page.goto(UPLOAD)
    held: list[Route] = []
    page.route(f"**{UPLOAD}", lambda route: held.append(route))
    choose(page, call("取消.wav", 107))
    expect(page.locator(STATE)).to_contain_text("上传中")
    page.get_by_role("button", name="取消", exact=True).click()
    expect(page.locator(STATE)).to_have_text("已取消")
    expect(page.locator("[data-queue-sum]")).to_have_text("已上传 0 / 1")
    page.unroute(f"**{UPLOAD}")
    page.get_by_role("button", name="重试", exact=True).click()
    expect(page.locator("[data-queue-sum]")).to_have_text("已上传 1 / 1")
