"""How much of a disk nobody may use up."""

import shutil
from pathlib import Path
from typing import NamedTuple

import pytest
from pytest_django import Settings

from transcription.services.media.disk.free_space import (
    free_bytes,
    has_room,
    reserve_bytes,
)


class Usage(NamedTuple):
    free: int


def test_the_room_of_a_folder_that_is_still_to_be_made_is_its_disks(
    tmp_path: Path,
) -> None:
    free = free_bytes(tmp_path / "not" / "yet")
    assert abs(free - shutil.disk_usage(tmp_path).free) < 2**30


def test_there_is_room_only_as_long_as_the_reserve_stays(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DISK_RESERVE_BYTES = 100
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(free=150))
    assert reserve_bytes() == 100
    assert has_room(tmp_path)
    assert has_room(tmp_path, for_bytes=50)
    assert not has_room(tmp_path, for_bytes=51)
