"""An archive in the making: a ZIP without its directory, and a journal beside it.

The journal has a line for each recording that is dealt with: what of it is in the ZIP,
and where that ends. Nothing is in the journal before it is on the disk, so whoever goes
on where a process was killed cuts the ZIP off where the last line says and loses
nothing. A process that is alive holds a lock on its draft; nobody else writes into that
one.
"""

import fcntl
import json
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any, BinaryIO, Final
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from transcription.services.media.disk.folders import (
    make_media_folder,
    share_media_file,
)

_PART, _JOURNAL, _WHOLE = ".part", ".journal", ".zip"
_COPY_BYTES: Final = 2**20
_FIRST_YEAR: Final = 1980  # that a ZIP knows

Note = dict[str, Any]


class Draft:
    """Open it with ``open_draft``. ``count`` recordings are dealt with."""

    def __init__(self, part: BinaryIO, journal: BinaryIO, path: Path) -> None:
        self._file, self._journal, self._path = part, journal, path
        lines = _Lines.of(journal, size=os.fstat(part.fileno()).st_size)
        part.truncate(lines.end)
        part.seek(lines.end)
        journal.truncate(lines.journal_end)
        journal.seek(lines.journal_end)
        self.count = lines.count
        self._zip = ZipFile(part, "w", ZIP_DEFLATED)
        for info in lines.entries:
            self._enter(info)
        self._entered = len(self._zip.filelist)
        self._unsaved: list[bytes] = []

    def add_bytes(self, name: str, content: bytes, at: datetime) -> None:
        """A file with this content, which is packed tightly."""
        self._zip.writestr(_info(name, at, ZIP_DEFLATED), content)

    def add_file(
        self, name: str, source: IO[bytes], size: int, at: datetime
    ) -> Iterator[None]:
        """A file as it is, piece by piece: sound is packed already."""
        info = _info(name, at, ZIP_STORED)
        info.file_size = size
        with self._zip.open(info, "w") as target:
            while piece := source.read(_COPY_BYTES):
                target.write(piece)
                yield

    def close_item(self, note: Note) -> None:
        """A recording is dealt with; what was added since the last one is its."""
        new = self._zip.filelist[self._entered :]
        line = {"end": self._zip.start_dir, "files": [*map(_plain, new)], "note": note}
        self._unsaved.append(json.dumps(line, ensure_ascii=False).encode() + b"\n")
        self._entered = len(self._zip.filelist)
        self.count += 1

    def save(self) -> None:
        """What a kill from now on does not undo."""
        _onto_disk(self._file)
        self._journal.write(b"".join(self._unsaved))
        _onto_disk(self._journal)
        self._unsaved.clear()

    def notes(self) -> Iterator[Note]:
        """Of every recording that is saved, in their order."""
        with self._path.with_suffix(_JOURNAL).open("rb") as journal:
            for line in journal:
                yield json.loads(line)["note"]

    def finish(self, name: str, parts: Iterable[bytes]) -> Path:
        """Add a last file, close the ZIP and put it where it stays."""
        info = _info(name, datetime.now(), ZIP_DEFLATED)
        with self._zip.open(info, "w") as target:
            for part in parts:
                target.write(part)
        self._zip.close()
        _onto_disk(self._file)
        whole = self._path.with_suffix(_WHOLE)
        share_media_file(self._path)
        os.replace(self._path, whole)
        self._path.with_suffix(_JOURNAL).unlink(missing_ok=True)
        return whole

    def _enter(self, info: ZipInfo) -> None:
        self._zip.filelist.append(info)
        self._zip.NameToInfo[info.filename] = info

    def _give_up(self) -> None:
        # It writes a directory, over which whoever goes on writes.
        with suppress(OSError, ValueError):
            self._zip.close()


@contextmanager
def open_draft(folder: Path, token: UUID) -> Iterator[Draft]:
    """The draft in this folder, as far as an earlier worker brought it, or a new one.
    What is half done when the block ends stays for whoever comes next."""
    make_media_folder(folder)
    path = folder / f"{token}{_PART}"
    mine = {path, path.with_suffix(_JOURNAL)}
    with _adopted(folder, path) or _new(path) as part:
        journal_path = path.with_suffix(_JOURNAL)
        journal_path.touch(mode=0o600)
        with journal_path.open("r+b") as journal:
            _remove(one for one in folder.iterdir() if one not in mine)
            draft = Draft(part, journal, path)
            try:
                yield draft
            finally:
                draft._give_up()


def remove_drafts(folder: Path) -> None:
    """Of a run that goes no further."""
    for suffix in (_PART, _JOURNAL):
        _remove(folder.glob(f"*{suffix}"))


def remove_all(folder: Path) -> None:
    """The archive and whatever lies beside it."""
    shutil.rmtree(folder, ignore_errors=True)


@dataclass(slots=True)
class _Lines:
    """What a journal says of a ZIP that is so long: as far as both go together."""

    entries: list[ZipInfo]
    count: int = 0
    end: int = 0
    journal_end: int = 0

    @classmethod
    def of(cls, journal: BinaryIO, *, size: int) -> "_Lines":
        found = cls([])
        for raw in journal:
            try:
                line = json.loads(raw)
            except ValueError:
                break  # the power went while it was written
            if not raw.endswith(b"\n") or line["end"] > size:
                break
            found.entries += [_entry(plain) for plain in line["files"]]
            found.count += 1
            found.end = line["end"]
            found.journal_end += len(raw)
        return found


def _adopted(folder: Path, path: Path) -> BinaryIO | None:
    """The draft of a worker that is gone, under the new one's name."""
    for old in sorted(folder.glob(f"*{_PART}")):
        file = old.open("r+b")
        if not _is_locked(file):
            file.close()  # a worker whose lease ran out, and that does not know it yet
            continue
        with suppress(FileNotFoundError):
            os.replace(old.with_suffix(_JOURNAL), path.with_suffix(_JOURNAL))
        os.replace(old, path)
        return file
    return None


def _new(path: Path) -> BinaryIO:
    file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "r+b")
    _is_locked(file)
    return file


def _is_locked(file: BinaryIO) -> bool:
    """Whether nobody else writes into it, now and until it is closed."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _remove(paths: Iterable[Path]) -> None:
    for path in list(paths):
        path.unlink(missing_ok=True)


def _onto_disk(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def _info(name: str, at: datetime, packed: int) -> ZipInfo:
    when = (max(at.year, _FIRST_YEAR), at.month, at.day, at.hour, at.minute, at.second)
    info = ZipInfo(name, when)
    info.compress_type = packed
    info.external_attr = 0o600 << 16
    return info


# What the directory says of a file, by the names of ``ZipInfo``.
_FACTS: Final = (
    *("filename", "date_time", "compress_type", "flag_bits", "CRC"),
    *("compress_size", "file_size", "header_offset", "external_attr"),
)


def _plain(info: ZipInfo) -> dict[str, Any]:
    return {name: getattr(info, name) for name in _FACTS}


def _entry(plain: dict[str, Any]) -> ZipInfo:
    info = ZipInfo(plain["filename"], tuple(plain["date_time"]))
    for name in _FACTS[2:]:
        setattr(info, name, plain[name])
    return info
