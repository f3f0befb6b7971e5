"""What is refused before Django sees it, and what passes."""

import asyncio
import json
import shutil
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from pytest_django import Settings

from portal.http import request_limits
from portal.http.request_body import Message, Receive, Scope, Send, StreamedBody
from portal.http.request_limits import RequestLimits
from tests.portal.http.asgi import ask, scope

TEN_GB = str(10 * 2**30)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_limits, "LINGER_SECONDS", 0.05)


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """Reads everything, answers with it."""
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body", False):
            break
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": body})


async def count(scope: Scope, receive: Receive, send: Send) -> None:
    """Takes an upload as Django's handler would."""
    total = 0
    while chunk := await receive.next_chunk():  # type: ignore[attr-defined]
        total += len(chunk)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": str(total).encode()})


async def never(scope: Scope, receive: Receive, send: Send) -> None:
    raise AssertionError("This request should have been refused.")


async def refuse_unread(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers without looking at the body, as a view does for a wrong token."""
    await send(
        {
            "type": "http.response.start",
            "status": 401,
            "headers": [(b"content-length", b"2")],
        }
    )
    await send({"type": "http.response.body", "body": b"no"})


def endless() -> Iterator[bytes]:
    for _ in range(100):
        yield b"x" * 2**20


def test_ten_gigabytes_are_refused_by_their_declaration() -> None:
    answer = ask(
        RequestLimits(never),
        scope("/api/transcribe", content_length=TEN_GB),
        [b"begin"],
        silent_after=True,
    )
    problem = json.loads(answer.body)
    assert answer.status == problem["status"] == 413
    assert problem["code"] == "too_large"
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["connection"] == "close"


def test_a_browser_gets_the_sentence_and_a_script_gets_json() -> None:
    page = ask(
        RequestLimits(never),
        scope("/d/sales/upload/", content_length=TEN_GB, accept_language="en"),
    )
    assert page.status == 413
    assert page.headers["content-type"] == "text/plain; charset=utf-8"
    assert page.body.decode().startswith("This is too large: at most 4097 MB")
    script = ask(
        RequestLimits(never),
        scope("/d/sales/upload/", content_length=TEN_GB, accept="application/json"),
    )
    assert json.loads(script.body)["code"] == "too_large"


def test_a_form_is_small() -> None:
    limit = request_limits.FORM_MAX_BYTES
    answer = ask(
        RequestLimits(never), scope("/d/sales/hotwords/", content_length=str(limit + 1))
    )
    assert answer.status == 413


@pytest.mark.parametrize(
    "path",
    [
        "/api/transcribe",
        "/d/sales/upload/",
        "/d/sales/evaluation/sets/6f1c0d1e-0000-4000-8000-000000000000/clips/",
    ],
)
def test_where_files_belong_they_may_be_large(path: str) -> None:
    limit = request_limits.FORM_MAX_BYTES
    answer = ask(
        RequestLimits(count), scope(path, content_length=str(limit + 1)), [b"x" * 3]
    )
    assert answer.status == 200


def test_a_form_reaches_django_whole() -> None:
    answer = ask(
        RequestLimits(echo), scope("/x/", content_length="6"), [b"abc", b"def"]
    )
    assert (answer.status, answer.body) == (200, b"abcdef")


def test_a_form_that_hides_its_length_is_stopped_at_the_limit() -> None:
    answer = ask(RequestLimits(never), scope("/d/sales/"), [b"x" * 2**20] * 100)
    assert answer.status == 413


def test_an_upload_that_hides_its_length_is_stopped_at_the_limit(
    settings: Settings,
) -> None:
    settings.UPLOAD_MAX_BYTES = 3 * 2**20
    with pytest.raises(OSError, match="More came"):
        ask(RequestLimits(count), scope("/api/transcribe"), endless())


def test_an_upload_without_a_length_is_announced_by_its_ceiling(
    settings: Settings,
) -> None:
    settings.UPLOAD_MAX_BYTES = 3 * 2**20
    seen: dict[str, Any] = {}

    async def look(scope: Scope, receive: Receive, send: Send) -> None:
        seen.update(scope)
        await count(scope, receive, send)

    answer = ask(RequestLimits(look), scope("/api/transcribe"), [b"abc", b"de"])
    assert answer.body == b"5"
    assert dict(seen["headers"])[b"content-length"] == str(4 * 2**20).encode()


@pytest.mark.parametrize("length", ["-1", "ten", "1e3", ""])
def test_a_nonsense_length_is_refused(length: str) -> None:
    answer = ask(RequestLimits(never), scope("/x/", content_length=length))
    assert answer.status == 400


@pytest.mark.parametrize(
    "content_type", ["a/b; c*=x''%FF", "text/html; charset=\x00"], ids=ascii
)
def test_headers_that_django_cannot_read_are_refused(content_type: str) -> None:
    """It reads them before any of its middleware could answer."""
    for path in ("/api/transcribe", "/d/sales/", "/accounts/login/"):
        asked = scope(path, content_type=content_type, content_length="3")
        answer = ask(RequestLimits(never), asked, [b"a=b"])
        assert answer.status == 400
        assert answer.body
    asked = scope("/api/x", "GET") | {"query_string": b"\xff"}
    answer = ask(RequestLimits(never), asked)
    assert (answer.status, json.loads(answer.body)["code"]) == (
        400,
        "malformed_request",
    )


def test_a_full_disk_is_said_before_the_upload(
    monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    settings.DISK_RESERVE_BYTES = 256 * 2**20

    class Usage(NamedTuple):
        free: int

    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(free=300 * 2**20))
    small = scope("/api/transcribe", content_length="5")
    assert ask(RequestLimits(count), small, [b"abcde"]).status == 200
    large = scope("/api/transcribe", content_length=str(100 * 2**20))
    answer = ask(RequestLimits(never), large)
    assert answer.status == 507
    assert json.loads(answer.body)["code"] == "disk_full"
    assert answer.headers["retry-after"] == "60"


def test_an_answer_before_the_end_of_the_body_hangs_up() -> None:
    answer = ask(
        RequestLimits(refuse_unread),
        scope("/api/transcribe", content_length=str(2**30)),
        [b"begin"],
        silent_after=True,
    )
    assert (answer.status, answer.body) == (401, b"no")
    assert answer.headers["connection"] == "close"


def test_an_answer_after_the_body_keeps_the_connection() -> None:
    answer = ask(RequestLimits(count), scope("/api/transcribe", content_length="3"))
    assert "connection" not in answer.headers


def test_a_client_that_falls_silent_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    monkeypatch.setattr(request_limits, "FORM_SECONDS", 0.05)
    answer = ask(
        RequestLimits(never),
        scope("/x/", content_length="9"),
        [b"a"],
        silent_after=True,
    )
    assert answer.status == 408
    settings.SILENCE_SECONDS = 0.05
    with pytest.raises(TimeoutError):
        ask(
            RequestLimits(count),
            scope("/api/transcribe", content_length="9"),
            [b"a"],
            silent_after=True,
        )


def test_a_trickle_after_a_flood_is_still_a_trickle(settings: Settings) -> None:
    """The pace is that of the last while, not the average since the beginning."""
    settings.SILENCE_SECONDS = 0.1

    async def receive() -> Message:
        await asyncio.sleep(0.02)
        return {"type": "http.request", "body": b"x", "more_body": True}

    async def take() -> int:
        body = StreamedBody(receive, limit=2**30)
        body._received = 2**29  # what came at once
        taken = 0
        while taken < 100:
            taken += len(await body.next_chunk())
        return taken

    with pytest.raises(TimeoutError, match="slowly"):
        asyncio.run(take())


def test_an_upload_may_take_long_while_bytes_flow(settings: Settings) -> None:
    settings.SILENCE_SECONDS = 0.5

    async def receive() -> Message:
        await asyncio.sleep(0.02)  # all of them take longer than one silence may
        return {"type": "http.request", "body": b"x" * 1000, "more_body": True}

    async def take() -> int:
        body = StreamedBody(receive, limit=2**30)
        return sum([len(await body.next_chunk()) for _ in range(30)])

    assert asyncio.run(take()) == 30_000


def test_a_lifespan_passes_through_and_a_websocket_is_turned_away() -> None:
    seen: list[str] = []

    async def note(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope["type"])

    async def connect() -> Message:
        return {"type": "websocket.connect"}

    async def answer(message: Message) -> None:
        seen.append(message["type"])

    limits = RequestLimits(note)
    ask(limits, {"type": "lifespan"})
    asyncio.run(limits({"type": "websocket"}, connect, answer))
    assert seen == ["lifespan", "websocket.close"]
