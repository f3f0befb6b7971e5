"""``manage.py backup verify``: is every byte what was written?"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db import connection

from portal.backup.databases import dump_of
from portal.backup.errors import BackupError
from portal.backup.folder import BackupFolder, Snapshot, digest_of
from portal.backup.making import TELL_EVERY_SECONDS, Say
from portal.backup.manifest import Damaged, MediaFile


@dataclass(slots=True)
class Findings:
    """What was looked at, and a sentence for everything that is not as it was."""

    snapshots: int = 0
    files: int = 0
    bytes: int = 0
    damages: list[str] = field(default_factory=list)


def check_folder(folder: BackupFolder, names: list[str], say: Say) -> Findings:
    """Every snapshot (or those that are named) and all that it needs."""
    chosen = [folder.snapshot(name) for name in names] or folder.snapshots()
    if not chosen:
        raise BackupError(f"{folder.root} holds no snapshot that was finished.")
    found = Findings()
    content: dict[str, tuple[MediaFile, list[str]]] = {}
    for snapshot in chosen:
        found.snapshots += 1
        found.damages += _check_snapshot(snapshot)
        try:
            for file in snapshot.media():
                content.setdefault(file.sha256, (file, []))[1].append(snapshot.name)
        except Damaged as error:
            found.damages.append(str(error))
    told = time.monotonic()
    for number, (file, needed_by) in enumerate(content.values(), 1):
        found.files += 1
        found.bytes += file.size
        if said := _check_content(folder, file):
            found.damages.append(f"{said} It is {file.name} of {', '.join(needed_by)}.")
        if time.monotonic() - told >= TELL_EVERY_SECONDS:
            told = time.monotonic()
            say(f"{number} of {len(content)} files, {found.bytes // 2**20} MB read")
    return found


def _check_snapshot(snapshot: Snapshot) -> Iterator[str]:
    damages = list(snapshot.damages())
    yield from damages
    if damages:
        return
    try:
        manifest = snapshot.manifest()
        count = sum(1 for _file in snapshot.media())
    except Damaged as error:
        yield str(error)
        return
    if count != manifest.media_count:
        yield f"{snapshot.path} names {count} files, not {manifest.media_count}."
    database = snapshot.path / manifest.database_file
    if not database.is_file():
        yield f"{database} is missing."
    elif manifest.database == connection.vendor and (
        said := dump_of(manifest.database).what_is_wrong(database)
    ):
        yield f"{database} cannot be read: {said}."


def _check_content(folder: BackupFolder, file: MediaFile) -> str:
    path = folder.content_path(file.sha256)
    try:
        return "" if digest_of(path) == file.sha256 else f"{path} is damaged."
    except FileNotFoundError:
        return f"{path} is missing."
    except OSError as error:
        return f"{path} cannot be read ({error.strerror})."
