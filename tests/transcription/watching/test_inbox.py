"""What of a folder is looked at, and when."""

import os
from pathlib import Path

import pytest

from tests.transcription.recordings.importing.archives import sound
from tests.transcription.watching.recorder import Recorder
from transcription.models.recordings import Recording
from transcription.models.watching import WatchFolder
from transcription.services.watching.inbox import Inbox

pytestmark = pytest.mark.django_db


def test_a_file_that_is_being_written_waits_until_it_is_quiet(
    recorder: Recorder,
) -> None:
    path = recorder.drop("a.wav", sound(1)[:100])
    for part in (sound(1)[100:200], sound(1)[200:]):
        recorder.look(9)
        with path.open("ab") as file:
            file.write(part)
    recorder.look(9)
    assert recorder.left == ["a.wav"]
    recorder.look(1)
    assert Recording.objects.get().size_bytes == len(sound(1))


def test_a_file_written_over_at_the_same_size_begins_anew(recorder: Recorder) -> None:
    path = recorder.drop("a.wav", sound(1))
    recorder.look(9)
    path.write_bytes(sound(2))
    os.utime(path, ns=(1, 1))
    recorder.look(9)
    assert recorder.left == ["a.wav"]


def test_the_rule_says_how_long_is_quiet(recorder: Recorder) -> None:
    recorder.rule("quiet_seconds = 120")
    recorder.drop("a.wav")
    recorder.look(119)
    assert recorder.left == ["a.wav"]
    recorder.look(1)
    assert Recording.objects.count() == 1


@pytest.mark.parametrize(
    "name",
    [".a.wav", "a.wav.tmp", "a.wav.part", "a.WAV.PART", "a.filepart", ".x/a.wav"],
)
def test_names_of_what_is_being_written_are_left_until_renamed(
    recorder: Recorder, name: str
) -> None:
    path = recorder.drop(name)
    recorder.look()
    assert recorder.left == [name]
    path.rename(recorder.folder / "a.wav")
    recorder.look()
    assert Recording.objects.count() == 1


def test_links_are_not_followed(recorder: Recorder, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "a.wav").write_bytes(sound(1))
    (recorder.folder / "file.wav").symlink_to(secret / "a.wav")
    (recorder.folder / "folder").symlink_to(secret)
    (recorder.folder / "a.json").symlink_to(secret / "a.wav")
    os.mkfifo(recorder.folder / "pipe.wav")
    recorder.look()
    assert not Recording.objects.exists() and not recorder.files("failed")
    assert (secret / "a.wav").exists()


def test_a_link_in_the_place_of_the_departments_folder_is_refused(
    recorder: Recorder, tmp_path: Path
) -> None:
    recorder.folder.rename(tmp_path / "elsewhere")
    recorder.folder.symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere" / "a.wav").write_bytes(sound(1))
    recorder.look()
    assert not Recording.objects.exists()
    assert "sales" in WatchFolder.objects.get().problem["en"]


@pytest.mark.parametrize("name", ["done", "failed"])
def test_nothing_is_moved_through_a_link(
    recorder: Recorder, tmp_path: Path, name: str
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (recorder.folder / name).symlink_to(outside)
    recorder.drop("a.wav", sound(1) if name == "done" else b"x")
    recorder.look()
    assert recorder.left == ["a.wav"] and not list(outside.iterdir())


def test_a_file_that_has_become_a_link_is_not_opened(
    recorder: Recorder, tmp_path: Path
) -> None:
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "a.wav").write_bytes(sound(1))
    recorder.drop("sub/a.wav")
    with Inbox(recorder.folder) as inbox:
        assert "sub/a.wav" in inbox.list().files
        (recorder.folder / "sub" / "a.wav").unlink()
        (recorder.folder / "sub").rmdir()
        (recorder.folder / "sub").symlink_to(tmp_path / "secret")
        assert inbox.look("sub/a.wav") is None
        with pytest.raises(OSError):
            inbox.open("sub/a.wav")
        with pytest.raises(OSError):
            inbox.move("sub/a.wav", "done/a.wav")


def test_names_that_no_database_keeps_wait_with_a_sentence(recorder: Recorder) -> None:
    name = os.fsencode(recorder.folder) + b"/" + "王芳.wav".encode("gbk")
    Path(os.fsdecode(name)).write_bytes(sound(1))
    recorder.drop("b.wav")
    recorder.look()
    assert Recording.objects.count() == 1
    assert os.path.exists(name)
    assert "UTF-8" in WatchFolder.objects.get().problem["en"]
