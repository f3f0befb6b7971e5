"""Decoders that are started before there is anything to decode."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.transcription.pipeline.sounds import voice, write
from transcription.engine.base import EngineError
from transcription.pipeline.audio import decode
from transcription.pipeline.audio.decode import decode_file, keep_decoder_ahead
from transcription.pipeline.audio.decoder import processes
from transcription.pipeline.audio.decoder.processes import renew_ahead
from transcription.pipeline.types import DecodeLimits

HOSTILE = Path(__file__).parent / "hostile_decoder.py"


@pytest.fixture(autouse=True)
def none_is_kept() -> Iterator[None]:
    yield
    if (one := processes._ahead._one) is not None:
        one.end()
    processes._ahead.forget()


def pid_ahead() -> int:
    one = processes._ahead._one
    assert one is not None
    return one.process.pid


def decoded(folder: Path) -> int:
    """The length of a second, in ms."""
    source = write(folder / "a.wav", [voice(1.0)])
    work_dir = folder / "work"
    work_dir.mkdir(exist_ok=True)
    return decode_file(source, work_dir, DecodeLimits()).duration_ms


def test_the_one_ahead_decodes_and_the_next_is_started_when_there_is_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_decoder_ahead()
    first = pid_ahead()
    used = []
    end = decode._waited_for

    def waited_for(process: Any, *rest: Any) -> tuple[bytes, bytes]:
        used.append(process.pid)
        return end(process, *rest)

    monkeypatch.setattr(decode, "_waited_for", waited_for)
    assert decoded(tmp_path) == 1000
    assert used == [first]
    assert processes._ahead._one is None
    renew_ahead()
    assert pid_ahead() != first
    assert decoded(tmp_path) == 1000


def test_where_none_is_kept_none_is_started(tmp_path: Path) -> None:
    renew_ahead()
    assert processes._ahead._one is None
    assert decoded(tmp_path) == 1000
    assert processes._ahead._one is None


def test_one_that_died_waiting_is_no_verdict_on_the_file(tmp_path: Path) -> None:
    keep_decoder_ahead()
    os.kill(pid_ahead(), 9)
    assert decoded(tmp_path) == 1000
    keep_decoder_ahead()
    os.kill(pid_ahead(), 9)
    time.sleep(0.1)
    renew_ahead()  # it sees that one is missing
    assert decoded(tmp_path) == 1000


def test_it_is_closed_in_as_any_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = tmp_path / "secret"
    secret.write_text("password")
    monkeypatch.setattr(decode, "_WORKER", HOSTILE)
    keep_decoder_ahead()
    time.sleep(0.5)
    source = tmp_path / "evil.wav"
    source.write_bytes(b"RIFF....WAVE" + f"read {secret}".encode())
    work_dir = tmp_path / "work"
    work_dir.mkdir()
    with pytest.raises(EngineError) as caught:
        decode_file(source, work_dir, DecodeLimits())
    assert "could" not in caught.value.detail


PARENT = """
import os, sys
from transcription.pipeline.audio.decode import keep_decoder_ahead
from transcription.pipeline.audio.decoder import processes
keep_decoder_ahead()
ahead = processes._ahead._one.process.pid
child = os.fork()
if not child:
    assert processes._ahead._one is None
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
print(ahead, flush=True)
os.kill(os.getpid(), 9)
"""


def test_it_ends_with_its_parent_and_is_no_childs() -> None:
    parent = subprocess.run(
        [sys.executable, "-c", PARENT], capture_output=True, text=True
    )
    assert parent.returncode == -9, parent.stderr
    pid = int(parent.stdout)
    deadline = time.monotonic() + 10
    while is_running(pid):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def is_running(pid: int) -> bool:
    """A zombie that nobody waits for is not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"
