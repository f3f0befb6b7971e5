"""How much room a disk has, and how much of it nobody may use up.

The reserve belongs to what has to be written whatever happens: sessions, the audit
trail, the database's own log. Uploads are refused before it is touched, and decoding
stops before it is touched.
"""

import shutil
from pathlib import Path

from django.conf import settings


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
