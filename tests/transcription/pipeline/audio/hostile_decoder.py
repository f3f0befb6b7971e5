"""A decoder that a file has taken over: started by ``test_cage.py`` instead of the real
one, and in the same cage. The recording's bytes say what it tries."""

import ctypes
import os
import socket
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

sys.path.insert(0, str(Path(__file__).resolve().parents[4]))

from transcription.pipeline.audio.decoder import decode_worker


def act(source: IO[bytes], order: object) -> Any:
    source.seek(12)  # behind RIFF....WAVE
    what, _space, where = source.read().decode().strip().partition(" ")
    ACTS[what](where)
    raise SystemExit(f"It could {what}.")  # the test fails on that


def connect(port: str) -> None:
    socket.create_connection(("127.0.0.1", int(port)), timeout=5).close()


def send_datagram(port: str) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.sendto(b"secret", ("127.0.0.1", int(port)))


def read(path: str) -> None:
    Path(path).read_bytes()


def write(path: str) -> None:
    Path(path).write_bytes(b"here I was")


def fork_bomb(_: str) -> None:
    for _number in range(3):
        os.fork()


def start_threads(_: str) -> None:
    threads = [threading.Thread(target=threading.Event().wait) for _ in range(2000)]
    for thread in threads:
        thread.start()


def execute(path: str) -> None:
    os.execv(path, [path])  # noqa: S606 - that is the point


def kill_parent(_: str) -> None:
    os.kill(os.getppid(), 9)


def look_into_parent(_: str) -> None:
    Path(f"/proc/{os.getppid()}/environ").read_bytes()


def trace_parent(_: str) -> None:
    ptrace_attach = 16
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.ptrace(ptrace_attach, os.getppid(), 0, 0):
        raise OSError(ctypes.get_errno(), "ptrace")


def allocate(_: str) -> None:
    bytearray(3 * 2**30)


def raise_limits(_: str) -> None:
    import resource

    most = resource.RLIM_INFINITY
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


ACTS: dict[str, Callable[[str], None]] = {
    act.__name__: act
    for act in (
        connect,
        send_datagram,
        read,
        write,
        fork_bomb,
        start_threads,
        execute,
        kill_parent,
        look_into_parent,
        trace_parent,
        allocate,
        raise_limits,
    )
}

if __name__ == "__main__":
    setattr(decode_worker, "decode_stream", act)  # noqa: B010
    decode_worker.main()
