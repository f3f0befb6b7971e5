"""Bytes on a socket: requests that no client's library would send."""

import socket
import time
from contextlib import suppress


def connect(
    port: int, source: str = "127.0.0.1", *, receive_buffer: int | None = None
) -> socket.socket:
    """A connection from an address of this machine's own (all of 127/8 are)."""
    wire = socket.socket()
    wire.settimeout(20)
    if receive_buffer is not None:
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    wire.bind((source, 0))
    wire.connect(("127.0.0.1", port))
    return wire


def read_all(wire: socket.socket) -> bytes:
    """Everything until the server hangs up."""
    said = bytearray()
    with suppress(ConnectionError):
        while chunk := wire.recv(2**16):
            said += chunk
    return bytes(said)


def say(port: int, *parts: bytes, source: str = "127.0.0.1") -> bytes:
    """Send all, and what comes back until the server hangs up."""
    with connect(port, source) as wire:
        with suppress(ConnectionError):
            for part in parts:
                wire.sendall(part)
        return read_all(wire)


def status_of(answer: bytes) -> int:
    """The status, 0 without an answer."""
    return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/1.1 ") else 0


def get(path: str, *lines: str) -> bytes:
    """A request that asks to hang up after the answer."""
    head = [f"GET {path} HTTP/1.1", "Host: localhost", "Connection: close", *lines]
    return "\r\n".join([*head, "", ""]).encode()


def seconds_until_closed(wire: socket.socket) -> float:
    """How long until the server hangs up (the socket's timeout at most)."""
    began = time.monotonic()
    read_all(wire)
    return time.monotonic() - began
