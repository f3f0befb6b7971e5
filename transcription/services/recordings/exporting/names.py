"""Names of files that every system can unpack, and no two of them the same."""

import re
import unicodedata
from pathlib import PurePath
from typing import Final

from transcription.services.media.cleaning import clean_line

# What Windows refuses in a name, and what leads out of a folder.
_UNSAFE = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]+')
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
# Of a name in UTF-8: systems take 255, of which the number and the extension have some.
_BYTES: Final = 180
NAMELESS: Final = "recording"
CONTENTS: Final = "contents.csv"
_SOUND = frozenset(
    {
        *("wav", "mp3", "m4a", "mp4", "ogg", "oga", "opus", "webm", "flac", "amr"),
        *("aac", "wma", "3gp", "avi", "caf", "mov", "mkv"),
    }
)


class Names:
    """Gives every recording a name of its own. Systems that do not tell capitals from
    small letters, or two spellings of a letter, find no two of them the same."""

    def __init__(self) -> None:
        self._taken = {_key(CONTENTS), _key(CONTENTS.removesuffix(".csv"))}

    def take(self, name: str) -> None:
        """Somebody else gave it already."""
        self._taken.add(_key(name))

    def of(self, title: str) -> str:
        """Without an extension: ``投诉``, and the next time ``投诉 (2)``."""
        stem = _safe(title)
        name, number = stem, 1
        while _key(name) in self._taken:
            number += 1
            name = f"{stem} ({number})"
        self.take(name)
        return name


def sound_extension(original_name: str, media_format: str) -> str:
    """As the file was called, where that is one of sound; else by its contents."""
    given = PurePath(original_name).suffix.lstrip(".").lower()
    return given if given in _SOUND else media_format


def _safe(title: str) -> str:
    name = _UNSAFE.sub("_", clean_line(title, 200)).strip(" .")
    name = name.encode()[:_BYTES].decode(errors="ignore").strip(" .")
    if _DEVICES.fullmatch(name):
        name = f"_{name}"
    return name or NAMELESS


def _key(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()
