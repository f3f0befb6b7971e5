"""The headers of an upload's parts, in whatever encoding a client wrote them.

RFC 7578 wants UTF-8. curl on Windows, Delphi and Visual Basic send a file's name in the
machine's code page (GBK in China), older .NET and JavaMail as an RFC 2047 encoded word.
Django leaves a header out that is not UTF-8, and with it the whole file; so the headers
are written anew before Django reads them. The contents of the parts go by untouched.
"""

import re
from email.errors import HeaderParseError
from email.header import decode_header
from typing import Protocol

# As many bytes as are looked through for the end of a part's headers; Django refuses
# headers over 1024 bytes.
_LONGEST_HEADERS = 2**12
_READ = 2**16
_WORD = r"=\?[^?\s\"]+\?[bBqQ]\?[^?\"]*\?="
_ENCODED_NAME = re.compile(rf"(filename=)\"?({_WORD}(?:\s*{_WORD})*)\"?", re.IGNORECASE)
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]+")


class Source(Protocol):
    """A body to read from."""

    def read(self, size: int, /) -> bytes: ...


class ReadableParts:
    """A multipart body whose part headers are UTF-8; ``read`` it as a file."""

    def __init__(self, source: Source, boundary: bytes) -> None:
        self._source = source
        self._mark = b"--" + boundary
        self._raw = b""  # read, not yet looked through
        self._ready = b""
        self._in_headers = False
        self._has_ended = False

    def read(self, size: int | None = None, /) -> bytes:
        """At most ``size`` bytes; none when the body has ended."""
        size = size or _READ
        while not self._ready and not self._has_ended:
            chunk = self._source.read(size)
            self._raw += chunk
            self._has_ended = not chunk
            self._ready = self._looked_through()
        part, self._ready = self._ready[:size], self._ready[size:]
        return part

    def _looked_through(self) -> bytes:
        """What of ``_raw`` can go on; the rest waits for more."""
        ready = bytearray()
        while step := self._headers() if self._in_headers else self._contents():
            ready += step
        if self._has_ended:
            ready += self._raw
            self._raw = b""
        return bytes(ready)

    def _contents(self) -> bytes:
        at = self._raw.find(self._mark)
        if at >= 0:
            end = at + len(self._mark)
            self._in_headers = True
        else:  # the beginning of a boundary may be the last that has come
            end = max(0, len(self._raw) - len(self._mark) + 1)
        contents, self._raw = self._raw[:end], self._raw[end:]
        return contents

    def _headers(self) -> bytes:
        end = self._raw.find(b"\r\n\r\n")
        if end < 0 and len(self._raw) < _LONGEST_HEADERS:
            return b""
        self._in_headers = False
        if end < 0:  # no headers that anybody would read
            return self._contents()
        headers, self._raw = self._raw[: end + 4], self._raw[end + 4 :]
        return readable(headers)


def readable(headers: bytes) -> bytes:
    """The headers of one part in UTF-8, with encoded words in the file's name read."""
    if headers.isascii() and b"=?" not in headers:
        return headers
    lines = (_text(line) for line in headers.split(b"\r\n"))
    return "\r\n".join(_ENCODED_NAME.sub(_decoded, line) for line in lines).encode(
        errors="replace"
    )


def _text(line: bytes) -> str:
    """GB18030 has every Chinese code page in it; what is not that either is Latin."""
    for encoding in ("utf-8", "gb18030"):
        try:
            return line.decode(encoding)
        except UnicodeDecodeError:
            continue
    return line.decode("latin-1")


def _decoded(found: re.Match[str]) -> str:
    try:
        words = decode_header(found[2])
        name = "".join(
            word if isinstance(word, str) else word.decode(charset or "ascii")
            for word, charset in words
        )
    except (HeaderParseError, LookupError, ValueError):
        return found[0]  # a file may be called so
    name = _CONTROLS.sub("", name).replace("\\", "\\\\").replace('"', '\\"')
    return f'{found[1]}"{name}"'
