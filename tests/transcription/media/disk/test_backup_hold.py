"""What is deleted while a backup runs can still be read by it, and goes at its end."""

import os
import time
from pathlib import Path

import pytest
from pytest_django import Settings

from transcription.services.media import storage
from transcription.services.media.disk.backup_hold import (
    LOST_SECONDS,
    held_for_backup,
    held_path,
    remove_held,
)

NAME = "recordings/1/aa/sound.wav"


@pytest.fixture
def sound(settings: Settings) -> Path:
    path = Path(settings.MEDIA_ROOT) / NAME
    path.parent.mkdir(parents=True)
    path.write_bytes(b"RIFF")
    return path


def test_without_a_backup_it_is_gone_at_once(sound: Path) -> None:
    storage.remove(NAME)
    assert not sound.parent.exists()
    assert not held_path(NAME).exists()


def test_while_one_runs_it_is_put_aside(sound: Path, settings: Settings) -> None:
    with held_for_backup():
        storage.remove(NAME)
        assert not sound.parent.exists()
        assert held_path(NAME).read_bytes() == b"RIFF"
        storage.remove(NAME)  # twice does no harm
    assert not (Path(settings.MEDIA_ROOT) / "held").exists()


def test_the_first_of_two_backups_to_end_takes_nothing_from_the_other(
    sound: Path,
) -> None:
    with held_for_backup():
        with held_for_backup():
            storage.remove(NAME)
        remove_held()  # the janitor, meanwhile
        assert held_path(NAME).exists()
    assert not held_path(NAME).exists()


def test_a_killed_backup_holds_nothing_for_long(
    sound: Path, settings: Settings
) -> None:
    held = Path(settings.MEDIA_ROOT) / "held"
    held.mkdir()
    sign = held / "of-a-killed-one.backup"
    sign.touch()
    storage.remove(NAME)
    assert held_path(NAME).exists()
    os.utime(sign, (time.time() - LOST_SECONDS - 1,) * 2)
    remove_held()
    assert not held.exists()
