"""Uploads on their way to disk: streamed, hashed, never whole in memory.

The temporary file lies in ``MEDIA_ROOT/incoming``, on the disk where the recording will
be kept, so that storing it is a rename. The body is parsed while it arrives
(``portal.http.request_body``); a declared size that is too large is refused before
that, by ``portal.http.request_limits``.
"""

import hashlib
import os
import tempfile
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import QueryDict
from django.http.multipartparser import MultiPartParser
from django.utils.datastructures import MultiValueDict

from transcription.services.media.disk.folders import (
    make_media_folder,
    share_media_file,
)
from transcription.services.media.part_headers import ReadableParts, Source

_CHUNK = 2**20


def _discard(file: IO[bytes]) -> None:
    file.close()
    Path(file.name).unlink(missing_ok=True)


class HashedUpload(UploadedFile[bytes]):
    """An uploaded file on disk with its digest.

    ``size`` counts every byte that was sent; bytes over ``UPLOAD_MAX_BYTES`` are
    counted and dropped, and after a failed write (a full disk) ``write_error`` says
    so. Both are refused by ``upload_recording``, with a sentence.
    """

    sha256: str
    size: int
    write_error: OSError | None

    def __init__(
        self, name: str, content_type: str = "", charset: str | None = None
    ) -> None:
        Path(settings.FILE_UPLOAD_TEMP_DIR).mkdir(parents=True, exist_ok=True)
        # Not Django's TemporaryUploadedFile: that one puts the user's extension into
        # the name on disk, and a long one is an OSError.
        self._temporary = tempfile.NamedTemporaryFile(  # noqa: SIM115 - closed in close()
            prefix="upload-", dir=settings.FILE_UPLOAD_TEMP_DIR, delete=False
        )
        super().__init__(self._temporary, name, content_type, 0, charset)
        # Django tells no handler when a body breaks off or is malformed: whoever loses
        # this object without closing it (also by ending the process) leaves no file.
        self._discard = weakref.finalize(self, _discard, self._temporary.file)
        self.write_error = None
        self._digest = hashlib.sha256()

    def append(self, data: bytes) -> None:
        """Take the next bytes."""
        self.size += len(data)
        if self.size > settings.UPLOAD_MAX_BYTES or self.write_error is not None:
            return
        self._digest.update(data)
        try:
            self._temporary.write(data)
        except OSError as error:
            self.write_error = error

    def finish(self) -> None:
        """No more bytes come."""
        try:
            self._temporary.flush()
            self._temporary.seek(0)
        except OSError as error:
            self.write_error = error
        self.sha256 = self._digest.hexdigest()

    def temporary_file_path(self) -> str:
        """Where it lies until it is stored or closed."""
        return self._temporary.name

    def close(self) -> None:
        """Remove the temporary file, unless it has been moved away."""
        self._discard()

    def keep_as(self, target: Path) -> None:
        """Move it to its final place, on the same disk, and on to the platter."""
        self._temporary.flush()
        os.fsync(self._temporary.fileno())
        share_media_file(Path(self._temporary.name))
        make_media_folder(target.parent)
        os.replace(self._temporary.name, target)


class HashingUploadHandler(FileUploadHandler):
    """Django's way in: every uploaded file becomes a ``HashedUpload``."""

    _upload: HashedUpload | None = None

    def handle_raw_input(
        self,
        input_data: Source,
        META: dict[str, Any],
        content_length: int,
        boundary: Any,  # bytes; Django's stubs say str
        encoding: str | None = None,
    ) -> tuple[QueryDict, MultiValueDict[str, Any]] | None:
        """Django's parser, over a body whose part headers it can read."""
        if isinstance(input_data, ReadableParts):
            return None
        parts: Any = ReadableParts(input_data, boundary)  # Django only reads
        return MultiPartParser(META, parts, [self], encoding).parse()

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._upload = HashedUpload(
            self.file_name or "upload", self.content_type or "", self.charset
        )

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if self._upload is not None:
            self._upload.append(raw_data)

    def file_complete(self, file_size: int) -> HashedUpload | None:
        upload, self._upload = self._upload, None
        if upload is not None:
            upload.finish()
        return upload

    def upload_interrupted(self) -> None:
        if self._upload is not None:
            self._upload.close()
            self._upload = None


def hashed_copy(source: Path, *, name: str | None = None) -> HashedUpload:
    """A file of this machine (demo calls, commands), as if somebody had uploaded it."""
    with source.open("rb") as file:
        return hashed_stream(file, name=name or source.name)


def hashed_stream(
    file: IO[bytes], *, name: str, beat: Callable[[], object] = lambda: None
) -> HashedUpload:
    """What an open file still has, as if somebody had uploaded it. ``beat`` is called
    before each megabyte; what it raises ends the copy and leaves nothing."""
    upload = HashedUpload(name)
    try:
        while chunk := file.read(_CHUNK):
            beat()
            upload.append(chunk)
    except BaseException:
        upload.close()
        raise
    upload.finish()
    return upload
