"""What the janitor does besides reaping."""

import os
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import call_command
from pytest_django import Settings

from accounts.models.audit.events import AuditAction
from accounts.models.audit.subjects import Subject
from accounts.models.departments import Department
from accounts.services.audit.writing import SYSTEM, record
from tests.factories import make_recording
from transcription.services.kinds import KINDS
from transcription.services.media.disk.housekeeping import (
    remove_orphaned_media,
    remove_stale_files,
)
from transcription.services.runs.kind import RunKind

pytestmark = pytest.mark.django_db


def test_half_uploads_of_yesterday_go_and_todays_stay(settings: Settings) -> None:
    incoming = Path(settings.FILE_UPLOAD_TEMP_DIR)
    old, new = incoming / "upload-old", incoming / "upload-new"
    for path in (old, new):
        path.write_bytes(b"RIFF")
    os.utime(old, (time.time() - 90_000,) * 2)
    assert remove_stale_files() == 1
    assert (old.exists(), new.exists()) == (False, True)


def test_sound_that_a_killed_check_of_a_clip_left_goes_too(settings: Settings) -> None:
    incoming = Path(settings.FILE_UPLOAD_TEMP_DIR)
    old, new = incoming / "check-old", incoming / "check-new"
    for folder in (old, new):
        folder.mkdir(parents=True)
        (folder / "channel-0.pcm").write_bytes(b"sound")
    os.utime(old, (time.time() - 90_000,) * 2)
    assert remove_stale_files() == 1
    assert (old.exists(), new.exists()) == (False, True)


def test_files_that_have_no_row_go_after_a_day(
    sales: Department, settings: Settings
) -> None:
    kept = Path(make_recording(sales, content=b"RIFF").file.path).parent
    orphan, fresh = kept.parent / str(uuid4()), kept.parent / str(uuid4())
    stranger = kept.parent / "lost+found"
    for folder in (orphan, fresh, stranger):
        folder.mkdir()
        (folder / "original").write_bytes(b"RIFF")
    for folder in (kept, orphan, stranger):
        os.utime(folder, (time.time() - 90_000,) * 2)
    assert remove_orphaned_media() == 1
    there = [folder.exists() for folder in (kept, orphan, fresh, stranger)]
    assert there == [True, False, True, True]
    aside = Path(settings.MEDIA_ROOT) / "orphans" / orphan.name / "original"
    assert aside.read_bytes() == b"RIFF"  # nobody said that it may go


def test_what_a_purge_left_behind_is_gone_for_good(
    sales: Department, settings: Settings
) -> None:
    kept = Path(make_recording(sales, content=b"RIFF").file.path).parent
    left = kept.parent / str(uuid4())
    left.mkdir()
    record(
        AuditAction.PURGE,
        SYSTEM,
        Subject("recording", left.name, department_id=sales.pk),
    )
    for folder in (kept, left):
        os.utime(folder, (time.time() - 90_000,) * 2)
    assert remove_orphaned_media() == 1
    assert not left.exists()
    assert not (Path(settings.MEDIA_ROOT) / "orphans").exists()


def test_beside_another_database_no_recording_is_touched(
    db: None, settings: Settings
) -> None:
    folder = Path(settings.MEDIA_ROOT) / "recordings" / "1" / "aa" / str(uuid4())
    folder.mkdir(parents=True)
    os.utime(folder, (time.time() - 90_000,) * 2)
    assert remove_orphaned_media() == 0
    assert folder.exists()


def test_one_round_of_the_janitor_does_every_duty(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from transcription.management.commands import janitor

    done: list[str] = []
    names = (
        "purge_expired_trash",
        "forget_old_sessions",
        "remove_stale_files",
        "remove_orphaned_media",
    )

    def fail(kind: RunKind[Any]) -> None:
        done.append(f"reap {kind.name}")
        raise RuntimeError  # it stops no other

    for name in names:
        monkeypatch.setattr(janitor, name, lambda name=name: done.append(name))
    monkeypatch.setattr(janitor, "reap", fail)
    monkeypatch.setattr(janitor, "close_old_connections", lambda: None)
    monkeypatch.setattr("django.db.connection.close", lambda: None)
    call_command("janitor", "--once")
    assert done == [*(f"reap {kind.name}" for kind in KINDS), *names]
