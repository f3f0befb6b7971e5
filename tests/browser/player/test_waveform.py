"""The player of an hour: pointing at a place before anything has loaded, places of the
page on the waveform, zooming, and that what is played is what is said."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage, log_in
from tests.browser.player.tones import LISTEN

pytestmark = [pytest.mark.browser, pytest.mark.once]

HOUR = 3600
PHONE = {"width": 390, "height": 844}
TIME = "() => document.querySelector('[data-player] audio').currentTime"


@pytest.fixture
def listener(new_page: NewPage, address: str) -> Iterator[Page]:
    page = new_page(viewport={"width": 1440, "height": 900})
    open_player(page, address)
    yield page


def open_player(page: Page, address: str) -> None:
    log_in(page, "bob")
    page.goto(address)
    expect(page.locator("#wave canvas").first).to_be_attached()
    expect(page.locator("[data-ruler] span").first).to_be_attached()


def width_of(page: Page) -> float:
    box = page.locator("#wave").bounding_box()
    assert box
    return box["width"]


def click_at(page: Page, share: float) -> float:
    """Click there; the seconds that stand there while the whole hour is drawn, to
    the pixel."""
    width = width_of(page)
    x = round(share * width)
    page.locator("#wave").click(position={"x": x, "y": 30})
    return x / width * HOUR


def window_of(page: Page) -> tuple[float, float]:
    """The first and the last time that the ruler shows."""
    texts = page.locator("[data-ruler] span").all_text_contents()
    parts = [[int(part) for part in text.split(":")] for text in texts]
    seconds = [sum(n * 60**i for i, n in enumerate(reversed(p))) for p in parts]
    return seconds[0], seconds[-1]


def test_a_click_before_anything_is_played_moves_there(listener: Page) -> None:
    wanted = click_at(listener, 0.6)
    assert listener.evaluate(TIME) == pytest.approx(wanted, abs=0.2)
    minutes, seconds = divmod(int(wanted), 60)
    expect(listener.locator("[data-now]")).to_have_text(f"{minutes:02}:{seconds:02}")
    wave = listener.locator("#wave")
    expect(wave).to_have_attribute(
        "aria-valuetext", f"{minutes}:{seconds:02} / 1:00:00"
    )


@pytest.mark.parametrize("share", [0.67, 0.17, 0.93])
def test_the_first_jump_in_an_hour_plays_what_it_says(
    listener: Page, share: float
) -> None:
    wanted = click_at(listener, share)
    # The element's own clock is a little ahead of the first buffers.
    *_, (stated, heard) = listener.evaluate(LISTEN)
    assert stated == pytest.approx(heard, abs=0.3)
    assert wanted <= heard <= wanted + 10


def test_it_is_a_slider_for_the_keyboard(listener: Page) -> None:
    wave = listener.locator("#wave")
    wave.focus()
    steps = {
        "PageUp": 60,
        "ArrowRight": 65,
        "ArrowLeft": 60,
        "End": HOUR,
        "PageDown": HOUR - 60,
        "Home": 0,
    }
    for key, seconds in steps.items():
        listener.keyboard.press(key)
        expect(wave).to_have_attribute("aria-valuenow", str(seconds))
        assert listener.evaluate(TIME) == pytest.approx(seconds, abs=0.2)
    expect(wave).to_have_attribute("aria-valuemax", str(HOUR))


def test_the_time_under_the_pointer_is_shown(listener: Page) -> None:
    hover = listener.locator("[data-hover]")
    expect(hover).to_be_hidden()
    width = width_of(listener)
    listener.locator("#wave").hover(position={"x": round(width / 2), "y": 30})
    expect(hover).to_have_text(re.compile(r"^(29:5|30:0)\d$"))
    listener.locator("h1").hover()
    expect(hover).to_be_hidden()


def test_zoomed_it_shows_a_part_and_clicks_are_true_in_it(listener: Page) -> None:
    click_at(listener, 0.5)
    listener.keyboard.press("+")
    listener.keyboard.press("+")
    listener.keyboard.press("+")
    first, last = window_of(listener)
    assert 300 <= last - first <= 450  # of the 450 that an eighth has
    assert first < HOUR / 2 < last
    # What the ruler says at a place is what a click there means.
    label = listener.locator("[data-ruler] span").nth(1)
    box, wave = label.bounding_box(), listener.locator("#wave").bounding_box()
    assert box and wave
    second = window_of(listener)[0] + (last - first) / (
        listener.locator("[data-ruler] span").count() - 1
    )
    listener.mouse.click(round(box["x"]), wave["y"] + 30)
    assert listener.evaluate(TIME) == pytest.approx(second, abs=1)
    # A jump elsewhere takes the window with it, and 0 shows the whole.
    listener.locator("#wave").press("Home")
    expect(listener.locator("[data-ruler] span").first).to_have_text("00:00")
    listener.locator("#wave").press("0")
    expect(listener.locator("[data-ruler] span").last).to_have_text("50:00")
    expect(listener.locator("[data-zoom='0.5']")).to_be_disabled()


def test_the_window_follows_what_is_played(listener: Page) -> None:
    for _ in range(6):
        listener.keyboard.press("+")
    width = width_of(listener)
    listener.locator("#wave").click(position={"x": round(width) - 8, "y": 30})
    before = window_of(listener)
    listener.select_option("#speed", "3")
    listener.locator("[data-play]").click()
    expect(listener.locator("[data-ruler] span").first).not_to_have_text("00:00")
    listener.keyboard.press("Space")
    assert window_of(listener)[0] >= before[1]


def test_the_wheel_zooms_around_the_pointer(listener: Page) -> None:
    width = width_of(listener)
    listener.locator("#wave").hover(position={"x": round(width / 4), "y": 30})
    listener.mouse.wheel(0, -900)
    expect(listener.locator("[data-zoom='0.5']")).to_be_enabled()
    first, last = window_of(listener)
    assert first < HOUR / 4 < last
    assert last - first <= HOUR / 8
    expect(listener.locator("[data-hover]")).to_be_hidden()


def test_hits_and_doubts_are_marked_and_lead_there(listener: Page) -> None:
    doubts = listener.locator(".player-mark.is-doubt")
    expect(doubts).to_have_count(3)
    expect(doubts.first).to_have_attribute("title", "02:20 存疑的句子")
    listener.locator("#find").fill("退款")
    hits = listener.locator(".player-mark.is-find")
    expect(hits).to_have_count(2)
    expect(doubts).to_have_count(0)  # what is looked for stands alone
    hits.last.click()
    assert listener.evaluate(TIME) == pytest.approx(2_400, abs=0.01)
    expect(listener.locator(".segment.is-now")).to_contain_text("这里说到退款")
    listener.locator("#find").fill("没有的话")
    expect(hits).to_have_count(0)
    expect(doubts).to_have_count(3)


def test_whoever_knows_of_a_moment_can_mark_it(listener: Page) -> None:
    listener.evaluate(
        """() => {
          const refund = { ms: 1000000, title: "提到退款" };
          const marks = [refund, { ms: 1001000 }, { ms: 5 }];
          const detail = { kind: "moment", marks };
          document.dispatchEvent(new CustomEvent("player:marks", { detail }));
        }"""
    )
    moments = listener.locator(".player-mark.is-moment")
    expect(moments).to_have_count(2)
    expect(moments.first).to_have_attribute("title", "00:00 重点时刻")
    expect(moments.last).to_have_attribute("title", "16:40 提到退款 ×2")


def test_what_nobody_has_measured_can_be_pointed_at_too(
    new_page: NewPage, addresses: list[str]
) -> None:
    page = new_page()
    log_in(page, "bob")
    page.goto(addresses[1])
    expect(page.locator("[data-total]")).to_have_text("01:00")
    page.locator("#wave").click(position={"x": round(width_of(page) / 2), "y": 30})
    assert page.evaluate(TIME) == pytest.approx(30, abs=0.2)
    expect(page.locator("[data-now]")).to_have_text(re.compile(r"00:(29|30)"))


def test_a_finger_can_aim(new_page: NewPage, address: str) -> None:
    page = new_page(viewport=PHONE, has_touch=True, is_mobile=True)
    open_player(page, address)
    wave = page.locator("#wave").bounding_box()
    assert wave
    assert wave["height"] >= 48
    for button in page.locator("[data-player] button:visible, #speed").all():
        box = button.bounding_box()
        if button.get_attribute("data-ms") is None:
            assert box
            assert min(box["width"], box["height"]) >= 44
    # Near a mark it means the mark.
    mark = page.locator(".player-mark.is-doubt").nth(1).bounding_box()
    assert mark
    page.touchscreen.tap(mark["x"] + mark["width"] / 2 + 15, wave["y"] + 24)
    assert page.evaluate(TIME) == pytest.approx(1_800, abs=0.01)
    page.touchscreen.tap(wave["x"] + wave["width"] * 0.25, wave["y"] + 24)
    assert page.evaluate(TIME) == pytest.approx(900, abs=10)


def test_without_scripts_it_is_the_browsers_own(
    new_page: NewPage, address: str
) -> None:
    page = new_page(java_script_enabled=False)
    log_in(page, "bob")
    page.goto(address)
    expect(page.locator("audio[controls]")).to_be_visible()
    expect(page.locator("#wave")).to_be_hidden()
