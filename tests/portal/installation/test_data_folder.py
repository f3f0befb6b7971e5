"""Who may read what lies in the data directory: from the first moment, and after a
version that left it open."""

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from portal.installation import data_folder
from tests.portal.test_settings import ROOT, load_settings
from transcription.services.media import storage
from transcription.services.media.uploads import hashed_copy


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def careless() -> Iterator[None]:
    """A shell that lets everybody read, as most do."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def open_installation(folder: Path) -> None:
    """As versions before this one left it."""
    (folder / "media" / "recordings" / "ab").mkdir(parents=True)
    (folder / "media" / "recordings" / "ab" / "original.wav").touch()
    (folder / "log").mkdir()
    (folder / "models").mkdir()
    for name in ("shengwen.sqlite3", "shengwen.sqlite3-wal", "log/web.log"):
        (folder / name).touch()


def test_database_log_and_key_are_private_from_the_first_moment(
    tmp_path: Path, careless: None
) -> None:
    data = tmp_path / "data"
    environment = {
        **os.environ,
        "SHENGWEN_DATA_DIR": str(data),
        "DATABASE_URL": f"sqlite:///{data / 'shengwen.sqlite3'}",
    }
    done = subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity", "0", "accounts"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert mode(data) == 0o700
    assert mode(data / "media" / "incoming") == 0o700
    assert mode(data / "shengwen.sqlite3") == 0o600
    assert mode(data / "secret_key") == 0o600


def test_what_an_older_version_left_open_is_closed_and_told(
    settings: Settings, tmp_path: Path, careless: None
) -> None:
    data = tmp_path / "old"
    open_installation(data)
    settings.DATA_DIR, settings.MEDIA_ROOT = data, data / "media"
    settings.MEDIA_GROUP = None
    lines = list(data_folder.close())
    assert f"Closed to others: {data}/shengwen.sqlite3 (0644 → 0600)" in lines
    assert mode(data) == mode(data / "log") == mode(data / "media") == 0o700
    for name in (
        "shengwen.sqlite3-wal",
        "log/web.log",
        "media/recordings/ab/original.wav",
    ):
        assert mode(data / name) == 0o600
    assert mode(data / "models") == 0o755  # nothing secret
    assert list(data_folder.close()) == []


def test_nginxs_group_may_read_media_and_nothing_else(
    tmp_path: Path, careless: None
) -> None:
    data, group = tmp_path / "old", os.getegid()
    open_installation(data)
    data_folder.mend(data, data / "media", group)
    assert mode(data) == 0o710
    assert mode(data / "media" / "recordings" / "ab") == 0o2750
    assert mode(data / "media" / "recordings" / "ab" / "original.wav") == 0o640
    assert mode(data / "shengwen.sqlite3") == 0o600
    assert mode(data / "log") == 0o700
    assert (data / "media").stat().st_gid == group


def test_an_upload_is_private_until_it_is_kept_for_nginxs_group(
    settings: Settings, tmp_path: Path
) -> None:
    settings.MEDIA_GROUP = os.getegid()
    settings.FILE_UPLOAD_PERMISSIONS = 0o640
    settings.FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o2750
    (tmp_path / "call.wav").write_bytes(b"sound")
    upload = hashed_copy(tmp_path / "call.wav")
    assert mode(Path(upload.temporary_file_path())) == 0o600
    storage.keep_upload(upload, "recordings/ab/original.wav")
    kept = settings.MEDIA_ROOT / "recordings" / "ab"
    assert mode(kept) == mode(kept.parent) == 0o2750
    assert mode(kept / "original.wav") == 0o640
    (tmp_path / "playback.mp3").write_bytes(b"sound")
    storage.keep_file(tmp_path / "playback.mp3", "recordings/cd/playback.mp3")
    assert mode(settings.MEDIA_ROOT / "recordings" / "cd" / "playback.mp3") == 0o640


def test_a_group_that_does_not_exist_stops_the_portal(tmp_path: Path) -> None:
    done = load_settings(tmp_path, SHENGWEN_MEDIA_GROUP="no-such-group")
    assert done.returncode != 0
    assert "SHENGWEN_MEDIA_GROUP names the group 'no-such-group'" in done.stderr


def test_a_data_directory_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = load_settings(tmp_path, SHENGWEN_DATA_DIR=str(tmp_path / "file" / "data"))
    assert "cannot be made: Not a directory" in done.stderr.splitlines()[-1]
