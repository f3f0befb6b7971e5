"""The transcript on a telephone: the text first, and a finger finds everything."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage, log_in

pytestmark = [pytest.mark.browser, pytest.mark.once]
PHONE = {"width": 390, "height": 844}
SMALL = """selector => [...document.querySelectorAll(selector)]
  .filter((part) => part.checkVisibility())
  .map((part) => [part.className, part.getBoundingClientRect()])
  .filter(([, box]) => box.width < 44 || box.height < 44)
  .map(([name]) => name)"""
CONTROLS = ":is(.transcript-actions, .transcript-bar) :is(.btn, .segmented > a, .input)"


@pytest.fixture
def phone(new_page: NewPage, address: str) -> Iterator[Page]:
    page = new_page(viewport=PHONE, has_touch=True, is_mobile=True)
    log_in(page, "bob")
    page.goto(address)
    yield page


def test_the_first_sentence_is_in_the_upper_third(phone: Page) -> None:
    box = phone.locator(".segment-text:visible").first.bounding_box()
    assert box is not None and box["y"] < PHONE["height"] / 3
    width = "document.documentElement.scrollWidth"
    assert phone.evaluate(width) == PHONE["width"]


def test_what_is_pressed_is_as_large_as_a_finger(phone: Page) -> None:
    expect(phone.locator("[data-doubts]")).to_be_visible()
    assert phone.evaluate(SMALL, CONTROLS) == []
    tops = phone.locator(".transcript-actions > *:visible").evaluate_all(
        "all => all.map((one) => Math.round(one.getBoundingClientRect().top))"
    )
    assert len(set(tops)) == 1


def test_the_export_menu_stays_on_the_screen(phone: Page) -> None:
    phone.locator(".transcript-actions .menu > summary").tap()
    box = phone.locator(".transcript-actions .menu-sheet").bounding_box()
    assert box is not None
    assert box["x"] >= 0 and box["x"] + box["width"] <= PHONE["width"]


def test_what_the_two_texts_are_is_read_whole_by_touch_and_by_key(phone: Page) -> None:
    sheet = phone.locator(".hint-sheet")
    phone.locator(".hint > summary").tap()
    expect(sheet).to_be_in_viewport(ratio=1)
    phone.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    expect(phone.locator(".hint > summary")).to_be_focused()
    phone.keyboard.press("Enter")
    expect(sheet).to_be_in_viewport(ratio=1)


def test_what_the_call_was_is_in_a_drawer(phone: Page) -> None:
    about = phone.locator("#about")
    expect(about).to_be_hidden()
    phone.locator(".transcript-actions [popovertarget=about]").tap()
    expect(about).to_be_visible()
    expect(about.get_by_text("SHA-256")).to_be_hidden()
    about.locator(".technical > summary").tap()
    expect(about.get_by_text("SHA-256")).to_be_visible()
    about.locator("[popovertargetaction=hide]").tap()
    expect(about).to_be_hidden()


def test_a_sentence_that_is_tapped_can_be_corrected(phone: Page) -> None:
    sentence = phone.locator(".segment").nth(4)
    expect(sentence.locator(".segment-time")).to_be_visible()
    expect(sentence.locator(".segment-edit")).to_be_hidden()
    sentence.locator(".segment-text:visible").tap()
    sentence.locator(".segment-edit").tap()
    expect(phone.locator("[data-segment-form] textarea")).to_be_focused()


def test_the_field_of_a_correction_is_above_the_player(phone: Page) -> None:
    last = phone.locator(".segment").nth(9)
    # The sentence stands just above the player; its field is taller than it.
    last.evaluate("element => element.scrollIntoView({ block: 'end' })")
    last.locator(".segment-text:visible").tap(position={"x": 4, "y": 4})
    last.locator(".segment-edit").tap()
    save = phone.get_by_role("button", name="保存", exact=True)
    expect(save).to_be_visible()
    player = phone.locator("[data-player]").bounding_box()
    box = save.bounding_box()
    assert player is not None and box is not None
    assert box["y"] + box["height"] <= player["y"]


def test_what_the_two_texts_are_is_not_cut_off(phone: Page) -> None:
    phone.locator(".hint > summary").tap()
    sheet = phone.locator(".hint-sheet")
    expect(sheet).to_be_visible()
    # What is cut off is still "visible": ask for what is drawn at its corners.
    assert sheet.evaluate(
        """sheet => {
          const { left, right, top, bottom } = sheet.getBoundingClientRect();
          return [[left, top], [right, bottom]].every(([x, y]) => {
            const inward = document.elementFromPoint(
              x + (x === left ? 12 : -12), y + (y === top ? 12 : -12));
            return sheet.contains(inward);
          });
        }"""
    )
