"""A file that a recorder drops becomes a recording, once, and leaves the folder."""

import os
import shutil
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import Settings

from accounts.models.audit.events import AuditAction, AuditEvent
from accounts.models.members import Membership
from accounts.models.people import User
from accounts.services.audit.writing import Origin
from tests.people import membership
from tests.transcription.recordings.importing.archives import sound
from tests.transcription.watching.recorder import Recorder
from transcription.models.jobs import TranscriptionJob
from transcription.models.recordings import Recording
from transcription.models.watching import SettledFile, WatchFolder
from transcription.services.media.disk import free_space
from transcription.services.media.uploads import hashed_stream
from transcription.services.recordings.keeping import (
    trash_recording,
    upload_recording,
)
from transcription.services.watching import holding, taking
from transcription.services.watching.inbox import Inbox

pytestmark = pytest.mark.django_db
DAY = f"{timezone.localtime():%Y-%m-%d}"


def problem() -> dict[str, str]:
    found: dict[str, str] = WatchFolder.objects.get().problem
    return found


def test_a_file_becomes_a_recording_of_the_rules_uploader(
    recorder: Recorder, alice: User
) -> None:
    recorder.drop("2024/03/a.wav")
    recorder.look()
    made = Recording.objects.get()
    assert (made.uploaded_by, made.original_name) == (alice, "a.wav")
    with made.file.open() as stored:
        assert stored.read() == sound(len("2024/03/a.wav"))
    assert recorder.files() == [f"done/{DAY}/2024/03/a.wav"]
    assert not SettledFile.objects.exists()
    event = AuditEvent.objects.get(action=AuditAction.UPLOAD)
    assert event.actor == alice and event.user_agent == "system"


def test_it_waits_behind_what_people_send_and_tells_nobody(recorder: Recorder) -> None:
    recorder.drop("a.wav")
    recorder.look()
    job = TranscriptionJob.objects.get()
    assert (job.queue, job.is_background, job.notifies) == ("batch", True, False)


def test_what_is_there_already_is_not_made_twice(recorder: Recorder) -> None:
    recorder.drop("a.wav", sound(1))
    recorder.look()
    recorder.drop("a.wav", sound(1))
    recorder.drop("b.wav", sound(1))
    recorder.look()
    assert Recording.objects.count() == 1
    assert recorder.done() == ["a (2).wav", "a.wav", "b.wav"]


def test_another_file_under_the_same_name_is_another_recording(
    recorder: Recorder,
) -> None:
    for seed in (1, 2):
        recorder.drop("a.wav", sound(seed))
        recorder.look()
    assert Recording.objects.count() == 2
    assert recorder.done() == ["a (2).wav", "a.wav"]


@pytest.mark.parametrize(
    ("name", "content", "english", "chinese"),
    [
        ("a.wav", b"", "The file is empty", "空"),
        ("a.wav", b"no sound" * 99, "not a recording in a format", "格式"),
        ("a.txt", b"hello", "not a recording in a format", "格式"),
    ],
)
def test_what_is_no_recording_is_put_aside_with_a_sentence_in_both_languages(
    recorder: Recorder, name: str, content: bytes, english: str, chinese: str
) -> None:
    recorder.drop(name, content)
    recorder.look()
    assert recorder.files() == [f"failed/{name}", f"failed/{name}.txt"]
    why = recorder.why(name)
    assert english in why and chinese in why and name in why
    assert (recorder.folder / "failed" / name).read_bytes() == content


def test_too_large_a_file_is_put_aside(recorder: Recorder, settings: Settings) -> None:
    settings.UPLOAD_MAX_BYTES = 100
    recorder.drop("a.wav")
    recorder.look()
    assert "too large" in recorder.why("a.wav")


def test_what_was_put_right_and_moved_back_is_taken(recorder: Recorder) -> None:
    recorder.rule('pattern = "{number}.wav"')
    recorder.drop("call.wav")
    recorder.look()
    assert "does not fit the pattern" in recorder.why("call.wav")
    (recorder.folder / "failed" / "call.wav").rename(recorder.folder / "007.wav")
    recorder.look()
    assert Recording.objects.get().phone_number == "007"


def test_two_failed_files_of_one_name_are_both_kept(recorder: Recorder) -> None:
    for content in (b"x", b"y"):
        recorder.drop("a.wav", content)
        recorder.look()
    assert recorder.files() == [
        *("failed/a (2).wav", "failed/a (2).wav.txt"),
        *("failed/a.wav", "failed/a.wav.txt"),
    ]


def test_the_longest_names_have_their_sentence_too(recorder: Recorder) -> None:
    name = "录" * 83 + "a.wav"
    assert len(name.encode()) == 254
    for _ in range(2):
        recorder.drop(name, b"x")
        recorder.look()
    assert len(recorder.files("failed")) == 4 and not recorder.left


def test_a_full_disk_leaves_the_file_where_it_is(
    recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder.drop("a.wav")
    with monkeypatch.context() as full:
        full.setattr(free_space, "free_bytes", lambda folder: 0)
        recorder.look()
        assert recorder.left == ["a.wav"] and not Recording.objects.exists()
        assert "disk is full" in problem()["en"] and "磁盘" in problem()["zh-hans"]
        assert WatchFolder.objects.get().waiting == 1
    recorder.look()
    assert Recording.objects.count() == 1 and problem() == {}


@pytest.mark.parametrize("name", ["dave", "charlie", "nobody"])
def test_who_may_not_upload_holds_the_files(
    recorder: Recorder, dave: User, charlie: User, name: str
) -> None:
    recorder.rule(uploader=name)
    recorder.drop("a.wav")
    recorder.look()
    assert recorder.left == ["a.wav"] and name in problem()["en"]


def test_who_is_no_member_any_more_holds_them_at_once(
    recorder: Recorder, alice: User
) -> None:
    Membership.objects.filter(user=alice).update(is_active=False)
    recorder.drop("a.wav")
    recorder.look()
    assert recorder.left == ["a.wav"] and not Recording.objects.exists()


def test_a_wrong_rule_holds_them_with_a_sentence(recorder: Recorder) -> None:
    recorder.rule('pattern = "{who}.wav"')
    recorder.drop("a.wav")
    recorder.look()
    assert recorder.left == ["a.wav"]
    assert "sales.toml" in problem()["en"] and "{agent}" in problem()["en"]
    recorder.rule()
    recorder.look()
    assert Recording.objects.count() == 1


def test_one_departments_trouble_is_not_anothers(
    recorder: Recorder, charlie: User
) -> None:
    recorder.rule("pattern = 1")
    (recorder.root / "support.toml").write_text('uploader = "charlie"')
    (recorder.root / "support").mkdir()
    (recorder.root / "support" / "b.wav").write_bytes(sound(3))
    recorder.look()
    assert Recording.objects.get().department == membership(charlie).department


def test_auditors_read_in_whose_name_files_come(recorder: Recorder, bob: User) -> None:
    recorder.look()
    recorder.look()
    recorder.rule(uploader="bob")
    recorder.look()
    found = AuditEvent.objects.filter(detail__what="watch_rule").order_by("id")
    assert [one.detail["uploader"] for one in found] == ["alice", "bob"]
    assert {one.department for one in found} == {membership(bob).department}


def test_a_file_that_cannot_be_moved_is_not_taken_again(
    recorder: Recorder, monkeypatch: pytest.MonkeyPatch, alice: User
) -> None:
    recorder.drop("a.wav")
    recorder.drop("b.wav", sound(7))

    def refuse(self: Inbox, source: str, target: str) -> bool:
        raise PermissionError(13, "Permission denied", source)

    with monkeypatch.context() as stuck:
        stuck.setattr(Inbox, "move", refuse)
        recorder.look()
        recorder.look()
        assert Recording.objects.count() == 2 and recorder.left == ["a.wav", "b.wav"]
        assert "Permission denied" in problem()["en"]
        # Gone from the archive, its bytes do not make it new.
        made = Recording.objects.get(original_name="a.wav")
        trash_recording(
            recording=made, membership=membership(alice), origin=Origin(user=alice)
        )
        recorder.look()
    recorder.look()
    assert Recording.objects.count() == 2 and recorder.done() == ["a.wav", "b.wav"]
    assert problem() == {}


def test_one_file_that_cannot_be_moved_stops_no_other(
    recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder.drop("a.wav", sound(1))
    real = Inbox.move

    def refuse(self: Inbox, source: str, target: str) -> bool:
        if source == "a.wav":
            raise OSError(18, "Invalid cross-device link", source)
        return real(self, source, target)

    monkeypatch.setattr(Inbox, "move", refuse)
    recorder.look()
    recorder.drop("b.wav", sound(2))
    recorder.look()
    assert Recording.objects.count() == 2 and recorder.done() == ["b.wav"]


def test_another_file_under_the_name_of_one_that_was_not_moved_is_taken_too(
    recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder.drop("a.wav", sound(1))
    with monkeypatch.context() as stuck:
        stuck.setattr(taking, "carry_out", lambda row, inbox: None)
        recorder.look()
    recorder.drop("a.wav", sound(2))
    recorder.look()
    assert Recording.objects.count() == 2 and recorder.done() == ["a.wav"]


def test_what_changes_while_it_is_copied_waits_again(
    recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = recorder.drop("a.wav", sound(1))

    def copy(*args: object, **more: object) -> object:
        made = hashed_stream(*args, **more)  # type: ignore[arg-type]
        with path.open("ab") as file:
            file.write(sound(1))
        return made

    with monkeypatch.context() as growing:
        growing.setattr(taking, "hashed_stream", copy)
        recorder.look()
    assert not Recording.objects.exists() and recorder.left == ["a.wav"]
    recorder.look()
    assert Recording.objects.get().size_bytes == 2 * len(sound(1))


def test_a_second_watcher_stands_by_until_the_first_lets_go(
    recorder: Recorder,
) -> None:
    recorder.watcher.look()
    other = recorder.another("two")
    recorder.drop("a.wav")
    other.look()
    recorder.now += 10
    other.look()
    assert recorder.left == ["a.wav"]
    recorder.watcher.let_go()
    other.look()
    recorder.now += 10
    other.look()
    assert Recording.objects.count() == 1


def test_a_watcher_whose_process_has_died_holds_nothing(
    recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder.watcher.look()
    monkeypatch.setattr(holding, "is_dead", lambda name: name == "one")
    recorder.watcher = recorder.another("two")
    recorder.drop("a.wav")
    recorder.look()
    assert Recording.objects.count() == 1


@pytest.mark.parametrize("moment", ["decided", "moved"])
def test_two_that_take_the_same_file_at_once_make_one_recording(
    recorder: Recorder, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    """The lease set aside: one has copied the file when the other has decided about it,
    or has moved it away too."""
    recorder.drop("a.wav")
    recorder.watcher.look()
    recorder.now += 10
    calls: list[int] = []

    def other_first(**arguments: object) -> object:
        if calls:
            return upload_recording(**arguments)  # type: ignore[arg-type]
        calls.append(1)
        WatchFolder.objects.update(watcher="")
        other = recorder.another("two")
        other._quiet = recorder.watcher._quiet
        with monkeypatch.context() as stop:
            if moment == "decided":
                stop.setattr(taking, "carry_out", lambda row, inbox: None)
            other.look()
            # Its bytes are not what tells.
            Recording.objects.update(deleted_at=timezone.now())
        return upload_recording(**arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(taking, "upload_recording", other_first)
    recorder.watcher.look()
    WatchFolder.objects.update(watcher="")
    recorder.look()
    assert Recording.objects.count() == 1
    assert recorder.done() == ["a.wav"] and not recorder.left


def test_a_watcher_that_is_to_end_leaves_the_rest(recorder: Recorder) -> None:
    for number in range(3):
        recorder.drop(f"{number}.wav", sound(number))
    recorder.watcher.look()
    recorder.now += 10
    recorder.watcher.is_stopped = lambda: Recording.objects.count() >= 1
    recorder.watcher.look()
    assert Recording.objects.count() == 1 and len(recorder.left) == 2


def test_folders_made_for_files_are_as_readable_as_the_departments(
    recorder: Recorder,
) -> None:
    recorder.folder.chmod(0o2775)
    umask = os.umask(0o077)
    try:
        recorder.drop("a.wav", b"x")
        recorder.look()
    finally:
        os.umask(umask)
    made = recorder.folder / "failed"
    assert made.stat().st_mode & 0o777 == 0o775
    assert (made / "a.wav.txt").stat().st_mode & 0o777 == 0o664


def test_a_folder_that_is_gone_is_said_and_comes_back(recorder: Recorder) -> None:
    shutil.rmtree(recorder.folder)
    recorder.look()
    assert "No such file" in problem()["en"]
    recorder.drop("a.wav")
    recorder.look()
    assert Recording.objects.count() == 1 and problem() == {}


def test_a_department_without_a_rule_is_left_alone(
    recorder: Recorder, tmp_path: Path
) -> None:
    recorder.drop("a.wav")
    recorder.look(0)
    (recorder.root / "sales.toml").unlink()
    recorder.look()
    assert recorder.left == ["a.wav"] and not WatchFolder.objects.exists()


def test_a_side_car_moved_before_a_kill_is_no_obstacle(
    recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder.drop("a.wav")
    recorder.drop("a.json", b'{"agent": "Li"}')
    with monkeypatch.context() as killed:
        real = Inbox.move

        def first_only(self: Inbox, source: str, target: str) -> bool:
            if source.endswith(".wav"):
                raise OSError(5, "Input/output error", source)
            return real(self, source, target)

        killed.setattr(Inbox, "move", first_only)
        recorder.look()
    assert recorder.left == ["a.wav"]
    recorder.look()
    assert recorder.done() == ["a.json", "a.wav"]
