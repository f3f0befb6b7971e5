"""Things to edit, new for every test, and how somebody edits a sentence."""

import subprocess
import sys
from dataclasses import dataclass

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.stack import ROOT, Stack


@dataclass(frozen=True)
class Things:
    """Addresses of pages in sales."""

    recording: str
    words: str

    @property
    def details(self) -> str:
        return f"{self.recording}edit/"


@pytest.fixture
def things(portal: Stack) -> Things:
    done = subprocess.run(
        [sys.executable, "-m", "tests.browser.drafts.rows"],
        cwd=ROOT,
        env=portal.environment,
        capture_output=True,
        text=True,
        check=True,
    )
    recording, words = done.stdout.split()
    return Things(
        f"/d/sales/recordings/{recording}/", f"/d/sales/hotwords/{words}/text/"
    )


def open_sentence(page: Page, number: int = 0) -> Locator:
    """The field of a sentence that is being corrected."""
    page.locator(".segment-edit").nth(number).dispatch_event("click")
    field = page.locator("[data-segment-form] textarea")
    expect(field).to_be_visible()
    return field


def expect_kept(page: Page, text: str) -> None:
    """The draft has reached the server: opened again, the form has it."""
    field = page.locator("[data-segment-form] textarea")
    expect(field).to_have_value(text)
    expect(page.locator("[data-segment-form]")).to_contain_text("尚未保存")
