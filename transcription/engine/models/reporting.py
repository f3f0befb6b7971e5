"""What installing can say: how it goes, and why it did not work."""

import hashlib
from collections.abc import Callable
from pathlib import Path

Progress = Callable[[str], None]


class InstallError(Exception):
    """A model could not be installed. The message is one sentence for people."""


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
