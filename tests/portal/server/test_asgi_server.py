"""The limits and the streaming in front of a real web server (no workers)."""

import hashlib
import http.client
import json
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.stack import Stack
from tests.transcription.api.conftest import wav

WAIT_SECONDS = 4


@pytest.fixture(scope="module")
def server() -> Iterator[Stack]:
    with Stack(
        programs="web",
        SHENGWEN_API_WAIT_SECONDS=str(WAIT_SECONDS),
        SHENGWEN_UPLOAD_MAX_MB="64",
    ) as stack:
        yield stack


@pytest.fixture(scope="module")
def key(server: Stack) -> str:
    return server.token()


def incoming(server: Stack) -> list[Path]:
    return list((server.data_dir / "media" / "incoming").glob("*"))


def originals(server: Stack) -> list[Path]:
    return list((server.data_dir / "media" / "recordings").rglob("original"))


def announce(server: Stack, length: int, path: str, **headers: str) -> Any:
    """Say how much will come, send a little, and see what the server says."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    connection.putrequest("POST", path)
    connection.putheader("Content-Length", str(length))
    connection.putheader("Content-Type", "multipart/form-data; boundary=x")
    for name, value in headers.items():
        connection.putheader(name, value)
    connection.endheaders()
    connection.send(b'--x\r\nContent-Disposition: form-data; name="audio"; ')
    return connection.getresponse()


def test_ten_gigabytes_are_refused_at_once(server: Stack, key: str) -> None:
    began = time.monotonic()
    answer = announce(
        server, 10 * 2**30, "/api/transcribe", Authorization=f"Bearer {key}"
    )
    assert answer.status == 413
    assert answer.headers["Connection"] == "close"
    assert json.loads(answer.read())["code"] == "too_large"
    assert time.monotonic() - began < 2


def test_a_wrong_key_is_refused_before_the_file_has_come(server: Stack) -> None:
    began = time.monotonic()
    answer = announce(
        server, 50 * 2**20, "/api/transcribe", Authorization="Bearer swk_wrong"
    )
    assert answer.status == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert json.loads(answer.read())["code"] == "token_wrong"
    assert time.monotonic() - began < 2
    assert incoming(server) == []


def test_a_stranger_cannot_fill_the_disk_through_the_page(server: Stack) -> None:
    answer = announce(server, 50 * 2**20, "/d/sales/upload/")
    assert answer.status in (302, 403, 404)
    assert incoming(server) == []


def test_a_file_arrives_byte_for_byte_however_it_is_sent(
    server: Stack, key: str
) -> None:
    content = wav(40.0, value=1)  # more than one read, more than Django's memory limit
    for name in ("declared", "chunked"):
        sent = content + name.encode()
        request = httpx.Request(
            "POST",
            f"{server.base_url}/api/transcribe",
            files={"audio": ("电话.wav", sent, "audio/wav")},
            headers={"Authorization": f"Bearer {key}"},
        )
        if name == "chunked":
            body = request.read()
            request = httpx.Request(
                "POST",
                request.url,
                content=(body[at : at + 50_000] for at in range(0, len(body), 50_000)),
                headers={
                    "Authorization": f"Bearer {key}",
                    "Content-Type": request.headers["Content-Type"],
                },
            )
        with httpx.Client(timeout=30) as client:
            answer = client.send(request)
        assert answer.status_code == 202, answer.text
        digests = {
            hashlib.sha256(path.read_bytes()).digest() for path in originals(server)
        }
        assert hashlib.sha256(sent).digest() in digests
    assert incoming(server) == []


def test_a_client_that_leaves_in_mid_upload_leaves_nothing(
    server: Stack, key: str
) -> None:
    before = len(originals(server))
    with socket.create_connection(("127.0.0.1", server.port)) as wire:
        wire.sendall(
            b"POST /api/transcribe HTTP/1.1\r\nHost: localhost\r\n"
            + f"Authorization: Bearer {key}\r\n".encode()
            + b"Content-Type: multipart/form-data; boundary=x\r\n"
            b"Content-Length: 9000000\r\n\r\n"
            b'--x\r\nContent-Disposition: form-data; name="audio"; filename="a.wav"\r\n'
            b"\r\n" + b"RIFF" * 100_000
        )
        deadline = time.monotonic() + 10
        while not incoming(server) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert incoming(server), "it is written while it arrives"
    deadline = time.monotonic() + 10
    while incoming(server) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert incoming(server) == []
    assert len(originals(server)) == before
    assert "Traceback" not in server.log()


def test_fifty_callers_wait_side_by_side(server: Stack, key: str) -> None:
    """And the portal answers others meanwhile."""

    def call(number: int) -> int:
        answer = httpx.post(
            f"{server.base_url}/api/transcribe",
            files={"audio": wav(0.1, value=1000 + number)},
            headers={"Authorization": f"Bearer {key}"},
            timeout=60,
        )
        return answer.status_code

    began = time.monotonic()
    with ThreadPoolExecutor(50) as pool:
        calls = [pool.submit(call, number) for number in range(50)]
        time.sleep(WAIT_SECONDS - 1)
        asked = time.monotonic()
        assert httpx.get(f"{server.base_url}/healthz").status_code == 200
        assert time.monotonic() - asked < 5
        assert {call.result() for call in calls} == {202}
    assert time.monotonic() - began < 10 * WAIT_SECONDS, "one by one it were 200 s"


def test_a_form_that_is_too_large_is_a_page_of_the_portal(server: Stack) -> None:
    answer = httpx.post(
        f"{server.base_url}/accounts/login/",
        data={"username": "x" * 3 * 2**20},
        headers={"Accept": "text/html", "Accept-Language": "en"},
        timeout=20,
    )
    assert answer.status_code == 413
    assert "at most 2 MB are accepted here" in answer.text
    assert "what you typed is still there" in answer.text
    assert "Content-Security-Policy" in answer.headers
