"""A day of an installation, from its first start on: ``python -m tests.egress.a_day``.

Run by the test inside the seal. Prepares an empty data directory, serves it, lets
people and a program work with it, does what the janitor and an operator do in a day,
stops, and fails when a file was left in the home directory or among the temporary
files.
"""

import os
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.stack import ROOT, Stack

CLIP = ROOT / "tests" / "data" / "clips" / "s01.flac"
CALL = ROOT / "transcription" / "samples" / "bank_wealth_product.wav"
PATIENCE_SECONDS = 180
COMMANDS = (
    ("requeue_orphans",),
    ("purge_trash",),
    ("rebuild_search",),
    ("check_search",),
    ("models", "list"),
    ("models", "verify"),
    ("transcribe", str(CLIP), "--format", "srt"),
    ("janitor", "--once"),
    ("check",),
)
PAGES = (
    "/",
    "/d/service/",
    "/d/service/upload/",
    "/d/service/search/?q=订单",
    "/d/service/hotwords/",
    "/d/service/evaluation/",
    "/d/service/members/",
    "/d/service/audit/",
    "/d/service/trash/",
    "/accounts/profile/",
    "/api/schema/",
    "/api/docs/",
    "/no-such-page",
)


def main() -> int:
    """0 when the day went well and nothing was left behind."""
    with tempfile.TemporaryDirectory(prefix="day-") as name:
        places = {part: Path(name, part) for part in ("home", "tmp", "data")}
        for place in places.values():
            place.mkdir()
        # Short paths: the supervisor's socket lies in the data directory.
        os.environ["HOME"] = str(places["home"])
        os.environ["TMPDIR"] = str(places["tmp"])
        os.environ.pop("XDG_CACHE_HOME", None)
        work(Stack(places["data"]))
        left = [path for part in ("home", "tmp") for path in places[part].rglob("*")]
    sys.stdout.write("".join(f"left behind: {path}\n" for path in left))
    return int(bool(left))


def work(stack: Stack) -> None:
    """Everything that somebody does on such a day."""
    stack.manage("prepare")
    with stack:
        with signed_in(stack, "admin") as browser:
            browser.get("/platform/engine/").raise_for_status()
        with signed_in(stack, "zhangmin") as browser:
            for page in PAGES:
                assert browser.get(page).status_code in (200, 403, 404), page
            upload(browser)
        call_by_program(stack)
        with signed_in(stack, "zhangmin") as browser:
            read_and_find(browser)
        for command in COMMANDS:
            stack.manage(*command)
    assert "Traceback" not in stack.log()


@contextmanager
def signed_in(stack: Stack, name: str) -> Iterator[httpx.Client]:
    """Somebody of the demo company, in a browser without scripts."""
    lines = (stack.data_dir / "demo-passwords.txt").read_text("utf-8").splitlines()
    password = next(line.split()[1] for line in lines if line.split()[0] == name)
    with httpx.Client(
        base_url=stack.base_url, follow_redirects=True, timeout=60, trust_env=False
    ) as browser:
        post(browser, "/accounts/login/", username=name, password=password)
        assert browser.get("/accounts/profile/").url.path == "/accounts/profile/"
        yield browser


def post(browser: httpx.Client, address: str, **fields: str) -> httpx.Response:
    """Send a form with the token of the page it stands on."""
    return send(browser, address, address, fields)


def send(
    browser: httpx.Client,
    page: str,
    address: str,
    fields: dict[str, str],
    file: Path | None = None,
) -> httpx.Response:
    """The form at ``page`` to ``address``; fails unless the answer is a good one."""
    found = re.search(
        r'name="csrfmiddlewaretoken" value="(\w+)"', browser.get(page).text
    )
    assert found, page
    answer = browser.post(
        address,
        data={"csrfmiddlewaretoken": found[1], **fields},
        files={"file": (file.name, file.read_bytes())} if file else None,
        headers={"Referer": f"{browser.base_url}{page}"},
    )
    answer.raise_for_status()
    return answer


def upload(browser: httpx.Client) -> None:
    """One track, two voices to be told apart: the speaker model is asked too."""
    page = "/d/service/upload/"
    fields = {"language": "zh", "speakers": "auto", "use_itn": "on"}
    send(browser, page, page, fields, CLIP)


def call_by_program(stack: Stack) -> None:
    """The API, until the text is there."""
    headers = {"Authorization": f"Bearer {stack.token('service', 'robot')}"}
    with httpx.Client(
        base_url=stack.base_url, headers=headers, timeout=120, trust_env=False
    ) as client:
        answer = client.post(
            "/api/transcribe",
            files={"audio": ("s01.flac", CLIP.read_bytes())},
            data={"speakers": "auto"},
        )
        deadline = time.monotonic() + PATIENCE_SECONDS
        while answer.status_code == 202 or answer.json().get("result", True) is None:
            assert time.monotonic() < deadline, answer.text
            time.sleep(0.5)
            answer = client.get(f"/api/jobs/{answer.json()['job']}")
        answer.raise_for_status()


def read_and_find(browser: httpx.Client) -> None:
    """Until all three calls have their text: read, hear, keep, find, correct."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while "recordings/" not in (found := browser.get(PAGES[3]).text):
        assert time.monotonic() < deadline, "nothing was found"
        time.sleep(1)
    match = re.search(r"/d/service/recordings/[0-9a-f-]{36}/", found)
    assert match
    address = match[0]
    browser.get(address).raise_for_status()
    heard = browser.get(f"{address}media/", headers={"Range": "bytes=0-99"})
    assert heard.status_code == 206
    for form in ("txt", "srt", "vtt", "csv", "json"):
        browser.get(f"{address}export/{form}/").raise_for_status()
    browser.get(f"{address}vad/").raise_for_status()


if __name__ == "__main__":
    sys.exit(main())
