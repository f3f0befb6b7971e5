"""Squashed migrations without their originals: for databases that have had them all."""

import pytest
from django.db import connection
from django.db.migrations.exceptions import NodeNotFoundError
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from portal.backup.tables import pending_migrations

pytestmark = pytest.mark.django_db

SQUASHED = {
    key: migration.replaces
    for key, migration in MigrationLoader(None).disk_migrations.items()
    if migration.replaces
}


def test_each_app_of_ours_begins_with_one() -> None:
    assert sorted(app for app, _name in SQUASHED) == ["accounts", "transcription"]


@pytest.mark.parametrize("squashed", SQUASHED)
def test_a_database_that_has_had_every_original_has_had_the_squashed_one(
    squashed: tuple[str, str],
) -> None:
    MigrationRecorder(connection).record_unapplied(*squashed)
    assert pending_migrations(connection) == []


@pytest.mark.parametrize("squashed", SQUASHED)
@pytest.mark.parametrize("missing", [-1, 0])
def test_a_database_that_lacks_one_of_the_originals_is_refused(
    squashed: tuple[str, str], missing: int
) -> None:
    recorder = MigrationRecorder(connection)
    recorder.record_unapplied(*squashed)
    recorder.record_unapplied(*SQUASHED[squashed][missing])
    with pytest.raises(NodeNotFoundError, match=f"replace migration {squashed[0]}"):
        MigrationLoader(connection)
