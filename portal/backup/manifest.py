"""What a snapshot says about itself: ``manifest.json`` and the list of its media."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Final

FORMAT: Final = 1


class Damaged(Exception):
    """A file of a backup is not what was written; the message names it."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """The facts of a snapshot. ``missing`` names files that were gone from the media
    folder before the backup came."""

    format: int
    made_at: str
    version: str
    commit: str
    host: str
    database: str  # sqlite | postgresql
    database_file: str
    migrations: list[str]
    counts: dict[str, int]
    media_count: int
    media_bytes: int
    missing: list[str]
    has_key: bool
    key_fingerprint: str

    def write(self, path: Path) -> None:
        text = json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True)
        path.write_text(f"{text}\n", encoding="utf-8")


def read_manifest(path: Path) -> Manifest:
    """Raises ``Damaged``."""
    try:
        said: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if said["format"] != FORMAT:
            raise Damaged(f"{path}: format {said['format']} is of another version.")
        return Manifest(**{one.name: said[one.name] for one in fields(Manifest)})
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Damaged(f"{path} cannot be read ({error}).") from error


@dataclass(frozen=True, slots=True)
class MediaFile:
    """One file below the media folder, and under which hash its bytes are kept."""

    name: str
    size: int
    changed_ns: int
    sha256: str


def write_media(path: Path, files: Iterable[MediaFile]) -> None:
    """A line of JSON for each."""
    with path.open("w", encoding="utf-8") as output:
        for file in files:
            output.write(json.dumps(asdict(file), ensure_ascii=False) + "\n")


def read_media(path: Path) -> Iterator[MediaFile]:
    """Raises ``Damaged``."""
    try:
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                file = MediaFile(**json.loads(line))
                if not is_digest(file.sha256) or not is_below(file.name):
                    raise Damaged(f"{path}: {file.name} is no file of the media.")
                yield file
    except (OSError, ValueError, TypeError) as error:
        raise Damaged(f"{path} cannot be read ({error}).") from error


def is_digest(text: str) -> bool:
    return len(text) == 64 and set(text) <= set("0123456789abcdef")


def is_below(name: str) -> bool:
    """Whether the name stays inside the folder that it is put into."""
    parts = Path(name).parts
    return bool(parts) and not Path(name).is_absolute() and ".." not in parts
