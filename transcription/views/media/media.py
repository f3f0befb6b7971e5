"""Sound for the player, in pieces, and the original file for keeping.

The bytes come from whitenoise's file responder, which knows ranges and conditional
requests; behind nginx only a header is sent and nginx does the rest. A recording is
never whole in memory.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from http import HTTPStatus
from typing import IO, BinaryIO
from urllib.parse import quote
from uuid import UUID

from django.conf import settings
from django.core.files.storage import default_storage
from django.core.handlers.asgi import ASGIRequest
from django.db.models.fields.files import FieldFile
from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.views.decorators.http import require_safe
from whitenoise.responders import MissingFileError, SlicedFile, StaticFile
from whitenoise.responders import Response as FileAnswer

from accounts.http.requests import DepartmentRequest
from accounts.roles import Capability
from accounts.services.audit.writing import origin_of
from transcription.access.recordings import access_recording
from transcription.services.media.types import playable
from transcription.services.readers.noting import note_download, note_play
from transcription.views.media.downloads import attachment

CHUNK_BYTES = 2**18
# Where nginx keeps the media for X-Accel-Redirect (docs/deployment.md).
ACCEL_PATH = "/protected-media/"


@require_safe
def media(request: DepartmentRequest, uuid: UUID) -> HttpResponseBase:
    """What the player plays. Audited once per play, not per range."""
    found = access_recording(request.membership, uuid, Capability.READ)
    source = playable(found)
    if source is None:
        raise Http404
    file, content_type = source
    if request.method == "GET":
        is_start = _is_start(request.headers.get("Range", ""))
        note_play(recording=found, origin=origin_of(request), is_start=is_start)
    response = send_sound(request, file, content_type)
    response.headers["Content-Disposition"] = "inline"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-cache"
    return response


@require_safe
def original(request: DepartmentRequest, uuid: UUID) -> HttpResponseBase:
    """The file as it was uploaded, for keeping: never shown in the browser."""
    found = access_recording(request.membership, uuid, Capability.READ)
    if request.method == "GET":
        note_download(recording=found, origin=origin_of(request))
    response = send_sound(request, found.file, "application/octet-stream")
    return attachment(response, found.original_name)


def _is_start(range_header: str) -> bool:
    return not range_header or range_header.replace(" ", "").startswith("bytes=0-")


class MediaFile(StaticFile):  # type: ignore[misc]  # whitenoise has no types
    """A file of the media folder; unlike its parent it serves a single byte too."""

    def get_range_response(
        self,
        range_header: str,
        base_headers: list[tuple[str, str]],
        file_handle: BinaryIO | None,
    ) -> FileAnswer:
        size = int(dict(base_headers)["Content-Length"])
        start, end = self.get_byte_range(range_header, size)
        if start != end or start >= size:
            return super().get_range_response(range_header, base_headers, file_handle)
        headers = [item for item in base_headers if item[0] != "Content-Length"]
        headers += [
            ("Content-Range", f"bytes {start}-{end}/{size}"),
            ("Content-Length", "1"),
        ]
        part = SlicedFile(file_handle, start, end) if file_handle else None
        return FileAnswer(HTTPStatus.PARTIAL_CONTENT, headers, part)


def send_sound(
    request: DepartmentRequest, file: FieldFile, content_type: str
) -> HttpResponseBase:
    """The file, or the part of it that was asked for."""
    return send_stored(request, file.name or "", content_type)


def send_stored(
    request: DepartmentRequest, name: str, content_type: str
) -> HttpResponseBase:
    """The same for a file below the media folder that is no recording's."""
    if settings.SENDFILE_NGINX:
        accelerated = HttpResponse(content_type=content_type)
        accelerated.headers["X-Accel-Redirect"] = (
            settings.PREFIX + ACCEL_PATH + quote(name)
        )
        return accelerated
    headers = [("Content-Type", content_type), ("Accept-Ranges", "bytes")]
    try:
        source = MediaFile(default_storage.path(name), headers)
        answer = source.get_response(request.method, _conditions(request, source))
    except (MissingFileError, FileNotFoundError):
        raise Http404 from None
    return _streamed(request, answer)


def _conditions(request: DepartmentRequest, source: StaticFile) -> dict[str, str]:
    """The request's headers; without its Range when that was for another version."""
    meta = dict(request.META)
    validator = meta.get("HTTP_IF_RANGE")
    if validator and validator != source.etag:
        meta.pop("HTTP_RANGE", None)
    return meta


def _streamed(request: DepartmentRequest, answer: FileAnswer) -> HttpResponseBase:
    response: HttpResponseBase
    if answer.file is None:
        response = HttpResponse(status=answer.status)
    elif isinstance(request, ASGIRequest):
        # A plain iterator would be read to its end before the first byte is sent.
        response = StreamingHttpResponse(AsyncChunks(answer.file), status=answer.status)
    else:
        response = StreamingHttpResponse(Chunks(answer.file), status=answer.status)
    for name, value in answer.headers:
        response.headers[name] = value
    return response


class _OpenFile:
    """The response closes it, also when nobody has read from it."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def close(self) -> None:
        self._file.close()


class Chunks(_OpenFile):
    """A file piece by piece."""

    def __iter__(self) -> Iterator[bytes]:
        while chunk := self._file.read(CHUNK_BYTES):
            yield chunk


class AsyncChunks(_OpenFile):
    """The same for ASGI: read in a thread, so that the event loop stays free."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while chunk := await asyncio.to_thread(self._file.read, CHUNK_BYTES):
            yield chunk
