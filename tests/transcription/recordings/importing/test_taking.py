"""A line becomes a recording once, whatever happens meanwhile."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as portal
from django.utils import timezone

from accounts.models.audit.events import AuditAction, AuditEvent
from accounts.models.people import User
from accounts.services.audit.writing import SYSTEM, Origin
from accounts.services.refusal import Refused
from tests.people import membership
from tests.transcription.conftest import Upload
from tests.transcription.recordings.importing.archives import (
    begun,
    line,
    put,
    run,
    sound,
    states,
    write_list,
)
from transcription.models.imports import ArchiveImport, ImportLine
from transcription.models.jobs import TranscriptionJob
from transcription.models.recordings import Recording
from transcription.services.media.uploads import HashedUpload
from transcription.services.recordings.importing.ending import (
    LISTED_DAYS,
    finish,
    forget_old_imports,
    go_on,
)
from transcription.services.recordings.importing.taking import take_line
from transcription.services.recordings.keeping import (
    purge_recording,
    trash_recording,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def calls(tmp_path: Path) -> Path:
    """Three calls on the server's disk."""
    root = tmp_path / "calls"
    put(root, "a.wav", "b.wav", "deep/c.wav")
    return root


def file(content: bytes, name: str = "a.wav") -> HashedUpload:
    upload = HashedUpload(name)
    upload.append(content)
    upload.finish()
    return upload


def stored() -> list[Path]:
    return [one for one in Path(portal.MEDIA_ROOT).rglob("*") if one.is_file()]


def test_lines_become_recordings_with_what_the_list_says(
    alice: User, calls: Path, tmp_path: Path
) -> None:
    call = ["来电", "Alice", "007", "呼入", "2024-03-01 14:05", "投诉；退款"]
    path = write_list(tmp_path / "list.csv", [["a.wav", *call], [r"deep\c.wav"]])
    found = begun(membership(alice), path)
    assert run(found, membership(alice), calls) == ["done", "done"]
    made = Recording.objects.get(title="来电")
    assert (made.original_name, made.uploaded_by) == ("a.wav", alice)
    assert (made.agent_member, made.phone_number) == (membership(alice), "007")
    assert made.direction == "inbound" and made.recorded_at is not None
    assert f"{made.recorded_at:%Y-%m-%d %H:%M %Z}" == "2024-03-01 06:05 UTC"
    assert {tag.name for tag in made.tags.all()} == {"投诉", "退款"}
    assert line(found, 2).recording == made
    assert Recording.objects.filter(title="c").exists()
    jobs = TranscriptionJob.objects.values_list("queue", "is_background", "notifies")
    assert set(jobs) == {("batch", True, False)}


def test_lists_are_forgotten_a_month_after_their_end(
    alice: User, calls: Path, tmp_path: Path
) -> None:
    member = membership(alice)
    path = write_list(tmp_path / "list.csv", [["a.wav"], ["b.wav"]])
    ended = begun(member, path)
    run(ended, member, calls)
    finish(archive_import=ended, origin=SYSTEM)
    long_ago = timezone.now() - timedelta(days=LISTED_DAYS, minutes=1)
    common = {"department": member.department, "user": alice, "created_at": long_ago}
    looked_at = ArchiveImport.objects.create(fingerprint="1", **common)
    goes_on = ArchiveImport.objects.create(
        fingerprint="2", started_at=long_ago, **common
    )
    assert forget_old_imports() == 1
    assert not ArchiveImport.objects.filter(pk=looked_at.pk).exists()
    ArchiveImport.objects.filter(pk=ended.pk).update(finished_at=long_ago)
    assert forget_old_imports() == 1
    assert list(ArchiveImport.objects.all()) == [goes_on]
    assert not ImportLine.objects.exists()
    assert Recording.objects.count() == 2


def test_what_is_wrong_with_one_line_stops_no_other(
    alice: User, calls: Path, tmp_path: Path
) -> None:
    (calls / "text.wav").write_text("no sound")
    (calls / "empty.wav").write_bytes(b"")
    names = ["a.wav", "a.wav", "no.wav", "text.wav", "empty.wav", "../x.wav", "b.wav"]
    rows = [[name] for name in names] + [["deep/c.wav", "", "", "", "内部"]]
    found = begun(membership(alice), write_list(tmp_path / "list.csv", rows))
    assert run(found, membership(alice), calls) == [
        *("done", "refused", "failed", "failed", "failed", "failed", "done", "refused"),
    ]
    codes = [line(found, number).problems for number in range(2, 10)]
    assert [rows[0][1] for rows in codes if rows] == [
        *("file_twice", "file_missing", "unsupported_format", "empty_file"),
        *("path_outside", "direction_unknown"),
    ]


def test_a_file_that_is_there_already_is_not_there_twice(
    alice: User, bob: User, calls: Path, tmp_path: Path, upload: Upload
) -> None:
    there = upload(bob, (calls / "b.wav").read_bytes(), name="other.wav").recording
    path = write_list(tmp_path / "list.csv", [["a.wav"], ["b.wav"], ["deep/c.wav"]])
    (calls / "deep/c.wav").write_bytes((calls / "a.wav").read_bytes())
    found = begun(membership(alice), path)
    states = run(found, membership(alice), calls)
    assert states == ["done", "duplicate", "duplicate"]
    assert line(found, 3).recording == there
    assert line(found, 4).recording == line(found, 2).recording
    assert Recording.objects.count() == 2


def test_a_private_recording_of_others_is_no_duplicate(
    alice: User, bob: User, calls: Path, tmp_path: Path, upload: Upload
) -> None:
    upload(bob, (calls / "a.wav").read_bytes())
    Recording.objects.update(is_private=True)
    found = begun(membership(alice), write_list(tmp_path / "l.csv", [["a.wav"]]))
    assert run(found, membership(alice), calls) == ["done"]


def test_a_process_that_ends_in_the_middle_leaves_nothing_of_a_line(
    alice: User, calls: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [["a.wav"], ["b.wav"], ["deep/c.wav"]]
    found = begun(membership(alice), write_list(tmp_path / "list.csv", rows))
    module = "transcription.services.recordings.importing.taking"
    real = take_line.__globals__["_settle"]

    def dies(one: object, *rest: object) -> bool:
        done = real(one, *rest)
        if states(found).count("done") == 2:
            raise KeyboardInterrupt
        return bool(done)

    monkeypatch.setattr(f"{module}._settle", dies)
    with pytest.raises(KeyboardInterrupt):
        run(found, membership(alice), calls)
    assert states(found) == ["done", "waiting", "waiting"]
    assert (Recording.objects.count(), len(stored())) == (1, 1)
    monkeypatch.setattr(f"{module}._settle", real)
    assert run(found, membership(alice), calls) == ["done"] * 3
    assert (Recording.objects.count(), len(stored())) == (3, 3)


def test_two_who_take_one_line_make_one_recording(alice: User, tmp_path: Path) -> None:
    found = begun(membership(alice), write_list(tmp_path / "list.csv", [["a.wav"]]))
    lines = [line(found, 2), line(found, 2)]
    for number, one in enumerate(lines):
        taken = take_line(
            line=one,
            membership=membership(alice),
            origin=SYSTEM,
            file=file(sound(number)),  # other bytes: it is the line that is the same
        )
        assert taken.state == "done"
    assert lines[0].recording == lines[1].recording == Recording.objects.get()
    assert len(stored()) == 1


def test_a_full_disk_fails_no_line(
    alice: User, calls: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = begun(membership(alice), write_list(tmp_path / "list.csv", [["a.wav"]]))
    monkeypatch.setattr(portal, "DISK_RESERVE_BYTES", 2**60)
    with pytest.raises(Refused) as refused:
        run(found, membership(alice), calls)
    assert refused.value.code == "disk_full"
    assert states(found) == ["waiting"]


def test_the_same_list_is_the_same_import(
    alice: User, bob: User, calls: Path, tmp_path: Path
) -> None:
    path = write_list(tmp_path / "list.csv", [["a.wav"], ["new.wav"]])
    found = begun(membership(alice), path)
    assert run(found, membership(alice), calls) == ["done", "failed"]
    again = begun(membership(alice), path.rename(tmp_path / "other name.csv"))
    assert again == found
    put(calls, "new.wav")
    assert go_on(archive_import=again) == 1
    assert run(again, membership(alice), calls) == ["done", "done"]
    theirs = begun(membership(bob), tmp_path / "other name.csv")
    assert theirs != found
    assert run(theirs, membership(bob), calls) == ["duplicate", "duplicate"]
    assert Recording.objects.count() == 2


def test_what_was_purged_does_not_come_back(
    alice: User, calls: Path, tmp_path: Path
) -> None:
    path = write_list(tmp_path / "list.csv", [["a.wav"]])
    found = begun(membership(alice), path)
    run(found, membership(alice), calls)
    made = Recording.objects.get()
    trash_recording(recording=made, membership=membership(alice), origin=SYSTEM)
    assert purge_recording(recording=made, origin=SYSTEM)
    go_on(archive_import=found)
    assert run(found, membership(alice), calls) == ["done"]
    assert not Recording.objects.exists()


def test_one_entry_of_the_audit_log_says_what_became_of_all(
    alice: User, calls: Path, tmp_path: Path
) -> None:
    rows = [["a.wav"], ["b.wav"], ["no.wav"]]
    found = begun(membership(alice), write_list(tmp_path / "list.csv", rows))
    run(found, membership(alice), calls)
    assert not finish(archive_import=found, origin=Origin(user=alice))
    events = AuditEvent.objects.filter(action=AuditAction.UPLOAD)
    assert events.filter(object_type="recording").count() == 2
    event = events.get(object_type="import")
    assert (event.object_name, event.actor) == ("list.csv", alice)
    assert event.detail == {
        "what": "import",
        "lines": 3,
        "imported": 2,
        "there_before": 0,
        "not_taken": 1,
    }
