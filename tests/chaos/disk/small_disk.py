"""A disk of a few megabytes, to be filled to the last byte."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.runner.required import skip_or_fail


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """A file system of its own at ``folder``. Needs root: CI has it."""
    folder.mkdir(parents=True)
    mount = ("mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder))
    done = subprocess.run(mount, capture_output=True, text=True, check=False)
    if done.returncode:
        skip_or_fail("mount", f"No file system can be mounted: {done.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(("umount", "--lazy", str(folder)), check=True)


def fill(folder: Path) -> None:
    """Take every byte that is left."""
    file = os.open(folder / "filler", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for block in (2**20, 4096, 1):
        while _wrote(file, block):
            pass
    os.close(file)


def _wrote(file: int, count: int) -> bool:
    try:
        return os.write(file, b"x" * count) > 0
    except OSError:
        return False


def empty(folder: Path) -> None:
    """What an operator does about it."""
    (folder / "filler").unlink()
