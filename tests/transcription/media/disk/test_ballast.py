"""The ballast, and the pages of a portal whose disk is full."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from django.db import connection
from django.test import Client
from pytest_django import Settings

from accounts.models.people import User
from transcription.services.media.disk import ballast
from transcription.services.media.disk.ballast import (
    give_room,
    is_used_up,
    tend_ballast,
)

MB = 2**20
ClientOf = Callable[[User], Client]
on_sqlite_only = pytest.mark.skipif(
    connection.vendor != "sqlite", reason="PostgreSQL has no ballast of ours"
)


class Usage(NamedTuple):
    free: int


class Disk:
    """A disk whose room the test decides; what the ballast gives back is free."""

    def __init__(self, folder: Path, free: int) -> None:
        self.folder, self.others = folder, free

    @property
    def ballast(self) -> int:
        path = self.folder / "ballast"
        return path.stat().st_size if path.exists() else 0

    def usage(self, _: object) -> Usage:
        return Usage(self.others - self.ballast)


@pytest.fixture
def disk(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Disk:
    settings.DATA_DIR = tmp_path
    settings.BALLAST_BYTES = 10 * MB
    settings.DISK_RESERVE_BYTES = 20 * MB
    disk = Disk(tmp_path, 100 * MB)
    monkeypatch.setattr(shutil, "disk_usage", disk.usage)
    return disk


@on_sqlite_only
def test_it_is_filled_only_where_uploads_keep_their_room(disk: Disk) -> None:
    disk.others = 29 * MB
    tend_ballast()
    assert disk.ballast == 0
    disk.others = 30 * MB
    tend_ballast()
    assert disk.ballast == 10 * MB
    assert (disk.folder / "ballast").stat().st_mode & 0o777 == 0o600


@on_sqlite_only
def test_it_gives_room_in_slices_until_it_is_used_up(disk: Disk) -> None:
    tend_ballast()
    disk.others = disk.ballast
    seen = []
    for _ in range(4):
        give_room()
        give_room()  # the slice is room enough for now
        seen.append(disk.ballast // MB)
        assert is_used_up() == (disk.others < ballast.CONTENTS_BYTES)
        disk.others = disk.ballast  # others took the slice
    assert seen == [6, 2, 0, 0]
    assert is_used_up()
    disk.others = 100 * MB
    tend_ballast()
    assert not is_used_up()
    assert disk.ballast == 10 * MB


def test_a_full_disk_closes_contents_only_where_the_audit_trail_is_on_it(
    disk: Disk, alice: User, client_of: ClientOf
) -> None:
    client = client_of(alice)
    disk.others = 0
    answer = client.get("/d/sales/", headers={"accept-language": "en"})
    if connection.vendor == "sqlite":
        assert answer.status_code == 503
        assert "audit trail" in answer.content.decode()
    else:
        assert answer.status_code == 200
        assert "nothing can be uploaded" in answer.content.decode()
    assert client.get("/accounts/profile/").status_code == 200


def test_a_disk_that_fills_up_is_said_to_all_and_figures_to_the_platform(
    disk: Disk, alice: User, root: User, client_of: ClientOf
) -> None:
    disk.others = 30 * MB
    english = {"accept-language": "en"}
    page = client_of(alice).get("/d/sales/upload/", headers=english).content.decode()
    assert "nothing can be uploaded" not in page
    disk.others = 15 * MB
    page = client_of(alice).get("/d/sales/upload/", headers=english).content.decode()
    assert "nothing can be uploaded" in page
    assert "15.0" not in page
    numbers = client_of(root).get("/platform/departments/", headers=english)
    assert "Free: 15.0\xa0MB; uploads need 20.0\xa0MB." in numbers.content.decode()
