"""A service that answers as badly as a test likes."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

MODELS = json.dumps({"data": [{"id": "fun-asr-nano"}]}).encode()
DRIP_SECONDS = 0.05

Behaviour = Callable[[socket.socket, threading.Event], None]


class Unruly:
    """Answers ``GET`` well, and whatever sound comes with ``behave``."""

    def __init__(self, behave: Behaviour) -> None:
        self.behave = behave
        self.received = 0
        self.is_asked = threading.Event()
        self.is_over = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._accept)

    @contextmanager
    def running(self) -> Iterator["Unruly"]:
        self._thread.start()
        try:
            yield self
        finally:
            self.is_over.set()
            self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
            self._thread.join()

    def _accept(self) -> None:
        with suppress(OSError):
            while not self.is_over.is_set():
                connection, _address = self._listener.accept()
                threading.Thread(target=self._serve, args=(connection,)).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            head = connection.recv(65_536)
            if head.startswith(b"GET"):
                connection.sendall(ok(MODELS))
                return
            self.received += 1
            self.is_asked.set()
            self.behave(connection, self.is_over)


def ok(body: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)


def silence(connection: socket.socket, is_over: threading.Event) -> None:
    is_over.wait(60)


def dripping(start: bytes, drop: bytes) -> Behaviour:
    def drip(connection: socket.socket, is_over: threading.Event) -> None:
        connection.sendall(start)
        while not is_over.wait(DRIP_SECONDS):
            connection.sendall(drop)

    return drip
