"""HTTP/1.1 as the web server speaks it: uvicorn's protocol over h11, with bounds.

uvicorn limits neither the bytes nor the time of a request's head, keeps what has not
been read by a client for ever, and hangs up on one that half-closes after sending.
docs/decisions/asgi-server.md says why it is uvicorn all the same.
"""

import asyncio
import contextlib
import fcntl
import json
import re
import socket
import struct
import termios
from http import HTTPStatus
from typing import Any, cast

import h11
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from uvicorn.config import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from portal.http.connection_limits import TooMany, connection_counts
from portal.http.request_body import SLOWEST_BYTES_PER_SECOND
from transcription.api.dialects import Dialect, dialect_of

HEAD_MAX_BYTES = 16 * 2**10  # the request line and all headers together
TARGET_BYTES = 256  # of the head: method, the portal's prefix, and whose words follow
# After a refusal: for so long and so much a client may go on sending before it is cut
# off, since it reads the sentence only after that.
LINGER_SECONDS, LINGER_BYTES = 2.0, 64 * 2**20
# What h11 is given at once: of the 256 KB that the loop reads it makes copies which the
# allocator asks the system for one by one, and an upload takes four times as long.
PIECE_BYTES = 2**16
# Chunks of a body, and requests, that one connection is read for before others have
# their turn: a megabyte of chunks of one byte takes more than a second.
EVENTS_AT_ONCE = 64

_REFUSALS = {
    HTTPStatus.BAD_REQUEST: (
        "malformed_request",
        _("The request could not be understood."),
    ),
    HTTPStatus.REQUEST_TIMEOUT: (
        "headers_timeout",
        _("The request's headers arrived too slowly."),
    ),
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: (
        "headers_too_large",
        _("The request's headers are too large: at most 16 KB are accepted."),
    ),
    HTTPStatus.TOO_MANY_REQUESTS: (
        "too_many_connections",
        _("Too many connections are open from your address."),
    ),
    HTTPStatus.SERVICE_UNAVAILABLE: (
        "busy",
        _("Too many connections are open. Try again in a moment."),
    ),
}
_HEAD_END = re.compile(rb"\n\r?\n")


class BoundedConnection(h11.Connection):
    """Measures a request's head before h11 parses any of it, and reads on for
    ``EVENTS_AT_ONCE`` only until ``rested``."""

    is_head_too_large = False
    target = ""  # how the address of the last request begins, parsed or not
    is_tired = False
    _events = 0

    @property
    def has_head_begun(self) -> bool:
        return self.their_state is h11.IDLE and bool(self.trailing_data[0])

    def rested(self) -> None:
        """Others have had their turn."""
        self.is_tired, self._events = False, 0

    def next_event(self) -> Any:
        if self._events >= EVENTS_AT_ONCE:
            self.is_tired = True
            return h11.NEED_DATA
        self._events += 1
        if self.their_state is h11.IDLE:
            waiting, _is_closed = self.trailing_data
            self.target = _target(waiting)
            end = _HEAD_END.search(waiting)
            if (end.end() if end else len(waiting)) > HEAD_MAX_BYTES:
                self.is_head_too_large = True
                raise h11.RemoteProtocolError("The request's head is too large.")
        return super().next_event()


class MeteredTransport:
    """Knows how much was written, and how much of it the client has taken. Reads no
    more while it is held, whatever uvicorn wants to read."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self.written = 0
        self._is_held = self._is_paused = False

    def pause_reading(self) -> None:
        self._is_paused = True
        self._transport.pause_reading()

    def resume_reading(self) -> None:
        self._is_paused = False
        if not self._is_held:
            self._transport.resume_reading()

    def hold(self) -> None:
        self._is_held = True
        if not self._transport.is_closing():
            self._transport.pause_reading()

    def let_go(self) -> None:
        self._is_held = False
        if not (self._is_paused or self._transport.is_closing()):
            self._transport.resume_reading()

    def write(self, data: bytes) -> None:
        self.written += len(data)
        self._transport.write(data)

    @property
    def taken(self) -> int:
        return self.written - self._transport.get_write_buffer_size() - self._in_system

    @property
    def _in_system(self) -> int:
        """What the kernel holds for a client that does not acknowledge it. It holds
        megabytes, so that the server's own buffer says little about a slow client."""
        wire = self._transport.get_extra_info("socket")
        try:
            answer = fcntl.ioctl(wire.fileno(), termios.TIOCOUTQ, b"\0" * 4)
        except (OSError, AttributeError, ValueError):  # closed; another system's
            return 0
        return int(struct.unpack("i", answer)[0])

    def cut_off(self) -> None:
        """Hang up and drop what the kernel holds, which would go on offering it."""
        wire = self._transport.get_extra_info("socket")
        with contextlib.suppress(OSError, AttributeError):
            at_once = struct.pack("ii", 1, 0)
            wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
        self._transport.abort()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


class BoundedProtocol(H11Protocol):
    """One connection."""

    conn: BoundedConnection

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.conn = BoundedConnection(h11.SERVER, HEAD_MAX_BYTES)
        self._counts = connection_counts()
        self._is_refused = False
        self._has_ended = False  # the client sends no more, and may still read
        self._discarded = 0
        self._head_timer: asyncio.TimerHandle | None = None
        self._pace_timer: asyncio.TimerHandle | None = None
        self._linger_timer: asyncio.TimerHandle | None = None
        self._turn: asyncio.Handle | None = None
        self._written_then = self._taken_then = 0

    # --- A connection comes and goes ------------------------------------------------

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self._meter = MeteredTransport(transport)
        super().connection_made(cast(asyncio.Transport, self._meter))
        self._host = self.client[0] if self.client else None
        self._turned_away = self._counts.enter(self._host)
        if self._turned_away is None:
            self._await_head()
            self._look_at_pace_later()
        elif self._counts.is_beyond_answering:
            self.transport.abort()
        elif self._turned_away is TooMany.IN_ALL:
            self._refuse(HTTPStatus.SERVICE_UNAVAILABLE)
        else:
            self._refuse(HTTPStatus.TOO_MANY_REQUESTS)

    def connection_lost(self, exc: Exception | None) -> None:
        self._counts.leave(self._host, self._turned_away)
        timers = (self._head_timer, self._pace_timer, self._linger_timer, self._turn)
        for timer in timers:
            if timer is not None:
                timer.cancel()
        self._unset_keepalive_if_required()
        super().connection_lost(exc)

    def eof_received(self) -> bool:  # type: ignore[override]
        """A client that has said all may still wait for its answer (``nc -N``)."""
        if self._is_refused or not self._is_answer_due or self.cycle.more_body:
            return False  # hang up
        self._has_ended = True
        return True

    @property
    def _is_answer_due(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    # --- What the client sends ------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        for at in range(0, len(data), PIECE_BYTES):
            piece = data[at : at + PIECE_BYTES] if len(data) > PIECE_BYTES else data
            if not self._is_refused:
                super().data_received(piece)
                continue
            self._discarded += len(piece)
            if self._discarded > LINGER_BYTES:
                self.transport.abort()

    def handle_events(self) -> None:
        if self._turn is not None:  # what has come waits
            return
        self.conn.rested()
        super().handle_events()
        if self.conn.is_tired:
            self._meter.hold()
            self._turn = self.loop.call_soon(self._go_on)
        if self._is_refused:
            return
        if self.conn.has_head_begun:
            self._await_head()
        elif self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _go_on(self) -> None:
        """Others have had their turn."""
        self._turn = None
        if not self._is_refused:
            self.handle_events()
        if self._turn is None:
            self._meter.let_go()

    def _await_head(self) -> None:
        if self._head_timer is None:
            self._head_timer = self.loop.call_later(
                settings.HEADER_SECONDS, self._head_is_late
            )

    def _head_is_late(self) -> None:
        if self.conn.has_head_begun:
            self._refuse(HTTPStatus.REQUEST_TIMEOUT)
        else:
            self.transport.close()  # connected ahead, as browsers do, and not used

    def send_400_response(self, msg: str) -> None:
        if self._is_answer_due:  # a body that is none, in the middle of a request
            self.cycle.disconnected = True
            self.cycle.message_event.set()
            if self.cycle.response_started:
                self.transport.abort()
                return
        self._refuse(
            HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
            if self.conn.is_head_too_large
            else HTTPStatus.BAD_REQUEST
        )

    def _unsupported_upgrade_warning(self) -> None:
        """HTTP/2 is offered by the JDK with every request, and may be left unanswered
        (RFC 9110, 7.8): nothing to warn of."""

    # --- What the client is sent ----------------------------------------------------

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self._has_ended and (not self._is_answer_due or self.cycle.more_body):
            self.transport.close()

    def _refuse(self, status: HTTPStatus) -> None:
        """Say why, and hang up. What the client still sends is thrown away for a
        moment: hung up on at once, it would not read the sentence."""
        self._is_refused = True
        self._unset_keepalive_if_required()
        self.transport.write(refusal(status, dialect_of(self.conn.target)))
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self.flow.resume_reading()
        self._linger_timer = self.loop.call_later(LINGER_SECONDS, self.transport.abort)

    def _look_at_pace_later(self) -> None:
        self._pace_timer = self.loop.call_later(
            settings.SILENCE_SECONDS, self._look_at_pace
        )

    def _look_at_pace(self) -> None:
        """Cut off who takes next to nothing of what has waited since the last look."""
        taken = self._meter.taken
        wanted = settings.SILENCE_SECONDS * SLOWEST_BYTES_PER_SECOND
        if taken < self._written_then and taken - self._taken_then < wanted:
            self._meter.cut_off()
            return
        self._written_then, self._taken_then = self._meter.written, taken
        self._look_at_pace_later()


def _target(head: bytes) -> str:
    """How the address begins, without the portal's own prefix: enough to tell whose
    words a program reads."""
    words = head[:TARGET_BYTES].split(b" ")
    address = words[1].decode("latin-1") if len(words) > 1 else ""
    return address.removeprefix(settings.PREFIX)


def refusal(status: HTTPStatus, dialect: Dialect | None) -> bytes:
    """An answer in every language: the caller's stands in what was not parsed."""
    code, sentence = _REFUSALS[status]
    lines = []
    for language, _name in reversed(settings.LANGUAGES):
        with translation.override(language):
            lines.append(str(sentence))
    if dialect is None:
        content_type = "text/plain; charset=utf-8"
        body = "\n".join([*lines, f"code: {code}", ""]).encode()
    else:
        content_type = dialect.content_type
        body = json.dumps(dialect.document(status, code, "\n".join(lines))).encode()
    head = (
        f"HTTP/1.1 {status.value} {status.phrase}\r\n"
        f"content-type: {content_type}\r\n"
        f"content-length: {len(body)}\r\n"
        "x-content-type-options: nosniff\r\n"
        "retry-after: 5\r\n"
        "connection: close\r\n\r\n"
    )
    return head.encode() + body
