"""The folder of a portal's backups.

::

    shengwen-backup.json      whose folder it is
    content/ab/abcd…          every file of the media once, by its SHA-256
    snapshots/2026-11-30T…/   manifest.json, media.jsonl, database.*, secret_key,
                              SHA256SUMS

A snapshot is written beside the others under a name that nobody takes for one, and
renamed when all of it is on the disk.
"""

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from portal.backup.errors import BackupError
from portal.backup.manifest import (
    Damaged,
    Manifest,
    MediaFile,
    is_digest,
    read_manifest,
    read_media,
)

MARKER: Final = "shengwen-backup.json"
MANIFEST, MEDIA, KEY, SUMS = "manifest.json", "media.jsonl", "secret_key", "SHA256SUMS"
UNFINISHED: Final = ".unfinished-"
CHUNK: Final = 2**20


class Snapshot:
    """One dated state of the portal inside a folder."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = path.name

    def manifest(self) -> Manifest:
        return read_manifest(self.path / MANIFEST)

    def media(self) -> Iterator[MediaFile]:
        return read_media(self.path / MEDIA)

    def write_sums(self) -> None:
        """As ``sha256sum`` writes and checks them."""
        files = sorted(path for path in self.path.iterdir() if path.name != SUMS)
        lines = [f"{digest_of(path)}  {path.name}\n" for path in files]
        (self.path / SUMS).write_text("".join(lines), encoding="utf-8")

    def damages(self) -> Iterator[str]:
        """What is wrong with the snapshot's own files."""
        try:
            lines = (self.path / SUMS).read_text(encoding="utf-8").splitlines()
            sums = {
                name: digest for digest, name in (line.split("  ") for line in lines)
            }
        except (OSError, ValueError) as error:
            yield f"{self.path / SUMS} cannot be read ({error})."
            return
        for name in (MANIFEST, MEDIA):
            if name not in sums:
                yield f"{self.path / SUMS} does not name {name}."
        for name, digest in sums.items():
            path = self.path / name
            try:
                if digest_of(path) != digest:
                    yield f"{path} is damaged."
            except OSError as error:
                yield f"{path} cannot be read ({error.strerror})."


class BackupFolder:
    """Open it with ``existing`` or ``made_ready``; write only inside ``locked``."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.content = root / "content"
        self._snapshots = root / "snapshots"

    @classmethod
    def existing(cls, root: Path) -> "BackupFolder":
        """To read from; raises ``BackupError`` where no backup was ever made."""
        if not (root / MARKER).is_file():
            raise BackupError(f"{root} is no folder of backups.")
        return cls(root)

    @classmethod
    def made_ready(
        cls, root: Path, fingerprint: str, *, adopt: bool = False
    ) -> "BackupFolder":
        """To write into: new, empty, or this portal's own (``adopt``: from now on)."""
        cls.refuse_foreign(root)
        folder = cls(root)
        if adopt or not (root / MARKER).exists():
            root.mkdir(parents=True, mode=0o700, exist_ok=True)
            said = {"format": 1, "key_fingerprint": fingerprint}
            (root / MARKER).write_text(f"{json.dumps(said)}\n", encoding="utf-8")
        folder._refuse_another_portals(fingerprint)
        for path in (folder.content, folder._snapshots):
            path.mkdir(mode=0o700, exist_ok=True)
        return folder

    @staticmethod
    def refuse_foreign(root: Path) -> None:
        """Nothing is written among somebody else's files."""
        if (root / MARKER).exists() or not root.exists():
            return
        if not root.is_dir() or any(one.name != "lost+found" for one in root.iterdir()):
            raise BackupError(
                f"{root} holds something else. Name a new or an empty folder."
            )

    def _refuse_another_portals(self, fingerprint: str) -> None:
        try:
            said = json.loads((self.root / MARKER).read_text(encoding="utf-8"))
            owner = said["key_fingerprint"]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise BackupError(
                f"{self.root / MARKER} cannot be read ({error})."
            ) from error
        if owner != fingerprint:
            raise BackupError(
                f"{self.root} holds the backups of a portal with another secret key. "
                "Name a folder of its own for this one, or add --adopt if this is the "
                "same portal with a new key."
            )

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Nobody else writes here meanwhile."""
        with (self.root / ".lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise BackupError(
                    f"Another backup is writing into {self.root}."
                ) from None
            yield

    def snapshots(self) -> list[Snapshot]:
        """The whole ones, the oldest first."""
        if not self._snapshots.is_dir():
            return []
        return [
            Snapshot(path)
            for path in sorted(self._snapshots.iterdir())
            if path.is_dir() and not path.name.startswith(".")
        ]

    def snapshot(self, name: str | None) -> Snapshot:
        """The one of that name, or the newest."""
        found = self.snapshots()
        if not found:
            raise BackupError(f"{self.root} holds no snapshot that was finished.")
        if name is None:
            return found[-1]
        for one in found:
            if one.name == name:
                return one
        names = ", ".join(one.name for one in found)
        raise BackupError(f"{self.root} has no snapshot {name}; it has {names}.")

    def clear_away(self) -> None:
        """What runs that were broken off have left."""
        for path in self._snapshots.glob(f"{UNFINISHED}*"):
            shutil.rmtree(path, ignore_errors=True)
        for path in self.content.glob(f"{UNFINISHED}*"):
            path.unlink(missing_ok=True)

    def begin(self) -> Snapshot:
        """A new snapshot, to be written and then ``publish``ed."""
        path = self._snapshots / f"{UNFINISHED}{os.getpid()}"
        path.mkdir(mode=0o700)
        return Snapshot(path)

    def publish(self, snapshot: Snapshot) -> Snapshot:
        """From now on it counts. All of it is on the disk before its name says so."""
        for path in snapshot.path.iterdir():
            path.chmod(0o600)
        os.sync()
        stamp = datetime.now(UTC).strftime("%Y-%m-%dT%H-%M-%SZ")
        target = self._snapshots / stamp
        number = 1
        while target.exists():
            number += 1
            target = self._snapshots / f"{stamp}-{number}"
        snapshot.path.rename(target)
        os.sync()
        return Snapshot(target)

    def content_path(self, digest: str) -> Path:
        return self.content / digest[:2] / digest

    def holds(self, digest: str, size: int) -> bool:
        """As far as the directory says; ``backup verify`` reads every byte."""
        try:
            return self.content_path(digest).stat().st_size == size
        except OSError:
            return False

    def keep(self, source: Path) -> tuple[str, int, bool]:
        """Hash and size of the file, and whether its bytes are new here."""
        draft = self.content / f"{UNFINISHED}{os.getpid()}"
        draft.unlink(missing_ok=True)
        descriptor = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with open(descriptor, "wb") as target, source.open("rb") as file:
            digest, size = copy_hashed(file.fileno(), target.fileno())
        if self.holds(digest, size):
            draft.unlink()
            return digest, size, False
        place = self.content_path(digest)
        place.parent.mkdir(mode=0o700, exist_ok=True)
        draft.replace(place)
        return digest, size, True

    def prune(self, keep: int) -> tuple[int, int]:
        """Remove all but the newest snapshots, and content that none of the rest names;
        how many of each. Touches no content where a list cannot be read."""
        old = self.snapshots()[:-keep]
        for snapshot in old:
            aside = snapshot.path.with_name(f"{UNFINISHED}{snapshot.name}")
            snapshot.path.rename(aside)
            shutil.rmtree(aside)
        if not old:
            return 0, 0
        try:
            wanted = {one.sha256 for kept in self.snapshots() for one in kept.media()}
        except Damaged as error:
            raise BackupError(f"No content was removed: {error}") from error
        unwanted = [path for path in self.all_content() if path.name not in wanted]
        for path in unwanted:
            path.unlink()
        return len(old), len(unwanted)

    def all_content(self) -> Iterator[Path]:
        for path in self.content.glob("??/*"):
            if is_digest(path.name):
                yield path


def digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def copy_hashed(source: int, target: int) -> tuple[str, int]:
    """Copy all of one open file into another; hash and number of its bytes."""
    digest, size = hashlib.sha256(), 0
    while chunk := os.read(source, CHUNK):
        digest.update(chunk)
        size += len(chunk)
        view = memoryview(chunk)
        while view:
            view = view[os.write(target, view) :]
    return digest.hexdigest(), size
