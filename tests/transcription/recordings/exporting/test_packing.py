"""What is in an archive, and what becomes of it when a worker dies over it."""

import stat
from datetime import timedelta
from pathlib import Path
from typing import Any
from zipfile import ZIP_STORED, ZipFile

import pytest
from django.db import connection
from django.utils import timezone, translation
from pytest_django import Settings

from accounts.models.audit.events import AuditAction, AuditEvent
from accounts.models.departments import Department
from accounts.models.members import Membership
from accounts.models.people import User
from accounts.roles import Role
from accounts.services.audit.writing import Origin
from portal.backup.tables import media_names
from tests.factories import SENTENCES, make_job, make_recording, make_transcript
from tests.transcription.recordings.exporting.conftest import Order
from tests.transcription.recordings.exporting.packing import (
    contents_of,
    files_of,
    packed,
    path_of,
)
from transcription.models.exports import RecordingExport
from transcription.models.notices import Notice
from transcription.models.recordings import Recording, Tag
from transcription.models.runs import JobState
from transcription.services.media.disk import free_space
from transcription.services.recordings import exports
from transcription.services.recordings.exporting import packing
from transcription.services.recordings.exporting.drafts import Draft
from transcription.services.recordings.exporting.orders import (
    EXPORTS,
    NOT_A_MEMBER,
    cancel_export,
    folder_of,
    why_failed,
)
from transcription.services.recordings.exporting.packing import run_export
from transcription.services.recordings.exporting.upkeep import (
    LISTED_DAYS,
    end_all_exports,
    remove_old_exports,
)
from transcription.services.runs.reaper import reap

pytestmark = pytest.mark.django_db


def test_each_recording_has_its_files_under_a_name_of_its_own(
    calls: list[Recording], alice: User, order: Order
) -> None:
    run = packed(order(alice, formats=("srt", "txt"), with_sound=True))
    files = files_of(run)
    assert list(files) == [
        *("来电 投诉.txt", "来电 投诉.srt", "来电 投诉.wav"),
        *("来电 投诉 (2).txt", "来电 投诉 (2).srt", "来电 投诉 (2).wav"),
        "来电 投诉 (3).wav",
        "contents.csv",
    ]
    assert SENTENCES[1] in files["来电 投诉 (2).txt"].decode()
    with calls[2].file.open() as sound:
        assert files["来电 投诉 (3).wav"] == sound.read()
    with ZipFile(path_of(run)) as archive:
        assert archive.getinfo("来电 投诉.wav").compress_type == ZIP_STORED
    assert run.size_bytes == path_of(run).stat().st_size
    assert (run.item_count, run.done_count, run.left_out) == (3, 3, 0)


def test_the_contents_say_what_is_known_and_digits_stay_text(
    calls: list[Recording], alice: User, order: Order
) -> None:
    calls[0].tags.add(Tag.objects.create(department=calls[0].department, name="投诉"))
    Recording.objects.filter(pk=calls[0].pk).update(
        phone_number="13800138000", agent="=王芳", direction="inbound"
    )
    make_job(calls[2], JobState.FAILED, error_code="no_audio")
    with translation.override("en"):
        run = packed(order(alice))
    first, second, third = contents_of(run)
    assert first["Text files"] == "来电 投诉.txt"
    assert first["Number"] == "\t13800138000"
    assert first["Agent"] == "'=王芳"
    assert (first["Tags"], first["Direction"]) == ("投诉", "Inbound")
    assert (first["Transcript"], first["Reason"]) == ("Done", "")
    assert (first["Length"], first["Language"]) == ("00:00:09", "Chinese")
    assert first["Recording number"] == str(calls[0].uuid)
    assert second["Text files"] == "来电 投诉 (2).txt"
    assert third["Text files"] == ""
    assert (third["Transcript"], third["Reason"]) == (
        "Failed",
        "The file has no sound track.",
    )


def test_the_table_is_in_the_language_of_the_page_it_was_ordered_on(
    alice: User, order: Order
) -> None:
    with translation.override("zh-hans"):
        run = order(alice)
    with translation.override("en"):  # as a worker is
        packed(run)
    assert [row["文稿"] for row in contents_of(run)] == [
        "完成",
        "完成",
        "未转写",
    ]


def test_what_the_orderer_may_not_know_of_any_more_is_left_out_and_counted(
    calls: list[Recording], bob: User, alice: User, order: Order
) -> None:
    run = order(bob)
    Recording.objects.filter(pk=calls[0].pk).update(deleted_at=timezone.now())
    Recording.objects.filter(pk=calls[1].pk).update(is_private=True)
    Membership.objects.filter(user=bob).update(role=Role.MEMBER)
    packed(run)
    assert list(files_of(run)) == ["contents.csv"]
    assert [row["录音编号"] for row in contents_of(run)] == [str(calls[2].uuid)]
    assert (run.left_out, run.packed_count, run.reads_private) == (2, 1, False)
    noted = AuditEvent.objects.filter(object_type="recording")
    assert [event.object_id for event in noted] == [str(calls[2].uuid)]


def test_a_person_who_left_gets_nothing(
    alice: User, order: Order, django_capture_on_commit_callbacks: Any
) -> None:
    run = order(alice)
    Membership.objects.filter(user=alice).update(is_active=False)
    with django_capture_on_commit_callbacks(execute=True):
        assert run_export(run.pk)
    run.refresh_from_db()
    assert (run.state, run.error_code) == (JobState.FAILED, NOT_A_MEMBER)
    assert why_failed(run)
    assert not list(folder_of(run).iterdir())


def test_every_recording_is_in_the_audit_trail_once_and_the_order_too(
    calls: list[Recording], alice: User, order: Order
) -> None:
    run = packed(order(alice))
    events = AuditEvent.objects.filter(action=AuditAction.EXPORT).order_by("pk")
    ordered, *reads = events
    order_detail = {"what": "export_order", "recordings": 3, "format": "txt"}
    assert ordered.detail == order_detail | {"raw": False}
    assert {event.object_id for event in reads} == {str(one.uuid) for one in calls}
    assert {event.actor for event in reads} == {alice}
    assert Notice.objects.get().export == run


def kill_after(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The process ends where it has closed so many recordings, whatever it had in
    hand."""
    close_item, closed = Draft.close_item, 0

    def close(draft: Draft, note: Any) -> None:
        nonlocal closed
        close_item(draft, note)
        closed += 1
        if closed == count:
            raise KeyboardInterrupt

    monkeypatch.setattr(Draft, "close_item", close)


@pytest.fixture
def many(sales: Department, alice: User) -> list[Recording]:
    found = []
    for number in range(60):
        recording = make_recording(
            sales, alice, title=f"来电 {number % 7}", content=bytes([number]) * 5_000
        )
        if number % 10:
            make_transcript(recording)
        found.append(recording)
    return found


def test_another_worker_goes_on_where_one_was_killed(
    many: list[Recording],
    alice: User,
    order: Order,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Bytes that were saved are the same ones, and no recording is there twice."""
    run = order(alice, many, ("txt", "json"), with_sound=True)
    kill_after(47, monkeypatch)
    with pytest.raises(KeyboardInterrupt):
        run_export(run.pk)
    monkeypatch.undo()
    (part,) = folder_of(run).glob("*.part")
    before = part.read_bytes()
    run.refresh_from_db()
    assert run.done_count == 40
    with part.open("r+b") as torn:
        torn.seek(0, 2)
        torn.write(b"half a file")
    RecordingExport.objects.filter(pk=run.pk).update(worker="", lease_until=None)
    reap(EXPORTS)
    opened: list[str] = []
    document_of = exports.document_of

    def opening(recording: Recording, transcript: Any) -> Any:
        opened.append(str(recording.pk))
        return document_of(recording, transcript)

    monkeypatch.setattr(packing, "document_of", opening)
    packed(run)
    assert len(opened) == 18  # of the twenty that were not saved, two have no text
    files = files_of(run)
    sounds = [content for name, content in files.items() if name.endswith(".wav")]
    assert sounds == [bytes([number]) * 5_000 for number in range(60)]
    assert len([name for name in files if name.endswith(".txt")]) == 54
    assert len(files) == 60 + 54 + 54 + 1
    rows = contents_of(run)
    assert [row["录音编号"] for row in rows] == [str(one.uuid) for one in many]
    assert path_of(run).read_bytes().startswith(before[: 40 * 5_000])
    assert [path.name for path in folder_of(run).iterdir()] == [path_of(run).name]
    noted = AuditEvent.objects.filter(object_type="recording")
    assert noted.count() == len(many)


def test_a_journal_that_lost_its_end_costs_no_more_than_that(
    many: list[Recording],
    alice: User,
    order: Order,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run = order(alice, many)
    kill_after(45, monkeypatch)
    with pytest.raises(KeyboardInterrupt):
        run_export(run.pk)
    monkeypatch.undo()
    (journal,) = folder_of(run).glob("*.journal")
    journal.write_bytes(journal.read_bytes()[:-7])
    RecordingExport.objects.filter(pk=run.pk).update(worker="", lease_until=None)
    reap(EXPORTS)
    packed(run)
    assert len(contents_of(run)) == 60


def test_a_worker_that_lost_its_lease_and_lives_spoils_nothing(
    many: list[Recording],
    alice: User,
    order: Order,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """While the first is at its thirtieth recording, a second takes the run over and
    brings it to its end; then the first goes on."""
    run = order(alice, many)
    close_item, closed = Draft.close_item, 0

    def close(draft: Draft, note: Any) -> None:
        nonlocal closed
        close_item(draft, note)
        closed += 1
        if closed == 30:
            RecordingExport.objects.filter(pk=run.pk).update(
                worker="", lease_until=None
            )
            reap(EXPORTS)
            packed(run)

    monkeypatch.setattr(Draft, "close_item", close)
    assert run_export(run.pk)
    assert len(contents_of(run)) == 60
    assert [path.name for path in folder_of(run).iterdir()] == [path_of(run).name]


def test_after_a_while_it_makes_room_for_others_and_goes_on_later(
    many: list[Recording],
    alice: User,
    order: Order,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(packing, "SLICE_SECONDS", -1.0)
    run = order(alice, many)
    for done in (20, 40):
        assert run_export(run.pk)
        run.refresh_from_db()
        assert (run.state, run.done_count) == (JobState.QUEUED, done)
    packed(run)
    assert len(contents_of(run)) == 60


def test_what_is_canceled_leaves_nothing_on_the_disk(
    many: list[Recording],
    alice: User,
    order: Order,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    monkeypatch.setattr(packing, "SLICE_SECONDS", -1.0)
    run = order(alice, many)
    run_export(run.pk)
    assert list(folder_of(run).glob("*.part"))
    run.refresh_from_db()
    with django_capture_on_commit_callbacks(execute=True):
        assert cancel_export(run=run, origin=Origin(user=alice))
    assert not list(folder_of(run).iterdir())
    assert not run_export(run.pk)


def test_a_disk_without_room_is_tried_again_and_then_said(
    alice: User, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = order(alice)
    monkeypatch.setattr(free_space, "free_bytes", lambda folder: 0)
    assert run_export(run.pk)
    run.refresh_from_db()
    assert (run.state, run.error_code) == (JobState.QUEUED, "disk_full")


def test_sound_that_is_gone_is_said_in_the_table(
    calls: list[Recording], alice: User, order: Order
) -> None:
    Path(calls[0].file.path).unlink()
    run = packed(order(alice, with_sound=True))
    assert "来电 投诉.wav" not in files_of(run)
    said = [row["录音文件"] for row in contents_of(run)]
    assert said == ["录音文件已不在", "来电 投诉 (2).wav", "来电 投诉 (3).wav"]


def test_it_is_readable_by_nobody_else_on_the_machine(
    alice: User, order: Order, settings: Settings
) -> None:
    path = path_of(packed(order(alice)))
    assert stat.S_IMODE(path.stat().st_mode) == settings.FILE_UPLOAD_PERMISSIONS
    folder = stat.S_IMODE(path.parent.stat().st_mode)
    assert folder == settings.FILE_UPLOAD_DIRECTORY_PERMISSIONS


def test_its_days_are_counted_and_then_it_goes(alice: User, order: Order) -> None:
    run = packed(order(alice))
    assert remove_old_exports() == 0
    path = path_of(run)
    RecordingExport.objects.update(expires_at=timezone.now())
    assert remove_old_exports() == 1
    run.refresh_from_db()
    assert (run.archive, path.exists(), run.is_there) == ("", False, False)
    long_ago = timezone.now() - timedelta(days=LISTED_DAYS, minutes=1)
    RecordingExport.objects.update(finished_at=long_ago)
    remove_old_exports()
    assert not RecordingExport.objects.exists()


def test_a_database_out_of_a_backup_offers_no_archive(
    alice: User, order: Order
) -> None:
    run = packed(order(alice))
    end_all_exports()
    run.refresh_from_db()
    assert not run.is_there
    remove_old_exports()
    assert RecordingExport.objects.exists()


def test_no_backup_holds_it(alice: User, order: Order) -> None:
    run = packed(order(alice))
    assert path_of(run).exists()
    assert run.archive not in media_names(connection)


def test_the_texts_are_as_spoken_where_that_was_asked(
    sales: Department, alice: User, order: Order
) -> None:
    call = make_recording(sales, alice, title="来电")
    transcript = make_transcript(call, ["一共1299元"])
    transcript.segments.update(text_raw="一共一千两百九十九元")
    asked = order(alice, [call], ("txt", "srt"), raw=True)
    spoken, normal = files_of(packed(asked)), files_of(packed(order(alice, [call])))
    for name in ("来电.txt", "来电.srt"):
        assert "一千两百九十九" in spoken[name].decode()
        assert "1299" not in spoken[name].decode()
    assert "1299" in normal["来电.txt"].decode()
    noted = AuditEvent.objects.filter(action=AuditAction.EXPORT, object_id=call.uuid)
    assert [event.detail["raw"] for event in noted.order_by("pk")] == [True, False]
