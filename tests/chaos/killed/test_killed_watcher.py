"""A watcher that is killed, at whatever step: no call is lost, none is there twice."""

import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from tests.chaos.installation import Installation, kill, wait_for
from tests.chaos.killed.test_killed_import import ALICE
from tests.chaos.preloaded import ROOT
from tests.transcription.recordings.importing.archives import put, sound

pytestmark = pytest.mark.chaos

COUNT = 30
# A look at the folder by whom SIGKILL meets at its step number N: before or after a
# statement of SQL, or before something is done to a file or folder.
LOOK = """
import os, signal, sys
import django
django.setup()
from pathlib import Path
from django.db import connection
from transcription.services.runs.cluster.workers import worker_name
from transcription.services.watching.looking import Watcher

root, last = Path(sys.argv[1]), int(sys.argv[2])
steps = seconds = 0

def step(*_):
    global steps
    steps += seconds > 0
    if steps == last:
        os.kill(os.getpid(), signal.SIGKILL)

def sql(execute, *arguments):
    step()
    found = execute(*arguments)
    step()
    return found

def on_event(event, arguments):
    if event in ("os.rename", "os.mkdir", "os.remove", "os.chmod", "open"):
        step()

watcher = Watcher(root, worker_name(), clock=lambda: seconds)
watcher.look()
seconds = 10
sys.addaudithook(on_event)
with connection.execute_wrapper(sql):
    watcher.look()
"""


@pytest.fixture
def inbox(embedded: Installation, tmp_path: Path) -> Path:
    embedded.python("-c", ALICE)
    root = tmp_path / "inbox"
    (root / "sales").mkdir(parents=True)
    (root / "sales.toml").write_text('uploader = "alice"\nquiet_seconds = 1\n')
    return root


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_killed_at_each_step_in_turn(embedded: Installation, inbox: Path) -> None:
    folder = inbox / "sales"
    step, was_killed = 0, True
    while was_killed:
        step += 1
        (folder / f"{step}.wav").write_bytes(sound(step))
        (folder / f"{step}.json").write_text(f'{{"agent": "agent {step}"}}')
        (folder / f"{step}.txt").write_text("no sound")
        try:
            embedded.python("-c", LOOK, str(inbox), str(step))
            was_killed = False
        except AssertionError as error:
            assert "exit status -9" in str(error), error
        embedded.python("-c", LOOK, str(inbox), "0")
        agents = embedded.rows("SELECT agent FROM transcription_recording ORDER BY id")
        assert [row["agent"] for row in agents] == [
            f"agent {number}" for number in range(1, step + 1)
        ], f"killed at step {step}"
    assert step > 40  # it has been killed at something
    numbers = range(1, step + 1)
    done = [f"{number}.{ending}" for number in numbers for ending in ("json", "wav")]
    failed = [
        f"{number}.{ending}" for number in numbers for ending in ("txt", "txt.txt")
    ]
    assert files(folder / "done") == sorted(done)
    left = [name for name in files(folder / "failed") if not name.startswith(".")]
    assert left == sorted(failed)
    assert len(files(folder)) == len(done) + len(files(folder / "failed"))
    assert not embedded.rows("SELECT * FROM transcription_settledfile")
    names = {
        row["file"] for row in embedded.rows("SELECT file FROM transcription_recording")
    }
    media = embedded.folder / "media"
    assert all((media / name).exists() for name in names) and len(names) == step


def test_killed_again_and_again_it_takes_every_file_once(
    embedded: Installation, inbox: Path
) -> None:
    put(inbox / "sales", *(f"{number}/call.wav" for number in range(COUNT)))
    environment = {**embedded.environment, "SHENGWEN_WATCH_DIR": str(inbox)}

    def has_made(goal: int) -> bool:
        sql = "SELECT count(*) FROM transcription_recording"
        return int(embedded.rows(sql)[0][0]) >= goal

    for goal in (3, 12, COUNT):
        process = subprocess.Popen(
            [sys.executable, "manage.py", "watch", "--every", "0.3"],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            wait_for(partial(has_made, goal))
            if goal == COUNT:
                wait_for(lambda: len(files(inbox / "sales" / "done")) == COUNT)
                process.terminate()
                assert process.wait(timeout=10) == 0
        finally:
            kill(process.pid)
            process.wait()
    sql = "SELECT count(*), count(DISTINCT sha256) FROM transcription_recording"
    assert tuple(embedded.rows(sql)[0]) == (COUNT, COUNT)
    assert len(files(inbox / "sales")) == COUNT
