"""How much room a disk has, and how much of it nobody may use up.

The reserve belongs to what has to be written whatever happens: sessions, the audit
trail, the database's own log. Uploads are refused before it is touched, and decoding
stops before it is touched. What happens when others fill the disk all the same is in
``media.ballast``.
"""

import shutil
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings


@dataclass(frozen=True, slots=True)
class DiskState:
    """What is free on the tightest of our disks, and what must be for uploads."""

    free: int
    needed: int

    @property
    def room(self) -> int:
        """What may be taken in; less than nothing when others took of the reserve."""
        return self.free - self.needed

    @property
    def is_low(self) -> bool:
        """Whether anything that is sent is refused."""
        return self.room < 0


def reserve_bytes() -> int:
    """What must stay free on a disk that we write to."""
    return int(settings.DISK_RESERVE_BYTES)


def free_bytes(folder: Path) -> int:
    """Room on the disk of ``folder``, which need not exist yet."""
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free


def has_room(folder: Path, *, for_bytes: int = 0) -> bool:
    """Whether so much more can be written there and the reserve stays."""
    return free_bytes(folder) >= for_bytes + reserve_bytes()


def disk_state() -> DiskState:
    """Of the disks where uploads arrive and where database and logs grow; a storage
    elsewhere (S3) has its own."""
    folders = (Path(settings.FILE_UPLOAD_TEMP_DIR), Path(settings.DATA_DIR))
    return DiskState(free=min(map(free_bytes, folders)), needed=reserve_bytes())
