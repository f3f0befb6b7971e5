"""``manage.py serve`` as a real process: it starts, restarts what dies, and goes away
without leaving anything behind."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import psutil
import pytest
from pytest_django import Settings

from portal.management.commands.serve import PROGRAMS, Command
from portal.processes.supervision import marked_processes
from tests.runner.own_database import database_of_its_own
from tests.stack import ROOT, Stack
from transcription.models.runs import JobQueue

PATIENCE_SECONDS = 90  # the machine may be busy with other things


@pytest.fixture(scope="module")
def serving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with database_of_its_own() as environment:
        stack = Stack(tmp_path_factory.mktemp("served"))
        stack.environment.update(environment)
        with stack:
            yield stack


def wait_for(what: str, condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.1)


def family_of(stack: Stack, words: str) -> list[psutil.Process]:
    return [
        process
        for process in marked_processes(stack.data_dir)
        if words in " ".join(process.cmdline())
    ]


def serve_again(stack: Stack, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", "serve", *arguments],
        cwd=ROOT,
        env=stack.environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=2 * PATIENCE_SECONDS,
    )


def test_a_second_portal_on_the_same_data_is_refused(serving: Stack) -> None:
    done = serve_again(serving, "--port", "1")
    assert done.returncode == 1
    assert "already running" in done.stderr
    assert "Traceback" not in done.stderr


def test_forty_logins_at_once_leave_the_health_quick(serving: Stack) -> None:
    """Seconds before passwords were hashed in turn; a hash itself is half of one."""
    page = httpx.get(f"{serving.base_url}/accounts/login/", timeout=60)
    token, *_others = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)
    form = {"csrfmiddlewaretoken": token, "password": "wrong"}
    cookie = "; ".join(f"{name}={value}" for name, value in page.cookies.items())

    def guess(number: int) -> None:
        with contextlib.suppress(httpx.HTTPError):  # nobody waits for the answers
            httpx.post(
                str(page.url),
                data=form | {"username": f"nobody{number}"},
                headers={"Cookie": cookie},
                timeout=5,
            )

    with ThreadPoolExecutor(40) as guessing:
        guesses = [guessing.submit(guess, number) for number in range(40)]
        time.sleep(0.5)
        taken = []
        while any(not guessed.done() for guessed in guesses):
            began = time.monotonic()
            health = httpx.get(f"{serving.base_url}/healthz", timeout=30)
            assert health.status_code == 200
            taken.append(time.monotonic() - began)
            time.sleep(0.1)
    assert sorted(taken)[int(0.9 * len(taken))] < 1, taken


@pytest.mark.parametrize("queue", JobQueue.values)
def test_each_queue_has_its_cluster(serving: Stack, queue: str) -> None:
    wait_for(f"no worker of {queue}", lambda: family_of(serving, f"cluster {queue}"))


def test_a_killed_web_server_comes_back(serving: Stack) -> None:
    (server,) = family_of(serving, "uvicorn")
    server.kill()
    wait_for("the web server was not restarted", lambda: answers(serving))


def test_a_killed_cluster_comes_back_and_the_portal_answers_meanwhile(
    serving: Stack,
) -> None:
    before = {process.pid for process in family_of(serving, "cluster batch")}
    assert before
    for process in family_of(serving, "cluster batch"):
        if process.ppid() not in before:
            process.kill()
    assert answers(serving)
    wait_for(
        "the cluster was not restarted",
        lambda: {p.pid for p in family_of(serving, "cluster batch")} - before,
    )
    wait_for(
        "workers of the dead cluster live on",
        lambda: not {p.pid for p in family_of(serving, "cluster batch")} & before,
    )


def answers(stack: Stack) -> bool:
    try:
        return httpx.get(f"{stack.base_url}/healthz", timeout=2).status_code == 200
    except httpx.HTTPError:
        return False


def test_ctrl_c_ends_everything_within_seconds(serving: Stack) -> None:
    """The last test of this portal. A page is being read at that moment."""
    assert serving.process is not None
    with httpx.stream("GET", f"{serving.base_url}/accounts/login/", timeout=60):
        began = time.monotonic()
        os.kill(serving.process.pid, signal.SIGINT)
        status = serving.process.wait(timeout=PATIENCE_SECONDS)
    assert status == 0, serving.log()
    assert time.monotonic() - began < 20
    assert list(marked_processes(serving.data_dir)) == []
    assert "Stopped." in serving.log()


def test_a_killed_parent_takes_everything_with_it(serving: Stack) -> None:
    """After the portal's end, on the same data."""
    with subprocess.Popen(
        [sys.executable, "manage.py", "serve", "--programs", "janitor"],
        cwd=ROOT,
        env=serving.environment,
        stdout=subprocess.DEVNULL,
    ) as parent:
        try:
            wait_for("the janitor did not start", lambda: family_of(serving, "janitor"))
        finally:
            parent.kill()
    wait_for("somebody lives on", lambda: not family_of(serving, ""))


def test_a_broken_web_server_is_one_sentence(tmp_path: Path) -> None:
    stack = Stack(tmp_path)
    stack.environment["PYTHONPATH"] = str(tmp_path / "broken")
    (tmp_path / "broken" / "uvicorn").mkdir(parents=True)
    (tmp_path / "broken" / "uvicorn" / "__main__.py").write_text("raise OSError('no')")
    (tmp_path / "broken" / "uvicorn" / "__init__.py").write_text("")
    stack.manage("migrate", "--verbosity", "0")
    done = serve_again(stack, "--programs", "web", "--port", str(stack.port))
    assert done.returncode == 1
    assert "The web server does not start: OSError: no" in done.stderr
    assert list(marked_processes(tmp_path)) == []


def test_a_database_without_tables_is_one_sentence(tmp_path: Path) -> None:
    stack = Stack(tmp_path)
    done = serve_again(stack, "--port", str(stack.port))
    assert done.returncode == 1
    assert "The database is not ready" in done.stderr
    assert "manage.py prepare" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_unknown_program_is_named(tmp_path: Path) -> None:
    done = serve_again(Stack(tmp_path), "--programs", "web,toaster")
    assert done.returncode == 1
    assert "Unknown program toaster" in done.stderr


def test_the_watcher_runs_where_there_is_something_to_watch(
    settings: Settings, tmp_path: Path
) -> None:
    command = Command()
    for folder, runs in ((None, False), (tmp_path, True)):
        settings.WATCH_DIR = folder
        names = [one.name for one in command.programs(list(PROGRAMS), "", 0)]
        assert ("watch" in names) is runs
