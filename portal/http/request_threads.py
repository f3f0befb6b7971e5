"""Threads that outlive the request they served, and with them what they keep: a
connection to the database.

Django gives every request a thread of its own and ends it with the request: whatever
``CONN_MAX_AGE`` says, the next one connects anew, which was 10 ms of each page. Here a
thread goes back to those that wait, and the one that worked last works next. Django's
own context sees that there is one already (``asgiref.sync.ThreadSensitiveContext``).
"""

from collections import deque
from concurrent.futures import ThreadPoolExecutor
from threading import Lock

from asgiref.sync import ThreadSensitiveContext
from django.db import connections

from portal.http.request_body import AsgiApplication, Receive, Scope, Send
from portal.http.running_requests import AT_ONCE

KEPT = AT_ONCE


class RequestThreads:
    """The ASGI application around Django's; ``KEPT`` threads stay when nobody asks."""

    def __init__(self, application: AsgiApplication) -> None:
        self._application = application
        self._idle: deque[ThreadPoolExecutor] = deque()
        self._one_at_a_time = Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            thread = self._idle.pop()
        except IndexError:
            thread = ThreadPoolExecutor(1, thread_name_prefix="request")
        try:
            async with ThreadSensitiveContext(executor=thread):
                await self._application(scope, receive, send)
        finally:
            # Once nothing runs on it any more: a client may have gone in mid-view.
            thread.submit(self._put_back, thread)

    def _put_back(self, thread: ThreadPoolExecutor) -> None:
        """Runs on the thread itself, as the last of what it does."""
        with self._one_at_a_time:
            is_kept = len(self._idle) < KEPT
            if is_kept:
                self._idle.append(thread)
        if not is_kept:
            connections.close_all()
            thread.shutdown(wait=False)
