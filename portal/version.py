"""Which version this is: ``pyproject.toml`` is the one place that says so."""

import subprocess
import tomllib
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def _version() -> str:
    with (ROOT / "pyproject.toml").open("rb") as file:
        return str(tomllib.load(file)["project"]["version"])


VERSION = _version()


@cache
def commit() -> str:
    """The commit that is checked out, with ``-dirty`` where files were changed since;
    empty where this is no checkout, or git is not installed."""
    if not (ROOT / ".git").exists():
        return ""
    try:
        done = subprocess.run(  # noqa: S603 - our own command line
            # The checkout may belong to another account than the one that serves.
            [
                *("git", "-c", f"safe.directory={ROOT}", "-C", str(ROOT)),
                *("describe", "--always", "--dirty", "--abbrev=10", "--exclude=*"),
            ],
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError:
        return ""
    return done.stdout.strip()
