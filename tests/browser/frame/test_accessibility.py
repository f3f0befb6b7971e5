"""On every page axe-core finds no violation of WCAG 2.1 A and AA; each says what it is,
and has one primary action at most."""

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.conftest import log_in
from tests.runner.required import skip_or_fail
from tests.stack import ROOT, Stack

pytestmark = [pytest.mark.browser, pytest.mark.once]

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
CHECK = """() => axe.run(document, {
  runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"],
  resultTypes: ["violations"],
})"""
# One heading that says what the page is; one primary action, which no form is without.
FRAME = """() => {
  const seen = (selector) =>
    [...document.querySelectorAll(selector)].filter((one) => one.checkVisibility());
  const [headings, primary] = ["h1", ".btn-primary, .btn-danger"].map((selector) =>
    seen(selector).map((one) => one.textContent.trim()));
  const faults = [];
  if (headings.filter(Boolean).length !== 1)
    faults.push(`headings of the first level: ${headings.join(", ")}`);
  if (primary.length > 1) faults.push(`primary actions: ${primary.join(", ")}`);
  if (!primary.length && seen(".form-actions").length)
    faults.push("a form without a primary action");
  return faults;
}"""
DESK = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}


class Address(NamedTuple):
    """A page, and whose browser opens it; nobody's for ``""``."""

    person: str
    name: str
    url: str


class Office:
    """A portal of its own, since every page shows something, and its people."""

    def __init__(self, chromium: Browser, stack: Stack) -> None:
        self.chromium = chromium
        self.stack = stack
        self.script = AXE.read_text(encoding="utf-8")
        self.states: dict[str, object] = {}
        self.addresses = [
            Address(*row)
            for row in json.loads(
                self._python("tests.browser.frame.every_page").split("PAGES ", 1)[1]
            )
        ]

    def browser_of(self, person: str, **options: object) -> BrowserContext:
        """Logged in once, however often they come back."""
        common = {"base_url": self.stack.base_url, "locale": "zh-CN", **options}
        if person and person not in self.states:
            context = self.chromium.new_context(**common)  # type: ignore[arg-type]
            log_in(context.new_page(), person)
            self.states[person] = context.storage_state()
            context.close()
        state = self.states.get(person)
        return self.chromium.new_context(**common, storage_state=state)  # type: ignore[arg-type]

    def violations(self, **options: object) -> list[str]:
        """Each as a line: the rule, the page, the element."""
        found: list[str] = []
        for person in dict.fromkeys(address.person for address in self.addresses):
            context = self.browser_of(person, **options)
            page = context.new_page()
            for address in self.addresses:
                if address.person == person and self._open(page, address):
                    found += self._look_at(page, address)
            context.close()
        return found

    def _open(self, page: Page, address: Address) -> bool:
        """False for what is no page: a file, a fragment of one."""
        answer = page.context.request.get(address.url)
        assert answer.status in (200, 404), f"{address.name}: {answer.status}"
        assert answer.status == 200 or address.name == "not found", address
        if "text/html" not in answer.headers["content-type"]:
            return False
        if "<html" not in answer.text()[:500]:
            return False
        page.goto(address.url)
        return True

    def _look_at(self, page: Page, address: Address) -> list[str]:
        page.evaluate(self.script)
        return [
            f"{broken['id']} on {address.name} ({address.url}): "
            f"{' '.join(node['html'].split())[:200]} | {node['failureSummary']}"
            for broken in page.evaluate(CHECK)["violations"]
            for node in broken["nodes"]
        ] + [f"{fault} on {address.name}" for fault in page.evaluate(FRAME)]

    def _python(self, module: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", module],
            cwd=ROOT,
            env=self.stack.environment,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        return done.stdout


@pytest.fixture(scope="module")
def office(
    chromium: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Office]:
    if not AXE.exists():
        skip_or_fail("chromium", "axe-core is not installed; make dev installs it.")
    stack = Stack(tmp_path_factory.mktemp("every-page"), programs="web")
    stack.manage("compile_translations")
    with stack:
        subprocess.run(
            [sys.executable, "-m", "tests.browser.cast"],
            cwd=ROOT,
            env=stack.environment,
            check=True,
        )
        yield Office(chromium, stack)


@pytest.mark.parametrize(
    ("viewport", "scheme"), [(DESK, "light"), (PHONE, "dark")], ids=["desk", "phone"]
)
def test_every_page_is_accessible_and_has_one_heading_and_one_primary_action(
    office: Office, viewport: dict[str, int], scheme: str
) -> None:
    """Between them both themes and both widths, in half the time of all four."""
    found = office.violations(viewport=viewport, color_scheme=scheme)
    assert not found, "\n".join(found)
