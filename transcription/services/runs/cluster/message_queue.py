"""A queue between processes that survives the death of any of them.

``multiprocessing.Queue`` lets one reader at a time wait, behind a semaphore. A reader
that is killed while it waits never gives the semaphore back, and no other process
reads from that queue again: a worker that the kernel kills for its memory while it
has nothing to do would stop its whole cluster. Here the kernel hands each message to
one reader (``SOCK_SEQPACKET`` keeps messages whole), and a dead process holds nothing.
"""

import multiprocessing
import pickle
import select
import socket
import time
from types import TracebackType
from typing import Any, Final

# The kernel's usual limit is 208 KB; entries are a few hundred bytes.
_MAX_BYTES: Final = 160 * 1024
_MAX_RESULT_CHARACTERS: Final = 10_000
_POLL_SECONDS: Final = 0.05


class MessageQueue:
    """What django-q2 uses of a queue, for processes forked from the one that made it.

    With ``maxsize`` one message waits, however large it is: who puts another waits
    until that is taken. Without, ``put`` waits only when the kernel's buffer is full.
    A message that was received by a process which then dies is lost.
    """

    def __init__(self, maxsize: int = 0) -> None:
        self._is_bounded = maxsize > 0
        self._in, self._out = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)

    def put(self, item: Any) -> None:
        message = pickle.dumps(item)
        if len(message) > _MAX_BYTES:
            message = pickle.dumps(_shortened(item))
        while self._is_bounded and not self.empty():
            time.sleep(_POLL_SECONDS)
        self._in.send(message)

    def get(self) -> Any:
        return pickle.loads(self._out.recv(_MAX_BYTES))  # noqa: S301 - from our parent

    def empty(self) -> bool:
        is_closed = self._out.fileno() < 0
        return is_closed or not select.select([self._out], [], [], 0)[0]

    def qsize(self) -> int:
        """1 when something waits: the kernel does not count messages."""
        return int(not self.empty())

    def close(self) -> None:
        """In this process; what was put stays there for the others."""
        self._in.close()
        self._out.close()

    def join_thread(self) -> None:
        """There is no thread."""


class TimedLock:
    """A lock that is not waited for in vain: its holder may have been killed.

    For values that are written in moments. Whoever has waited ``seconds`` goes on
    without it.
    """

    def __init__(self, seconds: float = 2.0) -> None:
        self._lock = multiprocessing.RLock()
        self._seconds = seconds
        self._held: list[bool] = []

    def acquire(self) -> bool:
        self._held.append(self._lock.acquire(timeout=self._seconds))
        return True

    def release(self) -> None:
        if self._held.pop():
            self._lock.release()

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()


def _shortened(item: Any) -> Any:
    """A finished task whose error message is too long for one message."""
    return {**item, "result": str(item["result"])[:_MAX_RESULT_CHARACTERS]}
