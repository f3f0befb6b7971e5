"""Calls that wait for hours, on a real web server: nobody works here."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

import httpx
import pytest

from tests.stack import Stack
from tests.transcription.api.conftest import wav

WAITING = 40
CANCEL_ALL = """
from transcription.models.jobs import TranscriptionJob
TranscriptionJob.objects.update(state="canceled")
"""


@pytest.fixture(scope="module")
def server() -> Iterator[Stack]:
    with Stack(
        programs="web",
        static=False,
        SHENGWEN_API_WAIT_SECONDS="0",
    ) as stack:
        yield stack


@pytest.fixture(scope="module")
def client(server: Stack) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {server.token()}"}
    limits = httpx.Limits(max_connections=WAITING * 2)
    with httpx.Client(
        base_url=server.base_url, headers=headers, timeout=60, limits=limits
    ) as opened:
        yield opened


def waiting_call(client: httpx.Client, value: int, **form: str) -> Any:
    return client.stream(
        "POST",
        "/v1/audio/transcriptions",
        files={"file": ("a.wav", wav(value=value), "audio/wav")},
        data={"model": "whisper-1", **form},
    )


def test_those_who_wait_keep_nobody_waiting(
    server: Stack, client: httpx.Client
) -> None:
    (process,) = server.server_processes()
    with ExitStack() as opened, ThreadPoolExecutor(WAITING) as pool:

        def begin(value: int) -> bytes:
            stream = "true" if value % 2 else "false"
            answer = opened.enter_context(waiting_call(client, value, stream=stream))
            assert answer.status_code == 200, answer.read()
            first: bytes = next(answer.iter_raw())
            return first

        firsts = set(pool.map(begin, range(WAITING)))
        assert firsts == {b"\n", b": 0 %\n\n"}, "a sign of life at once"
        times = []
        for _ in range(10):
            began = time.monotonic()
            assert client.get("/v1/models").status_code == 200
            times.append(time.monotonic() - began)
        assert sorted(times)[5] < 1, times
        busy = process.cpu_times()
        time.sleep(3)
        idle = process.cpu_times()
        used = idle.user + idle.system - busy.user - busy.system
        assert used < 0.75, "they sleep"


def test_whoever_waits_hears_how_it_ended(server: Stack, client: httpx.Client) -> None:
    received: dict[str, bytes] = {}

    def wait(fmt: str, stream: str) -> None:
        form = {"response_format": fmt, "stream": stream}
        with waiting_call(client, 99, **form) as answer:
            content = b""
            try:
                for part in answer.iter_raw():
                    content += part
                received[fmt + stream] = content
            except httpx.RemoteProtocolError:
                received[fmt + stream] = b"broken off:" + content

    asked = [("json", "true"), ("json", "false"), ("vtt", "false")]
    threads = [threading.Thread(target=wait, args=words) for words in asked]
    for thread in threads:
        thread.start()
    time.sleep(2)
    server.manage("shell", "--no-imports", "-c", CANCEL_ALL)
    for thread in threads:
        thread.join(30)
    assert b'data: {"error": ' in received["jsontrue"]
    assert b"[DONE]" not in received["jsontrue"]
    for other in ("jsonfalse", "vttfalse"):
        assert received[other].startswith(b"broken off:"), other
        assert b'"code": "canceled"' in received[other]
    assert "Traceback" not in server.log()
