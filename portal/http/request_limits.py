"""What is refused before Django sees it: bodies too large, a disk too full, clients too
slow. Plain ASGI, so that the answer goes out while the body is still on its way."""

import asyncio
import contextlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from io import BytesIO

from django.conf import settings
from django.core.handlers.asgi import ASGIRequest
from django.urls import Resolver404, resolve
from django.utils import translation
from django.utils.translation import gettext as _

from portal.http.request_body import (
    AsgiApplication,
    Message,
    Receive,
    Scope,
    Send,
    StreamedBody,
)
from transcription.api.dialects import Dialect, dialect_for
from transcription.services.media.disk.free_space import disk_state
from transcription.services.trouble import no_room_for_files

FORM_MAX_BYTES = settings.DATA_UPLOAD_MAX_MEMORY_SIZE  # all that is no upload
FORM_SECONDS = 30.0
MULTIPART_OVERHEAD_BYTES = 2**20  # the other fields and the boundaries of an upload
# How long and how much to go on reading after a refusal, so that a client which reads
# only after it has sent everything still gets the sentence and not a broken connection.
LINGER_SECONDS, LINGER_BYTES = 3.0, 64 * 2**20

REFUSAL = "shengwen.refusal"  # in the scope: what Django is asked to make a page of


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request goes no further. The sentence is put into the caller's language
    only when it is said: to find that out takes time, on the event loop."""

    status: HTTPStatus
    code: str
    sentence: Callable[[], str]
    retry_after: int | None = None

    def said_to(self, scope: Scope) -> str:
        with _language_of(scope):
            return self.sentence()


class RequestLimits:
    """The ASGI application around Django's."""

    def __init__(self, application: AsgiApplication) -> None:
        self.application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":  # there are none yet
            await receive()
            await send({"type": "websocket.close", "code": 1000})
            return
        if scope["type"] != "http":
            await self.application(scope, receive, send)
            return
        is_upload = scope["method"] == "POST" and _takes_files(scope["path"])
        limit = (
            settings.UPLOAD_MAX_BYTES + MULTIPART_OVERHEAD_BYTES
            if is_upload
            else FORM_MAX_BYTES
        )
        body = StreamedBody(receive, limit=limit)
        refusal = _refuse_by_header(scope, limit, is_upload)
        if refusal:
            await self._refuse(refusal, scope, body, send)
        elif is_upload:
            await self._stream(scope, body, send, limit)
        else:
            await self._collect(scope, body, send, limit)

    async def _stream(
        self, scope: Scope, body: StreamedBody, send: Send, limit: int
    ) -> None:
        """Django reads the body as it comes."""
        if _content_length(scope) is None:
            # Django takes a body without a length for none: announce the most.
            announced = (b"content-length", str(limit).encode())
            scope = {**scope, "headers": [*scope["headers"], announced]}
        await self.application(scope, body, _closing(send, body))

    async def _collect(
        self, scope: Scope, body: StreamedBody, send: Send, limit: int
    ) -> None:
        """A form is small: take all of it, then hand it over."""
        collected = bytearray()
        try:
            async with asyncio.timeout(FORM_SECONDS):
                while not body.has_ended:
                    collected += await body.next_chunk()
        except ConnectionAbortedError:
            return
        except OSError as error:  # TimeoutError is one
            refusal = _slow() if isinstance(error, TimeoutError) else _large(limit)
            await self._refuse(refusal, scope, body, send)
            return
        await self.application(scope, _replay(bytes(collected), body), send)

    async def _refuse(
        self, refusal: Refusal, scope: Scope, body: StreamedBody, send: Send
    ) -> None:
        """What a person sent is refused on a page, which Django makes of a request
        without its body; all else in a sentence."""
        accept = dict(scope["headers"]).get(b"accept", b"")
        is_page = b"text/html" in accept and _dialect(scope) is None
        if not is_page or refusal.status != HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            await _answer(refusal, scope, body, send)
            return
        scope = {**scope, REFUSAL: refusal}
        await self.application(scope, _replay(b"", body), _closing(send, body))


def _takes_files(path: str) -> bool:
    """Whether the address declares it (``accounts.http.guards.takes_files``)."""
    try:
        view = resolve(path).func
    except Resolver404:
        return False
    return getattr(view, "takes_files", False)


def _replay(content: bytes, body: StreamedBody) -> Receive:
    """A body that was read already, and then what the client does."""
    parts = iter([{"type": "http.request", "body": content}])

    async def receive() -> Message:
        return next(parts, None) or await body()

    return receive


def _closing(send: Send, body: StreamedBody) -> Send:
    """An answer before the end of the body closes the connection."""

    async def send_and_close(message: Message) -> None:
        if message["type"] == "http.response.start" and not body.has_ended:
            headers = [*message["headers"], (b"connection", b"close")]
            message = {**message, "headers": headers}
        last = message["type"] == "http.response.body" and not message.get(
            "more_body", False
        )
        if last and not body.has_ended:
            await send({**message, "more_body": True})
            await body.discard(seconds=LINGER_SECONDS, limit=LINGER_BYTES)
            message = {"type": "http.response.body"}
        await send(message)

    return send_and_close


def _dialect(scope: Scope) -> Dialect | None:
    accept = dict(scope["headers"]).get(b"accept", b"")
    return dialect_for(scope["path"], accept.decode("latin-1"))


def _refuse_by_header(scope: Scope, limit: int, is_upload: bool) -> Refusal | None:
    try:
        length = _content_length(scope)
        ASGIRequest(scope, BytesIO())  # Django's own reading of address and headers
    except (ValueError, LookupError):
        return Refusal(
            HTTPStatus.BAD_REQUEST,
            "malformed_request",
            lambda: _("The request could not be understood."),
        )
    if length is not None and length > limit:
        return _large(limit)
    if is_upload and disk_state().room < (length or 0):
        trouble = no_room_for_files()
        return Refusal(
            trouble.status,
            trouble.code,
            lambda: "{0.title} {0.text}".format(no_room_for_files()),
            trouble.retry_after,
        )
    return None


def _large(limit: int) -> Refusal:
    return Refusal(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "too_large",
        lambda: (
            _("This is too large: at most %(limit)s MB are accepted here.")
            % {"limit": limit // 2**20}
        ),
    )


def _slow() -> Refusal:
    return Refusal(
        HTTPStatus.REQUEST_TIMEOUT,
        "body_timeout",
        lambda: _("The request arrived too slowly."),
    )


def _content_length(scope: Scope) -> int | None:
    """The declared length, None for a chunked body; ``ValueError`` for nonsense."""
    declared = [value for name, value in scope["headers"] if name == b"content-length"]
    if not declared:
        return None
    if len(set(declared)) > 1 or not declared[0].isdigit():
        raise ValueError("Content-Length")
    return int(declared[0])


def _language_of(scope: Scope) -> contextlib.AbstractContextManager[None]:
    """The language that the caller reads, as ``LocaleMiddleware`` would find it."""
    try:
        request = ASGIRequest(scope, BytesIO())
    except (ValueError, LookupError):  # refused in a moment
        return translation.override(settings.LANGUAGE_CODE)
    return translation.override(translation.get_language_from_request(request))


async def _answer(
    refusal: Refusal, scope: Scope, body: StreamedBody, send: Send
) -> None:
    """JSON for programs, the plain sentence for people; then hang up."""
    sentence = refusal.said_to(scope)
    dialect = _dialect(scope)
    if dialect is not None:
        document = dialect.document(refusal.status, refusal.code, sentence)
        content_type = dialect.content_type
        content = json.dumps(document, ensure_ascii=False)
    else:
        content, content_type = sentence + "\n", "text/plain; charset=utf-8"
    payload = content.encode()
    again = refusal.retry_after
    when = [] if again is None else [(b"retry-after", str(again).encode())]
    await send(
        {
            "type": "http.response.start",
            "status": int(refusal.status),
            "headers": [
                (b"content-type", content_type.encode()),
                (b"content-length", str(len(payload)).encode()),
                (b"x-content-type-options", b"nosniff"),
                (b"connection", b"close"),
                *when,
            ],
        }
    )
    await send({"type": "http.response.body", "body": payload, "more_body": True})
    await body.discard(seconds=LINGER_SECONDS, limit=LINGER_BYTES)
    await send({"type": "http.response.body"})
