"""How many requests are in Django at a time."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable

import pytest

from portal.http import running_requests
from portal.http.request_body import Message, Receive, Scope, Send
from portal.http.running_requests import AT_ONCE, RunningRequests
from tests.portal.http.asgi import scope

BUSY_SECONDS = 0.01


class Behind:
    """An application that counts who is in it, and stays for as long as it is told."""

    def __init__(self, stay: Callable[[Scope], Awaitable[None]]) -> None:
        self.stay = stay
        self.inside, self.most = 0, 0
        self.order: list[str] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.inside += 1
        self.most = max(self.most, self.inside)
        self.order.append(scope["path"])
        try:
            await self.stay(scope)
        finally:
            self.inside -= 1
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})


async def nobody_sends() -> Message:
    raise AssertionError("Nothing is read here.")


async def nowhere(message: Message) -> None:
    """An answer that nobody looks at."""


def asked(requests: RunningRequests, path: str) -> asyncio.Task[None]:
    return asyncio.ensure_future(requests(scope(path, "GET"), nobody_sends, nowhere))


@pytest.fixture
def late_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock is late, as it is while threads keep the interpreter lock."""
    monkeypatch.setattr(running_requests, "LATE_SECONDS", -1.0)


async def be_busy(scope: Scope) -> None:
    await asyncio.sleep(BUSY_SECONDS)


@pytest.mark.usefixtures("late_loop")
def test_a_few_run_and_the_others_wait_in_their_order() -> None:
    behind = Behind(be_busy)
    requests = RunningRequests(behind)
    paths = [f"/{number}" for number in range(30)]

    async def all_at_once() -> None:
        await asyncio.gather(*(asked(requests, path) for path in paths))

    asyncio.run(all_at_once())
    assert behind.most == AT_ONCE
    assert behind.order == paths


@pytest.mark.usefixtures("late_loop")
def test_the_health_waits_for_nobody() -> None:
    ended = asyncio.Event()

    async def stay(scope: Scope) -> None:
        if scope["path"] != "/healthz":
            await ended.wait()

    async def beside_others() -> None:
        behind = Behind(stay)
        requests = RunningRequests(behind)
        others = [asked(requests, "/") for _ in range(2 * AT_ONCE)]
        await asyncio.wait_for(asked(requests, "/healthz"), 5)
        assert behind.order == ["/"] * AT_ONCE + ["/healthz"]
        ended.set()
        await asyncio.gather(*others)

    asyncio.run(beside_others())


def test_those_that_only_wait_keep_nobody_waiting() -> None:
    """A hundred uploads and calls that are quiet, and then a page."""

    async def stay(scope: Scope) -> None:
        if scope["path"] == "/quiet":
            await asyncio.sleep(60)

    async def page_beside_quiet_ones() -> float:
        requests = RunningRequests(Behind(stay))
        quiet = [asked(requests, "/quiet") for _ in range(100)]
        began = time.monotonic()
        await asyncio.wait_for(asked(requests, "/page"), 20)
        taken = time.monotonic() - began
        for one in quiet:
            one.cancel()
        await asyncio.gather(*quiet, return_exceptions=True)
        return taken

    # 25 looks of 20 ms each; were the quiet ones waited for, a minute.
    assert asyncio.run(page_beside_quiet_ones()) < 10


@pytest.mark.usefixtures("late_loop")
def test_a_machine_that_is_always_busy_lets_the_next_in_after_a_while() -> None:
    async def stay(scope: Scope) -> None:
        await asyncio.sleep(60)

    async def wait() -> None:
        behind = Behind(stay)
        requests = RunningRequests(behind)
        all_of_them = [asked(requests, "/") for _ in range(2 * AT_ONCE)]
        async with asyncio.timeout(20):
            while behind.inside < 2 * AT_ONCE:
                await asyncio.sleep(0.01)
        for one in all_of_them:
            one.cancel()
        await asyncio.gather(*all_of_them, return_exceptions=True)

    asyncio.run(wait())


@pytest.mark.usefixtures("late_loop")
def test_one_that_streams_its_answer_is_no_longer_counted() -> None:
    async def stream(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        if scope["path"] == "/recording":
            await asyncio.sleep(60)

    async def page_beside_recordings() -> None:
        requests = RunningRequests(stream)
        streams = [asked(requests, "/recording") for _ in range(AT_ONCE)]
        await asyncio.sleep(0)
        await asyncio.wait_for(asked(requests, "/page"), 0.2)
        for one in streams:
            one.cancel()
        await asyncio.gather(*streams, return_exceptions=True)

    asyncio.run(page_beside_recordings())


@pytest.mark.usefixtures("late_loop")
def test_whoever_breaks_or_is_cancelled_gives_the_place_back() -> None:
    async def stay(scope: Scope) -> None:
        if scope["path"] == "/broken":
            raise ZeroDivisionError
        await asyncio.sleep(60 if scope["path"] == "/cancelled" else 0)

    async def through_all() -> None:
        behind = Behind(stay)
        requests = RunningRequests(behind)
        for _ in range(3 * AT_ONCE):
            with contextlib.suppress(ZeroDivisionError):
                await asked(requests, "/broken")
        gone = [asked(requests, "/cancelled") for _ in range(3 * AT_ONCE)]
        await asyncio.sleep(0.01)
        for one in gone:
            one.cancel()
        await asyncio.gather(*gone, return_exceptions=True)
        await asyncio.wait_for(asked(requests, "/page"), 0.2)
        assert behind.inside == 0

    asyncio.run(through_all())
