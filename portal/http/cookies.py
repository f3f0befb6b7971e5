"""Quoted cookies, unquoted in linear time whatever the Python.

``http.cookies`` before Python 3.11.10 and 3.12.6 (CVE-2024-7592) searches the rest of
a value twice for each escape: 60 KB of escaped quotes cost five seconds, on the event
loop. Django unquotes with that module's function, so that is what is replaced, at start
(``portal.apps``); what the function below says is what the mended Pythons say.
"""

import http.cookies
import re

_ESCAPE = re.compile(r"\\(?:([0-3][0-7][0-7])|(.))")


def unquote(value: str | None) -> str | None:
    """What a cookie's value says without its quotes and escapes."""
    if value is None or len(value) < 2 or value[0] != '"' or value[-1] != '"':
        return value
    return _ESCAPE.sub(_meaning, value[1:-1])


def _meaning(escape: re.Match[str]) -> str:
    octal: str | None = escape[1]
    return chr(int(octal, 8)) if octal else escape[2]


def unquote_in_linear_time() -> None:
    """Take the place of the standard library's."""
    http.cookies._unquote = unquote  # type: ignore[assignment]
