"""``manage.py backup``: a snapshot of a portal that goes on working.

The database comes first, in one transaction; then the media that its rows name. A file
never changes under its name, and what is purged in between is put aside until the end
of the backup, so that every row of a snapshot has its bytes. Where a file vanishes all
the same (an older version is still running), the database is written once more.
"""

import errno
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from socket import gethostname
from typing import Final

from django.conf import settings
from django.db import connection

from portal.backup import tables
from portal.backup.databases import KINDS, Dump, dump_of
from portal.backup.errors import BackupError
from portal.backup.folder import KEY, MANIFEST, MEDIA, BackupFolder, Snapshot
from portal.backup.manifest import FORMAT, Damaged, Manifest, MediaFile, write_media
from portal.version import VERSION, commit
from transcription.services.installation import key_fingerprint
from transcription.services.media.disk.backup_hold import held_for_backup, held_path

ROUNDS: Final = 5
SPARE_BYTES: Final = 64 * 2**20
TELL_EVERY_SECONDS: Final = 2.0
Say = Callable[[str], None]


@dataclass(slots=True)
class Report:
    """What a backup did."""

    snapshot: Snapshot
    manifest: Manifest
    copied_count: int
    copied_bytes: int


@dataclass(slots=True)
class _Media:
    """Brings the media of a snapshot into the folder; what it has so far. ``known``
    are those of the last snapshot."""

    folder: BackupFolder
    known: dict[str, MediaFile]
    say: Say
    files: dict[str, MediaFile] = field(default_factory=dict)
    new_count: int = 0
    new_bytes: int = 0

    def copy(self, names: set[str]) -> set[str]:
        """Those of the ``names`` that are not there yet; the ones whose files are
        gone."""
        vanished = set()
        told = time.monotonic()
        wanted = sorted(names - self.files.keys())
        for number, name in enumerate(wanted, 1):
            try:
                file, is_new = _keep(self.folder, name, self.known.get(name))
            except FileNotFoundError:
                vanished.add(name)
                continue
            self.files[name] = file
            self.new_count += is_new
            self.new_bytes += file.size if is_new else 0
            if time.monotonic() - told >= TELL_EVERY_SECONDS:
                told = time.monotonic()
                self.say(
                    f"Media: {number} of {len(wanted)} files, "
                    f"{self.new_bytes // 2**20} MB new"
                )
        return vanished


@dataclass(frozen=True, slots=True)
class _Tables:
    """What the database of a snapshot holds; ``missing`` are names of its rows whose
    files were gone before it was begun."""

    counts: dict[str, int]
    names: set[str]
    migrations: list[str]
    missing: set[str]


def make_backup(root: Path, say: Say, *, with_key: bool, adopt: bool = False) -> Report:
    """Raises ``BackupError``; then nothing in the folder looks like a snapshot."""
    root = root.resolve()
    _refuse_own_folders(root)
    _refuse_newer_tables()
    BackupFolder.refuse_foreign(root)
    dump = dump_of(connection.vendor)
    known = _known_media(BackupFolder(root))
    _refuse_without_room(root, dump, known)
    try:
        folder = BackupFolder.made_ready(root, key_fingerprint(), adopt=adopt)
        with folder.locked():
            folder.clear_away()
            try:
                with held_for_backup():
                    return _write(folder, dump, known, say, with_key=with_key)
            finally:
                folder.clear_away()
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        said = f"The disk of {root} is full" if full else str(error)
        raise BackupError(f"{said}; no snapshot was made.") from error


def _write(
    folder: BackupFolder,
    dump: Dump,
    known: dict[str, MediaFile],
    say: Say,
    *,
    with_key: bool,
) -> Report:
    draft = folder.begin()
    media = _Media(folder, known, say)
    saved = _save_tables(draft.path / dump.file_name, dump, media)
    files = [media.files[name] for name in sorted(saved.names - saved.missing)]
    write_media(draft.path / MEDIA, files)
    has_key = with_key and _copy_key(draft)
    manifest = Manifest(
        format=FORMAT,
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
        version=VERSION,
        commit=commit(),
        host=gethostname(),
        database=connection.vendor,
        database_file=dump.file_name,
        migrations=saved.migrations,
        counts=saved.counts,
        media_count=len(files),
        media_bytes=sum(one.size for one in files),
        missing=sorted(saved.missing),
        has_key=has_key,
        key_fingerprint=key_fingerprint(),
    )
    manifest.write(draft.path / MANIFEST)
    draft.write_sums()
    snapshot = folder.publish(draft)
    return Report(snapshot, manifest, media.new_count, media.new_bytes)


def _save_tables(path: Path, dump: Dump, media: _Media) -> _Tables:
    """The database into ``path`` and the media of its rows into the folder, as often as
    it takes until no row lacks a file that was there."""
    for _round in range(ROUNDS):
        media.say(f"Database ({KINDS[connection.vendor]}) …")
        with dump.freeze(path) as frozen:
            counts = tables.count_rows(frozen)
            names = tables.media_names(frozen)
            migrations = tables.applied_migrations(frozen)
        vanished = media.copy(names)
        missing = vanished and vanished & tables.media_names(connection)
        if vanished == missing:
            return _Tables(counts, names, migrations, missing)
        purged = len(vanished - missing)
        media.say(f"{purged} recordings were purged meanwhile; once more.")
    raise BackupError("Recordings are being purged all the time. Try again later.")


def _keep(
    folder: BackupFolder, name: str, known: MediaFile | None
) -> tuple[MediaFile, bool]:
    """Raises ``FileNotFoundError`` for a file that is neither in its place nor put
    aside."""
    try:
        return _kept(folder, name, Path(settings.MEDIA_ROOT) / name, known)
    except FileNotFoundError:
        return _kept(folder, name, held_path(name), known)


def _kept(
    folder: BackupFolder, name: str, path: Path, known: MediaFile | None
) -> tuple[MediaFile, bool]:
    facts = path.stat()
    if known and _is_same(known, path) and folder.holds(known.sha256, known.size):
        return known, False
    digest, size, is_new = folder.keep(path)
    return MediaFile(name, size, facts.st_mtime_ns, digest), is_new


def _is_same(known: MediaFile, path: Path) -> bool:
    facts = path.stat()
    return (facts.st_size, facts.st_mtime_ns) == (known.size, known.changed_ns)


def _copy_key(draft: Snapshot) -> bool:
    """False where the key is the environment's, which is the operator's to keep."""
    key = Path(settings.DATA_DIR) / "secret_key"
    try:
        text = key.read_text(encoding="utf-8")
    except FileNotFoundError:
        return False
    if text.strip() != settings.SECRET_KEY:
        return False
    copy = draft.path / KEY
    copy.touch(mode=0o600)
    copy.write_text(text, encoding="utf-8")
    return True


def _known_media(folder: BackupFolder) -> dict[str, MediaFile]:
    """What the newest snapshot says of every file; nothing where it cannot be read."""
    for snapshot in reversed(folder.snapshots()):
        try:
            return {one.name: one for one in snapshot.media()}
        except Damaged:
            continue
    return {}


def _refuse_own_folders(root: Path) -> None:
    """A backup inside what it saves is lost with it, and would save itself."""
    for own in _own_folders():
        if root == own or own in root.parents:
            raise BackupError(
                f"{root} is inside {own}, which is what is to be saved. "
                "Name a folder elsewhere, best on another disk."
            )
        if root in own.parents:
            raise BackupError(f"{root} contains {own}. Name a folder of its own.")


def _own_folders() -> Iterator[Path]:
    yield Path(settings.DATA_DIR).resolve()
    yield Path(settings.MEDIA_ROOT).resolve()
    if connection.vendor == "sqlite":
        yield Path(settings.DATABASES["default"]["NAME"]).resolve().parent


def _refuse_newer_tables() -> None:
    applied = tables.applied_migrations(connection)
    if not applied:
        raise BackupError("The database is empty: there is nothing to save.")
    if newer := tables.newer_migrations(applied):
        raise BackupError(
            f"The database is of a newer version ({', '.join(newer[:3])}), and this "
            "one does not know all that belongs to it."
        )


def _refuse_without_room(root: Path, dump: Dump, known: dict[str, MediaFile]) -> None:
    """Before anything is written."""
    media = Path(settings.MEDIA_ROOT)
    needed = dump.size() + SPARE_BYTES
    for name in tables.media_names(connection):
        path = media / name
        try:
            if name not in known or not _is_same(known[name], path):
                needed += path.stat().st_size
        except FileNotFoundError:
            continue
    place = root
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    if free < needed:
        raise BackupError(
            f"{root} has {free // 2**20} MB free, and this backup may need "
            f"{needed // 2**20} MB. Nothing was written."
        )
