"""Who may read what lies in the data directory.

Everything is its owner's alone (0700, 0600). Behind nginx one group, to which its
workers and this user belong, may walk through the data directory (0710) and read the
media (2750, 0640), and nothing else. What an older version left open is closed at the
next start. The settings call ``make`` and ``make_media`` while they are loaded.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

UMASK = 0o077
_TOLD_AT_MOST = 8
# Media have modes of their own; in the others nothing is secret, and the data
# directory's own mode is enough.
_LEFT_ALONE = {"media", "models", "static"}


@dataclass(frozen=True, slots=True)
class Fault:
    """A file or folder with another mode or group than it should have."""

    path: Path
    mode: int
    wanted: int
    group: int | None  # to whom it must belong; None: it does not matter

    def command(self) -> str:
        """What an administrator types to mend it."""
        group = "" if self.group is None else f"chgrp {self.group} {self.path} && "
        return f"{group}chmod {self.wanted:04o} {self.path}"


def media_file_mode(group: int | None) -> int:
    """The mode of a recording's file."""
    return 0o600 if group is None else 0o640


def media_folder_mode(group: int | None) -> int:
    """The mode of a folder of media; what is made in it belongs to the same group."""
    return 0o700 if group is None else 0o2750


def _data_mode(group: int | None) -> int:
    return 0o700 if group is None else 0o710


def make(data_dir: Path, group: int | None) -> None:
    """The data directory, when it is not there yet."""
    if data_dir.exists():
        return
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        _set(data_dir, _data_mode(group), group)
    except OSError as error:
        raise ImproperlyConfigured(
            f"The data directory {data_dir} cannot be made: {error.strerror}. "
            "Make it for this user, or name another one in SHENGWEN_DATA_DIR."
        ) from error


def make_media(media_root: Path, incoming: Path, group: int | None) -> None:
    """The media's folders, when they are not there yet."""
    for folder in (media_root, incoming):
        # What cannot be made or entered has a system check of its own, which names it.
        with suppress(OSError):
            if not folder.exists():
                folder.mkdir(parents=True, exist_ok=True)
                _set(folder, media_folder_mode(group), group)


def faults(data_dir: Path, media_root: Path, group: int | None) -> Iterator[Fault]:
    """What others may read and should not, or nginx may not and should.

    The media are walked only when their topmost folder is wrong: there may be a
    million of them, and that folder is set last.
    """
    for path in _private(data_dir):
        yield from _compare(path, _private_mode(path), None)
    if media_root.is_dir() and [*_compare_media(media_root, group)]:
        for folder, _, names in os.walk(media_root, topdown=False):
            for name in names:
                yield from _compare_media(Path(folder, name), group)
            yield from _compare_media(Path(folder), group)
    if data_dir.is_dir():
        yield from _compare(data_dir, _data_mode(group), group)


def mend(data_dir: Path, media_root: Path, group: int | None) -> list[Fault]:
    """Close (and open to nginx) what can be; what has been mended."""
    mended = []
    for fault in faults(data_dir, media_root, group):
        try:
            _set(fault.path, fault.wanted, fault.group)
        except OSError:
            continue  # somebody else's, or gone: portal.checks.files names it
        mended.append(fault)
    return mended


def _private(data_dir: Path) -> Iterator[Path]:
    if not data_dir.is_dir():
        return
    for entry in sorted(data_dir.iterdir()):
        if entry.name in _LEFT_ALONE:
            continue
        yield entry
        if entry.is_dir() and not entry.is_symlink():
            for folder, folders, names in os.walk(entry):
                yield from (Path(folder, name) for name in (*folders, *names))


def _private_mode(path: Path) -> int:
    """What its owner may, without the others."""
    try:
        return stat.S_IMODE(path.lstat().st_mode) & ~UMASK
    except OSError:
        return 0


def _compare_media(path: Path, group: int | None) -> Iterator[Fault]:
    is_folder = path.is_dir() and not path.is_symlink()
    mode = media_folder_mode(group) if is_folder else media_file_mode(group)
    yield from _compare(path, mode, group)


def _compare(path: Path, wanted: int, group: int | None) -> Iterator[Fault]:
    try:
        found = path.lstat()
    except OSError:
        return  # removed meanwhile
    if not (stat.S_ISREG(found.st_mode) or stat.S_ISDIR(found.st_mode)):
        return  # a socket has the mode that its maker gave it; a link has none
    mode = stat.S_IMODE(found.st_mode)
    if mode != wanted or (group is not None and found.st_gid != group):
        yield Fault(path, mode, wanted, group)


def _set(path: Path, mode: int, group: int | None) -> None:
    if group is not None:
        os.chown(path, -1, group)
    path.chmod(mode)


def close() -> Iterator[str]:
    """Mend this installation's, and say what was mended: a line for each of the first
    and one for the rest."""
    mended = mend(settings.DATA_DIR, Path(settings.MEDIA_ROOT), settings.MEDIA_GROUP)
    for fault in mended[:_TOLD_AT_MOST]:
        yield f"Closed to others: {fault.path} ({fault.mode:04o} → {fault.wanted:04o})"
    rest = len(mended) - _TOLD_AT_MOST
    if rest > 0:
        yield f"Closed to others: {rest} more in {settings.DATA_DIR}"
