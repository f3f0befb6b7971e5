"""The folder of one department, in which nothing leads out of it.

Whoever may write into it is trusted with files, not with the server: every path is
opened part by part, and no part may be a link.
"""

import os
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Final, Self

from transcription.models.watching import WATCH_PATH_MAX

DONE: Final = "done"
FAILED: Final = "failed"
_BEING_WRITTEN: Final = (".tmp", ".part", ".filepart")
_OF_THE_SYSTEM: Final = frozenset({"thumbs.db", "desktop.ini"})
_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
# No waiting at a pipe that has come into a file's place.
_FILE: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK


@dataclass(frozen=True, slots=True)
class Found:
    """An ordinary file: ``path`` below the folder, and what tells it from another that
    comes under the same name."""

    path: str
    size: int
    mtime_ns: int

    @property
    def name(self) -> str:
        return PurePosixPath(self.path).name

    @classmethod
    def of(cls, path: str, state: os.stat_result) -> Self:
        return cls(path, state.st_size, state.st_mtime_ns)


@dataclass(slots=True)
class Listing:
    """What lies in the folder to be taken. ``odd``: how many names cannot be stored;
    ``unreadable``: folders that this user may not read."""

    files: dict[str, Found] = field(default_factory=dict)
    odd: int = 0
    unreadable: list[str] = field(default_factory=list)


class Inbox:
    """An open folder; use it in a ``with``. Everything raises ``OSError``."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self._fd = -1

    def __enter__(self) -> Self:
        self._fd = os.open(self.place, _FOLDER)
        return self

    def __exit__(self, *exception: object) -> None:
        os.close(self._fd)

    def list(self) -> Listing:
        """Everything that is not hidden, not being written, and no link; neither what
        is done nor what failed."""
        listing = Listing()

        def note(error: OSError) -> None:
            listing.unreadable.append(str(error.filename))

        walk = os.fwalk(".", dir_fd=self._fd, onerror=note, follow_symlinks=False)
        for place, folders, names, fd in walk:
            is_top = place == "."
            folders[:] = sorted(
                name
                for name in folders
                if not name.startswith(".") and not (is_top and name in (DONE, FAILED))
            )
            for name in sorted(filter(_is_finished, names)):
                path = name if is_top else f"{place.removeprefix('./')}/{name}"
                self._note_file(listing, path, name, fd)
        return listing

    def _note_file(self, listing: Listing, path: str, name: str, fd: int) -> None:
        try:
            state = os.stat(name, dir_fd=fd, follow_symlinks=False)
        except FileNotFoundError:
            return
        if not stat.S_ISREG(state.st_mode):
            return
        if len(path) > WATCH_PATH_MAX or not _is_text(path):
            listing.odd += 1
            return
        listing.files[path] = Found.of(path, state)

    def look(self, path: str) -> Found | None:
        """The ordinary file that is there now."""
        try:
            with self._folder_of(path) as (fd, name):
                state = os.stat(name, dir_fd=fd, follow_symlinks=False)
        except (FileNotFoundError, NotADirectoryError):
            return None
        return Found.of(path, state) if stat.S_ISREG(state.st_mode) else None

    def open(self, path: str) -> IO[bytes]:
        with self._folder_of(path) as (folder, name):
            fd = os.open(name, _FILE, dir_fd=folder)
        if not stat.S_ISREG(os.fstat(fd).st_mode):
            os.close(fd)
            raise FileNotFoundError(path)
        return os.fdopen(fd, "rb")

    def move(self, source: str, target: str) -> bool:
        """False when the source is not there, as when another process was quicker."""
        with (
            self._folder_of(source) as (here, name),
            self._folder_of(target, make=True) as (there, new_name),
        ):
            try:
                os.rename(name, new_name, src_dir_fd=here, dst_dir_fd=there)
            except FileNotFoundError:
                return False
        return True

    def write(self, target: str, text: str) -> None:
        """A text file, whole or not at all, for whoever may read the folder."""
        mode = stat.S_IMODE(os.fstat(self._fd).st_mode) & 0o666
        with self._folder_of(target, make=True) as (folder, name):
            draft = f".{os.getpid()}.tmp"
            with suppress(FileNotFoundError):
                os.unlink(draft, dir_fd=folder)
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
            fd = os.open(draft, flags, 0o600, dir_fd=folder)
            with os.fdopen(fd, "wb") as file:
                # Notepad takes Chinese without the mark for something else.
                file.write(text.encode("utf-8-sig"))
                _give_mode(fd, mode)
            os.rename(draft, name, src_dir_fd=folder, dst_dir_fd=folder)

    @contextmanager
    def _folder_of(self, path: str, *, make: bool = False) -> Iterator[tuple[int, str]]:
        """The open folder in which the last part of the path lies, and that part."""
        *folders, name = PurePosixPath(path).parts
        fd = os.dup(self._fd)
        try:
            for part in folders:
                if make:
                    self._make(part, fd)
                below = os.open(part, _FOLDER, dir_fd=fd)
                os.close(fd)
                fd = below
            yield fd, name
        finally:
            os.close(fd)

    def _make(self, part: str, fd: int) -> None:
        try:
            os.mkdir(part, 0o700, dir_fd=fd)
        except FileExistsError:
            return
        made = os.open(part, _FOLDER, dir_fd=fd)
        try:  # as readable as the folder itself: the service's own files are private
            _give_mode(made, stat.S_IMODE(os.fstat(self._fd).st_mode))
        finally:
            os.close(made)


def _give_mode(fd: int, mode: int) -> None:
    with suppress(OSError):  # network shares without modes
        os.fchmod(fd, mode)


def _is_finished(name: str) -> bool:
    folded = name.casefold()
    return not (
        name.startswith(".")
        or folded.endswith(_BEING_WRITTEN)
        or folded in _OF_THE_SYSTEM
    )


def _is_text(path: str) -> bool:
    """Whether it is UTF-8, as a database stores it, without a sign that ends it."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


class Quiet:
    """How long nobody has written into a file, by this process's own clock: a network
    share's times are those of another machine."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._since: dict[Found, float] = {}

    def look(self, files: Iterable[Found]) -> None:
        """These are there now; what is there no more is forgotten."""
        now = self._clock()
        self._since = {found: self._since.get(found, now) for found in files}

    def seconds(self, found: Found) -> float:
        now = self._clock()
        return now - self._since.get(found, now)
