"""Into the trash, out of it, and gone for good."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from accounts.models.audit.events import AuditAction, AuditEvent
from accounts.models.departments import Department
from accounts.models.people import User
from accounts.services.audit.writing import SYSTEM, Origin
from tests.factories import make_recording
from tests.jobs import run_job
from tests.people import membership
from tests.transcription.conftest import Upload
from tests.transcription.engines import FakeEngine
from transcription.models.jobs import TranscriptionJob
from transcription.models.recordings import Recording
from transcription.models.runs import JobState
from transcription.models.transcripts import Segment
from transcription.services.recordings.details import edit_recording
from transcription.services.recordings.keeping import (
    CallDetails,
    nothing_is_the_same,
    purge_recording,
    restore_recording,
    trash_recording,
)
from transcription.services.search.searching import search_segments

pytestmark = pytest.mark.django_db


def hits(user: User) -> int | None:
    return search_segments(
        membership=membership(user), origin=SYSTEM, query="利率"
    ).total


def test_what_is_in_the_trash_is_not_found_until_it_is_restored(
    alice: User, upload: Upload, engine: FakeEngine
) -> None:
    done = upload(alice)
    run_job(done.job.pk)
    who = membership(alice)
    origin = Origin(user=alice)
    assert hits(alice) == 1
    assert trash_recording(recording=done.recording, membership=who, origin=origin)
    assert not trash_recording(recording=done.recording, membership=who, origin=origin)
    assert hits(alice) == 0
    assert Recording.objects.trashed().get().deleted_by == alice
    assert restore_recording(recording=done.recording, origin=origin)
    assert not restore_recording(recording=done.recording, origin=origin)
    assert hits(alice) == 1
    actions = AuditEvent.objects.filter(actor=alice).values_list("action", flat=True)
    assert set(actions) >= {AuditAction.DELETE, AuditAction.RESTORE}


def test_trashing_stops_the_job(alice: User, upload: Upload) -> None:
    done = upload(alice)
    trash_recording(
        recording=done.recording, membership=membership(alice), origin=SYSTEM
    )
    done.job.refresh_from_db()
    assert done.job.state == JobState.CANCELED


def test_a_result_that_comes_while_it_lies_in_the_trash_is_kept_but_not_found(
    alice: User, upload: Upload, engine: FakeEngine
) -> None:
    done = upload(alice)

    def trash() -> None:
        Recording.objects.update(deleted_at=timezone.now())

    engine.before = trash
    run_job(done.job.pk)
    assert hits(alice) == 0
    done.recording.refresh_from_db()
    restore_recording(recording=done.recording, origin=SYSTEM)
    assert hits(alice) == 1


def test_a_purge_leaves_only_the_audit_trail(
    alice: User,
    upload: Upload,
    engine: FakeEngine,
    settings: Settings,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    done = upload(alice)
    run_job(done.job.pk)
    who = membership(alice)
    trash_recording(recording=done.recording, membership=who, origin=SYSTEM)
    folder = Path(done.recording.file.path).parent
    with django_capture_on_commit_callbacks(execute=True):
        assert purge_recording(recording=done.recording, origin=SYSTEM)
        assert any(folder.iterdir())  # the files go only after the commit
    assert not folder.exists()
    for model in (Recording, TranscriptionJob, Segment):
        assert not model.objects.exists()
    event = AuditEvent.objects.get(action=AuditAction.PURGE)
    assert event.detail == {"sha256": done.recording.sha256}
    connection.check_constraints()


def restored(done: Recording, alice: User) -> list[str]:
    """The states of its jobs, once it was deleted and brought back."""
    origin = Origin(user=alice)
    trash_recording(recording=done, membership=membership(alice), origin=origin)
    restore_recording(recording=done, origin=origin)
    return list(done.jobs.order_by("pk").values_list("state", flat=True))


def test_what_a_deletion_stopped_goes_on(alice: User, upload: Upload) -> None:
    recording = upload(alice).recording
    assert restored(recording, alice) == ["canceled", "queued"]
    was, again = recording.jobs.order_by("pk")
    assert (again.language, again.hotwords) == (was.language, was.hotwords)


def test_a_job_that_is_worked_on_is_not_canceled_any_more(
    alice: User, upload: Upload
) -> None:
    recording = upload(alice).recording
    recording.jobs.update(
        state=JobState.RUNNING,
        lease_token=uuid4(),
        lease_until=timezone.now() + timedelta(minutes=1),
    )
    assert restored(recording, alice) == ["running"]
    assert recording.jobs.get().cancel_requested_at is None


def test_what_was_canceled_before_stays_so(alice: User, upload: Upload) -> None:
    recording = upload(alice).recording
    recording.jobs.update(state=JobState.CANCELED, finished_at=timezone.now())
    assert restored(recording, alice) == ["canceled"]


def test_what_was_restored_meanwhile_is_not_purged(alice: User, upload: Upload) -> None:
    done = upload(alice)
    who = membership(alice)
    origin = Origin(user=alice)
    trash_recording(recording=done.recording, membership=who, origin=origin)
    seen_in_the_trash = Recording.objects.trashed().get()
    restore_recording(recording=done.recording, origin=origin)
    assert not purge_recording(recording=seen_in_the_trash, origin=SYSTEM)
    assert Recording.objects.kept().exists()


def test_a_purge_takes_the_copy_that_was_made_meanwhile(
    alice: User,
    upload: Upload,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    done = upload(alice)
    who = membership(alice)
    trash_recording(recording=done.recording, membership=who, origin=SYSTEM)
    seen_before = Recording.objects.trashed().get()
    copy = Path(done.recording.file.path).with_name("playback.mp3")
    copy.write_bytes(b"ID3")
    name = f"{Path(done.recording.file.name or '').parent}/playback.mp3"
    Recording.objects.update(playback_file=name)
    with django_capture_on_commit_callbacks(execute=True):
        assert purge_recording(recording=seen_before, origin=SYSTEM)
    assert not copy.parent.exists()


def test_only_what_is_old_enough_is_purged_by_itself(
    alice: User, upload: Upload, settings: Settings
) -> None:
    old = upload(alice).recording
    young = upload(alice, find_existing=nothing_is_the_same).recording
    now = timezone.now()
    for recording, days in ((old, settings.TRASH_DAYS + 1), (young, 1)):
        Recording.objects.filter(pk=recording.pk).update(
            deleted_at=now - timedelta(days=days)
        )
    call_command("purge_trash")
    assert Recording.objects.get() == young


def test_details_can_be_changed(alice: User, upload: Upload) -> None:
    recording = upload(alice, details=CallDetails(tags=("旧",))).recording
    edit_recording(
        recording=recording,
        origin=SYSTEM,
        details=CallDetails(
            title="投诉电话", agent="王", direction="inbound", tags=("新",)
        ),
    )
    recording.refresh_from_db()
    assert (recording.title, recording.agent) == ("投诉电话", "王")
    assert [tag.name for tag in recording.tags.all()] == ["新"]
    assert AuditEvent.objects.filter(action=AuditAction.EDIT).count() == 1


def test_a_restore_from_the_trash_comes_back_to_its_page(
    sales: Department, carol: User, client_of: Callable[[User], Client]
) -> None:
    for place, query in ("/d/sales/trash/?page=2", "?page=2"), (None, ""):
        found = make_recording(sales, deleted_at=timezone.now())
        own = f"/d/sales/recordings/{found.uuid}/"
        answer = client_of(carol).post(f"{own}restore/{query}")
        assert answer.headers["Location"] == (place or own)
