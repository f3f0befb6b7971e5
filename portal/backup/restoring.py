"""``manage.py restore``: a snapshot into an installation that nobody has used yet.

Media first, the database last: whatever breaks off in between leaves an installation
without people, and the same command again goes on from there.
"""

import json
import os
import time
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction

from accounts.models.audit.events import AuditAction
from accounts.models.audit.subjects import Subject
from accounts.services.audit.writing import SYSTEM, record
from portal.backup import tables
from portal.backup.databases import KINDS, dump_of
from portal.backup.errors import BackupError
from portal.backup.folder import KEY, BackupFolder, Snapshot, copy_hashed
from portal.backup.making import SPARE_BYTES, TELL_EVERY_SECONDS, Say
from portal.backup.manifest import Damaged, Manifest, MediaFile
from portal.processes import supervision
from transcription.models.installation import Installation
from transcription.services.installation import adopt, marker_path, write_marker
from transcription.services.media import storage
from transcription.services.restored import begin_anew
from transcription.services.search.upkeep import check, rebuild

# Names the snapshot whose restore has begun and has not ended.
BEGUN = "restoring.json"


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did. ``key``: ``restored``, ``environment`` (another one is set
    there) or ``new`` (the snapshot has none)."""

    manifest: Manifest
    media_count: int
    media_bytes: int
    key: str
    ended_sessions: int
    requeued: int
    indexed_anew: bool


def restore(
    folder: BackupFolder, snapshot: Snapshot, say: Say, *, as_it_was: bool
) -> Restored:
    """Raises ``BackupError`` or ``Damaged``. ``as_it_was``: for the version that the
    snapshot is of, so tables and rows are left as they are."""
    say(f"Snapshot {snapshot.name}: checking …")
    manifest, media = _checked(snapshot)
    refuse_running_portal()
    _refuse_other_kind(manifest)
    if not as_it_was:
        _refuse_newer(manifest)
    _refuse_used(snapshot)
    _refuse_without_room(manifest, snapshot)
    _note_begin(snapshot)
    marker_path().unlink(missing_ok=True)
    _restore_media(folder, media, say)
    say(f"Database ({KINDS[manifest.database]}) …")
    dump_of(manifest.database).restore(snapshot.path / manifest.database_file)
    _refuse_other_counts(manifest)
    key = _restore_key(snapshot, manifest)
    facts = (0, 0, False) if as_it_was else _make_it_live(snapshot, manifest, key, say)
    _begun_path().unlink()
    return Restored(manifest, len(media), sum(m.size for m in media), key, *facts)


def refuse_running_portal() -> None:
    """Raises ``BackupError`` while anything of this installation runs here."""
    data_dir = Path(settings.DATA_DIR)
    runs = supervision.running_supervisor(data_dir / "run") is not None
    if runs or any(supervision.marked_processes(data_dir)):
        raise BackupError(
            f"The portal is running (data in {data_dir}). Stop it first, on every host."
        )


def _checked(snapshot: Snapshot) -> tuple[Manifest, list[MediaFile]]:
    if damages := list(snapshot.damages()):
        raise BackupError(" ".join(damages))
    try:
        return snapshot.manifest(), list(snapshot.media())
    except Damaged as error:
        raise BackupError(str(error)) from error


def _refuse_other_kind(manifest: Manifest) -> None:
    if manifest.database == connection.vendor:
        return
    there, here = KINDS[manifest.database], KINDS[connection.vendor]
    hint = (
        " Restore it into SQLite (without DATABASE_URL), then run "
        "manage.py move-to-postgresql."
        if manifest.database == "sqlite"
        else " Set DATABASE_URL to an empty PostgreSQL database."
    )
    raise BackupError(f"The snapshot is of {there}, and this is {here}.{hint}")


def _refuse_newer(manifest: Manifest) -> None:
    if newer := tables.newer_migrations(manifest.migrations):
        raise BackupError(
            f"The snapshot is of version {manifest.version}, which is newer "
            f"({', '.join(newer[:3])}). Install that version, then restore."
        )


def _refuse_used(snapshot: Snapshot) -> None:
    """Only into an installation without anybody's rows and files, or one in which a
    restore of the same snapshot was broken off."""
    if used := tables.used_tables(connection):
        most = sorted(used, key=used.__getitem__, reverse=True)[:3]
        said = ", ".join(f"{used[name]} rows in {name}" for name in most)
        raise BackupError(
            f"This installation is in use: {said}. A restore needs an empty one: point "
            "SHENGWEN_DATA_DIR (and DATABASE_URL) elsewhere, or move the old data away."
        )
    if _begun() == snapshot.name:
        return
    ours = {Path(settings.FILE_UPLOAD_TEMP_DIR), marker_path()}
    for path in set(Path(settings.MEDIA_ROOT).glob("*")) - ours:
        if path.is_file() or any(path.rglob("*")):
            raise BackupError(
                f"{path} holds files already. A restore needs an empty media folder."
            )


def _refuse_without_room(manifest: Manifest, snapshot: Snapshot) -> None:
    database = (snapshot.path / manifest.database_file).stat().st_size
    needed = manifest.media_bytes + 2 * database + SPARE_BYTES
    free = storage.free_bytes()
    if free is not None and free < needed and _begun() is None:
        raise BackupError(
            f"{settings.MEDIA_ROOT} has {free // 2**20} MB free, and this snapshot "
            f"needs {needed // 2**20} MB. Nothing was restored."
        )


def _begun_path() -> Path:
    return Path(settings.DATA_DIR) / BEGUN


def _begun() -> str | None:
    try:
        return str(json.loads(_begun_path().read_text(encoding="utf-8"))["snapshot"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _note_begin(snapshot: Snapshot) -> None:
    path = _begun_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"snapshot": snapshot.name}), encoding="utf-8")


def _restore_media(folder: BackupFolder, media: list[MediaFile], say: Say) -> None:
    incoming = Path(settings.FILE_UPLOAD_TEMP_DIR)
    incoming.mkdir(parents=True, exist_ok=True)
    draft = incoming / f"restore-{os.getpid()}"
    root = Path(settings.MEDIA_ROOT)
    told = time.monotonic()
    try:
        for number, file in enumerate(media, 1):
            source = folder.content_path(file.sha256)
            try:
                with source.open("rb") as from_, draft.open("wb") as to:
                    digest, _size = copy_hashed(from_.fileno(), to.fileno())
            except FileNotFoundError as error:
                raise Damaged(f"{source} is missing; it is {file.name}.") from error
            if digest != file.sha256:
                raise Damaged(f"{source} is damaged; it is {file.name}.")
            storage.keep_file(draft, file.name)
            os.utime(root / file.name, ns=(file.changed_ns, file.changed_ns))
            if time.monotonic() - told >= TELL_EVERY_SECONDS:
                told = time.monotonic()
                say(f"Media: {number} of {len(media)} files")
    finally:
        draft.unlink(missing_ok=True)


def _refuse_other_counts(manifest: Manifest) -> None:
    there = tables.count_rows(connection)
    wrong = [
        f"{name}: {there.get(name, 0)} rows instead of {count}"
        for name, count in manifest.counts.items()
        if there.get(name) != count
    ]
    if wrong:
        raise BackupError(f"The database is not what was saved: {'; '.join(wrong)}.")


def _restore_key(snapshot: Snapshot, manifest: Manifest) -> str:
    if not manifest.has_key:
        return "new"
    text = (snapshot.path / KEY).read_text(encoding="utf-8")
    if settings.HAS_SHARED_KEY:
        is_same = text.strip() == settings.SECRET_KEY
        return "restored" if is_same else "environment"
    place = Path(settings.DATA_DIR) / "secret_key"
    draft = place.with_name("secret_key.restoring")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    draft.write_text(text, encoding="utf-8")
    draft.replace(place)
    return "restored"


def _mark_media(key: str) -> None:
    """The media folder says whose it is, to all hosts (``services.installation``). A
    key other than the saved one is the installation's from now on."""
    known = Installation.objects.first()
    if known is not None and key == "restored":
        write_marker(known.uuid)
    elif known is not None:
        adopt()


def _make_it_live(
    snapshot: Snapshot, manifest: Manifest, key: str, say: Say
) -> tuple[int, int, bool]:
    """Bring the tables up to this version, and the rows to a portal that starts."""
    call_command("migrate", verbosity=0, interactive=False)
    _mark_media(key)
    with transaction.atomic():
        sessions, requeued = begin_anew()
        record(
            AuditAction.RESTORE,
            SYSTEM,
            Subject("backup", snapshot.name, f"{manifest.host} {manifest.version}"),
        )
    say("Search index …")
    if check(sample=20, words=2, seed=1).is_good:
        return sessions, requeued, False
    for _progress in rebuild():
        pass
    return sessions, requeued, True
