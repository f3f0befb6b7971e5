"""The name of a voice: kept while it is typed, and two who give one see both."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage, log_in
from tests.browser.drafts.conftest import Things
from tests.browser.watching import Watch

pytestmark = [pytest.mark.browser, pytest.mark.once]


@pytest.fixture
def opened(new_page: NewPage, things: Things) -> tuple[Page, Page]:
    """The recording before Bob and before Carol."""
    bob, carol = new_page(), new_page()
    for page, name in ((bob, "bob"), (carol, "carol")):
        log_in(page, name)
        page.goto(things.recording)
        page.locator(".voices summary").first.click()
    return bob, carol


def give(page: Page, name: str) -> None:
    page.locator(".voice-form .input").first.fill(name)
    page.locator(".voice-form").first.get_by_role("button", name="保存").click()


def test_two_people_name_a_voice(opened: tuple[Page, Page], watch: Watch) -> None:
    watch.expect("409")
    bob, carol = opened
    give(carol, "卡萝起的")
    expect(carol.locator(".voice-name").first).to_have_text("卡萝起的")
    give(bob, "鲍勃起的")
    expect(bob.locator(".conflict")).to_contain_text("卡萝起的")
    expect(bob.get_by_label("名称")).to_have_value("鲍勃起的")
    bob.get_by_role("button", name="用对方的").click()
    expect(bob.locator(".voice-name").first).to_have_text("卡萝起的")
    expect(bob.locator(".voice-form .input").first).to_have_value("卡萝起的")


def test_a_name_that_was_not_saved_is_there_again(
    opened: tuple[Page, Page],
) -> None:
    bob, _carol = opened
    bob.locator(".voice-form .input").first.fill("没来得及")
    expect(bob.locator(".voice-form .input").first).to_have_value("没来得及")
    bob.once("dialog", lambda dialog: dialog.accept())
    bob.reload()
    expect(bob.locator(".voice-form .input").first).to_be_visible()
    expect(bob.locator(".voice-form .input").first).to_have_value("没来得及")
    expect(bob.locator(".voice-form").first).to_contain_text("尚未保存")
