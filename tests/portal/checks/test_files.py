"""System checks name the file or folder, and the command that mends it."""

import os
from pathlib import Path

import pytest
from pytest_django import Settings

from portal.checks import files
from tests.portal.checks.test_configuration import ids


def test_media_must_be_writable_and_on_one_disk(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ids(files.check_media_folders) == []
    settings.FILE_UPLOAD_TEMP_DIR = Path("/dev/shm/incoming")  # noqa: S108
    assert ids(files.check_media_folders) == ["shengwen.E005"]
    monkeypatch.setattr(os, "access", lambda *args: False)
    assert "shengwen.E004" in ids(files.check_media_folders)


def test_nginx_without_a_group_is_refused_before_it_answers_403(
    settings: Settings,
) -> None:
    settings.MEDIA_GROUP = None
    assert ids(files.check_media_group) == []
    settings.SENDFILE_NGINX = True
    assert ids(files.check_media_group) == ["shengwen.E008"]


def test_a_group_that_this_user_is_not_in_is_named(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MEDIA_GROUP = 0
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(os, "getegid", lambda: 1000)
    monkeypatch.setattr(os, "getgroups", lambda: [1000, 0])
    assert ids(files.check_media_group) == []
    monkeypatch.setattr(os, "getgroups", lambda: [1000])
    (message,) = files.check_media_group(None)
    assert message.id == "shengwen.E009"
    assert "not in the group root" in message.msg


def test_a_file_that_others_can_read_is_named_with_the_command(
    settings: Settings, tmp_path: Path
) -> None:
    settings.DATA_DIR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.MEDIA_ROOT.chmod(0o700)
    tmp_path.chmod(0o700)
    (tmp_path / "shengwen.sqlite3").touch(0o600)
    assert ids(files.check_privacy_of_files) == []
    (tmp_path / "shengwen.sqlite3").chmod(0o644)
    (message,) = files.check_privacy_of_files(None)
    assert message.id == "shengwen.W004"
    assert f"{tmp_path}/shengwen.sqlite3 has mode 0644" in message.msg
    assert message.hint == f"chmod 0600 {tmp_path}/shengwen.sqlite3"
