"""What is deleted while a backup runs is put aside until it has ended.

A backup copies the files after the database, so a purge in between would leave a row of
its snapshot without bytes, and on a portal that purges all day no snapshot would ever
be whole. A backup shows that it runs by touching a file of its own in
``MEDIA_ROOT/held``, which every host sees; one that was killed stops touching it.
"""

import os
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from uuid import uuid4

from django.conf import settings

from transcription.services.media.disk.folders import make_media_folder

TOUCH_SECONDS: Final = 5.0
# The clocks of two hosts may differ, and a loaded disk may let a touch wait.
LOST_SECONDS: Final = 300.0


@contextmanager
def held_for_backup() -> Iterator[None]:
    """Inside, files that are deleted can still be read at ``held_path``."""
    make_media_folder(_root())
    sign = _root() / f"{uuid4()}.backup"
    sign.touch()
    is_over = threading.Event()
    toucher = threading.Thread(target=_touch, args=(sign, is_over), daemon=True)
    toucher.start()
    try:
        yield
    finally:
        is_over.set()
        toucher.join()
        sign.unlink(missing_ok=True)
        remove_held()


def held_path(name: str) -> Path:
    """Where the file of this storage name is once it was put aside."""
    return _root() / "files" / name


def put_aside(path: Path, name: str) -> bool:
    """False when no backup runs, or the file cannot be moved: then it is to be deleted.
    To be asked after the commit that removes the row: a backup that begins later does
    not see the row, one that began before is seen here."""
    if not _signs():
        return False
    target = held_path(name)
    try:
        make_media_folder(target.parent)
        os.replace(path, target)
    except FileNotFoundError:
        return not path.exists()
    except OSError:
        return False
    return True


def remove_held() -> None:
    """What was put aside, once no backup runs; also what a killed one left."""
    if _signs():
        return
    shutil.rmtree(_root(), ignore_errors=True)


def _root() -> Path:
    return Path(settings.MEDIA_ROOT) / "held"


def _signs() -> list[Path]:
    """Of the backups that run."""
    oldest = time.time() - LOST_SECONDS
    return [sign for sign in _root().glob("*.backup") if _touched_at(sign) > oldest]


def _touched_at(sign: Path) -> float:
    try:
        return sign.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def _touch(sign: Path, is_over: threading.Event) -> None:
    while not is_over.wait(TOUCH_SECONDS):
        sign.touch()
