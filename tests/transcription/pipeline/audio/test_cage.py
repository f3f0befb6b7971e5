"""What a decoder that a file has taken over can reach: nothing."""

import logging
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.runner.required import skip_or_fail
from tests.transcription.pipeline.sounds import voice, write
from transcription.engine.base import EngineError, ErrorCode
from transcription.pipeline.audio import decode
from transcription.pipeline.audio.decode import decode_file
from transcription.pipeline.types import DecodeLimits

pytestmark = pytest.mark.skipif(
    "DATABASE_URL" in os.environ, reason="needs no database"
)

HOSTILE = Path(__file__).with_name("hostile_decoder.py")
ENTER = f"""
import sys; sys.path.insert(0, {str(HOSTILE.parents[4])!r})
from pathlib import Path
from transcription.pipeline.audio.decoder import cage
print(*cage.enter(Path(sys.argv[1]), []), sep=", ")
"""


def missing(folder: Path, script: str = ENTER) -> list[str]:
    """The protections that this kernel does not give."""
    done = subprocess.run(
        [sys.executable, "-I", "-c", script, str(folder)],
        capture_output=True,
        text=True,
        check=True,
    )
    return [word for word in done.stdout.strip().split(", ") if word]


@pytest.fixture
def work_dir(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    folder.mkdir(mode=0o700)
    return folder


@pytest.fixture
def caged(work_dir: Path) -> None:
    if lacks := missing(work_dir):
        skip_or_fail("cage", f"This kernel gives no {', no '.join(lacks)}.")


@pytest.fixture
def port() -> Iterator[int]:
    """A port at which a server listens, as a database does."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def tried(
    what: str, tmp_path: Path, work_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> EngineError:
    """What comes of a file that makes its decoder try this."""
    source = tmp_path / "evil.wav"
    source.write_bytes(b"RIFF....WAVE" + what.encode())
    monkeypatch.setattr(decode, "_WORKER", HOSTILE)
    with pytest.raises(EngineError) as caught:
        decode_file(source, work_dir, DecodeLimits())
    assert "could" not in caught.value.detail
    assert list(work_dir.iterdir()) == []
    return caught.value


@pytest.mark.parametrize(
    "what",
    [
        "connect {port}",
        "send_datagram {port}",
        "execute /bin/true",
        "kill_parent",
        "trace_parent",
        "fork_bomb",
        "raise_limits",
    ],
)
def test_what_decoding_does_not_need_is_not_there(
    caged: None,
    what: str,
    port: int,
    tmp_path: Path,
    work_dir: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    error = tried(what.format(port=port), tmp_path, work_dir, monkeypatch)
    assert (error.code, error.permanent) == (ErrorCode.DECODE_LIMIT, True)


@pytest.mark.parametrize(
    "what",
    [
        "read /etc/passwd",
        "read {data}",
        "write {data}",
        "write {beside}",
        "look_into_parent",
    ],
)
def test_other_files_are_out_of_reach(
    caged: None,
    what: str,
    tmp_path: Path,
    work_dir: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data, beside = tmp_path / "shengwen.sqlite3", tmp_path / "beside"
    data.write_bytes(b"all that there is")
    places = {"data": data, "beside": beside}
    error = tried(what.format(**places), tmp_path, work_dir, monkeypatch)
    assert (error.code, error.permanent) == (ErrorCode.DECODE_LIMIT, True)
    assert data.read_bytes() == b"all that there is"
    assert not beside.exists()


def test_memory_beyond_the_limit_ends_in_a_code(
    tmp_path: Path, work_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    error = tried("allocate", tmp_path, work_dir, monkeypatch)
    assert (error.code, error.permanent) == (ErrorCode.DECODE_LIMIT, False)


def test_threads_beyond_the_limit_end_in_no_result(
    tmp_path: Path, work_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    error = tried("start_threads", tmp_path, work_dir, monkeypatch)
    assert error.code == ErrorCode.DECODER_LOST


def test_what_the_kernel_does_not_give_is_said_once(
    tmp_path: Path,
    work_dir: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    decode._note_protection.cache_clear()
    script = tmp_path / "decoder.py"
    script.write_text(
        'print(\'{"error": "corrupt_audio", "unprotected_by": ["Landlock"]}\')'
    )
    monkeypatch.setattr(decode, "_WORKER", script)
    source = write(tmp_path / "a.wav", [voice(0.1)])
    with caplog.at_level(logging.WARNING):
        for _ in range(2):
            with pytest.raises(EngineError):
                decode_file(source, work_dir, DecodeLimits())
    said = [record.getMessage() for record in caplog.records]
    assert said == ["Decoders run with less protection here: no Landlock."]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_it_holds_for_others_than_root() -> None:
    somebody = "import os; os.setgroups([]); os.setgid(65534); os.setuid(65534)\n"
    everybodys = Path("/tmp")  # noqa: S108
    if lacks := missing(everybodys, ENTER.replace("print(", f"{somebody}print(")):
        pytest.skip(f"This system gives others no {', no '.join(lacks)}.")
