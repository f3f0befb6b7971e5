"""People and programs that use a running portal (``tests.stack``) over HTTP."""

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import httpx

from tests.people import PASSWORD
from tests.stack import ROOT, Stack

LogIn = Callable[[str], httpx.Client]
_MAKE_RECORDING = """
from accounts.models.departments import Department
from tests.factories import make_recording
print("UUID", make_recording(Department.objects.get(slug="sales")).uuid)
"""


def admit_cast(stack: Stack) -> None:
    """The cast of tests/conftest.py."""
    subprocess.run(
        [sys.executable, "-m", "tests.browser.cast"],
        cwd=ROOT,
        env=stack.environment,
        check=True,
    )


def recording_page(stack: Stack) -> str:
    """The address of a new recording of sales."""
    said = stack.manage("shell", "--no-imports", "-c", _MAKE_RECORDING)
    return f"/d/sales/recordings/{said.split('UUID', 1)[1].strip()}/"


@contextmanager
def browsers(stack: Stack) -> Iterator[LogIn]:
    """Browsers that read English, in which somebody of the cast is logged in."""
    with ExitStack() as opened:

        def log_in(name: str) -> httpx.Client:
            headers = {"Accept-Language": "en"}
            browser = httpx.Client(base_url=stack.base_url, headers=headers, timeout=60)
            opened.enter_context(browser)
            answer = send_login(browser, name)
            assert answer.status_code == 302, answer.text
            return browser

        yield log_in


def send_login(browser: httpx.Client, name: str) -> httpx.Response:
    token = token_in(browser.get("/accounts/login/"))
    form = {"username": name, "password": PASSWORD, "csrfmiddlewaretoken": token}
    return browser.post("/accounts/login/", data=form)


def token_in(page: httpx.Response) -> str:
    """What a form of the page sends against forgeries."""
    assert page.status_code == 200, page.text
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
    assert found is not None
    return found[1]
