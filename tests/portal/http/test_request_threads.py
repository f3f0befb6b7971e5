"""Threads that outlive their requests."""

import asyncio
import contextlib
import threading
from collections.abc import Callable

import pytest
from asgiref.sync import sync_to_async
from django.db import connections

from portal.database import WEB_CONNECTION_SECONDS, keep_connections
from portal.http.request_body import Receive, Scope, Send
from portal.http.request_threads import KEPT, RequestThreads
from tests.portal.http.asgi import scope
from tests.portal.http.test_running_requests import nobody_sends, nowhere


class Behind:
    """An application that works in a thread, and notes in which."""

    def __init__(self, work: Callable[[], object]) -> None:
        self.work = work
        self.threads: list[int] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        for _call in range(2):  # all that one request does runs on the same thread
            await sync_to_async(self._note)()

    def _note(self) -> None:
        self.threads.append(threading.get_ident())
        self.work()


def asked(threads: RequestThreads) -> asyncio.Task[None]:
    return asyncio.ensure_future(threads(scope("/", "GET"), nobody_sends, nowhere))


async def until_idle(threads: RequestThreads, count: int) -> None:
    async with asyncio.timeout(5):
        while len(threads._idle) < count:
            await asyncio.sleep(0.01)


def test_one_request_after_the_other_has_the_same_thread() -> None:
    behind = Behind(int)
    threads = RequestThreads(behind)

    async def five() -> None:
        for _request in range(5):
            await asked(threads)
            await until_idle(threads, 1)

    asyncio.run(five())
    assert len(behind.threads) == 10
    assert len(set(behind.threads)) == 1


def test_of_many_at_once_a_few_threads_stay() -> None:
    many = 3 * KEPT
    meeting = threading.Barrier(many)
    behind = Behind(lambda: meeting.wait(5))
    threads = RequestThreads(behind)

    async def all_at_once() -> None:
        await asyncio.gather(*(asked(threads) for _request in range(many)))
        await until_idle(threads, KEPT)

    asyncio.run(all_at_once())
    assert len(set(behind.threads)) == many
    assert len(threads._idle) == KEPT


def test_what_goes_on_after_its_client_has_left_keeps_nobody_waiting() -> None:
    begun, may_end = threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        may_end.wait(5)

    threads = RequestThreads(Behind(work))

    async def leave_and_come_again() -> None:
        gone = asked(threads)
        await asyncio.to_thread(begun.wait, 5)
        gone.cancel()
        other = RequestThreads(Behind(int))
        other._idle = threads._idle
        async with asyncio.timeout(2):  # it has a thread that is free
            await asked(other)
        may_end.set()
        with contextlib.suppress(asyncio.CancelledError):
            await gone

    asyncio.run(leave_and_come_again())


def test_a_connection_outlives_its_request(monkeypatch: pytest.MonkeyPatch) -> None:
    database = connections.settings["default"]
    monkeypatch.setitem(database, "CONN_MAX_AGE", 0)
    monkeypatch.setitem(database, "CONN_HEALTH_CHECKS", False)
    keep_connections()
    assert database["CONN_MAX_AGE"] == WEB_CONNECTION_SECONDS
    assert database["CONN_HEALTH_CHECKS"]
