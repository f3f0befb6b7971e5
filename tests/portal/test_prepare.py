import stat
from io import StringIO
from pathlib import Path
from unittest.mock import patch

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError
from pytest_django import Settings

from accounts.models.departments import Department
from accounts.models.members import Membership
from accounts.models.people import User
from accounts.roles import Role
from portal.installation.demo import CALLS, SAMPLES, create_demo_company, passwords_path
from portal.management.commands.prepare import collect_static_files
from transcription.models.jobs import TranscriptionJob
from transcription.models.recordings import Recording


@pytest.fixture
def data_dir(tmp_path: Path, settings: Settings) -> Path:
    settings.DATA_DIR = tmp_path
    settings.STATIC_ROOT = tmp_path / "static"
    return tmp_path


@pytest.mark.django_db
def test_the_demo_company_has_somebody_in_every_role(data_dir: Path) -> None:
    accounts = create_demo_company()
    assert Department.objects.count() == 3
    assert set(Membership.objects.values_list("role", flat=True)) == set(Role.values)
    assert User.objects.filter(is_platform_admin=True).count() == 1
    for account in accounts:
        user = User.objects.get(username=account.username)
        assert user.check_password(account.password)
        assert not user.must_change_password
    assert len({account.password for account in accounts}) == len(accounts)


@pytest.mark.django_db
def test_the_sample_calls_go_through_the_queue(data_dir: Path) -> None:
    create_demo_company()
    assert Recording.objects.count() == len(CALLS)
    assert set(TranscriptionJob.objects.values_list("state", flat=True)) == {"queued"}
    assert all((SAMPLES / call.file_name).exists() for call in CALLS)


@pytest.mark.django_db
def test_the_passwords_are_for_the_owner_alone(data_dir: Path) -> None:
    (admin, *_others) = create_demo_company()
    assert stat.S_IMODE(passwords_path().stat().st_mode) == 0o600
    assert admin.password in passwords_path().read_text(encoding="utf-8")


@pytest.mark.django_db
def test_the_passwords_are_printed_once(data_dir: Path) -> None:
    first, second = StringIO(), StringIO()
    call_command("demo", stdout=first)
    call_command("demo", stdout=second)
    password = passwords_path().read_text(encoding="utf-8").split()[1]
    assert password in first.getvalue()
    assert password not in second.getvalue()
    assert str(passwords_path()) in second.getvalue()
    assert Recording.objects.count() == len(CALLS)


def test_a_portal_with_people_gets_no_demo(data_dir: Path, alice: User) -> None:
    out = StringIO()
    call_command("demo", stdout=out)
    assert "people of its own" in out.getvalue()
    assert not passwords_path().exists()
    assert User.objects.count() == 1


def test_static_files_are_collected_again_only_after_a_change(
    data_dir: Path, settings: Settings, tmp_path: Path
) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / "one.css").write_text("a { color: red }")
    settings.STATICFILES_DIRS = [source]
    settings.STATICFILES_FINDERS = [
        "django.contrib.staticfiles.finders.FileSystemFinder"
    ]
    collect_static_files()
    (settings.STATIC_ROOT / "one.css").unlink()
    collect_static_files()
    assert not (settings.STATIC_ROOT / "one.css").exists()
    (source / "two.css").write_text("b { color: red }")
    collect_static_files()
    assert (settings.STATIC_ROOT / "one.css").exists()


def test_a_database_that_is_away_is_one_sentence(data_dir: Path) -> None:
    def refuse(name: str, *args: object, **options: object) -> None:
        if name == "migrate":
            raise OperationalError("connection refused\n")

    with (
        patch("portal.management.commands.prepare.call_command", refuse),
        pytest.raises(CommandError, match=r"refuses: connection refused$"),
    ):
        call_command("prepare")
