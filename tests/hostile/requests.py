"""What a careless or malicious client sends: values, headers, addresses; and which
fields an address reads, found in the code that reads them."""

import inspect
import re
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from types import ModuleType
from typing import Any
from urllib.parse import quote

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.test import Client
from django.urls import resolve
from django_filters import FilterSet  # type: ignore[import-untyped]
from rest_framework.serializers import Serializer

MISSING = None  # the field is left out
VALUES: tuple[str | None, ...] = (
    MISSING,
    "",
    " \t\u3000",
    "\x00",
    "理财\x00产品",
    "\ud800",  # a lone surrogate, sent as the bytes ED A0 80
    "\udfff\ud83d",
    "\ufffe\U0010ffff",
    "\u202e\u200b\u2066",
    "👩‍👩‍👧‍👦" * 40,
    "-1",
    "0",
    "１２",
    "١٢",
    "²",
    "½",
    "1_000",
    "+1",
    "1e3",
    "1e400",
    "NaN",
    "-Infinity",
    str(2**31),
    str(2**63),
    str(-(2**63) - 1),
    "9" * 400,
    "9" * 5000,
    "0.1e-400",
    "0001-01-01",
    "9999-12-31",
    "99999-01-01",
    "2026-02-30",
    "0001-01-01T00:00",
    "9999-12-31T23:59:59",
    "２０２６-01-01",
    "00000000-0000-0000-0000-000000000000",
    "{6f0c0000-0000-0000-0000-00000000000",
    "None",
    "true",
    "[]",
    "[" * 3000,
    "(" * 3000 + "a" + ")*" * 3000,
    "%",
    "%(x)s {0} {x!r} %s",
    "'\"; DROP TABLE x; --",
    "\\",
    '"',
    "a AND (b OR",
    "../../../../etc/passwd",
    "<script>alert(1)</script>",
    "{{ 7|add:7 }}{% include 'x' %}",
    "\r\nSet-Cookie: a=b",
    "long " * 20_000,
    "长" * 20_000,
)
HEADERS: Mapping[str, tuple[str, ...]] = {
    "accept": ("", "*", "text/html;q=x", "a" * 4000, "/", "text/html" * 200, "\xff"),
    "accept-language": (
        *("*", "zh-" * 500, "x" * 600, "zh;q=NaN", "\xff\x00", "-", "en;q=1e9"),
    ),
    "accept-encoding": ("gzip;q=x", "br\x00", "," * 900),
    "range": (
        *("bytes=", "bytes=-", "bytes=9-1", "bytes=-0", "bytes=0-0,2-2", "lines=1-2"),
        *(f"bytes={'9' * 5000}-", f"bytes=-{2**64}", "bytes=\xb2-\xb3"),
        *("bytes=\x00", "bytes=0--1"),
    ),
    "if-range": ("x", '"', "Thu, 99 Foo 0001 99:99:99 GMT"),
    "if-none-match": ('"', "W/", "*" * 900, '"' * 901),
    "if-modified-since": (
        *("0", "x", "Mon, 01 Jan 0001 00:00:00 GMT", "Fri, 31 Dec 99999 23:59:59 GMT"),
        *("Sun, 06 Nov 1994 99:99:99 GMT", "Tue, 30 Feb 2026 00:00:00 GMT"),
    ),
    "cookie": (
        *("=", ";;;", "a" * 3000, "{name}_session=\x00", '{name}_session="\\"\\377'),
        *("{name}_session=" + "\xe9" * 90, "{name}_csrf=x", "{name}_language=../x"),
        *("{name}_messages=" + "W" * 900, "{name}_theme=\xff", "{name}_text=\x00"),
    ),
    "referer": ("x", "http://[", "http://a:b:c/", "//\x00", "http://testserver:99999999/"),
    "origin": ("null", "http://[", "x" * 900, "http://testserver:port"),
    "user-agent": ("", "\x00", "\xff" * 900, "x" * 5000),
    "x-forwarded-for": ("unknown", "[", "1.2.3.4:99999999", ",,,", "_hidden", "\x00"),
    "x-forwarded-proto": ("https,http", "gopher", "\x00"),
    "x-forwarded-host": ("evil.example", "[", "\x00"),
    "hx-request": ("true", "false", "\x00"),
    "hx-current-url": (
        *("http://[", "x", "http://testserver:99999999/", "//", "\xff"),
        "http://testserver/\x00",
    ),
    "hx-current-url-uri-autoencoded": ("true", "x"),
    "hx-target": ("\x00", "x" * 3000),
    "hx-trigger": ("%ff", "\x00"),
    "triggering-event": ("{", "NaN", "[" * 3000),
    "triggering-event-uri-autoencoded": ("true",),
    "authorization": (
        *("Bearer", "Bearer \x00", "Bearer " + "x" * 3000, "Basic ====", "\xff"),
    ),
    "idempotency-key": ("\x00", "x" * 3000),
    "content-type": (
        *("", "x", "multipart/form-data", "multipart/form-data; boundary=\xff"),
        *("multipart/form-data; boundary=" + "b" * 300, "application/json"),
        *("application/x-www-form-urlencoded; charset=klingon", "text/html; charset="),
        *("application/x-www-form-urlencoded; charset=utf-7", ";;;="),
        *("multipart/form-data; boundary=a; charset=utf-16",),
    ),
    "host": ("[", "a b", "testserver:99999999", "testserver:x", "", "\xff", "[::1]:80"),
}  # fmt: skip
# Pieces of an address, as they are written in it.
PIECES = (
    *("%00", "%FF", "%ED%A0%80", "%0A", "%2e%2e%2f", "%", "%zz", "..", "x" * 3000),
    *("0", "-1", str(2**31), str(2**63), "9" * 400, "%D9%A1%D9%A2", "%EF%BC%91"),
    *("00000000-0000-0000-0000-000000000000", "NaN", "1e3", "%F0%9F%98%80", "'", "a;b"),
)

_READ = re.compile(
    r"(?:GET|POST|FILES|query_params|data)(?:\.(?:get|getlist)\(|\[)\s*\"([\w-]+)\""
    r"|\"([\w-]+)\" in request\.(?:GET|POST)"
)


# A module that fills a form or a filter from the address, not only from a body.
_FILLED_BY_GET = re.compile(r"request\.GET\b(?!\.get|\[)")
_GET_FORM = re.compile(r"<form[^>]*method=\"get\".*?</form>", re.DOTALL | re.IGNORECASE)
_NAME = re.compile(r" name=\"([\w-]+)\"")


def fields_read_at(path: str, method: str) -> list[str]:
    """The names that the view behind the address reads: its module's own, and those of
    the forms, filters and serializers that its module fills by this method."""
    view = inspect.unwrap(resolve(path).func)
    for name in ("view_class", "cls"):  # of class-based views
        view = getattr(view, name, view)
    return _fields_of(sys.modules[view.__module__], method)


def fields_asked_for_in(page: str) -> set[str]:
    """The names in a page's forms that lead to an address, not to a body."""
    return {name for form in _GET_FORM.findall(page) for name in _NAME.findall(form)}


@cache
def _fields_of(module: ModuleType, method: str) -> list[str]:
    source = inspect.getsource(module)
    names = {one or other for one, other in _READ.findall(source)}
    if method == "get" and not _FILLED_BY_GET.search(source):
        return sorted(names)
    for known in vars(module).values():
        if not inspect.isclass(known):
            continue
        if issubclass(known, forms.BaseForm):
            names |= set(getattr(known, "base_fields", {}))
        elif issubclass(known, Serializer):
            names |= set(known._declared_fields)
        elif issubclass(known, FilterSet):
            names |= set(known.base_filters)  # type: ignore[attr-defined]
    return sorted(names)


def encoded(data: Mapping[str, object]) -> str:
    """The fields as a form's body or a query, lone surrogates and all."""
    return "&".join(_pairs(data))


def _pairs(data: Mapping[str, object]) -> Iterator[str]:
    for name, value in data.items():
        for one in value if isinstance(value, (list, tuple)) else [value]:
            if one is not MISSING and not isinstance(one, UploadedFile):
                text = str(one).encode("utf-8", "surrogatepass")
                yield f"{quote(name)}={quote(text)}"


def send(
    client: Client,
    method: str,
    path: str,
    data: Mapping[str, object],
    headers: Mapping[str, str],
) -> tuple[int, bytes]:
    """The answer's status, and its body read to the end."""
    extra: dict[str, Any] = {
        f"HTTP_{_cgi_name(name)}": value for name, value in headers.items()
    }
    content_type = extra.pop("HTTP_CONTENT_TYPE", "application/x-www-form-urlencoded")
    if method == "get":
        answer = client.generic("GET", f"{path}?{encoded(data)}", **extra)
    elif any(isinstance(value, UploadedFile) for value in data.values()):
        answer = client.post(path, _strict(data), **extra)
    else:
        body = encoded(data).encode()
        answer = client.generic(method.upper(), path, body, content_type, **extra)
    return answer.status_code, answer.getvalue()


def _cgi_name(header: str) -> str:
    return header.upper().replace("-", "_")


def _strict(data: Mapping[str, object]) -> dict[str, object]:
    """The test client encodes strictly; a surrogate comes as what is left of it."""
    return {
        name: value.encode("utf-8", "replace").decode()
        if isinstance(value, str)
        else value
        for name, value in data.items()
        if value is not MISSING
    }
