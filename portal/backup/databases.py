"""The two kinds of database behind one face, and the choice between them."""

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from portal.backup.postgresql import PostgresqlDump
from portal.backup.sqlite import SqliteDump

KINDS: dict[str, str] = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


class Dump(Protocol):
    """A database as one file."""

    file_name: str

    def size(self) -> int:
        """How many bytes a dump may take, at the most."""

    def freeze(self, target: Path) -> AbstractContextManager[BaseDatabaseWrapper]:
        """Write the dump to ``target`` while the portal goes on; a connection that sees
        exactly what the dump holds."""

    def what_is_wrong(self, file: Path) -> str:
        """Of a dump that has its checksum; empty when it can be read."""

    def restore(self, file: Path) -> None:
        """Put the dump where a database without anybody's rows is."""


def dump_of(kind: str) -> Dump:
    """The one for a kind of database (``connection.vendor``)."""
    return (
        PostgresqlDump(connection) if kind == "postgresql" else SqliteDump(connection)
    )
