"""A worker that is told to end gives back what it has in hand, and ends."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class WorkerStopping(SystemExit):
    """SIGTERM arrived in mid-job: give the job back, then end the process."""


@contextmanager
def sigterm_raises() -> Iterator[None]:
    """Inside, SIGTERM gives the job back instead of leaving it to the reaper."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(signum: int, frame: FrameType | None) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        raise WorkerStopping(0)

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
