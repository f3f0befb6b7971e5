"""Decoder processes, which decode one file each; one may be started ahead.

Python that starts and loads FFmpeg takes 0.13 s, for which whoever waits for the text
of five seconds would wait as well. A process that is started ahead has read nothing but
our own code; what it decodes, where to, and the limits come later, over its standard
input, and then it closes itself in. When its parent is gone, it reads the end and ends.
"""

import os
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Final

from transcription.pipeline.audio.decoder.order import DecodeOrder

_ENVIRONMENT: Final = {
    "LC_ALL": "C.UTF-8",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
}


@dataclass(frozen=True, slots=True)
class DecoderProcess:
    """One that waits for its order."""

    worker: Path
    process: "subprocess.Popen[bytes]"
    control: socket.socket

    @classmethod
    def start(cls, worker: Path) -> "DecoderProcess":
        """``worker`` is the program: ``decode_worker.py``."""
        ours, theirs = socket.socketpair()
        with theirs:
            process = subprocess.Popen(  # noqa: S603 - our own file
                [sys.executable, "-I", str(worker)],
                stdin=theirs.fileno(),
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=_ENVIRONMENT,
            )
        return cls(worker, process, ours)

    def order(self, source_fd: int, order: DecodeOrder) -> bool:
        """False when it is gone."""
        with self.control:
            try:
                socket.send_fds(self.control, [order.to_json().encode()], [source_fd])
            except OSError:
                return False
        return True

    def end(self) -> None:
        """Without an order."""
        self.control.close()
        self.process.kill()
        self.process.communicate()


class _Ahead:
    """The process that is started ahead, where one is kept."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """After a fork: it is the parent's."""
        self._worker: Path | None = None
        self._one: DecoderProcess | None = None
        self._one_at_a_time = Lock()

    def keep(self, worker: Path) -> None:
        self._worker = worker
        self.renew()

    def renew(self) -> None:
        with self._one_at_a_time:
            if self._worker is not None and not _waits(self._one):
                self._one = DecoderProcess.start(self._worker)

    def take(self, worker: Path) -> DecoderProcess | None:
        with self._one_at_a_time:
            one = self._one
            if one is None or one.worker != worker:
                return None
            self._one = None
        return one if _waits(one) else None


def _waits(one: DecoderProcess | None) -> bool:
    """Whether it still does; of one that is gone nothing stays behind."""
    if one is None:
        return False
    if one.process.poll() is None:
        return True
    one.end()
    return False


_ahead = _Ahead()
os.register_at_fork(after_in_child=_ahead.forget)


def keep_ahead(worker: Path) -> None:
    """From now on this process has one ready for the next ``ordered``."""
    _ahead.keep(worker)


def renew_ahead() -> None:
    """Where one is kept and was used, the next one. It costs 0.15 s of a core: call it
    when nothing else is to be done."""
    _ahead.renew()


def ordered(
    worker: Path, source_fd: int, order: DecodeOrder
) -> "subprocess.Popen[bytes]":
    """The process that decodes this. It is the caller's to wait for, or to kill."""
    ahead = _ahead.take(worker)
    if ahead is not None and ahead.order(source_fd, order):
        return ahead.process
    if ahead is not None:
        ahead.end()
    new = DecoderProcess.start(worker)
    new.order(source_fd, order)  # if it is gone, how it ended says why
    return new.process
