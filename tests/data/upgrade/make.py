"""How the databases beside this file were made.

``python -m tests.data.upgrade.make COMMIT``, with the embedded models in ``var/models``
(and, for 462a6fe, its own zhconv 1.4.3 in ``PYTHONPATH``).

Checks the old version out, lets its own migrations and services (``fill.py``) make a
company with every kind of run finished, waiting and begun by a process that was killed,
and saves what its database holds: as a file of SQLite's, and, where ``DATABASE_URL``
and ``REDIS_URL`` name servers, as the text of ``pg_dump``.
"""

import gzip
import os
import re
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from tests.runner.own_database import database_of_its_own

HERE: Final = Path(__file__).parent
ROOT: Final = HERE.parents[2]
# Entries of the queue are signed with it.
SECRET_KEY: Final = "a key for the databases in tests/data/upgrade, 0123456789"


def main(commit: str) -> None:
    with checked_out(commit) as tree:
        with tempfile.TemporaryDirectory() as folder:
            fill(tree, Path(folder), {})
            save(f"{commit}.sqlite3", sqlite(Path(folder) / "shengwen.sqlite3"))
        with (
            tempfile.TemporaryDirectory() as folder,
            database_of_its_own("shengwen_made") as environment,
        ):
            if environment:
                fill(tree, Path(folder), environment)
                save(f"{commit}.sql", postgresql(environment["DATABASE_URL"]))


@contextmanager
def checked_out(commit: str) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "tree"
        git = ["git", "-C", str(ROOT), "worktree"]
        subprocess.run([*git, "add", "--detach", str(tree), commit], check=True)
        try:
            yield tree
        finally:
            subprocess.run([*git, "remove", "--force", str(tree)], check=True)


def fill(tree: Path, data_dir: Path, database: dict[str, str]) -> None:
    servers = {"DATABASE_URL", "REDIS_URL"}
    environment = {k: v for k, v in os.environ.items() if k not in servers} | {
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "PYTHONPATH": os.pathsep.join((str(tree), os.environ.get("PYTHONPATH", ""))),
        "SHENGWEN_DATA_DIR": str(data_dir),
        "SHENGWEN_DEBUG": "1",
        "SHENGWEN_MODELS_DIR": str(ROOT / "var" / "models"),
        "SHENGWEN_SECRET_KEY": SECRET_KEY,
        **database,
    }
    for words in (
        [str(tree / "manage.py"), "compile_translations"],
        [str(tree / "manage.py"), "migrate", "--verbosity", "0"],
        [str(HERE / "fill.py")],
    ):
        subprocess.run([sys.executable, *words], cwd=tree, env=environment, check=True)


def sqlite(path: Path) -> bytes:
    """One file, without the write-ahead log and what was deleted."""
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("PRAGMA journal_mode = DELETE")
        database.execute("VACUUM")
    return path.read_bytes()


def postgresql(url: str) -> bytes:
    """Statements that any client can send: without psql's own commands."""
    words = ["--no-owner", "--no-privileges", "--inserts", "--rows-per-insert=100"]
    done = subprocess.run(
        ["pg_dump", *words, "--dbname", url], capture_output=True, check=True
    )
    return re.sub(rb"(?m)^\\(un)?restrict .*\n", b"", done.stdout)


def save(name: str, content: bytes) -> None:
    path = HERE / f"{name}.gz"
    path.write_bytes(gzip.compress(content, mtime=0))
    sys.stdout.write(f"{path.name}: {path.stat().st_size} bytes\n")


if __name__ == "__main__":
    main(sys.argv[1])
