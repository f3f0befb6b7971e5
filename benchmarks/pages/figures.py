"""What a page costs at three thousand recordings (``benchmarks.pages.filling``).

A portal of its own, a member who is logged in, one request at a time. Prints for each
page the median milliseconds until the whole answer is there, the kibibytes of HTML as
they are and as they are sent, the elements in the browser, and the milliseconds until
its scripts have run, so that the first click is heard. On a machine with other work the
times are too high; the rest does not change.
"""

import logging
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from statistics import median

import httpx
from playwright.sync_api import Page, sync_playwright

from tests.stack import ROOT, Stack

READY = (
    """() => performance.getEntriesByType("navigation")[0].domContentLoadedEventEnd"""
)
ELEMENTS = "() => document.getElementsByTagName('*').length"


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one page."""

    answer_ms: float
    html_kib: float
    sent_kib: float
    elements: int
    ready_ms: float

    def __str__(self) -> str:
        return (
            f"{self.answer_ms:6.0f} ms, {self.html_kib:5.0f} KiB, sent"
            f" {self.sent_kib:4.0f}, {self.elements:5} elements,"
            f" {self.ready_ms:5.0f} ms until a click"
        )


def figures(rounds: int) -> None:
    logging.getLogger("httpx").setLevel(logging.WARNING)
    with Stack(programs="web") as stack, sync_playwright() as playwright:
        addresses = _filled(stack)
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=["--no-sandbox", "--disable-gpu"],
        )
        page = browser.new_page(base_url=stack.base_url, locale="zh-CN")
        _log_in(page)
        cookies = {one["name"]: one["value"] for one in page.context.cookies()}
        with httpx.Client(base_url=stack.base_url, cookies=cookies) as client:
            for name, address in addresses.items():
                print(f"{name:14} {_cost(client, page, address, rounds)}", flush=True)
        browser.close()


def _filled(stack: Stack) -> dict[str, str]:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.pages.filling"],
        cwd=ROOT,
        env=stack.environment,
        check=True,
        capture_output=True,
        text=True,
    )
    call, hour, long = done.stdout.split()
    here = "/d/service/"
    return {
        "home": f"{here}home/",
        "archive": here,
        "archive, far": f"{here}?page=100",
        "archive, found": f"{here}?title=138",
        "search": f"{here}search/?q=利率",
        "upload": f"{here}upload/",
        "call": call,
        "hour": hour,
        "5,000": long,
        "hotwords": f"{here}hotwords/",
        "notices": f"{here}notices/",
        "trash": f"{here}trash/",
    }


def _log_in(page: Page) -> None:
    from tests.browser.conftest import log_in

    log_in(page, "lin")


def _cost(client: httpx.Client, page: Page, address: str, rounds: int) -> Cost:
    answer = client.get(address).raise_for_status()
    taken, ready = [], []
    for _round in range(rounds):
        began = time.perf_counter()
        client.get(address)
        taken.append(1000 * (time.perf_counter() - began))
        page.goto(address)
        ready.append(page.evaluate(READY))
    return Cost(
        median(taken),
        len(answer.content) / 1024,
        answer.num_bytes_downloaded / 1024,
        page.evaluate(ELEMENTS),
        median(ready),
    )
