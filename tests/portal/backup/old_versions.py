"""Installations as old versions left them, from ``tests/data/upgrade``."""

import gzip
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

import psycopg
from psycopg.rows import tuple_row

from tests.data.upgrade.make import HERE, SECRET_KEY
from tests.portal.backup.conftest import Portal
from tests.stack import ROOT
from transcription.services.installation import MARKER

# What each had migrated to.
VERSIONS: Final = {
    "462a6fe": ("accounts.0004_audit_no_delete", "transcription.0019_job_tries"),
    "722cc92": (
        "accounts.0011_chosen_passwords",
        "transcription.0021_fair_turns_and_deaths",
    ),
}
KINDS: Final = ("transcriptionjob", "vadrun", "evaluationrun", "rehearing")
# Made anew by ``migrate`` itself.
DJANGOS: Final = {"django_migrations", "django_content_type", "auth_permission"}

Row = dict[str, Any]


def leave(portal: Portal, commit: str) -> None:
    """Give the portal, which is empty, the version's database, key and sound."""
    portal.data_dir.mkdir(mode=0o700, exist_ok=True)
    key = portal.data_dir / "secret_key"
    key.touch(mode=0o600)
    key.write_text(SECRET_KEY)
    if is_postgresql(portal):
        statements = gzip.decompress((HERE / f"{commit}.sql.gz").read_bytes())
        with psycopg.connect(portal.environment["DATABASE_URL"]) as connection:
            connection.execute(statements)
    else:
        sqlite_path(portal).write_bytes(database_file(commit))
    _leave_media(portal)


FORMER_INDEX = "transcription_segmentindex"


def is_postgresql(portal: Portal) -> bool:
    return portal.environment["DATABASE_URL"].startswith("postgres")


def database_file(commit: str) -> bytes:
    """The database as a file of SQLite's."""
    return gzip.decompress((HERE / f"{commit}.sqlite3.gz").read_bytes())


def sqlite_path(portal: Portal) -> Path:
    return portal.data_dir / "shengwen.sqlite3"


def rows(portal: Portal, table: str) -> list[Row]:
    """All of a table, as the database has it, in a fixed order."""
    with _cursor(portal) as cursor:
        cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608
        names = [column[0] for column in cursor.description]
        found = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return sorted(found, key=lambda row: str(next(iter(row.values()))))


def tables(portal: Portal) -> list[str]:
    """All but the search index of before, in whose place there is another one."""
    sql = (
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        if is_postgresql(portal)
        else "SELECT name FROM sqlite_master WHERE type = 'table'"
    )
    with _cursor(portal) as cursor:
        cursor.execute(sql)
        names = [name for (name,) in cursor.fetchall()]
    return sorted(name for name in names if not name.startswith(FORMER_INDEX))


def runs(portal: Portal, kind: str) -> dict[int, Row]:
    """The runs of a kind by their ids."""
    return {row["id"]: row for row in rows(portal, f"transcription_{kind}")}


@contextmanager
def _cursor(portal: Portal) -> Iterator[Any]:
    if is_postgresql(portal):
        url = portal.environment["DATABASE_URL"]
        with psycopg.connect(url, row_factory=tuple_row) as connection:
            yield connection.cursor()
    else:
        with closing(sqlite3.connect(sqlite_path(portal))) as connection:
            yield connection.cursor()


def _leave_media(portal: Portal) -> None:
    """The sound of every recording; what is played in a browser only has its name."""
    media = portal.data_dir / "media"
    for row in rows(portal, "transcription_recording"):
        original = media / row["file"]
        original.parent.mkdir(parents=True)
        shutil.copyfile(_sound(row["original_name"]), original)
        if row["playback_file"]:
            (media / row["playback_file"]).write_bytes(row["playback_file"].encode())
    if "transcription_installation" in tables(portal):
        (installation,) = rows(portal, "transcription_installation")
        (media / MARKER).write_text(str(installation["uuid"]))


def _sound(name: str) -> Path:
    clips = ROOT / "tests" / "data" / "clips"
    return next(
        folder / name
        for folder in (ROOT / "transcription" / "samples", clips)
        if (folder / name).exists()
    )
