"""A web server's side of ASGI, for tests: what it sends in and what it gets back."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from portal.http.request_body import AsgiApplication, Message, Scope


@dataclass
class Answer:
    """What came back, and how much of the body was asked for."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    parts_taken: int = 0


def scope(path: str, method: str = "POST", **headers: str) -> Scope:
    """An HTTP scope; header names with ``_`` for ``-``."""
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "scheme": "http",
        "server": ("testserver", 80),
        "client": ("10.0.0.7", 5000),
        "headers": [
            (b"host", b"localhost"),
            *(
                (name.replace("_", "-").encode(), value.encode())
                for name, value in headers.items()
            ),
        ],
    }


def ask(
    application: AsgiApplication,
    request: Scope,
    parts: Iterable[bytes] = (b"",),
    *,
    silent_after: bool = False,
) -> Answer:
    """One request. ``silent_after``: the client says nothing more after the parts and
    stays; otherwise the last part ends the body and the client leaves after the answer.
    """
    return asyncio.run(_ask(application, request, list(parts), silent_after))


async def _ask(
    application: AsgiApplication,
    request: Scope,
    parts: list[bytes],
    silent_after: bool,
) -> Answer:
    answer = Answer()
    answered = asyncio.Event()

    async def receive() -> dict[str, Any]:
        if answer.parts_taken < len(parts):
            part = parts[answer.parts_taken]
            answer.parts_taken += 1
            more = silent_after or answer.parts_taken < len(parts)
            return {"type": "http.request", "body": part, "more_body": more}
        await answered.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            answer.status = message["status"]
            answer.headers = {
                name.decode().lower(): value.decode()
                for name, value in message["headers"]
            }
            return
        answer.body += message.get("body", b"")
        if not message.get("more_body", False):
            answered.set()

    await application(request, receive, send)
    return answer
