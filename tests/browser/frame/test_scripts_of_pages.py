"""What scripts add to pages that work without them: following uploads, forms that send
themselves and ask first; and what stands in their place without."""

from uuid import UUID

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import NewPage, log_in
from tests.browser.watching import Watch
from tests.stack import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.once]

CALL = ROOT / "transcription" / "samples" / "shop_late_delivery.wav"
PHONE = {"width": 390, "height": 844}


def state(uuid: UUID, kind: str, label: str, percent: int | None = None) -> str:
    """What the server says of one recording."""
    bar = "" if percent is None else f'<progress max="100" value="{percent}">'
    return (
        f'<div id="state-{uuid}"><span class="badge badge-{kind}">{label}</span>'
        f"{bar}</div>"
    )


def test_an_upload_is_followed_until_it_is_transcribed(page: Page) -> None:
    answers = [("running", "转写中 35%", 35), ("succeeded", "完成", None)]

    def answer(route: Route) -> None:
        uuid = UUID(route.request.url.split("watch=")[1])
        kind, label, percent = answers.pop(0)
        route.fulfill(body=state(uuid, kind, label, percent), content_type="text/html")

    log_in(page, "bob")
    page.route("**/states/**", answer)
    page.goto("/d/sales/upload/")
    page.locator("input[data-files]").set_input_files(CALL)
    badge = page.locator(".queue-state")
    expect(badge).to_have_text("转写中 35%")
    expect(page.locator(".queue-item progress")).to_have_js_property("value", 35)
    expect(badge).to_have_text("完成")
    expect(badge).to_have_class("badge badge-succeeded queue-state")
    expect(page.locator("[data-queue-sum]")).to_have_text("已上传 1 / 1")
    assert not answers  # and it asks no more


def test_what_cannot_be_taken_is_failed_in_words(page: Page, watch: Watch) -> None:
    watch.expect("422")
    log_in(page, "bob")
    page.goto("/d/sales/upload/")
    page.locator("input[data-files]").set_input_files(
        {"name": "note.mp3", "mimeType": "audio/mpeg", "buffer": b"no sound"}
    )
    expect(page.locator(".queue-state")).to_have_text("失败")
    expect(page.locator("[data-queue-sum]")).to_have_text("已上传 0 / 1，失败 1 个")


def test_a_role_is_changed_by_choosing_it_and_ones_own_asks_first(page: Page) -> None:
    log_in(page, "erin")
    page.goto("/d/support/members/")
    expect(page.get_by_role("button", name="更改")).to_be_hidden()
    page.get_by_label("Charlie 的角色").select_option("supervisor")
    expect(page.locator(".toast")).to_contain_text("Charlie")
    questions: list[str] = []

    def refuse(dialog: object) -> None:
        questions.append(dialog.message)  # type: ignore[attr-defined]
        dialog.dismiss()  # type: ignore[attr-defined]

    page.on("dialog", refuse)
    own = page.get_by_label("Erin 的角色")
    own.select_option("member")
    expect(own).to_have_value("admin")
    assert len(questions) == 1


def test_the_filters_are_folded_on_a_phone_only(new_page: NewPage) -> None:
    page = new_page(viewport=PHONE)
    log_in(page, "dave")
    page.goto("/d/sales/audit/")
    since = page.locator("input[name=since]")
    expect(page.locator("input[name=person]")).to_be_visible()
    expect(since).to_be_hidden()
    page.locator(".filters-fold > summary").click()
    expect(since).to_be_visible()
    page.goto("/d/sales/audit/?action=login")
    expect(since).to_be_visible()
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto("/d/sales/audit/")
    expect(since).to_be_visible()
    expect(page.locator(".filters-fold > summary")).to_be_hidden()


def test_without_scripts_messages_stand_in_the_page(new_page: NewPage) -> None:
    page = new_page(java_script_enabled=False)
    log_in(page, "carol")
    page.goto("/d/sales/members/")
    row = page.locator("tr", has_text="alice")
    row.get_by_role("button", name="更改").click()
    expect(page.locator("main .toast")).to_contain_text("Alice")
    expect(page.locator(".toasts")).to_have_css("position", "static")


def test_the_apis_page_draws_itself(page: Page) -> None:
    log_in(page, "alice")
    page.goto("/api/docs/")
    expect(page.locator(".opblock-summary-path").first).to_be_visible()
