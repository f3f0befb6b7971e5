"""Files of recordings: into the storage, out of it, and away again.

On a local disk a file is moved by a rename. Any other storage (S3) is written and read
as a stream through Django's storage API.
"""

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.core.files import File
from django.core.files.storage import FileSystemStorage, default_storage
from django.db.models.fields.files import FieldFile

from transcription.services.media.disk import backup_hold, free_space
from transcription.services.media.disk.folders import (
    make_media_folder,
    share_media_file,
)
from transcription.services.media.uploads import HashedUpload


def keep_upload(upload: HashedUpload, name: str) -> None:
    """Put an upload at ``name``; raises OSError and leaves nothing when it cannot."""
    local = _local(name)
    if local is None:
        default_storage.save(name, upload)
        return
    try:
        upload.keep_as(local)
    except OSError:
        local.unlink(missing_ok=True)
        raise


def keep_file(source: Path, name: str) -> None:
    """Put a file that the worker made at ``name``, over whatever is there."""
    local = _local(name)
    if local is None:
        default_storage.delete(name)
        with source.open("rb") as file:
            default_storage.save(name, File(file))
        return
    make_media_folder(local.parent)
    is_moved = source.stat().st_dev == local.parent.stat().st_dev
    if not is_moved and not free_space.has_room(
        local.parent, for_bytes=source.stat().st_size
    ):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(local))
    draft = local.with_name(f"{local.name}.{os.getpid()}")
    shutil.move(source, draft)
    share_media_file(draft)
    os.replace(draft, local)


@contextmanager
def local_copy(field_file: FieldFile, work_dir: Path) -> Iterator[Path]:
    """The file as a path that a decoder can open."""
    name = field_file.name or ""
    local = _local(name)
    if local is not None:
        yield local
        return
    copy = work_dir / "original"
    with default_storage.open(name, "rb") as source, copy.open("wb") as target:
        shutil.copyfileobj(source, target, 2**20)
    try:
        yield copy
    finally:
        copy.unlink(missing_ok=True)


def is_there(field_file: FieldFile) -> bool:
    """Whether the file can be had, as far as this machine's disk knows: a storage
    elsewhere says so when it is read."""
    local = _local(field_file.name) if field_file.name else None
    return bool(field_file.name) and (local is None or local.exists())


def remove(*names: str) -> None:
    """Delete files and the folder that a recording had to itself; what a running
    backup may still need, once that has ended."""
    for name in names:
        if not name:
            continue
        local = _local(name)
        if local is None:
            default_storage.delete(name)
            continue
        if not backup_hold.put_aside(local, name):
            default_storage.delete(name)
        with suppress(OSError):  # not empty, or already gone
            local.parent.rmdir()


def free_bytes() -> int | None:
    """Room on the disk of a local storage; None where that has no meaning."""
    root = _local("")
    return None if root is None else free_space.free_bytes(root)


def _local(name: str) -> Path | None:
    """The path on this machine's disk, or None when the storage is elsewhere."""
    if isinstance(default_storage, FileSystemStorage) or hasattr(
        default_storage, "base_location"
    ):
        return Path(default_storage.path(name))
    return None
