"""Room that is kept for sessions and the audit trail on a disk that fills up.

A file of ``BALLAST_BYTES`` in the data directory, beside the SQLite database. When
others have filled the disk it gives its room back, a slice at a time, so that logins
and audit rows can be written; the janitor fills it again once there is plenty. Our own
large writers stop long before (``free_space``): what is given back is for the small
ones. When it is used up, contents are shown to nobody: reading them could not be
recorded.

With PostgreSQL the rows lie elsewhere, and the disk is its operator's: no ballast.
"""

import fcntl
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from transcription.services.media.disk.free_space import free_bytes, has_room

logger = logging.getLogger(__name__)

# Below this a slice is given back: fifty requests at once write less.
LOW_WATER_BYTES = 4 * 2**20
SLICE_BYTES = 4 * 2**20
# The last of the disk is for logins alone: contents are closed below this.
CONTENTS_BYTES = 2**20
_BLOCK_BYTES = 2**20


@dataclass(frozen=True, slots=True)
class Ballast:
    """What is left of it, and what there should be; in bytes."""

    left: int
    whole: int


def ballast() -> Ballast:
    """As it is now; all nothing where the rows are not on a disk of ours."""
    whole = settings.BALLAST_BYTES if _has_rows_here() else 0
    try:
        return Ballast(_path().stat().st_size, whole)
    except FileNotFoundError:
        return Ballast(0, whole)


def give_room() -> None:
    """Give a slice back if the disk is full; called before every request."""
    if not _has_rows_here() or _free() >= LOW_WATER_BYTES or not ballast().left:
        return
    with _alone() as file:
        left = os.fstat(file).st_size
        if _free() >= LOW_WATER_BYTES:  # somebody was quicker
            return
        rest = max(0, left - SLICE_BYTES)
        os.ftruncate(file, rest)
    logger.warning(
        "The disk is full: of the ballast %d MB are left for sessions and audit rows.",
        rest // 2**20,
    )


def is_used_up() -> bool:
    """Whether not even audit rows are sure to find room."""
    return _has_rows_here() and _free() < CONTENTS_BYTES and not ballast().left


def tend_ballast() -> None:
    """The janitor's duty: give back on a full disk, fill again when there is plenty."""
    give_room()
    whole = ballast().whole
    missing = whole - ballast().left
    if missing <= 0 or not has_room(Path(settings.DATA_DIR), for_bytes=missing):
        return
    with _alone() as file:
        os.lseek(file, 0, os.SEEK_END)
        while (missing := whole - os.fstat(file).st_size) > 0:
            # Random, so that a file system which compresses sets the room aside too.
            os.write(file, os.urandom(min(_BLOCK_BYTES, missing)))
        os.fsync(file)
    logger.info("The ballast for a full disk is whole: %d MB.", whole // 2**20)


def _has_rows_here() -> bool:
    engine: str = settings.DATABASES["default"]["ENGINE"]
    return engine.endswith("sqlite3")


@contextmanager
def _alone() -> Iterator[int]:
    """The open file, which no other process changes meanwhile."""
    file = os.open(_path(), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file
    finally:
        os.close(file)


def _path() -> Path:
    return Path(settings.DATA_DIR) / "ballast"


def _free() -> int:
    return free_bytes(Path(settings.DATA_DIR))
