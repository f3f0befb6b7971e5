"""Only cookies of our own names go further than this.

A browser sends a portal the cookies of every program on the same host, and a stranger
sends anything: 15 KB of escaped quotes cost Django milliseconds to read. Nothing here
asks for such a cookie, so it is left out before anything reads it.
"""

import re
from collections.abc import Iterable
from typing import Final

from django.conf import settings

from portal.http.request_body import AsgiApplication, Receive, Scope, Send

# All of ours stay below 3 KB: messages 2 KB at most, the others 10 to 300 bytes each.
KEPT_MAX_BYTES: Final = 4096
_SETTING: Final = re.compile(r"[A-Z_]+_COOKIE_NAME")


def own_cookie_names() -> frozenset[str]:
    """The values of all settings called ``…_COOKIE_NAME``: there is no other list."""
    return frozenset(
        getattr(settings, name) for name in dir(settings) if _SETTING.fullmatch(name)
    )


class OwnCookies:
    """The ASGI application behind this gets one cookie header, with ours alone."""

    def __init__(self, application: AsgiApplication, names: Iterable[str]) -> None:
        self._application = application
        ours = "|".join(re.escape(name) for name in sorted(names))
        self._pair = re.compile(rf"(?:^|;)[ \t]*({ours})[ \t]*=([^;]*)".encode())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = scope.get("headers", ())
        sent = [value for name, value in headers if name == b"cookie"]
        if sent:
            others = [header for header in headers if header[0] != b"cookie"]
            kept = self._kept(sent)
            cookie = [(b"cookie", kept)] if kept else []
            scope = {**scope, "headers": [*others, *cookie]}
        await self._application(scope, receive, send)

    def _kept(self, sent: Iterable[bytes]) -> bytes:
        """Of a name that comes twice the last counts, as it does for Django. What is
        too much goes longest first, so that it costs nobody their session."""
        values: dict[bytes, bytes] = {}
        for header in sent:
            values.update(self._pair.findall(header))
        pairs = sorted((b"=".join(pair) for pair in values.items()), key=len)
        while len(kept := b"; ".join(pairs)) > KEPT_MAX_BYTES:
            pairs.pop()
        return kept
