"""A long file that is sent while it is being written."""

from collections.abc import AsyncIterator, Iterator

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, StreamingHttpResponse
from django.utils.translation import get_language, override


class BrokenOff(Exception):
    """What a part raises that must not end as if nothing were missing: the server hangs
    up in the middle, and the reader knows (``portal.http.request_body``)."""


def streamed(
    request: HttpRequest, parts: Iterator[bytes], content_type: str
) -> StreamingHttpResponse:
    """The parts as they are made, in the language of the request. Under ASGI each is
    made in the request's thread, where its database connection is; a plain iterator
    would be read to its end before the first byte is sent."""
    parts = _in_language(parts, get_language())
    body = _later(parts) if isinstance(request, ASGIRequest) else parts
    return StreamingHttpResponse(body, content_type=content_type)


def _in_language(parts: Iterator[bytes], language: str | None) -> Iterator[bytes]:
    while True:
        with override(language):
            part = next(parts, None)
        if part is None:
            return
        yield part


async def _later(parts: Iterator[bytes]) -> AsyncIterator[bytes]:
    while (part := await _next(parts)) is not None:
        yield part


@sync_to_async
def _next(parts: Iterator[bytes]) -> bytes | None:
    return next(parts, None)
