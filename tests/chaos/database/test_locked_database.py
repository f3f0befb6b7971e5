"""SQLite locked by somebody else for longer than a request waits."""

import os
import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from urllib.parse import unquote

import httpx
import pytest

from portal.database import WEB_LOCK_SECONDS
from tests.chaos.visitors import admit_cast, browsers, recording_page, send_login
from tests.stack import Stack

pytestmark = [
    pytest.mark.chaos,
    pytest.mark.skipif("DATABASE_URL" in os.environ, reason="a lock of SQLite"),
]


@contextmanager
def locked(stack: Stack) -> Iterator[None]:
    path = stack.data_dir / "shengwen.sqlite3"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")


def test_every_kind_of_request_is_told_to_come_back_and_nobody_waits_for_another() -> (
    None
):
    with Stack(programs="web") as stack, browsers(stack) as log_in:
        admit_cast(stack)
        recording, token = recording_page(stack), stack.token()
        alice, visitor = log_in("alice"), log_in("bob")
        visitor.cookies.clear()
        program = {"Authorization": f"Bearer {token}"}

        def transcribe() -> httpx.Response:
            return httpx.post(
                f"{stack.base_url}/api/transcribe",
                files={"audio": ("a.wav", b"RIFF....WAVEfmt " * 9)},
                headers=program,
                timeout=60,
            )

        asked = {
            "page": lambda: alice.get(recording),
            "sound": lambda: alice.get(f"{recording}media/"),
            "fragment": lambda: alice.get(
                "/d/sales/search/?q=银行", headers={"HX-Request": "true"}
            ),
            "login": lambda: send_login(visitor, "bob"),
            "program": transcribe,
        }
        with locked(stack), ThreadPoolExecutor() as together:
            began = time.monotonic()
            waiting: dict[str, Future[httpx.Response]] = {
                kind: together.submit(ask) for kind, ask in asked.items()
            }
            time.sleep(1)
            # Who only reads is not held up by those who wait.
            assert httpx.get(f"{stack.base_url}/healthz", timeout=5).status_code == 200
            answers = {kind: future.result() for kind, future in waiting.items()}
            took = time.monotonic() - began
        for kind, answer in answers.items():
            assert answer.status_code == 503, kind
            assert int(answer.headers["Retry-After"]) >= 10, kind
        assert took < 4 * WEB_LOCK_SECONDS
        assert "The portal is busy right now." in answers["page"].text
        assert unquote(answers["fragment"].headers["X-Message"]).startswith(
            "The portal"
        )
        problem = answers["program"]
        assert problem.headers["Content-Type"] == "application/problem+json"
        assert problem.json()["code"] == "database_busy"

        assert alice.get(recording).status_code == 200
        assert send_login(visitor, "bob").status_code == 302
        assert "Traceback" not in (stack.data_dir / "log" / "web.log").read_text()
