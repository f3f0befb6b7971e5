"""A disk that is filled to the last byte under a running portal."""

import os
import re
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from portal.processes.supervision import marked_processes
from tests.chaos.disk.small_disk import empty, fill, small_disk
from tests.chaos.installation import wait_for
from tests.chaos.visitors import (
    LogIn,
    admit_cast,
    browsers,
    recording_page,
    token_in,
)
from tests.stack import Stack

pytestmark = [
    pytest.mark.chaos,
    # The rows that the ballast is for are in SQLite; on PostgreSQL this would be a
    # second run of the same.
    pytest.mark.skipif("DATABASE_URL" in os.environ, reason="runs once, on SQLite"),
]
DISK_MB, BALLAST_MB, NEEDED_MB = 128, 12, 24
AUDIT_ROWS = """
from accounts.models.audit.events import AuditEvent
print("ROWS", *AuditEvent.objects.values_list("action", "actor_name"), sep="|")
"""


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with small_disk(tmp_path_factory.mktemp("small") / "disk", DISK_MB) as disk:
        stack = Stack(
            disk,
            programs="web,batch,janitor",
            SHENGWEN_BALLAST_MB=str(BALLAST_MB),
            SHENGWEN_DISK_RESERVE_MB=str(NEEDED_MB),
        )
        with stack:
            admit_cast(stack)
            wait_for(lambda: ballast_of(stack) == BALLAST_MB * 2**20)
            yield stack


@pytest.fixture(scope="module")
def recording(stack: Stack) -> str:
    return recording_page(stack)


def ballast_of(stack: Stack) -> int:
    path = stack.data_dir / "ballast"
    return path.stat().st_size if path.exists() else 0


@pytest.fixture
def log_in(stack: Stack) -> Iterator[LogIn]:
    with browsers(stack) as log_in:
        yield log_in


def audited(stack: Stack) -> str:
    return stack.manage("shell", "--no-imports", "-c", AUDIT_ROWS)


def lives_of(stack: Stack) -> set[int]:
    """The supervisor and the web server, which must be the same ones all along."""
    return {
        process.pid
        for process in marked_processes(stack.data_dir)
        if re.search("supervisord.conf|uvicorn", " ".join(process.cmdline()))
    }


def kill_janitor(stack: Stack) -> None:
    """So that the supervisor has something to write."""
    for process in marked_processes(stack.data_dir):
        if process.cmdline()[-1] == "janitor":
            process.kill()
            psutil.wait_procs([process], timeout=10)


def test_a_full_disk_takes_uploads_contents_and_nothing_else(
    stack: Stack, recording: str, log_in: LogIn
) -> None:
    token = stack.token()
    before = lives_of(stack)
    assert len(before) == 2
    alice = log_in("alice")
    page = alice.get("/d/sales/upload/")
    assert "disk is full" not in page.text

    fill(stack.data_dir)
    kill_janitor(stack)

    # Logins go on, and say how things are; numbers are for who can do something.
    bob, root = log_in("bob"), log_in("root")
    for browser, address in ((alice, "/d/sales/"), (bob, "/d/sales/upload/")):
        page = browser.get(address)
        assert page.status_code == 200
        assert "disk is full: nothing can be uploaded" in page.text
        assert "uploads need" not in page.text
    assert "uploads need 24.0" in root.get("/platform/departments/").text

    # Uploads are refused, with a code for programs.
    files = {"file": ("a.wav", b"RIFF....WAVEfmt " * 100)}
    script = alice.post(
        "/d/sales/upload/",
        files=files,
        data={"csrfmiddlewaretoken": token_in(alice.get("/d/sales/upload/"))},
        headers={"Accept": "application/json"},
    )
    program = httpx.post(
        f"{stack.base_url}/api/transcribe",
        files={"audio": files["file"]},
        headers={"Authorization": f"Bearer {token}", "Accept-Language": "en"},
    )
    for answer in (script, program):
        assert answer.status_code == 507
        assert answer.json()["code"] == "disk_full"
        assert answer.headers["retry-after"]
    assert script.json()["message"].startswith("The server's disk is full.")

    # Contents are read, and that is in the trail.
    assert bob.get(recording).status_code == 200
    assert "('view', 'bob')" in audited(stack)

    # The ballast is used up: nothing is read any more.
    rounds = 0
    while ballast_of(stack) > 0:
        rounds += 1
        assert rounds < 20
        fill(stack.data_dir)
        alice.get("/accounts/login/")
    fill(stack.data_dir)
    kill_janitor(stack)
    for address in (recording, f"{recording}media/", "/d/sales/search/?q=x"):
        page = alice.get(address)
        assert page.status_code == 503
        assert page.headers["retry-after"] == "60"
        assert "could not be recorded in the audit trail" in page.text
        chinese = alice.get(address, headers={"Accept-Language": "zh-hans"})
        assert "审计" in chinese.text
    job = httpx.get(
        f"{stack.base_url}/api/jobs/6f1c0d1e-0000-4000-8000-000000000000",
        headers={"Authorization": f"Bearer {token}"},
    )
    assert (job.status_code, job.json()["code"]) == (503, "disk_full")
    assert alice.get("/healthz").status_code == 200
    assert httpx.get(f"{stack.base_url}/accounts/login/").status_code == 200

    # Room again: all is back without a restart, and the ballast is whole.
    empty(stack.data_dir)
    page = alice.get(recording)
    assert page.status_code == 200
    assert "disk is full" not in page.text
    assert "('view', 'alice')" in audited(stack)
    wait_for(lambda: ballast_of(stack) == BALLAST_MB * 2**20)
    assert lives_of(stack) == before
    assert "Traceback" not in logs_of(stack.data_dir / "log")


def logs_of(folder: Path) -> str:
    return "".join(path.read_text(errors="replace") for path in folder.iterdir())


def test_the_logs_go_on_after_a_full_disk(stack: Stack) -> None:
    """Runs after the other: supervisor writes to the file that could not be written."""
    log = stack.data_dir / "log" / "supervisord.log"
    size = log.stat().st_size
    kill_janitor(stack)
    began = time.monotonic()
    wait_for(lambda: log.stat().st_size > size)
    assert time.monotonic() - began < 60
