"""The one way out of the seal while packages are installed: an HTTP proxy that notes
every host it is asked for. It listens on a Unix socket, which a network namespace does
not shut out; inside, a relay gives it a port."""

import contextlib
import os
import socket
import threading
from pathlib import Path

RELAY = ("127.0.0.1", 3128)
_HEAD_LIMIT = 65536
_CONNECT_SECONDS = 60


def serve_proxy(path: Path, hosts_file: Path) -> None:
    """Answer CONNECT at the socket ``path``; hosts go into ``hosts_file``, a line each.

    Only CONNECT: both registries speak TLS, and what else asks is noted and refused.
    """
    server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    server.bind(str(path))
    server.listen(64)
    while True:
        client, _ = server.accept()
        threading.Thread(
            target=_serve_one, args=(client, hosts_file), daemon=True
        ).start()


def _serve_one(client: socket.socket, hosts_file: Path) -> None:
    with client, contextlib.suppress(OSError):
        head = b""
        while b"\r\n\r\n" not in head and len(head) < _HEAD_LIMIT:
            chunk = client.recv(4096)
            if not chunk:
                return
            head += chunk
        method, target, *_ = head.split(b"\r\n", 1)[0].decode("latin-1").split(" ")
        host, _, port = target.rpartition(":")
        is_tunnel = method == "CONNECT" and port.isdigit()
        _note(hosts_file, host if is_tunnel else target)
        if not is_tunnel:
            client.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
            return
        address = (host.strip("[]"), int(port))
        with socket.create_connection(address, timeout=_CONNECT_SECONDS) as upstream:
            upstream.settimeout(None)
            client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            join(client, upstream)


def _note(hosts_file: Path, host: str) -> None:
    with hosts_file.open("a", encoding="utf-8") as notes:
        notes.write(f"{host}\n")


def relay(path: Path) -> None:
    """Inside the seal: everything at ``RELAY`` goes to the socket ``path``."""
    server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    server.bind(RELAY)
    server.listen(64)

    def serve() -> None:
        while True:
            client, _ = server.accept()
            threading.Thread(target=forward, args=(client,), daemon=True).start()

    def forward(client: socket.socket) -> None:
        way_out = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        with client, way_out, contextlib.suppress(OSError):
            way_out.connect(os.fspath(path))
            join(client, way_out)

    threading.Thread(target=serve, daemon=True).start()


def join(one: socket.socket, other: socket.socket) -> None:
    """Copy both ways until both have ended."""

    def copy(source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)

    back = threading.Thread(target=copy, args=(other, one), daemon=True)
    back.start()
    copy(one, other)
    back.join()
