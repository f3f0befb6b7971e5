"""The drill: save a portal, lose it, have it again."""

import json
import stat
from pathlib import Path

import pytest

from tests.portal.backup.conftest import Portal

# Somebody has prepared and started the new machine's portal: still nobody's.
STARTED_ONCE = """
from django.core.management import call_command
from tests.factories import make_worker
from transcription.services.installation import begin_installation
call_command("migrate", verbosity=0)
begin_installation()
make_worker()
"""


@pytest.fixture(scope="module")
def folder(company: Portal, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The company's backups: one snapshot."""
    root = tmp_path_factory.mktemp("disk") / "backups"
    said = company.manage("backup", str(root))
    count = len(company.media())
    assert f" {count} files" in said and f"of which {count} " in said
    return root


def newest(folder: Path) -> Path:
    return sorted((folder / "snapshots").iterdir())[-1]


def test_what_was_saved_comes_back(
    company: Portal, folder: Path, elsewhere: Portal
) -> None:
    saved = json.loads((newest(folder) / "manifest.json").read_text("utf-8"))["counts"]
    elsewhere.python(STARTED_ONCE)
    # Broken off in the middle of the media: nobody is in the database yet, and the
    # same command again goes on.
    content = sorted(folder.glob("content/??/*"))[-1]
    whole = content.read_bytes()
    content.write_bytes(b"X" + whole[1:])
    assert f"{content} is damaged" in elsewhere.refusal("restore", str(folder))
    content.write_bytes(whole)
    said = elsewhere.manage("restore", str(folder))
    assert "1 sessions ended, 2 running jobs went back" in said
    assert "the search index is as it was saved" in said
    assert elsewhere.media() == company.media()

    before, after = company.look(), elsewhere.look()
    assert after["login"] == 302
    assert after["hits"] == before["hits"] > 0
    assert after["sessions"] == 0
    assert before["states"].count("running") == before["runs"].count("running") == 1
    assert after["states"] == sorted(
        "queued" if state == "running" else state for state in before["states"]
    )
    assert after["runs"] == ["queued"]
    assert after["events"][-1] == "restore"
    changed = {
        *("accounts_session", "accounts_auditevent", "django_q_ormq"),
        *("transcription_engineworker", "axes_accesslog"),
    }
    assert {name: n for name, n in after["counts"].items() if name not in changed} == {
        name: n for name, n in saved.items() if name not in changed
    }
    key = elsewhere.data_dir / "secret_key"
    assert key.read_text() == (company.data_dir / "secret_key").read_text()
    assert "is right" in elsewhere.manage("check_search")

    refused = elsewhere.refusal("restore", str(folder))
    assert "This installation is in use" in refused
    assert elsewhere.media() == company.media()


def test_the_second_run_copies_only_what_is_new(company: Portal, folder: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in folder.glob("content/??/*")}
    company.python(
        "from tests.factories import *;"
        "from accounts.models.departments import Department;"
        "make_recording(Department.objects.get(), content=b'RIFF' + bytes(5000))"
    )
    said = company.manage("backup", str(folder))
    assert "of which 1 " in said
    after = {path: path.stat().st_mtime_ns for path in folder.glob("content/??/*")}
    assert len(after) == len(before) + 1
    assert before.items() <= after.items()
    listed = company.manage("backup", "list", str(folder)).splitlines()
    assert len(listed) == 2


def test_nobody_else_can_read_it(folder: Path) -> None:
    inside = [path for path in folder.rglob("*") if path.parent != folder]
    modes = (
        {stat.S_IMODE(path.stat().st_mode) for path in inside if path.is_file()},
        {
            stat.S_IMODE(path.stat().st_mode)
            for path in folder.rglob("*")
            if path.is_dir()
        },
    )
    assert modes == ({0o600}, {0o700})
    assert (newest(folder) / "secret_key").is_file()


def test_a_damaged_file_is_found_and_named(company: Portal, folder: Path) -> None:
    assert "as they were written" in company.manage("backup", "verify", str(folder))
    content = sorted(folder.glob("content/??/*"))[0]
    whole = content.read_bytes()
    content.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    database = next(newest(folder).glob("database.*"))
    kept = database.read_bytes()
    database.write_bytes(kept[:5000] + b"X" + kept[5001:])
    try:
        said = company.refusal("backup", "verify", str(folder))
    finally:
        content.write_bytes(whole)
        database.write_bytes(kept)
    assert f"{content} is damaged. It is recordings/" in said
    assert f"{database} is damaged." in said
    assert "2 damages" in said
    assert "as they were written" in company.manage("backup", "verify", str(folder))
