"""A PostgreSQL database as one file: ``pg_dump`` in its custom format.

The client must be as new as the server; ``pg_dump`` refuses otherwise, and so do we,
before anything is written.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import pq
from psycopg.conninfo import make_conninfo

from portal.backup import tables
from portal.backup.errors import BackupError
from transcription.search.backends.base import TABLE as SEARCH_INDEX

# Debian keeps the clients of several servers side by side, and the newest in PATH.
CLIENTS = Path("/usr/lib/postgresql")
_NUMBER = re.compile(r"\(PostgreSQL\) (\d+)")


class PostgresqlDump:
    """``Dump`` for PostgreSQL."""

    file_name = "database.pgdump"

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self._connection = connection

    def size(self) -> int:
        with self._connection.cursor() as cursor:
            cursor.execute("SELECT pg_database_size(current_database())")
            return int(cursor.fetchone()[0])

    @contextmanager
    def freeze(self, target: Path) -> Iterator[BaseDatabaseWrapper]:
        program = find_client("pg_dump", self._server())
        frozen = self._connection.copy()
        try:
            frozen.set_autocommit(False)
            with frozen.cursor() as cursor:
                cursor.execute(
                    "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
                )
                cursor.execute("SELECT pg_export_snapshot()")
                snapshot = str(cursor.fetchone()[0])
            os.close(os.open(target, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600))
            self._run(
                program,
                *("--format=custom", "--no-owner", "--no-privileges"),
                *(f"--snapshot={snapshot}", f"--file={target}"),
            )
            yield frozen
        finally:
            frozen.close()

    def what_is_wrong(self, file: Path) -> str:
        """Its table of contents is read where a client is installed; the checksum has
        said that the bytes are those that were written."""
        try:
            program = find_client("pg_restore", 0)
        except BackupError:
            return ""
        done = subprocess.run(  # noqa: S603 - our own command line
            [program, "--list", str(file)], capture_output=True, text=True, check=False
        )
        return done.stderr.strip() if done.returncode else ""

    def restore(self, file: Path) -> None:
        program = find_client("pg_restore", self._server())
        self._drop_empty_tables()
        self._run(
            program,
            *("--no-owner", "--no-privileges", "--single-transaction"),
            *("--exit-on-error", str(file)),
        )
        self._connection.close()

    def _drop_empty_tables(self) -> None:
        """What ``migrate`` made: it may be newer than what is restored."""
        names = [*tables.table_names(self._connection), SEARCH_INDEX]
        quoted = [self._connection.ops.quote_name(name) for name in names]
        with transaction.atomic(), self._connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE IF EXISTS {', '.join(quoted)} CASCADE")
            cursor.execute(
                "SELECT p.oid::regprocedure::text FROM pg_proc p "
                "WHERE p.pronamespace = current_schema()::regnamespace "
                "AND p.prorettype = 'trigger'::regtype AND NOT EXISTS "
                "(SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')"
            )
            for (function,) in cursor.fetchall():
                cursor.execute(f"DROP FUNCTION {function}")

    def _server(self) -> int:
        with self._connection.cursor() as cursor:
            cursor.execute("SHOW server_version_num")
            return int(cursor.fetchone()[0]) // 10_000

    def _run(self, program: str, *arguments: str) -> None:
        address, secret = _address(self._connection)
        done = subprocess.run(  # noqa: S603 - our own command line
            [program, f"--dbname={address}", *arguments],
            # Not as an argument: every account of the machine can read those.
            env=os.environ | secret,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            said = " ".join(done.stderr.split())[-500:]
            raise BackupError(f"{Path(program).name} failed: {said}")


def find_client(name: str, server: int) -> str:
    """The program that fits the server's major version (0: any). Raises ``BackupError``
    with what to install."""
    found: dict[int, str] = {}
    inside = sorted(CLIENTS.glob(f"*/bin/{name}"))
    for path in [*map(str, inside), *filter(None, [shutil.which(name)])]:
        if number := _version(path):
            found[number] = path
    fitting = [number for number in found if number >= server]
    if fitting:
        return found[min(fitting)]
    if found:
        raise BackupError(
            f"{name} {max(found)} is older than the server, PostgreSQL {server}. "
            f"Install the client of version {server} or newer "
            f"(on Debian: apt-get install postgresql-client-{server})."
        )
    raise BackupError(
        f"{name} is missing; it belongs to PostgreSQL's client "
        "(on Debian: apt-get install postgresql-client)."
    )


def _version(program: str) -> int:
    try:
        done = subprocess.run(  # noqa: S603 - a path that was found
            [program, "--version"], capture_output=True, text=True, check=False
        )
    except OSError:
        return 0
    match = _NUMBER.search(done.stdout)
    return int(match[1]) if match else 0


def _address(connection: BaseDatabaseWrapper) -> tuple[str, dict[str, str]]:
    """What libpq needs of Django's settings, and the password for the environment."""
    ours = {one.keyword.decode() for one in pq.Conninfo.get_defaults()}
    given = {
        key: value
        for key, value in connection.get_connection_params().items()
        if key in ours and value is not None
    }
    password = given.pop("password", None)
    return make_conninfo(**given), {"PGPASSWORD": password} if password else {}
