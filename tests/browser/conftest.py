"""A running portal and a real Chromium for it.

Package-scoped, not session-scoped: Playwright keeps an event loop running in this
thread, and Django refuses the database to tests that run while there is one.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.watching import Watch
from tests.people import PASSWORD
from tests.runner.own_database import database_of_its_own
from tests.runner.required import skip_or_fail
from tests.stack import ROOT, Stack

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
QUIET = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
)


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """The machine's own Chromium; nothing is downloaded."""
    path = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if path is None:
        skip_or_fail("chromium", "Chromium is not installed.")
    # As root, Chromium starts only without its sandbox.
    sandbox = ("--no-sandbox",) if os.geteuid() == 0 else ()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=[*QUIET, *sandbox]
        )
        expect.set_options(timeout=10_000)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def portal(
    chromium: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stack]:
    """The whole portal, with the cast in it; shared by the tests of this package."""
    with database_of_its_own() as environment:
        stack = Stack(tmp_path_factory.mktemp("portal"))
        stack.environment.update(environment)
        stack.manage("compile_translations")
        with stack:
            subprocess.run(
                [sys.executable, "-m", "tests.browser.cast"],
                cwd=ROOT,
                env=stack.environment,
                check=True,
            )
            yield stack


@pytest.fixture
def watch(portal: Stack) -> Iterator[Watch]:
    """Fails the test at its end if a page complained or talked to a stranger."""
    watch = Watch(host=urlsplit(portal.base_url).netloc)
    yield watch
    watch.assert_clean()


NewPage = Callable[..., Page]


@pytest.fixture
def new_page(chromium: Browser, portal: Stack, watch: Watch) -> Iterator[NewPage]:
    """A page in a browser profile of its own; keywords go to ``new_context``."""
    contexts = []

    def make(**options: object) -> Page:
        context = chromium.new_context(
            **{"base_url": portal.base_url, "locale": "zh-CN", **options}  # type: ignore[arg-type]
        )
        contexts.append(context)
        page = context.new_page()
        watch.attach(page)
        return page

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def page(new_page: NewPage) -> Page:
    """Somebody's browser, not logged in."""
    return new_page()


def log_in(page: Page, username: str) -> None:
    """Through the login page, like a person."""
    page.goto("/accounts/login/")
    page.locator("input[name=username]").fill(username)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url(lambda url: "/accounts/login" not in url)
