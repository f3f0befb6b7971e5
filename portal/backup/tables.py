"""What a database holds, asked of the database itself and of Django's models.

A backup is also made just before an upgrade, by the new version of an old version's
tables: nothing here may count on columns that the next migration makes.
"""

from collections.abc import Iterator
from typing import Final

from django.apps import apps
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from transcription.models.installation import Installation
from transcription.models.recogniser import EngineWorker
from transcription.search.backends.base import TABLE as SEARCH_INDEX

MIGRATIONS: Final = MigrationRecorder.Migration._meta.db_table
# The search index, as it is and as it was, and what SQLite notes for itself.
_REPEATED: Final = (SEARCH_INDEX, "transcription_segmentindex", "sqlite_")
# Rows that ``migrate`` and a first start make in a database that nobody has used yet.
NOBODYS: Final = frozenset(
    {
        MIGRATIONS,
        *("django_content_type", "auth_permission"),
        Installation._meta.db_table,
        EngineWorker._meta.db_table,
    }
)


def table_names(connection: BaseDatabaseWrapper) -> list[str]:
    """Every table with rows of its own; the search index repeats what others hold."""
    with connection.cursor() as cursor:
        names = connection.introspection.table_names(cursor)
    return sorted(name for name in names if not name.startswith(_REPEATED))


def count_rows(connection: BaseDatabaseWrapper) -> dict[str, int]:
    """How many rows each table has."""
    counts = {}
    with connection.cursor() as cursor:
        for name in table_names(connection):
            cursor.execute(f"SELECT count(*) FROM {_quoted(connection, name)}")  # noqa: S608
            counts[name] = int(cursor.fetchone()[0])
    return counts


def used_tables(connection: BaseDatabaseWrapper) -> dict[str, int]:
    """The tables with rows that somebody's use has made, and how many."""
    return {
        name: count
        for name, count in count_rows(connection).items()
        if count and name not in NOBODYS
    }


def media_names(connection: BaseDatabaseWrapper) -> set[str]:
    """The files that rows name, as paths below the media folder."""
    names: set[str] = set()
    with connection.cursor() as cursor:
        there = set(table_names(connection))
        for table, column in file_columns():
            if table not in there:
                continue
            described = connection.introspection.get_table_description(cursor, table)
            if column not in {one.name for one in described}:
                continue
            quoted = _quoted(connection, column)
            cursor.execute(
                f"SELECT {quoted} FROM {_quoted(connection, table)} "  # noqa: S608
                f"WHERE {quoted} IS NOT NULL AND {quoted} <> ''"
            )
            while rows := cursor.fetchmany(5000):
                names.update(name for (name,) in rows)
    return names


def file_columns() -> Iterator[tuple[str, str]]:
    """Table and column of every field that names a file."""
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.concrete_fields:
            if isinstance(field, models.FileField):
                yield model._meta.db_table, str(field.column)


def applied_migrations(connection: BaseDatabaseWrapper) -> list[str]:
    """``app.name`` of every migration that the database has had."""
    if not MigrationRecorder(connection).has_table():
        return []
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT app, name FROM {MIGRATIONS} ORDER BY app, name")  # noqa: S608
        return [f"{app}.{name}" for app, name in cursor.fetchall()]


def known_migrations() -> set[str]:
    """``app.name`` of every migration that this version knows."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    found = set(loader.disk_migrations)
    for migration in loader.disk_migrations.values():
        found.update(migration.replaces)
    return {f"{app}.{name}" for app, name in found}


def newer_migrations(applied: list[str]) -> list[str]:
    """Those of our own apps that only a newer version can have made."""
    known = known_migrations()
    ours = {config.label for config in apps.get_app_configs()}
    return [one for one in applied if one.split(".")[0] in ours and one not in known]


def pending_migrations(connection: BaseDatabaseWrapper) -> list[str]:
    """Those that ``migrate`` would run."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{one.app_label}.{one.name}" for one, _backwards in plan]


def _quoted(connection: BaseDatabaseWrapper, name: str) -> str:
    return connection.ops.quote_name(name)
