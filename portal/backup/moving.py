"""``manage.py move-to-postgresql``: all rows of a SQLite database into a PostgreSQL.

One transaction there: either everything has arrived, counted table by table, or nothing
has. The source is only read.
"""

import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import dj_database_url
from django.apps import apps
from django.conf import settings
from django.core.management.color import no_style
from django.db import DatabaseError, connection, connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from portal.backup import tables
from portal.backup.errors import BackupError
from portal.backup.making import Say
from portal.backup.restoring import refuse_running_portal
from transcription.models.recordings import Recording
from transcription.search.backends.base import TABLE as SEARCH_INDEX
from transcription.search.backends.choose import backend_of
from transcription.services.search.index import index_row

TARGET: Final = "move_target"
CHUNK: Final = 2000


@dataclass(slots=True)
class Moved:
    """What was copied. ``nul_count``: characters that PostgreSQL cannot store."""

    counts: dict[str, int] = field(default_factory=dict)
    recordings: int = 0
    nul_count: int = 0
    left_out: list[str] = field(default_factory=list)


def move(url: str, say: Say) -> Moved:
    """Raises ``BackupError``; then the target is as empty as before."""
    if connection.vendor != "sqlite":
        raise BackupError("This portal's database is PostgreSQL already.")
    refuse_running_portal()
    target = _target(url)
    _refuse_old_tables()
    say("Tables …")
    _migrate(url)
    moved = Moved()
    try:
        if used := tables.used_tables(target):
            said = ", ".join(f"{count} in {name}" for name, count in used.items())
            raise BackupError(f"The target holds rows already: {said}.")
        with transaction.atomic(using=TARGET):
            copy_rows(
                list(apps.get_models(include_auto_created=True)),
                connection,
                target,
                moved,
                say,
            )
            say("Search index …")
            moved.recordings = _index(target)
            _compare(target, moved)
    except DatabaseError as error:
        raise BackupError(
            f"PostgreSQL refuses: {' '.join(str(error).split())}"
        ) from error
    finally:
        target.close()
    return moved


def copy_rows(
    kinds: Sequence[type[models.Model]],
    source: BaseDatabaseWrapper,
    target: BaseDatabaseWrapper,
    moved: Moved,
    say: Say,
) -> None:
    """Every row with its id, column by column; foreign keys are checked at the end of
    the caller's transaction."""
    models_by_table = {
        kind._meta.db_table: kind
        for kind in kinds
        if kind._meta.managed and not kind._meta.proxy
    }
    there = set(tables.table_names(source)) - {tables.MIGRATIONS}
    moved.left_out = sorted(there - models_by_table.keys())
    chosen = [kind for name, kind in sorted(models_by_table.items()) if name in there]
    for kind in chosen:
        if kind._meta.db_table in tables.NOBODYS:
            _empty(kind, target)
    for kind in chosen:
        moved.counts[kind._meta.db_table] = _copy_table(kind, source, target, moved)
        say(f"{kind._meta.db_table}: {moved.counts[kind._meta.db_table]} rows")
    with target.cursor() as cursor:
        for statement in target.ops.sequence_reset_sql(no_style(), chosen):
            cursor.execute(statement)


def _copy_table(
    kind: type[models.Model],
    source: BaseDatabaseWrapper,
    target: BaseDatabaseWrapper,
    moved: Moved,
) -> int:
    fields = kind._meta.concrete_fields
    rows = (
        kind._base_manager.using(source.alias)
        .order_by("pk")
        .values_list(*(one.attname for one in fields))
    )
    columns = ", ".join(target.ops.quote_name(str(one.column)) for one in fields)
    table = target.ops.quote_name(kind._meta.db_table)
    count = 0
    with (
        target.cursor() as cursor,
        cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy,
    ):
        for row in rows.iterator(chunk_size=CHUNK):
            copy.write_row(
                [
                    one.get_db_prep_save(_without_nul(value, moved), target)
                    for one, value in zip(fields, row, strict=True)
                ]
            )
            count += 1
    return count


def _without_nul(value: Any, moved: Moved) -> Any:
    """SQLite keeps U+0000 in a text, PostgreSQL refuses it."""
    if isinstance(value, str) and "\0" in value:
        moved.nul_count += value.count("\0")
        return value.replace("\0", "")
    if isinstance(value, list):
        return [_without_nul(one, moved) for one in value]
    if isinstance(value, dict):
        return {
            _without_nul(key, moved): _without_nul(one, moved)
            for key, one in value.items()
        }
    return value


def _empty(kind: type[models.Model], target: BaseDatabaseWrapper) -> None:
    """Rows that nobody has made; the source's own take their place. Not through
    the ORM: that would ask what else is to go with them, and nothing is there."""
    with target.cursor() as cursor:
        cursor.execute(f"DELETE FROM {target.ops.quote_name(kind._meta.db_table)}")  # noqa: S608


def _index(target: BaseDatabaseWrapper) -> int:
    """PostgreSQL's search index, from the recordings that SQLite has."""
    backend, written = backend_of(target), 0
    kept = Recording.objects.kept().values_list("pk", flat=True).order_by("pk")
    with target.cursor() as cursor:
        for chunk in _chunks(kept):
            recordings = Recording.objects.filter(pk__in=chunk).defer("waveform")
            rows = [index_row(recording) for recording in recordings]
            backend.write(cursor, rows)
            written += len(rows)
    return written


def _chunks(ids: Iterable[int], size: int = 50) -> Iterator[list[int]]:
    chunk: list[int] = []
    for one in ids:
        chunk.append(one)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _compare(target: BaseDatabaseWrapper, moved: Moved) -> None:
    here, there = tables.count_rows(connection), tables.count_rows(target)
    wrong = [
        f"{name}: {here.get(name, 0)} here, {there.get(name, 0)} there"
        for name in moved.counts
        if not here.get(name) == there.get(name) == moved.counts[name]
    ]
    with target.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {SEARCH_INDEX}")  # noqa: S608
        indexed = int(cursor.fetchone()[0])
    if indexed != moved.recordings:
        wrong.append(f"search index: {moved.recordings} here, {indexed} there")
    if wrong:
        raise BackupError(
            f"Not all rows arrived, nothing was kept: {'; '.join(wrong)}."
        )


def _target(url: str) -> BaseDatabaseWrapper:
    try:
        parsed = dict(dj_database_url.parse(url))
    except (ValueError, dj_database_url.UnknownSchemeError) as error:
        raise BackupError(f"The target's address cannot be read: {error}.") from None
    if parsed["ENGINE"] != "django.db.backends.postgresql":
        raise BackupError("The target must be postgres://…")
    connections.databases[TARGET] = connections.configure_settings({"default": parsed})[
        "default"
    ]
    target = connections[TARGET]
    try:
        target.ensure_connection()
    except DatabaseError as error:
        raise BackupError(f"The target does not answer: {str(error).strip()}") from None
    return target


def _refuse_old_tables() -> None:
    if tables.pending_migrations(connection):
        raise BackupError(
            "The database is of an older version. Run manage.py migrate first."
        )


def _migrate(url: str) -> None:
    """In a process of its own, where the target is the database: a migration may ask
    for the default one."""
    environment = {k: v for k, v in os.environ.items() if k != "DATABASE_URL_FILE"}
    done = subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity", "0", "--no-input"],
        cwd=settings.BASE_DIR,
        env=environment | {"DATABASE_URL": url},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BackupError(
            f"The target's tables cannot be made: {done.stderr.strip()[-500:]}"
        )
