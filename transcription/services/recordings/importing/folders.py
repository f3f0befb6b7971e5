"""Files of this machine: found below one folder, and nowhere else."""

import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Final

from transcription.pipeline.audio.sniff import sniff
from transcription.services.recordings.importing.columns import Column
from transcription.services.recordings.importing.problems import Problem

_MEDIA: Final = frozenset(
    {
        *(".wav", ".w64", ".mp3", ".m4a", ".mp4", ".mov", ".ogg", ".oga", ".opus"),
        *(".webm", ".mka", ".mkv", ".flac", ".amr", ".aac", ".wma", ".asf", ".3gp"),
        *(".avi", ".caf", ".v3", ".vox"),
    }
)


class FileRefused(Exception):
    """The file of a line cannot be had; ``problem`` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


class Folder:
    """A folder of this machine. Links that lead out of it lead nowhere."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve(strict=True)

    def find(self, path: str) -> Path:
        """The ordinary file that a list names, relative or absolute. Raises
        ``FileRefused``."""
        named = PurePosixPath(path)
        if ".." in named.parts or path[1:3] == ":/":
            raise _refused("path_outside", path)
        try:
            found = (self.root / named).resolve(strict=True)
        except (OSError, RuntimeError, ValueError):  # missing, a circle of links, NUL
            raise _refused(
                "path_outside" if self._is_outside(named) else "file_missing", path
            ) from None
        if not found.is_relative_to(self.root):
            raise _refused("path_outside", path)
        if not found.is_file():
            raise _refused("not_a_file", path)
        return found

    def _is_outside(self, named: PurePosixPath) -> bool:
        return named.is_absolute() and not named.is_relative_to(self.root)

    def media(self) -> Iterator[str]:
        """Every recording below, by its name or its bytes, without hidden files and
        links, in the order of the names."""
        for place, folders, files in os.walk(self.root):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in sorted(files):
                path = Path(place, name)
                if name.startswith(".") or path.is_symlink() or not path.is_file():
                    continue
                if path.suffix.lower() in _MEDIA or _sounds(path):
                    yield path.relative_to(self.root).as_posix()


def _sounds(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return sniff(file) is not None
    except OSError:
        return False


def _refused(code: str, path: str) -> FileRefused:
    return FileRefused(Problem(Column.FILE, code, path[-100:]))
