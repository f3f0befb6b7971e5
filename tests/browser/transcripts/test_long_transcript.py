"""A transcript of 3,000 sentences: the page holds those that are read, and everything
that is asked of it is asked of the whole."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import NewPage, log_in
from tests.browser.transcripts.filling import SENTENCES
from tests.browser.watching import Watch

pytestmark = [pytest.mark.browser, pytest.mark.once]

IN_PAGE = 800  # rows at most: three or four pages of the transcript
COPIED = """() => {
  navigator.clipboard.writeText = async (text) => { window.copied = text; };
}"""
TOP_OF = "element => element.getBoundingClientRect().top"


@pytest.fixture
def reader(new_page: NewPage) -> Iterator[Page]:
    page = new_page()
    log_in(page, "bob")
    yield page


def sentence(page: Page, index: int) -> Locator:
    return page.locator(".segment", has_text=re.compile(f"第{index}句话"))


def scroll(page: Page, share: float) -> None:
    page.evaluate(
        "share => scrollTo(0, share * document.documentElement.scrollHeight)", share
    )


def test_scrolling_shows_every_part_with_few_rows_in_the_page(
    reader: Page, address: str
) -> None:
    reader.goto(address)
    expect(sentence(reader, 0)).to_be_visible()
    height = reader.evaluate("document.documentElement.scrollHeight")
    for share, near in ((1, SENTENCES - 1), (0, 0), (1, SENTENCES - 1)):
        scroll(reader, share)
        expect(sentence(reader, near)).to_be_in_viewport()
    scroll(reader, 0.5)
    expect(reader.locator(".rows[data-page='8'] .segment").first).to_be_attached()
    expect(sentence(reader, 0)).to_have_count(0)
    assert reader.locator(".segment").count() <= IN_PAGE
    after = reader.evaluate("document.documentElement.scrollHeight")
    assert abs(after - height) < 0.05 * height


def test_what_is_read_stays_where_it_is_while_pages_above_it_come(
    reader: Page, address: str
) -> None:
    reader.goto(f"{address}?page=10")
    first = sentence(reader, 1_800)
    expect(first).to_be_in_viewport()
    expect(reader.locator(".rows[data-page='9'] .segment").first).to_be_attached()
    # The nine pages above it have found their heights, and it is at the top of all.
    assert 0 < first.evaluate(TOP_OF) < 400


def test_links_lead_to_a_sentence_wherever_it_is(reader: Page, address: str) -> None:
    reader.goto(f"{address}?t=1200")
    target = sentence(reader, 2_400)
    expect(target).to_be_in_viewport()
    expect(target).to_have_class(re.compile("is-now"))
    fragment = target.get_attribute("id")
    reader.goto("/d/sales/")
    reader.goto(f"{address}#{fragment}")
    expect(target).to_be_in_viewport()


def test_find_does_not_say_there_are_no_hits_when_nobody_has_looked(
    reader: Page, address: str, watch: Watch
) -> None:
    watch.expect("Failed to load resource")
    reader.goto(address)
    count = reader.locator("[data-find-count]")
    reader.route("**/find/**", lambda route: route.abort())
    reader.locator("#find").fill("第7句话")
    expect(count).to_have_text("未能查找")
    expect(reader.locator(".toast")).to_contain_text("请检查网络")
    reader.unroute("**/find/**")
    reader.locator("#find").press("Enter")
    expect(count).to_have_text("1/3")
    reader.context.clear_cookies()
    reader.locator("#find").fill("第8句话")
    expect(count).to_have_text("未能查找")
    expect(reader.locator(".toast")).to_contain_text(["请检查网络", "您已退出登录"])


def test_find_counts_in_the_whole_text_and_goes_to_each_hit(
    reader: Page, address: str
) -> None:
    reader.goto(address)
    reader.keyboard.press("Control+f")
    expect(reader.locator("#find")).to_be_focused()
    reader.keyboard.type("第1499句话")
    count = reader.locator("[data-find-count]")
    expect(count).to_have_text("1/5")
    expect(sentence(reader, 1_499)).to_be_in_viewport()
    painted = "[...CSS.highlights.get('find')].map(String)"
    assert reader.evaluate(painted) == ["第1499句话"] * 5
    reader.locator("#find").fill("句话这是第29")
    expect(count).to_have_text("1/224")
    reader.keyboard.press("Shift+Enter")
    expect(sentence(reader, SENTENCES - 1)).to_be_in_viewport()
    reader.locator("#find").fill("没有的话")
    expect(count).to_have_text("没有找到")


def test_playback_is_followed_from_page_to_page(reader: Page, address: str) -> None:
    reader.goto(f"{address}?t=99.6")
    expect(sentence(reader, 199)).to_be_in_viewport()
    # Not while it plays: a sentence is half a second long.
    audio = "document.querySelector('[data-player] audio')"
    reader.evaluate(f"{audio}.pause()")
    scroll(reader, 1)
    expect(sentence(reader, 199)).to_have_count(0)
    reader.evaluate(f"{audio}.currentTime = 700.2")
    expect(sentence(reader, 1_400)).to_have_class(re.compile("is-now"))
    expect(sentence(reader, 1_400)).to_be_in_viewport()


def test_arrow_keys_go_on_over_the_end_of_a_page(reader: Page, address: str) -> None:
    reader.goto(f"{address}#t=99.6")
    last = sentence(reader, 199)
    expect(last).to_have_class(re.compile("is-now"))
    reader.locator("h1").click()
    reader.keyboard.press("ArrowDown")
    expect(sentence(reader, 200)).to_have_class(re.compile("is-now"))
    reader.keyboard.press("ArrowUp")
    expect(last).to_have_class(re.compile("is-now"))


def test_the_whole_text_is_copied(reader: Page, address: str) -> None:
    reader.goto(address)
    reader.evaluate(COPIED)
    reader.locator("[data-copy-text]").click()
    expect(reader.locator(".toast")).to_contain_text("已复制")
    copied = reader.evaluate("window.copied")
    assert copied.startswith("说话人 1：这是第0句话")
    assert len(copied.split("\n")) == SENTENCES


def test_doubts_are_counted_visited_and_gone_when_corrected(
    reader: Page, address: str
) -> None:
    reader.goto(address)
    count = reader.locator("[data-doubts-count]")
    expect(count).to_have_text("3")
    following = reader.locator("[data-doubts-step='1']")
    following.click()
    following.click()
    expect(count).to_have_text("2/3")
    doubtful = sentence(reader, 1_500)
    expect(doubtful).to_be_in_viewport()
    doubtful.locator(".segment-edit").click()
    reader.locator("[data-segment-form] textarea").fill("这是第1500句话，核对过")
    reader.keyboard.press("Control+Enter")
    expect(count).to_have_text("1/2")
    following.click()
    expect(sentence(reader, 2_998)).to_be_in_viewport()


def test_a_correction_is_not_dropped_while_somebody_scrolls(
    reader: Page, address: str
) -> None:
    reader.goto(address)
    sentence(reader, 3).locator(".segment-edit").click()
    box = reader.locator("[data-segment-form] textarea")
    box.fill("还没写完")
    scroll(reader, 0.5)
    expect(reader.locator(".rows[data-page='8'] .segment").first).to_be_attached()
    expect(box).to_have_value("还没写完")


def test_what_could_not_be_loaded_can_be_asked_for_again(
    reader: Page, address: str, watch: object
) -> None:
    watch.expect("ERR_FAILED")  # type: ignore[attr-defined]
    reader.goto(address)
    reader.route("**/segments/?page=15", lambda route: route.abort())
    scroll(reader, 1)
    again = reader.locator("[data-rows-again]").last
    expect(again).to_be_visible()
    reader.unroute("**/segments/?page=15")
    again.click()
    expect(sentence(reader, SENTENCES - 1)).to_be_attached()


def test_ctrl_p_leads_to_the_page_that_prints_all(reader: Page, address: str) -> None:
    reader.goto(address)
    reader.context.add_init_script("window.print = () => { window.isPrinted = true; }")
    with reader.context.expect_page() as opened:
        reader.keyboard.press("Control+p")
    sheet = opened.value
    expect(sheet.locator("main p")).to_have_count(SENTENCES)
    sheet.wait_for_function(
        "window.isPrinted"
    )  # by a script, which comes after the text


def test_without_scripts_there_are_pages(new_page: NewPage, address: str) -> None:
    page = new_page(java_script_enabled=False)
    log_in(page, "bob")
    page.goto(f"{address}?t=1200")
    expect(page.locator(".segment")).to_have_count(200)
    page.locator("a[rel=next]").click()
    expect(sentence(page, 2_600)).to_be_attached()
