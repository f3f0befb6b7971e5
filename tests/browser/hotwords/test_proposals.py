"""Several proposed words are answered at once."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage, log_in
from tests.browser.watching import Watch

pytestmark = [pytest.mark.browser, pytest.mark.once]

WORDS = ("季季红", "天天利", "周周盈", "朝朝宝")


def proposed(new_page: NewPage, name: str) -> str:
    """The address of Carol's list, for which Alice has proposed ``WORDS``."""
    carol, alice = new_page(), new_page()
    log_in(carol, "carol")
    carol.goto("/d/sales/hotwords/")
    carol.locator("input[name=name]").fill(name)
    carol.locator("form[action$='/hotwords/new/'] button").click()
    carol.wait_for_url("**/hotwords/*-*/")
    log_in(alice, "alice")
    alice.goto(carol.url)
    form = alice.locator("form[action$='/propose/']")
    form.locator("textarea").first.fill("\n".join(WORDS))
    form.get_by_role("button", name="提议", exact=True).click()
    expect(alice.locator(".toast-success")).to_contain_text("4")
    return carol.url


def choose(page: Page, *words: str) -> None:
    for word in words:
        page.get_by_role("checkbox", name=f"选择“{word}”").check()


def waiting(page: Page) -> list[str]:
    return page.locator("#proposals .hotword-proposed strong").all_text_contents()


def test_some_are_accepted_and_some_declined(new_page: NewPage, watch: Watch) -> None:
    watch.expect("422")
    address = proposed(new_page, "逐条答复")
    carol = new_page()
    log_in(carol, "carol")
    carol.goto(address)
    accept = carol.get_by_role("button", name="采纳所选", exact=True)
    decline = carol.get_by_role("button", name="不采纳所选")
    # Nothing is chosen: there is nothing to press.
    expect(accept).to_be_disabled()
    expect(decline).to_be_disabled()

    choose(carol, "季季红", "周周盈")
    expect(carol.locator("[data-chosen-count]")).to_have_text("2 / 4")
    accept.click()
    expect(carol.locator(".toast-success")).to_contain_text("2 个词已放入草稿")
    assert sorted(waiting(carol)) == ["天天利", "朝朝宝"]

    # Declined without a reason: the form says so, and what was chosen stays chosen.
    carol.get_by_role("checkbox", name="全选").check()
    decline.click()
    expect(carol.locator("#answer-many-error")).to_be_visible()
    expect(carol.locator("[data-chosen-count]")).to_have_text("2 / 2")
    carol.locator("#answer-many input[name=answer]").fill("太常见")
    decline.click()
    expect(carol.locator(".toast-success")).to_contain_text("未采纳 2 条提议")
    expect(carol.locator("#proposals")).to_have_count(0)

    alice = new_page()
    log_in(alice, "alice")
    alice.goto(address)
    expect(alice.locator(".hotword-proposal .badge-ok")).to_have_count(2)
    expect(alice.get_by_text("太常见")).to_have_count(2)


def test_without_scripts_nothing_chosen_is_said(new_page: NewPage) -> None:
    address = proposed(new_page, "没有选中")
    carol = new_page(java_script_enabled=False)
    log_in(carol, "carol")
    carol.goto(address)
    carol.get_by_role("button", name="采纳所选", exact=True).click()
    expect(carol.locator(".toast")).to_contain_text("没有选中任何提议")
    assert len(waiting(carol)) == len(WORDS)
    choose(carol, "天天利")
    carol.get_by_role("button", name="采纳所选", exact=True).click()
    expect(carol.locator(".toast")).to_contain_text("1 个词已放入草稿")
    assert len(waiting(carol)) == len(WORDS) - 1
