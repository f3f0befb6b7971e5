"""A file whose fate is decided leaves the folder: to ``done`` or to ``failed``.

Everything here can be done again: whatever ends the process, the row is there until the
file has been moved, and a file that is there no more has been.
"""

from pathlib import PurePosixPath
from typing import Final

from django.db import transaction
from django.utils import timezone

from accounts.services.departments import lock_department
from transcription.models.watching import SettledFile
from transcription.services.watching.inbox import DONE, FAILED, Found, Inbox

NAME_BYTES: Final = 255


def carry_out(row: SettledFile, inbox: Inbox) -> None:
    """Move the file with its side-car, and forget the row. Raises ``OSError``; the row
    stays then, and the file is not taken again."""
    if is_still_there(row, inbox):
        target = _free_name(row, inbox)
        if row.note:
            inbox.write(_text_beside(target), row.note)
        if row.sidecar:
            inbox.move(row.sidecar, _beside(target, row))
        inbox.move(row.path, target)
    with transaction.atomic():
        # Whoever takes a file looks, under this lock, whether it is there still.
        lock_department(row.department_id)
        row.delete()


def is_still_there(row: SettledFile, inbox: Inbox) -> bool:
    """The same file: not moved yet, and no other one under its name."""
    return inbox.look(row.path) == Found(row.path, row.size, row.mtime_ns)


def _free_name(row: SettledFile, inbox: Inbox) -> str:
    """Where it goes: under its own path, with a number when there is such a file."""
    day = f"{timezone.localtime(row.settled_at):%Y-%m-%d}"
    own = PurePosixPath(FAILED if row.note else f"{DONE}/{day}", row.path)
    target, number = own, 1
    while _is_taken(str(target), row, inbox):
        number += 1
        target = own.with_name(_short(own.stem, f" ({number}){own.suffix}"))
    return str(target)


def _is_taken(target: str, row: SettledFile, inbox: Inbox) -> bool:
    if inbox.look(target) is not None:
        return True
    # A side-car that was moved before a kill does not stand in its own sound's way.
    has_sidecar = bool(row.sidecar) and inbox.look(row.sidecar) is not None
    return has_sidecar and inbox.look(_beside(target, row)) is not None


def _beside(target: str, row: SettledFile) -> str:
    """As it lay: ``a.wav.json`` or ``a.json``, of ``a (2).wav`` with the number."""
    ending = PurePosixPath(row.sidecar).suffix
    path = PurePosixPath(target)
    is_whole = row.sidecar == row.path + ending
    return str(path.with_name(_short(path.name if is_whole else path.stem, ending)))


def _text_beside(target: str) -> str:
    path = PurePosixPath(target)
    return str(path.with_name(_short(path.name, ".txt")))


def _short(name: str, ending: str) -> str:
    """As long as file systems let a name be."""
    room = NAME_BYTES - len(ending.encode())
    return name.encode()[:room].decode(errors="ignore") + ending
