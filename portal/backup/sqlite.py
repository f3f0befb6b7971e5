"""A SQLite database as one file: SQLite's own online backup.

One step copies everything inside one read transaction; in WAL mode nobody waits for it.
``VACUUM INTO`` would make a smaller file in several times the processor's time.
"""

import os
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from django.db import DatabaseError
from django.db.backends.base.base import BaseDatabaseWrapper

from portal.backup.errors import BackupError

PATIENCE_SECONDS: Final = 60


class SqliteDump:
    """``Dump`` for SQLite."""

    file_name = "database.sqlite3"

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self._connection = connection

    def size(self) -> int:
        with self._connection.cursor() as cursor:
            cursor.execute("PRAGMA page_count")
            pages = int(cursor.fetchone()[0])
            cursor.execute("PRAGMA page_size")
            return pages * int(cursor.fetchone()[0])

    @contextmanager
    def freeze(self, target: Path) -> Iterator[BaseDatabaseWrapper]:
        self._connection.ensure_connection()
        target.unlink(missing_ok=True)
        os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        with closing(sqlite3.connect(target)) as copy:
            self._connection.connection.backup(copy, progress=_Patience())
            # One file, without the two that WAL keeps beside it.
            copy.execute("PRAGMA journal_mode=DELETE")
        if said := self.what_is_wrong(target):
            raise BackupError(f"The database is damaged: {said}")
        with _read_only(self._connection, target) as frozen:
            yield frozen

    def what_is_wrong(self, file: Path) -> str:
        try:
            with (
                _read_only(self._connection, file) as copy,
                copy.cursor() as cursor,
            ):
                cursor.execute("PRAGMA quick_check(1)")
                said = str(cursor.fetchone()[0])
        except (DatabaseError, sqlite3.Error) as error:
            return str(error)
        return "" if said == "ok" else said

    def restore(self, file: Path) -> None:
        place = Path(self._connection.settings_dict["NAME"])
        place.parent.mkdir(parents=True, exist_ok=True)
        draft = place.with_name(f"{place.name}.restoring")
        draft.unlink(missing_ok=True)
        with (
            file.open("rb") as source,
            open(
                os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb"
            ) as to,
        ):
            shutil.copyfileobj(source, to, 2**20)
            to.flush()
            os.fsync(to.fileno())
        self._connection.close()
        for left in (f"{place.name}-wal", f"{place.name}-shm"):
            place.with_name(left).unlink(missing_ok=True)
        draft.replace(place)


class _Patience:
    """sqlite3 tries for ever while somebody holds the whole file; nobody does so for
    long in WAL mode."""

    def __init__(self) -> None:
        self._ends_at = time.monotonic() + PATIENCE_SECONDS

    def __call__(self, status: int, remaining: int, total: int) -> None:
        is_stuck = status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
        if is_stuck and time.monotonic() > self._ends_at:
            raise BackupError("The database is locked by another program.")


@contextmanager
def _read_only(
    connection: BaseDatabaseWrapper, file: Path
) -> Iterator[BaseDatabaseWrapper]:
    """A connection to another file that leaves nothing beside it."""
    copy = connection.copy()
    copy.settings_dict["NAME"] = f"{file.absolute().as_uri()}?mode=ro&immutable=1"
    copy.settings_dict["OPTIONS"] = {}
    try:
        yield copy
    finally:
        copy.close()
