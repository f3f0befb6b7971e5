"""Hosts that differ are told at start: each fault is one sentence.

Two real hosts are in tests/deployment; here one host is made to differ.
"""

import time
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import connection
from pytest_django import Settings

from accounts.models.departments import Department
from accounts.models.people import User
from portal.checks import hosts
from tests.factories import make_recording
from transcription.models.installation import Installation
from transcription.services.installation import begin_installation, marker, marker_path

pytestmark = pytest.mark.django_db
DEFAULT = ["default"]


@pytest.fixture(autouse=True)
def no_fingerprint_of_other_tests() -> None:
    Installation.objects.all().delete()


def test_the_first_host_begins_and_the_same_host_agrees() -> None:
    known = begin_installation()
    assert marker() == known.uuid
    assert begin_installation() == known
    assert hosts.check_shared_key(None, DEFAULT) == []
    assert hosts.check_shared_media(None, DEFAULT) == []
    assert hosts.check_clock(None, DEFAULT) == []


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one host")
class TestAnotherHost:
    def test_another_key_is_named(self, settings: Settings) -> None:
        known = begin_installation()
        settings.SECRET_KEY, settings.HAS_SHARED_KEY = "x" * 50, True
        begin_installation()
        (message,) = hosts.check_shared_key(None, DEFAULT)
        assert message.id == "shengwen.E010"
        assert message.msg.startswith("SHENGWEN_SECRET_KEY is not the key of this")
        assert known.host in message.msg

    def test_a_key_that_the_host_made_for_itself_is_named(
        self, settings: Settings
    ) -> None:
        begin_installation()
        settings.SECRET_KEY, settings.HAS_SHARED_KEY = "x" * 50, False
        (message,) = hosts.check_shared_key(None, DEFAULT)
        assert "SHENGWEN_SECRET_KEY is not set" in message.msg
        assert str(settings.DATA_DIR) in message.msg

    def test_a_folder_without_the_marker_is_not_the_shared_one(self) -> None:
        begin_installation()
        marker_path().unlink()
        begin_installation()
        (message,) = hosts.check_shared_media(None, DEFAULT)
        assert message.id == "shengwen.E011"
        assert "has no readable marker" in message.msg

    def test_another_installations_folder_is_refused(self) -> None:
        begin_installation()
        marker_path().write_text(str(uuid4()))
        (message,) = hosts.check_shared_media(None, DEFAULT)
        assert "has the marker of another" in message.msg

    @pytest.mark.parametrize(
        ("seconds", "word"), [(40, "ahead of"), (-40, "behind"), (20, "")]
    )
    def test_a_clock_off_by_more_than_half_a_lease_is_refused(
        self, monkeypatch: pytest.MonkeyPatch, seconds: int, word: str
    ) -> None:
        now = time.time
        monkeypatch.setattr(time, "time", lambda: now() + seconds)
        messages = hosts.check_clock(None, DEFAULT)
        assert [message.id for message in messages] == ["shengwen.E012"] * bool(word)
        assert all(f"40 seconds {word}" in message.msg for message in messages)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="of the only host")
def test_a_new_key_on_the_only_host_is_nobodys_business(settings: Settings) -> None:
    before = begin_installation()
    settings.SECRET_KEY = "x" * 50
    assert begin_installation().key_fingerprint != before.key_fingerprint
    assert hosts.check_shared_key(None, DEFAULT) == []


def test_a_restored_folder_with_its_recordings_gets_its_marker_again(
    alice: User, sales: Department
) -> None:
    known = begin_installation()
    marker_path().unlink()
    make_recording(sales, alice, content=b"sound")
    begin_installation()
    assert marker() == known.uuid


def test_adopting_makes_this_hosts_key_and_folder_the_right_ones(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    known = begin_installation()
    settings.SECRET_KEY = "x" * 50
    marker_path().unlink()
    call_command("installation", "adopt")
    assert hosts.check_shared_key(None, DEFAULT) == []
    assert hosts.check_shared_media(None, DEFAULT) == []
    assert str(known.uuid) in capsys.readouterr().out


def test_a_queue_that_does_not_answer_is_said_without_its_password(
    settings: Settings,
) -> None:
    settings.REDIS_URL = "redis://:geheim@127.0.0.1:1/0"
    (message,) = hosts.check_redis(None, DEFAULT)
    assert message.id == "shengwen.W005"
    assert "Redis at redis://127.0.0.1:1/0 does not answer" in message.msg
    assert "geheim" not in str(message)
    settings.REDIS_URL = ""
    assert hosts.check_redis(None, DEFAULT) == []


def test_before_the_first_migration_nothing_is_compared(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(connection.introspection, "table_names", list)
    assert hosts.check_shared_key(None, DEFAULT) == []
    assert hosts.check_shared_media(None, None) == []
