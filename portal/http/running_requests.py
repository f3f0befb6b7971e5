"""A few requests in Django at a time, so that the event loop gets its turn.

Django runs every request in a thread of its own, and all threads share one interpreter
lock: fifty at once keep the loop from it for a fifth of a second, and with it
``/healthz`` and everybody's answers. None of the fifty is answered sooner for it. So
the others wait here, in the order in which they came. The health is asked at once.

Some requests hold a thread and hardly use it: an upload that is read as it comes, a
call that waits for its transcript. They must keep nobody waiting. Whether the threads
are busy shows at the loop's clock: if it is on time while requests wait, those that
are in Django are counted no longer.
"""

import asyncio
import time
from collections import deque

from portal.http.middleware import HEALTH_PATH
from portal.http.request_body import AsgiApplication, Message, Receive, Scope, Send

AT_ONCE = 4
POLL_SECONDS = 0.02
LATE_SECONDS = 0.003  # a busy thread keeps the interpreter lock for 5 ms
# Where other programs keep the machine busy the clock is always late: after so long
# without one, the next are let in all the same.
STANDSTILL_SECONDS = 0.25

Entry = asyncio.Future[None]  # of one request; it has a result once it may begin


class RunningRequests:
    """The ASGI application around Django's."""

    def __init__(self, application: AsgiApplication) -> None:
        self._application = application
        self._counted: set[Entry] = set()
        self._waiting: deque[Entry] = deque()
        self._clock_timer: asyncio.TimerHandle | None = None
        self._last_began = 0.0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] == HEALTH_PATH:
            await self._application(scope, receive, send)
            return
        entry: Entry = asyncio.get_running_loop().create_future()

        async def send_and_leave(message: Message) -> None:
            # A view has returned. What it streams, a recording, is read by the loop.
            self._leave(entry)
            await send(message)

        self._waiting.append(entry)
        self._let_in()
        try:
            await entry
            await self._application(scope, receive, send_and_leave)
        finally:
            self._leave(entry)

    def _let_in(self) -> None:
        while self._waiting and len(self._counted) < AT_ONCE:
            entry = self._waiting.popleft()
            if not entry.done():  # cancelled, at a stop
                entry.set_result(None)
                self._counted.add(entry)
                self._last_began = time.monotonic()
        if self._waiting and self._clock_timer is None:
            # Not the loop's own time, which stands still while it waits for the lock.
            due = time.monotonic() + POLL_SECONDS
            loop = asyncio.get_running_loop()
            self._clock_timer = loop.call_later(POLL_SECONDS, self._check_clock, due)

    def _leave(self, entry: Entry) -> None:
        self._counted.discard(entry)
        self._let_in()

    def _check_clock(self, due: float) -> None:
        self._clock_timer = None
        now = time.monotonic()
        is_on_time = now - due < LATE_SECONDS
        if is_on_time or now - self._last_began > STANDSTILL_SECONDS:
            self._counted.clear()
        self._let_in()
