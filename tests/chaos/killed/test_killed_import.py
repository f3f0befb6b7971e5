"""An import that is killed goes on, and no call is there twice."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.chaos.installation import Installation, kill, wait_for
from tests.chaos.preloaded import ROOT
from tests.transcription.recordings.importing.archives import put, write_list

pytestmark = pytest.mark.chaos

COUNT = 30
ALICE = """
import django
django.setup()
from accounts.models.departments import Department
from accounts.models.members import Membership
from accounts.models.people import User
from accounts.roles import Role
Membership.objects.create(
    user=User.objects.create(username="alice", display_name="Alice"),
    department=Department.objects.create(slug="sales", name="sales"),
    role=Role.MEMBER)
"""


def test_a_killed_import_goes_on_where_it_stopped(
    embedded: Installation, tmp_path: Path
) -> None:
    calls = tmp_path / "calls"
    names = [f"{number}/call.wav" for number in range(COUNT)]
    put(calls, *names)
    path = write_list(tmp_path / "list.csv", [[name] for name in names])
    embedded.python("-c", ALICE)
    words = [
        *("import_archive", str(path), "--folder", str(calls)),
        *("--department", "sales", "--as", "alice"),
    ]

    def done() -> int:
        sql = "SELECT count(*) FROM transcription_importline WHERE state = 'done'"
        return int(embedded.rows(sql)[0][0])

    process = subprocess.Popen(
        [sys.executable, "manage.py", *words],
        cwd=ROOT,
        env=embedded.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    wait_for(lambda: done() >= 3)
    kill(process.pid)
    process.wait()
    assert 3 <= done() < COUNT
    embedded.manage(*words, "--resume")
    assert done() == COUNT
    sql = "SELECT count(*), count(DISTINCT sha256) FROM transcription_recording"
    assert tuple(embedded.rows(sql)[0]) == (COUNT, COUNT)
    rows = embedded.rows("SELECT file FROM transcription_recording")
    kept = {row["file"] for row in rows}
    media = embedded.folder / "media"
    stored = {
        str(one.relative_to(media)) for one in media.glob("recordings/**/original")
    }
    # The kill may have left a file whose row was not committed: the janitor's.
    assert kept <= stored and len(stored - kept) <= 1
