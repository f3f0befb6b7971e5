"""Attacks on the web server as it is started, and clients that it must put up with."""

import http.client
import json
import select
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from portal.http.own_cookies import OwnCookies
from tests.portal.server.crowd import ATTACKER, COOKIES, HEALTH, VISITOR, crowd, health
from tests.portal.server.wire import (
    connect,
    get,
    read_all,
    say,
    seconds_until_closed,
    status_of,
)
from tests.runner.required import skip_or_fail
from tests.stack import Stack
from tests.transcription.api.conftest import wav

HEADER_SECONDS, SILENCE_SECONDS = 2, 3
PER_ADDRESS, IN_ALL = 60, 100
ANOTHER = "127.0.0.4"
COOKIE_NAME = "door"


@pytest.fixture(scope="module")
def server() -> Iterator[Stack]:
    with Stack(
        programs="web",
        static=False,
        SHENGWEN_API_WAIT_SECONDS="0",
        SHENGWEN_COOKIE_NAME=COOKIE_NAME,
        SHENGWEN_HEADER_SECONDS=str(HEADER_SECONDS),
        SHENGWEN_SILENCE_SECONDS=str(SILENCE_SECONDS),
        SHENGWEN_CONNECTIONS=str(IN_ALL),
        SHENGWEN_CONNECTIONS_PER_ADDRESS=str(PER_ADDRESS),
    ) as stack:
        yield stack


@pytest.fixture(scope="module")
def key(server: Stack) -> str:
    return server.token()


def web_log(server: Stack) -> str:
    return (server.data_dir / "log" / "web.log").read_text()


def memory(server: Stack) -> int:
    return sum(one.memory_info().rss for one in server.server_processes())


# --- Heads ---------------------------------------------------------------------------


def test_a_head_of_sixteen_kilobytes_passes_and_a_larger_one_does_not(
    server: Stack,
) -> None:
    def padded(size: int) -> bytes:
        bare = len(get("/healthz", "X-Pad: "))
        return get("/healthz", "X-Pad: " + "x" * (size - bare))

    assert status_of(say(server.port, padded(16 * 2**10))) == 200
    answer = say(server.port, padded(16 * 2**10 + 1))
    assert status_of(answer) == 431
    assert b"connection: close" in answer
    assert "at most 16 KB are accepted" in answer.decode()
    assert "最多 16 KB" in answer.decode()
    assert answer.endswith(b"code: headers_too_large\n")
    assert status_of(say(server.port, get("/" + "x" * 2**14))) == 431


def test_the_second_request_of_a_connection_is_measured_too(server: Stack) -> None:
    first = HEALTH.replace(b"Connection: close\r\n", b"")
    answer = say(server.port, first + get("/healthz", "X-Pad: " + "x" * 2**14))
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert b"HTTP/1.1 431 " in answer


def test_a_hundred_megabytes_of_headers_are_not_kept(server: Stack) -> None:
    before = memory(server)
    line = b"X-Pad: " + b"x" * 4000 + b"\r\n"
    head = HEALTH.removesuffix(b"\r\n")
    answer = say(server.port, head, *[line * 256] * 100, source=ATTACKER)
    assert status_of(answer) in (0, 431)
    assert memory(server) - before < 20 * 2**20
    assert health(server.port)[0] == 200


@pytest.mark.parametrize("kind", COOKIES)
def test_fifty_requests_full_of_cookies_do_not_stop_the_server(
    server: Stack, kind: str
) -> None:
    """How long others wait meanwhile: ``python -m benchmarks.portal.crowd``."""
    asked = crowd(server.port, get("/", COOKIES[kind]))
    assert asked.statuses == {302}
    assert asked.health  # each answered with 200


def test_django_sees_no_cookies_but_the_portals() -> None:
    from portal.asgi import application

    assert isinstance(application, OwnCookies)


def test_of_several_cookie_headers_ours_are_read(server: Stack) -> None:
    """HTTP/2 lets a browser send each for itself; Django puts commas between them."""
    ours = f"Cookie: {COOKIE_NAME}_language=en"
    request = get("/", "Cookie: sessionid=a", ours, "Cookie: b=1")
    answer = say(server.port, request)
    assert status_of(answer) == 302
    assert b"content-language: en\r\n" in answer.lower()


# --- Time ----------------------------------------------------------------------------


def test_a_head_that_trickles_is_told_so_and_a_silent_one_is_hung_up_on(
    server: Stack,
) -> None:
    began = time.monotonic()
    with connect(server.port) as wire, connect(server.port) as silent:
        wire.sendall(b"GET /healthz HTTP/1.1\r\n")
        answer = b""
        while not answer and time.monotonic() - began < 3 * HEADER_SECONDS:
            wire.sendall(b"x")
            time.sleep(0.1)
            with_answer, _, _ = select.select([wire], [], [], 0)
            answer = wire.recv(2**16) if with_answer else b""
        assert status_of(answer) == 408
        assert answer.endswith(b"code: headers_timeout\n")
        assert seconds_until_closed(silent) < 2 * HEADER_SECONDS
    assert time.monotonic() - began >= HEADER_SECONDS


def test_the_second_head_of_a_connection_has_no_more_time(server: Stack) -> None:
    with connect(server.port) as wire:
        wire.sendall(HEALTH.replace(b"Connection: close\r\n", b"") + b"GET /he")
        assert seconds_until_closed(wire) < HEADER_SECONDS + 6


def test_a_body_that_stalls_or_trickles_ends(server: Stack, key: str) -> None:
    head = (
        "POST /api/transcribe HTTP/1.1\r\nHost: localhost\r\n"
        f"Authorization: Bearer {key}\r\n"
        "Content-Type: multipart/form-data; boundary=x\r\n"
        "Content-Length: 9000000\r\n\r\n"
        '--x\r\nContent-Disposition: form-data; name="audio"; filename="a.wav"\r\n\r\n'
    ).encode()
    with connect(server.port) as stalled, connect(server.port) as trickling:
        for wire in (stalled, trickling):
            wire.sendall(head + b"RIFF" * 100_000)
        began = time.monotonic()
        with suppress(ConnectionError):
            while time.monotonic() - began < 10 * SILENCE_SECONDS:
                trickling.sendall(b"x")
                time.sleep(0.1)
                if select.select([trickling], [], [], 0)[0]:
                    break
        assert status_of(read_all(trickling)) == 408
        assert status_of(read_all(stalled)) == 408
        assert time.monotonic() - began < 10 * SILENCE_SECONDS
    assert list((server.data_dir / "media" / "incoming").glob("*")) == []


def test_who_takes_no_answer_is_cut_off_and_who_takes_it_slowly_is_not(
    server: Stack,
) -> None:
    """Both ask more than the buffers between can hold the answers of."""
    many = 200 * HEALTH.replace(b"Connection: close\r\n", b"")
    with ExitStack() as wires:
        deaf = wires.enter_context(connect(server.port, ATTACKER, receive_buffer=4096))
        slow = wires.enter_context(connect(server.port, ANOTHER, receive_buffer=4096))
        for wire in (deaf, slow):
            wire.settimeout(0.1)
        began = time.monotonic()
        is_cut_off = False
        while not is_cut_off and time.monotonic() - began < 10 * SILENCE_SECONDS:
            with suppress(TimeoutError):
                slow.send(many)
            with suppress(TimeoutError):
                slow.recv(4096)  # some 20 KB/s at most
            try:
                deaf.send(many)
            except TimeoutError:
                continue
            except ConnectionError:
                is_cut_off = True
        assert is_cut_off
        assert time.monotonic() - began >= SILENCE_SECONDS
        slow.settimeout(5)
        assert slow.recv(4096)


# --- Many ----------------------------------------------------------------------------


def test_one_address_cannot_take_all_connections(server: Stack) -> None:
    with ExitStack() as open_wires:
        wires = [
            open_wires.enter_context(connect(server.port, ATTACKER))
            for _ in range(2 * PER_ADDRESS)
        ]
        refused = [status_of(read_all(wire)) for wire in wires[PER_ADDRESS:]]
        assert refused == [429] * PER_ADDRESS
        status, seconds = health(server.port)
        assert (status, seconds < 5) == (200, True)
        # The slow ones go by themselves.
        assert seconds_until_closed(wires[0]) < 3 * HEADER_SECONDS
    assert status_of(say(server.port, HEALTH, source=ATTACKER)) == 200


def test_a_full_house_answers_that_it_is_full(server: Stack) -> None:
    with ExitStack() as open_wires:
        for source in (ATTACKER, ANOTHER):
            for _ in range(PER_ADDRESS):
                open_wires.enter_context(connect(server.port, source))
        answer = say(server.port, HEALTH, source=VISITOR)
        assert status_of(answer) == 503
        assert b"retry-after: " in answer
    deadline = time.monotonic() + 10
    while health(server.port)[0] != 200 and time.monotonic() < deadline:
        time.sleep(0.1)
    assert health(server.port)[0] == 200
    assert "SHENGWEN_CONNECTIONS" in web_log(server)
    assert "Traceback" not in web_log(server)


# --- Other people's clients ----------------------------------------------------------


def upload(key: str, *lines: str) -> bytes:
    part = b'Content-Disposition: form-data; name="audio"; filename="a.wav"'
    body = b"\r\n".join([b"--x", part, b"", wav(0.1), b"--x--", b""])
    head = [
        "POST /api/transcribe HTTP/1.1",
        "Host: localhost",
        f"Authorization: Bearer {key}",
        "Content-Type: multipart/form-data; boundary=x",
        f"Content-Length: {len(body)}",
        *lines,
    ]
    return "\r\n".join([*head, "", ""]).encode() + body


def test_an_offer_of_http_2_is_left_unanswered_and_the_upload_taken(
    server: Stack, key: str
) -> None:
    offer = ("Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c")
    settings = "HTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA"
    with connect(server.port) as wire:
        for _ in range(2):  # the connection goes on, in HTTP/1.1
            wire.sendall(upload(key, *offer, settings))
            answer = http.client.HTTPResponse(wire)
            answer.begin()
            assert answer.status == 202
            assert json.loads(answer.read())
    assert "upgrade" not in web_log(server)


def test_a_client_that_half_closes_gets_its_answer(server: Stack, key: str) -> None:
    with connect(server.port) as wire:
        wire.sendall(upload(key))
        wire.shutdown(socket.SHUT_WR)
        assert status_of(read_all(wire)) == 202
    with connect(server.port) as wire:  # two at once, and then no more
        wire.sendall(2 * HEALTH.replace(b"Connection: close\r\n", b""))
        wire.shutdown(socket.SHUT_WR)
        assert read_all(wire).count(b"HTTP/1.1 200 ") == 2


def test_what_is_no_http_is_a_sentence(server: Stack) -> None:
    answer = say(server.port, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n")
    assert status_of(answer) == 400
    assert answer.endswith(b"code: malformed_request\n")
    chunked = get("/", "Transfer-Encoding: chunked").replace(b"GET", b"POST")
    assert status_of(say(server.port, chunked + b"zz\r\nno size\r\n")) == 400
    assert "Traceback" not in web_log(server)


def test_curl_with_http2_uploads(server: Stack, key: str, tmp_path: Path) -> None:
    if shutil.which("curl") is None:
        skip_or_fail("curl", "There is no curl on this machine.")
    recording = tmp_path / "电话.wav"
    recording.write_bytes(wav(0.1))
    done = subprocess.run(
        [
            *("curl", "--silent", "--http2", "--max-time", "20", "--noproxy", "*"),
            *("--write-out", "\n%{http_code} %{http_version}"),
            *("--header", f"Authorization: Bearer {key}"),
            *("--form", f"audio=@{recording}", f"{server.base_url}/api/transcribe"),
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == "202 1.1"


def test_the_jdk_client_uploads(server: Stack, key: str, tmp_path: Path) -> None:
    """Its ``HttpClient`` offers HTTP/2 with every request."""
    if shutil.which("java") is None:
        skip_or_fail("java", "There is no Java on this machine.")
    (tmp_path / "body").write_bytes(upload(key).split(b"\r\n\r\n", 1)[1])
    done = subprocess.run(
        [
            *("java", "-Xint", str(Path(__file__).with_name("Upload.java"))),
            *(f"{server.base_url}/api/transcribe", key, str(tmp_path / "body")),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.split() == ["202", "HTTP_1_1"], done.stderr
