"""Files of this machine: below the folder, and nowhere else."""

from pathlib import Path

import pytest

from accounts.services.refusal import Refused
from tests.transcription.recordings.importing.archives import put, sound
from transcription.services.recordings.importing.columns import Column
from transcription.services.recordings.importing.folders import FileRefused, Folder
from transcription.services.recordings.importing.pattern import NamePattern


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    root = tmp_path / "calls"
    put(root, "2024/03/a.wav", "b.wav")
    put(tmp_path, "secret.wav")
    return Folder(root)


def refused(folder: Folder, path: str) -> str:
    with pytest.raises(FileRefused) as refusal:
        folder.find(path)
    return refusal.value.problem.code


def test_a_file_is_named_relative_or_absolute(folder: Folder) -> None:
    found = folder.root / "2024/03/a.wav"
    for path in ("2024/03/a.wav", "./2024/03/a.wav", str(found)):
        assert folder.find(path) == found


def test_nothing_outside_the_folder_is_reached(folder: Folder) -> None:
    outside = folder.root.parent / "secret.wav"
    (folder.root / "link.wav").symlink_to(outside)
    (folder.root / "up").symlink_to(folder.root.parent)
    for path in (
        "../secret.wav",
        "2024/../../secret.wav",
        str(outside),
        "link.wav",
        "up/secret.wav",
        "/etc/passwd",
        "/no/such/file",
        "D:/calls/a.wav",
    ):
        assert refused(folder, path) == "path_outside", path


def test_what_is_no_file_is_said(folder: Folder) -> None:
    assert refused(folder, "c.wav") == "file_missing"
    assert refused(folder, "2024") == "not_a_file"
    assert refused(folder, "a\0b.wav") == "file_missing"


def test_media_are_found_by_name_or_by_bytes(folder: Folder) -> None:
    put(folder.root, ".hidden.wav", ".git/x.wav")
    (folder.root / "call without ending").write_bytes(sound())
    (folder.root / "notes.txt").write_text("no sound")
    (folder.root / "empty.mp3").write_bytes(b"")
    (folder.root / "again.wav").symlink_to(folder.root / "b.wav")
    assert list(folder.media()) == [
        "b.wav",
        "call without ending",
        "empty.mp3",
        "2024/03/a.wav",
    ]


def test_a_pattern_reads_what_a_name_says() -> None:
    pattern = NamePattern("{agent}_{number}_{date}-{time}_{direction}.wav")
    assert pattern.read("王_芳_013800138000_20240301-140509_呼入.WAV") == {
        Column.AGENT: "王_芳",
        Column.NUMBER: "013800138000",
        Column.DATE: "2024-03-01",
        Column.TIME: "14:05:09",
        Column.DIRECTION: "呼入",
    }
    assert pattern.read("note.wav") is None


def test_what_is_not_wanted_of_a_name_is_passed_over() -> None:
    pattern = NamePattern("{any}-{number}.wav")
    assert pattern.read("rec.0001-007.wav") == {Column.NUMBER: "007"}


@pytest.mark.parametrize(
    "template",
    [
        "",
        "call.wav",
        "{agent}{title}.wav",
        "{agent}_{agent}.wav",
        "{password}.wav",
        "{file}.wav",
        "{date}/{time}.wav",
        "(a+)+{",
        "{agent}-{title}-{tags}-{any}.wav",
        "{agent}" + "x" * 200,
    ],
)
def test_a_pattern_that_is_none_is_refused(template: str) -> None:
    with pytest.raises(Refused):
        NamePattern(template)


def test_signs_of_regular_expressions_are_signs() -> None:
    pattern = NamePattern("{number}.*(+){date}.wav")
    assert pattern.read("123.*(+)20240301.wav") is not None
    assert pattern.read("123xx20240301.wav") is None
