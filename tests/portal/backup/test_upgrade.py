"""A backup of what an old version left, made as the update begins: the way forward, the
way back, and the move to PostgreSQL. 462a6fe has no backup of its own."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from tests.portal.backup.conftest import Portal, make_portal
from tests.portal.backup.old_versions import (
    DJANGOS,
    VERSIONS,
    leave,
    rows,
    sqlite_path,
    tables,
)
from tests.runner.own_database import database_of_its_own
from transcription.search.backends.base import TABLE as SEARCH_INDEX

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


@pytest.fixture(scope="module", params=VERSIONS)
def commit(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def old(commit: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """What the version left, in this run's kind of database; no migration has run."""
    with database_of_its_own("shengwen_old") as environment:
        portal = make_portal(tmp_path_factory.mktemp("old"), environment)
        leave(portal, commit)
        yield portal


@pytest.fixture(scope="module")
def folder(old: Portal, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The new version's backup of the old version's data, as the update begins."""
    root = tmp_path_factory.mktemp("before") / "update"
    said = old.manage("backup", str(root))
    assert "Saved as" in said and "Warning" not in said
    return root


def test_it_goes_forward_with_every_row(
    old: Portal, folder: Path, elsewhere: Portal
) -> None:
    before = {name: len(rows(old, name)) for name in tables(old)}
    elsewhere.manage("restore", str(folder))
    after = elsewhere.look("sunli", "wealth", "理财")
    moving = DJANGOS | {
        *("accounts_session", "accounts_auditevent", "axes_accesslog"),
        *("transcription_engineworker", "django_q_ormq"),
    }
    kept = {
        name: count
        for name, count in before.items()
        if name not in moving and not name.startswith((SEARCH_INDEX, "sqlite_"))
    }
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
    old: Portal, commit: str, folder: Path, elsewhere: Portal
) -> None:
    said = elsewhere.manage("restore", str(folder), "--as-it-was")
    accounts, transcription = VERSIONS[commit]
    assert f"({transcription}): start the version that left them" in said
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
    assert max(name for name in applied if name.startswith("accounts.")) == accounts
    assert max(name for name in applied if name < "u") == transcription
    assert elsewhere.media() == old.media()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="needs PostgreSQL")
def test_everything_moves_to_postgresql(tmp_path: Path, elsewhere: Portal) -> None:
    address = elsewhere.environment["DATABASE_URL"]
    portal = make_portal(tmp_path / "small", {})
    leave(portal, "462a6fe")
    place = sqlite_path(portal)
    assert "older version" in portal.refusal("move-to-postgresql", address)
    portal.manage("migrate", "--verbosity", "0")
    portal.python(
        "from transcription.models.recordings import Recording;"
        "Recording.objects.filter(pk=1).update(title='理\\0财', waveform=[['\\0']])"
    )
    portal.manage("rebuild_search")
    portal.environment["TARGET_DATABASE_URL"] = address
    said = portal.manage("move-to-postgresql")
    assert f"DATABASE_URL={address}" in said
    assert "recordings are in the search index" in said

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
