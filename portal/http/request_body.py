"""Request bodies that are read as they arrive.

Django under ASGI copies the whole body into a temporary file before any middleware or
view has seen the request: a stranger could fill the disk, and an upload would be
written twice. For the addresses that take uploads, ``RequestLimits`` hands Django a
``StreamedBody`` instead; the multipart parser reads it, in the view's thread, when the
form is first asked for: by the CSRF middleware, which therefore stands behind the doors
of ``accounts.middleware``, or by an API view after it has looked at the token.
"""

import asyncio
import contextlib
import errno
import io
import threading
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any, cast

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler
from django.core.handlers.asgi import ASGIHandler, ASGIRequest
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    UnreadablePostError,
)
from django.utils.translation import gettext as _

from accounts.http.streams import BrokenOff

if TYPE_CHECKING:
    from typing_extensions import Buffer

Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Scope = dict[str, Any]
AsgiApplication = Callable[[Scope, Receive, Send], Awaitable[None]]

# An upload ends after SILENCE_SECONDS without a byte, and when so long was waited for
# less than this pace: hours are no matter while bytes flow, however many came before.
SLOWEST_BYTES_PER_SECOND = 1024
READ_BYTES = 2**18


class StreamedBody(io.RawIOBase):
    """An ASGI ``receive`` whose body is read as a file by a view's thread.

    Called as ``receive`` it speaks only after the body has ended, which is what
    Django's wait for a disconnect needs. ``read`` must not be called on the event
    loop's thread.
    """

    def __init__(self, receive: Receive, *, limit: int) -> None:
        super().__init__()
        self._receive = receive
        self._limit = limit
        self._loop = asyncio.get_running_loop()
        self._loop_thread = threading.get_ident()
        self._ended = asyncio.Event()
        self._one_at_a_time = asyncio.Lock()
        self._rest = b""
        self.request: UploadRequest | None = None
        self._received = 0
        self._waited, self._came_meanwhile = 0.0, 0

    @property
    def has_ended(self) -> bool:
        return self._ended.is_set()

    async def __call__(self) -> Message:
        await self._ended.wait()
        return await self._receive()

    async def next_chunk(self) -> bytes:
        """The next bytes off the wire, or nothing when the body has ended.

        Raises ``OSError``: ``EFBIG`` when too much came, ``TimeoutError`` when too
        slowly, ``ConnectionAbortedError`` when the client has gone.
        """
        async with self._one_at_a_time:
            if self.has_ended:
                return b""
            began = time.monotonic()
            async with asyncio.timeout(settings.SILENCE_SECONDS):
                message = await self._receive()
            self._waited += time.monotonic() - began
            if message["type"] != "http.request":
                self._ended.set()
                raise ConnectionAbortedError("The client went away.")
            if not message.get("more_body", False):
                self._ended.set()
            chunk: bytes = message.get("body", b"")
            self._received += len(chunk)
            self._came_meanwhile += len(chunk)
            self._check_pace()
            return chunk

    async def discard(self, *, seconds: float, limit: int) -> None:
        """Read on for a moment and throw away, whatever comes."""
        self._limit = self._received + limit
        with contextlib.suppress(OSError):
            async with asyncio.timeout(seconds):
                while not self.has_ended:
                    await self.next_chunk()

    def _check_pace(self) -> None:
        if self._received > self._limit:
            raise OSError(errno.EFBIG, "More came than is allowed.")
        if self.has_ended or self._waited < settings.SILENCE_SECONDS:
            return
        if self._came_meanwhile < self._waited * SLOWEST_BYTES_PER_SECOND:
            raise TimeoutError("The body arrives too slowly.")
        self._waited, self._came_meanwhile = 0.0, 0

    # --- The file that Django's parsers read, on the view's thread -------------------

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "Buffer") -> int:
        if threading.get_ident() == self._loop_thread:
            raise RuntimeError("Uploads are read by sync views only.")
        while not self._rest and not self.has_ended:
            coming = asyncio.run_coroutine_threadsafe(self.next_chunk(), self._loop)
            try:
                self._rest = coming.result()
            except OSError:
                if self.request is not None:
                    self.request.drop_unfinished_uploads()
                raise
        target = memoryview(buffer).cast("B")
        count = min(len(target), len(self._rest))
        target[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count


class UploadRequest(ASGIRequest):
    """A request that leaves no half file behind. Django tells upload handlers nothing
    when a body breaks off or turns out to be malformed."""

    _upload_handlers: list[FileUploadHandler]

    def close(self) -> None:
        self.drop_unfinished_uploads()
        super().close()

    def drop_unfinished_uploads(self) -> None:
        for handler in self._upload_handlers:
            handler.upload_interrupted()


class StreamingHandler(ASGIHandler):
    """Django's handler, which leaves a ``StreamedBody`` unread."""

    request_class = UploadRequest

    async def read_body(self, receive: Receive) -> Any:
        if isinstance(receive, StreamedBody):
            return io.BufferedReader(receive, READ_BYTES)
        return await super().read_body(receive)

    def create_request(self, scope: Mapping[str, Any], body_file: Any) -> Any:
        request, error_response = super().create_request(scope, body_file)
        if isinstance(body_file, io.BufferedReader):
            cast(StreamedBody, body_file.raw).request = cast(UploadRequest, request)
        return request, error_response

    async def send_response(self, response: HttpResponseBase, send: Any) -> None:
        # The last message is missing then: the server hangs up.
        with contextlib.suppress(BrokenOff):
            await super().send_response(response, send)

    def handle_uncaught_exception(
        self, request: HttpRequest, resolver: Any, exc_info: Any
    ) -> HttpResponseBase:
        if isinstance(exc_info[1], UnreadablePostError):
            # Somebody closed the page in mid-upload: not an error of the portal's.
            sentence = _("The request ended before all of it had arrived.")
            return HttpResponse(sentence, status=400, content_type="text/plain")
        return super().handle_uncaught_exception(request, resolver, exc_info)
