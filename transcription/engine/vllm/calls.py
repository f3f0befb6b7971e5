"""Calls to the service: each ends by its time limit, and at once when it is not needed.

A call has a daemon thread, and the caller watches the clock meanwhile. A service that
keeps a connection open, byte by byte, is cut off; a lookup of a name cannot be, and is
left to end by itself.
"""

import http.client
import socket
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, wait
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Final, TypeVar

from transcription.engine.vllm.address import ServiceAddress

MAX_ANSWER: Final = 1_000_000  # bytes; half a minute of speech is under 2,000
CHECK_SECONDS: Final = 0.2
_BLOCK: Final = 65_536

Answer = TypeVar("Answer")


class CutOff(Exception):
    """The call was ended: its answer is not needed any more."""


class CallConnection:
    """The connections of one call, one after the other; any thread may cut them."""

    def __init__(self, address: ServiceAddress, seconds: float) -> None:
        self._address = address
        self._seconds = seconds
        self._ends_at = float("inf")  # the call waits for its turn
        self._socket: socket.socket | None = None
        self._is_cut = False

    def begin(self) -> None:
        self._ends_at = time.monotonic() + self._seconds

    @property
    def seconds_left(self) -> float:
        return self._ends_at - time.monotonic()

    def exchange(
        self, method: str, path: str, body: bytes, headers: dict[str, str]
    ) -> tuple[int, bytes]:
        """Status and body. Raises ``OSError``, ``HTTPException``, ``CutOff``."""
        self._raise_if_cut()
        connection = self._address.connect(max(0.001, self.seconds_left))
        try:
            connection.connect()
            self._socket = connection.sock
            self._raise_if_cut()  # it may have been cut before there was a socket
            connection.request(method, path, body or None, headers)
            with connection.getresponse() as response:
                return response.status, _read(response)
        finally:
            connection.close()

    def cut(self) -> None:
        self._is_cut = True
        if self._socket is not None:
            with suppress(OSError):  # it is closed already
                self._socket.shutdown(socket.SHUT_RDWR)

    def _raise_if_cut(self) -> None:
        if self._is_cut:
            raise CutOff


def side_by_side(
    calls: Sequence[Callable[[CallConnection], Answer]],
    address: ServiceAddress,
    *,
    seconds: float,
    at_once: int,
    check: Callable[[], None],
) -> list[Answer]:
    """The answers in the order of the calls, each within ``seconds`` of its beginning.

    Raises the first failure of a call, ``TimeoutError``, and what ``check`` raises,
    which is called while we wait. Nothing is waited for then.
    """
    connections = [CallConnection(address, seconds) for _call in calls]
    answers: list[Future[Answer]] = [Future() for _call in calls]
    waiting: SimpleQueue[int] = SimpleQueue()
    for index in range(len(calls)):
        waiting.put(index)
    is_over = threading.Event()

    def work() -> None:
        with suppress(Empty):
            while not is_over.is_set():
                index = waiting.get_nowait()
                connections[index].begin()
                try:
                    answers[index].set_result(calls[index](connections[index]))
                except Exception as error:
                    answers[index].set_exception(error)

    try:
        for _thread in range(min(at_once, len(calls))):
            threading.Thread(target=work, name="service-call", daemon=True).start()
        _wait(connections, answers, check)
        return [answer.result() for answer in answers]
    finally:
        is_over.set()
        for connection, answer in zip(connections, answers, strict=True):
            if not answer.done():
                connection.cut()


def _wait(
    connections: Sequence[CallConnection],
    answers: Sequence[Future[Answer]],
    check: Callable[[], None],
) -> None:
    missing = set(answers)
    while missing:
        done, missing = wait(missing, CHECK_SECONDS, FIRST_EXCEPTION)
        for answer in done:
            answer.result()  # or what it failed with
        for connection, answer in zip(connections, answers, strict=True):
            if connection.seconds_left < 0 and not answer.done():
                raise TimeoutError("no whole answer in time")
        if missing:
            check()


def _read(response: http.client.HTTPResponse) -> bytes:
    """The body, unless it is endless."""
    blocks: list[bytes] = []
    size = 0
    while block := response.read1(_BLOCK):
        blocks.append(block)
        size += len(block)
        if size > MAX_ANSWER:
            raise http.client.HTTPException("the answer does not end")
    if response.length:
        raise http.client.IncompleteRead(b"", response.length)
    return b"".join(blocks)
