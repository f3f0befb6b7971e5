"""From 462a6fe, the last version without a backup of its own, with rows that it made:
the demo company, transcripts, a session, a token, jobs that wait and one that runs."""

import gzip
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connection

from tests.own_database import database_of_its_own
from tests.portal.backup.conftest import Portal, make_portal

OLD = Path(__file__).parents[2] / "data" / "upgrade" / "462a6fe.sqlite3.gz"
INTO_POSTGRESQL = """
from django.apps import apps
from django.db import connection, connections, transaction
from django.db.migrations.executor import MigrationExecutor
from portal.backup import tables
from portal.backup.moving import Moved, copy_rows
connections.databases["old"] = connections.configure_settings({{"default": {{
    "ENGINE": "django.db.backends.sqlite3", "NAME": {source!r}}}}})["default"]
old = connections["old"]
applied = [tuple(one.split(".")) for one in tables.applied_migrations(old)]
executor = MigrationExecutor(connection)
squashed = {{one: key for key, migration in executor.loader.disk_migrations.items()
    for one in migration.replaces}}
targets = sorted(dict(squashed.get(one, one) for one in sorted(applied)).items())
executor.migrate(targets)
for key in set(squashed.values()):
    executor.recorder.record_unapplied(*key)
state = executor.loader.project_state(targets)
with transaction.atomic():
    copy_rows(state.apps.get_models(include_auto_created=True), old, connection,
        Moved(), lambda line: None)
"""
PROTECTED = """
from django.db import DatabaseError, connection
for statement in ("UPDATE accounts_auditevent SET actor_name = 'x'",
                  "DELETE FROM accounts_auditevent"):
    try:
        connection.cursor().execute(statement)
    except DatabaseError as error:
        print("REFUSED", error)
"""

# New rows get numbers after the copied ones only where every sequence was set.
AFTER = """
from accounts.models.departments import Department
from django.core.management import call_command
from tests.factories import make_recording, make_transcript
from transcription.models.recordings import Recording
call_command("check_search")
call_command("version")
print(repr(list(Recording.objects.filter(pk=1).values_list("title", "waveform"))))
make_transcript(make_recording(Department.objects.first()))
"""


def rows_of(database: Path) -> dict[str, int]:
    with closing(sqlite3.connect(database)) as file:
        names = [
            name
            for (name,) in file.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE "
                "'sqlite_%' AND name NOT LIKE 'transcription_segmentindex%'"
            )
        ]
        return {
            name: file.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608
            for name in names
        }


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """What 462a6fe left, in this run's kind of database; no migration has run."""
    with database_of_its_own("shengwen_old") as environment:
        portal = make_portal(tmp_path_factory.mktemp("old"), environment)
        portal.data_dir.mkdir(exist_ok=True)
        source = portal.data_dir / "shengwen.sqlite3"
        source.write_bytes(gzip.decompress(OLD.read_bytes()))
        with closing(sqlite3.connect(source)) as file:
            names = file.execute(
                "SELECT file FROM transcription_recording UNION "
                "SELECT playback_file FROM transcription_recording"
            ).fetchall()
        for (name,) in names:
            if name:
                path = portal.data_dir / "media" / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(name.encode())
        if environment:
            portal.python(INTO_POSTGRESQL.format(source=str(source)))
        yield portal


@pytest.fixture(scope="module")
def folder(old: Portal, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The new version's backup of the old version's data, as the update begins."""
    root = tmp_path_factory.mktemp("before") / "update"
    said = old.manage("backup", str(root))
    assert "Saved as" in said and "Warning" not in said
    return root


def test_it_goes_forward_with_every_row(
    old: Portal, folder: Path, elsewhere: Portal, tmp_path: Path
) -> None:
    database = tmp_path / "old.sqlite3"
    database.write_bytes(gzip.decompress(OLD.read_bytes()))
    before = rows_of(database)
    elsewhere.manage("restore", str(folder))
    after = elsewhere.look("sunli", "wealth", "理财")
    moving = {
        *("django_migrations", "django_content_type", "auth_permission"),
        *("accounts_session", "accounts_auditevent", "axes_accesslog"),
        *("transcription_engineworker", "django_q_ormq"),
    }
    kept = {name: n for name, n in before.items() if name not in moving}
    assert {name: after["counts"][name] for name in kept} == kept
    assert after["counts"]["accounts_auditevent"] > before["accounts_auditevent"]
    assert after["login"] == 302
    assert after["hits"] > 0
    assert after["states"].count("running") == 0
    assert elsewhere.media() == old.media()
    said = elsewhere.python(AFTER + PROTECTED)
    assert said.count("REFUSED") == 2
    assert "The index is right" in said
    assert "to come" not in said


def test_it_goes_back_to_what_the_old_version_left(
    old: Portal, folder: Path, elsewhere: Portal
) -> None:
    said = elsewhere.manage("restore", str(folder), "--as-it-was")
    assert "(transcription.0019_job_tries): start the version that left them" in said
    manifest = json.loads(next(folder.glob("snapshots/*/manifest.json")).read_text())
    code = (
        "import json; from django.db import connection;"
        "from portal.backup import tables;"
        "print('ROWS' + json.dumps([tables.count_rows(connection), "
        "tables.applied_migrations(connection)]))"
    )
    counts, applied = json.loads(elsewhere.python(code).split("ROWS")[1])
    assert counts == manifest["counts"]
    assert applied == manifest["migrations"]
    assert "transcription.0019_job_tries" in applied
    assert not any(one.startswith("transcription.0020") for one in applied)
    assert elsewhere.media() == old.media()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="needs PostgreSQL")
def test_everything_moves_to_postgresql(tmp_path: Path, elsewhere: Portal) -> None:
    address = elsewhere.environment["DATABASE_URL"]
    portal = make_portal(tmp_path / "small", {})
    portal.data_dir.mkdir()
    place = portal.data_dir / "shengwen.sqlite3"
    place.write_bytes(gzip.decompress(OLD.read_bytes()))
    assert "older version" in portal.refusal("move-to-postgresql", address)
    portal.manage("migrate", "--verbosity", "0")
    portal.python(
        "from transcription.models.recordings import Recording;"
        "Recording.objects.filter(pk=1).update(title='理\\0财', waveform=[['\\0']])"
    )
    portal.environment["TARGET_DATABASE_URL"] = address
    said = portal.manage("move-to-postgresql")
    assert f"DATABASE_URL={address}" in said
    assert "21 sentences are in the search index" in said

    before = portal.look("sunli", "wealth", "理财")
    portal.environment["DATABASE_URL"] = address
    after = portal.look("sunli", "wealth", "理财")
    assert (before["vendor"], after["vendor"]) == ("sqlite", "postgresql")
    assert after["counts"] == before["counts"]
    assert after["hits"] == before["hits"] > 0
    assert after["events"] == before["events"]
    said = portal.python(AFTER + PROTECTED)
    # What PostgreSQL cannot store is left out, in texts and in JSON.
    assert "[('理财', [['']])]" in said
    assert said.count("REFUSED") == 2
    assert "The index is right" in said
    portal.environment["DATABASE_URL"] = f"sqlite:///{place}"
    said = portal.refusal("move-to-postgresql")
    assert "The target holds rows already" in said
