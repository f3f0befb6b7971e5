"""How quick pages are in a browser.

    python -m benchmarks.pages figures
    python -m benchmarks.pages back

``figures``: what each page of daily work costs (``benchmarks.pages.figures``).

``back``: how quick "back" is from a transcript to the archive, and why. A portal of its
own with the cast and a recording, and Chromium with its page cache (bf cache) on, which
Playwright turns off otherwise. Pages as they are sent (``no-store``) against the same
pages without that header. Prints the median milliseconds from the key until the page is
shown, whether it came out of the browser's memory, and why not.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import django
from playwright.sync_api import Browser, Page, Route, sync_playwright

from benchmarks.pages.figures import figures
from tests.stack import ROOT, Stack

ROUNDS = 10
SHOWN = """
addEventListener("pageshow", ({ persisted }) => {
  const [entry] = performance.getEntriesByType("navigation");
  const reasons = entry?.notRestoredReasons?.reasons ?? [];
  window.shown = { persisted, reasons: reasons.map(({ reason }) => reason) };
});
"""


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("what", choices=("back", "figures"))
    options.add_argument("--rounds", type=int, default=ROUNDS)
    chosen = options.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()
    {"back": back, "figures": figures}[chosen.what](chosen.rounds)


def back(rounds: int) -> None:
    with portal() as (stack, recording), sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=["--no-sandbox", "--disable-gpu"],
            ignore_default_args=["--disable-back-forward-cache"],
        )
        print(f"Chromium {browser.version}")
        for name, is_stripped in (("no-store", False), ("without it", True)):
            print(f"{name}: {measure(browser, stack, recording, is_stripped, rounds)}")
        browser.close()


@contextmanager
def portal() -> Iterator[tuple[Stack, str]]:
    """It, and the address of its recording."""
    with tempfile.TemporaryDirectory(prefix="shengwen-back-") as folder:
        stack = Stack(Path(folder) / "portal", programs="web")
        with stack:
            _run(stack, "tests.browser.cast")
            uuid = _run(stack, "tests.browser.drafts.rows").split()[0]
            yield stack, f"/d/sales/recordings/{uuid}/"


def _run(stack: Stack, module: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", module],
        cwd=ROOT,
        env=stack.environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def measure(
    browser: Browser, stack: Stack, recording: str, is_stripped: bool, rounds: int
) -> str:
    from tests.browser.conftest import log_in

    context = browser.new_context(base_url=stack.base_url, locale="zh-CN")
    context.add_init_script(SHOWN)
    page = context.new_page()
    log_in(page, "bob")
    if is_stripped:
        page.route("**/d/**", _without_no_store)
    page.goto("/d/sales/")
    taken, seen = [], set()
    for _round in range(rounds):
        page.evaluate("window.shown = undefined")
        page.goto(recording)
        taken.append(_back(page))
        shown = page.evaluate("window.shown")
        seen.add("from memory" if shown["persisted"] else ", ".join(shown["reasons"]))
    context.close()
    return f"{1000 * median(taken):.0f} ms, {sorted(seen)}"


def _without_no_store(route: Route) -> None:
    answer = route.fetch(max_redirects=0)
    headers = {k: v for k, v in answer.headers.items() if k != "cache-control"}
    route.fulfill(response=answer, headers=headers)


def _back(page: Page) -> float:
    began = time.perf_counter()
    page.evaluate("history.back()")
    page.wait_for_url("**/d/sales/", wait_until="commit")  # no "load" from memory
    while page.evaluate("window.shown === undefined"):
        page.wait_for_timeout(5)
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
