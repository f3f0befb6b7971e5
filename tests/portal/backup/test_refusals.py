"""What backup, verify and restore refuse, in one sentence and before they harm."""

import json
import os
import shutil
from io import StringIO
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from pytest_django import Settings

from accounts.models.departments import Department
from accounts.models.people import User
from accounts.services.audit.writing import SYSTEM
from portal.backup import folder as folder_module
from portal.backup import making, postgresql
from portal.backup.databases import dump_of
from portal.backup.errors import BackupError
from portal.backup.folder import BackupFolder
from tests.factories import make_recording
from transcription.models.recordings import Recording
from transcription.services.media.disk import backup_hold
from transcription.services.recordings.keeping import purge_recording

# The folder does not know which database there is; the drill runs on both.
pytestmark = [
    # SQLite's backup waits for the end of a transaction that writes.
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="tested on SQLite"),
]


@pytest.fixture(autouse=True)
def data_dir(tmp_path: Path, settings: Settings) -> Path:
    settings.DATA_DIR = tmp_path / "data"
    settings.MEDIA_ROOT = tmp_path / "data" / "media"
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "data" / "media" / "incoming"
    settings.FILE_UPLOAD_TEMP_DIR.mkdir(parents=True)
    return tmp_path / "data"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "disk" / "backups"


def backup(*words: str, **options: Any) -> str:
    out = StringIO()
    call_command("backup", *words, stdout=out, stderr=out, **options)
    return out.getvalue()


def snapshots(root: Path) -> list[Path]:
    return sorted(root.glob("snapshots/*"))


def test_a_folder_inside_the_data_is_refused(data_dir: Path, tmp_path: Path) -> None:
    for inside in (data_dir, data_dir / "backups", data_dir / "media" / "b"):
        with pytest.raises(CommandError, match=r"is inside .*data"):
            backup(str(inside))
    with pytest.raises(CommandError, match="contains"):
        backup(str(tmp_path))
    assert not (data_dir / "backups").exists()


def test_a_folder_with_something_else_in_it_is_refused(root: Path) -> None:
    root.mkdir(parents=True)
    (root / "letters.txt").write_text("dear")
    with pytest.raises(CommandError, match="holds something else"):
        backup(str(root))
    assert [path.name for path in root.iterdir()] == ["letters.txt"]


def test_a_folder_without_room_is_refused_before_anything_is_written(
    root: Path, monkeypatch: pytest.MonkeyPatch, sales: Department
) -> None:
    class Usage(NamedTuple):
        total: int
        used: int
        free: int

    make_recording(sales, content=bytes(3_000_000))
    needed = dump_of("sqlite").size() + making.SPARE_BYTES + 3_000_000
    free = needed - 1
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(needed, 0, free))
    with pytest.raises(CommandError, match=r"MB free, .* Nothing was written"):
        backup(str(root))
    assert not root.exists()
    free = needed
    assert "Saved as" in backup(str(root))
    # The second time nothing is to be copied but the database.
    free = needed - 2_000_000
    assert "of which 0" in backup(str(root))


def test_another_portals_folder_is_refused(root: Path, settings: Settings) -> None:
    backup(str(root))
    settings.SECRET_KEY = "another key, as long and as various as 0123456789 and it"
    with pytest.raises(CommandError, match="another secret key"):
        backup(str(root), keep=1)
    assert len(snapshots(root)) == 1
    assert "Saved as" in backup(str(root), adopt=True)
    assert "Saved as" in backup(str(root))


def test_a_run_that_breaks_off_leaves_nothing_that_looks_whole(
    root: Path, monkeypatch: pytest.MonkeyPatch, sales: Department
) -> None:
    make_recording(sales)
    with monkeypatch.context() as patch:

        def full(*args: object) -> None:
            raise OSError(28, "No space left on device")

        patch.setattr(folder_module, "copy_hashed", full)
        with pytest.raises(CommandError, match=r"disk of .* is full; no snapshot"):
            backup(str(root))
    assert snapshots(root) == []
    assert [*root.glob("content/*")] == []
    with pytest.raises(CommandError, match="no snapshot that was finished"):
        backup("verify", str(root))
    # Killed: nobody could tidy up. It is no snapshot, and the next run removes it.
    (root / "snapshots" / ".unfinished-77").mkdir()
    (root / "content" / ".unfinished-77").write_bytes(b"half")
    with pytest.raises(CommandError, match="no snapshot that was finished"):
        backup("verify", str(root))
    backup(str(root))
    assert len(snapshots(root)) == 1
    assert [path.name for path in root.glob("content/.*")] == []


def purge_before_the_file_is_read(
    monkeypatch: pytest.MonkeyPatch, doomed: Recording
) -> None:
    """The purge comes after the database was written."""
    Recording.objects.filter(pk=doomed.pk).update(deleted_at=doomed.created_at)
    original = BackupFolder.keep

    def keep(self: BackupFolder, source: Path) -> tuple[str, int, bool]:
        purge_recording(recording=doomed, origin=SYSTEM)
        return original(self, source)

    monkeypatch.setattr(BackupFolder, "keep", keep)


def test_a_recording_that_is_purged_meanwhile_is_in_the_snapshot_with_its_bytes(
    root: Path,
    monkeypatch: pytest.MonkeyPatch,
    alice: User,
    sales: Department,
) -> None:
    first, second = (
        make_recording(sales, alice, uuid=f"{number:032}", content=os.urandom(99))
        for number in range(2)
    )
    content = Path(second.file.path).read_bytes()
    purge_before_the_file_is_read(monkeypatch, second)
    said = backup(str(root))
    assert "once more" not in said
    manifest = BackupFolder.existing(root).snapshot(None).manifest()
    assert manifest.counts["transcription_recording"] == manifest.media_count == 2
    kept = [path.read_bytes() for path in root.glob("content/*/*")]
    assert content in kept
    assert Path(first.file.path).exists()
    assert not Path(second.file.path).exists()
    assert not (Path(settings.MEDIA_ROOT) / "held").exists()


def test_a_recording_that_an_older_version_purges_meanwhile_is_in_neither_part(
    root: Path,
    monkeypatch: pytest.MonkeyPatch,
    alice: User,
    sales: Department,
) -> None:
    kept, doomed = (
        make_recording(sales, alice, uuid=f"{number:032}", content=os.urandom(99))
        for number in range(2)
    )
    monkeypatch.setattr(backup_hold, "put_aside", lambda path, name: False)
    purge_before_the_file_is_read(monkeypatch, doomed)
    said = backup(str(root))
    assert "1 recordings were purged meanwhile; once more" in said
    snapshot = BackupFolder.existing(root).snapshot(None)
    manifest = snapshot.manifest()
    assert manifest.counts["transcription_recording"] == manifest.media_count == 1
    assert [file.name for file in snapshot.media()] == [kept.file.name]
    assert manifest.missing == []


def test_a_file_that_was_gone_before_is_told_and_named(
    root: Path, sales: Department
) -> None:
    there, gone = make_recording(sales), make_recording(sales)
    Path(gone.file.path).unlink()
    said = backup(str(root))
    assert f"1 files were gone before the backup came, the first is {gone.file}" in said
    manifest = BackupFolder.existing(root).snapshot(None).manifest()
    assert manifest.missing == [gone.file.name]
    assert manifest.media_count == 1
    assert str(there.file) in (snapshots(root)[0] / "media.jsonl").read_text()
    assert "as they were written" in backup("verify", str(root))


def test_only_the_newest_are_kept_with_what_they_need(
    root: Path, sales: Department
) -> None:
    first = make_recording(sales, content=b"RIFF only in the first")
    second = make_recording(sales, content=b"RIFF in all of them")
    backup(str(root))
    Path(first.file.path).unlink()
    first.delete()
    backup(str(root))
    assert len([*root.glob("content/??/*")]) == 2
    said = backup(str(root), keep=2)
    assert "Removed 1 older snapshots and 1 files" in said
    (content,) = root.glob("content/??/*")
    assert content.read_bytes() == Path(second.file.path).read_bytes()
    assert len(snapshots(root)) == 2
    assert "as they were written" in backup("verify", str(root))


def test_the_key_can_be_left_out(
    root: Path, settings: Settings, data_dir: Path
) -> None:
    (data_dir / "secret_key").write_text(settings.SECRET_KEY)
    backup(str(root), without_key=True)
    assert not (snapshots(root)[0] / "secret_key").exists()
    (data_dir / "secret_key").write_text("not the one that is in use")
    assert "keep the environment file too" in backup(str(root))


def test_a_second_run_at_the_same_time_is_refused(root: Path) -> None:
    backup(str(root))
    with (
        BackupFolder.existing(root).locked(),
        pytest.raises(CommandError, match="Another backup is writing"),
    ):
        backup(str(root))


def test_odd_words_are_one_sentence(root: Path, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="Name one folder"):
        backup("verify")
    with pytest.raises(CommandError, match="is no folder of backups"):
        backup("verify", str(tmp_path))
    with pytest.raises(CommandError, match="is no folder of backups"):
        call_command("restore", str(tmp_path))
    backup(str(root))
    with pytest.raises(CommandError, match="has no snapshot 2020"):
        call_command("restore", str(root), snapshot="2020")


def rewrite(root: Path, **facts: object) -> None:
    """Another manifest, with checksums that fit."""
    snapshot = BackupFolder.existing(root).snapshot(None)
    path = snapshot.path / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | facts))
    snapshot.write_sums()


def test_a_snapshot_that_does_not_fit_is_refused(root: Path) -> None:
    backup(str(root))
    rewrite(root, migrations=["transcription.0999_from_the_future"])
    with pytest.raises(CommandError, match=r"newer \(transcription\.0999_from"):
        call_command("restore", str(root))
    rewrite(root, database="postgresql")
    with pytest.raises(CommandError, match="is of PostgreSQL, and this is SQLite"):
        call_command("restore", str(root))
    (snapshots(root)[0] / "manifest.json").write_text("{")
    with pytest.raises(CommandError, match=r"manifest\.json is damaged"):
        call_command("restore", str(root))


def test_media_of_somebody_are_not_written_over(root: Path, data_dir: Path) -> None:
    making.make_backup(
        root, list[str]().append, with_key=False
    )  # no row says that it was made
    (data_dir / "media" / "recordings").mkdir()
    (data_dir / "media" / "recordings" / "one").write_bytes(b"RIFF")
    with pytest.raises(CommandError, match="holds files already"):
        call_command("restore", str(root))
    assert (data_dir / "media" / "recordings" / "one").read_bytes() == b"RIFF"


def test_a_running_portal_is_not_restored_into(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup(str(root))
    monkeypatch.setattr(
        "portal.processes.supervision.running_supervisor", lambda run_dir: 77
    )
    with pytest.raises(CommandError, match="The portal is running"):
        call_command("restore", str(root))


def fake_client(folder: Path, number: int) -> None:
    folder.mkdir(parents=True)
    program = folder / "pg_dump"
    program.write_text(f"#!/bin/sh\necho 'pg_dump (PostgreSQL) {number}.4 (Debian)'\n")
    program.chmod(0o700)


def test_the_client_must_be_as_new_as_the_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clients = tmp_path / "clients"
    monkeypatch.setattr(postgresql, "CLIENTS", clients)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    with pytest.raises(BackupError, match=r"pg_dump is missing.*postgresql-client\)"):
        postgresql.find_client("pg_dump", 15)
    fake_client(tmp_path / "bin", 14)
    with pytest.raises(
        BackupError, match=r"pg_dump 14 is older .* postgresql-client-1"
    ):
        postgresql.find_client("pg_dump", 15)
    for number in (17, 16):
        fake_client(clients / str(number) / "bin", number)
    assert postgresql.find_client("pg_dump", 15) == str(clients / "16/bin/pg_dump")
    assert postgresql.find_client("pg_dump", 14) == str(tmp_path / "bin" / "pg_dump")


def test_a_database_that_is_never_free_is_one_sentence(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.backup.sqlite.PATIENCE_SECONDS", 0)
    with (
        transaction.atomic(),
        pytest.raises(CommandError, match="locked by another program"),
    ):
        Department.objects.create(slug="late", name="late")
        backup(str(root))
    assert snapshots(root) == []
