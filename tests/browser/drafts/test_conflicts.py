"""Two people in one form: who saves last sees what the other one saved."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import NewPage, log_in
from tests.browser.drafts.conftest import Things, open_sentence
from tests.browser.watching import Watch

pytestmark = [pytest.mark.browser, pytest.mark.once]


@pytest.fixture
def overtaken(new_page: NewPage, things: Things, watch: Watch) -> tuple[Page, Locator]:
    """Bob's page and field: he saved a sentence that Carol had saved meanwhile."""
    watch.expect("422")
    bob, carol = new_page(), new_page()
    for page, name in ((bob, "bob"), (carol, "carol")):
        log_in(page, name)
        page.goto(things.recording)
    mine, theirs = open_sentence(bob), open_sentence(carol)
    theirs.fill("卡萝写的句子。")
    carol.get_by_role("button", name="保存", exact=True).click()
    expect(carol.locator(".segment-text:visible").first).to_have_text("卡萝写的句子。")
    mine.fill("鲍勃写的句子。")
    bob.get_by_role("button", name="保存", exact=True).click()
    return bob, mine


def test_two_corrections_of_a_sentence_are_shown_side_by_side(
    overtaken: tuple[Page, Locator],
) -> None:
    bob, mine = overtaken
    conflict = bob.locator(".conflict")
    expect(conflict).to_contain_text("卡萝写的句子。")
    expect(conflict).to_contain_text("鲍勃写的句子。")
    expect(bob.get_by_role("alert")).to_contain_text("Carol")
    expect(mine).to_have_value("鲍勃写的句子。")

    bob.get_by_role("link", name="继续编辑").click()
    expect(mine).to_be_focused()
    mine.fill("两人都同意的句子。")
    bob.get_by_role("button", name="用我的").click()
    expect(bob.locator(".segment-text:visible").first).to_have_text(
        "两人都同意的句子。"
    )


def test_theirs_is_taken_with_one_click(
    overtaken: tuple[Page, Locator],
) -> None:
    bob, _mine = overtaken
    bob.get_by_role("button", name="用对方的").click()
    expect(bob.locator(".segment-text:visible").first).to_have_text("卡萝写的句子。")
    # Nothing of it comes back.
    expect(open_sentence(bob)).to_have_value("卡萝写的句子。")


def test_two_people_describe_a_recording(
    new_page: NewPage, things: Things, watch: Watch
) -> None:
    watch.expect("409")
    bob, carol = new_page(), new_page()
    for page, name in ((bob, "bob"), (carol, "carol")):
        log_in(page, name)
        page.goto(things.details)
    carol.get_by_label("标题").fill("卡萝的标题")
    carol.get_by_role("button", name="保存", exact=True).click()
    expect(carol.locator("h1")).to_have_text("卡萝的标题")
    bob.get_by_label("标题").fill("鲍勃的标题")
    bob.get_by_role("button", name="保存", exact=True).click()
    expect(bob.locator(".conflict")).to_contain_text("卡萝的标题")
    expect(bob.get_by_label("标题")).to_have_value("鲍勃的标题")
    bob.get_by_role("button", name="用我的").click()
    expect(bob.locator("h1")).to_have_text("鲍勃的标题")
