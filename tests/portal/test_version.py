import re
import subprocess
import sys
import tomllib
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from accounts.models.people import User
from portal.version import VERSION
from tests.stack import ROOT


def test_pyproject_is_the_one_place_that_says_it(alice: User) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["version"] == VERSION
    python = [*ROOT.glob("portal/**/*.py"), *ROOT.glob("transcription/**/*.py")]
    assert [path for path in python if f'"{VERSION}"' in path.read_text("utf-8")] == []
    schema = Client().get(reverse("api:schema")).content.decode()
    assert re.search(rf"version: '?{re.escape(VERSION)}'?\b", schema)


def test_people_read_it_below_the_navigation_and_visitors_do_not(
    alice: User, client_of: Callable[[User], Client]
) -> None:
    page = client_of(alice).get("/d/sales/").content.decode()
    assert f"声文 {VERSION}" in page
    visitor = Client().get(reverse("accounts:login")).content.decode()
    assert VERSION not in visitor


@pytest.mark.django_db
def test_the_command_names_database_migrations_and_engines() -> None:
    out = StringIO()
    call_command("version", stdout=out)
    lines = dict(line.split(maxsplit=1) for line in out.getvalue().splitlines())
    assert lines["Shengwen"].startswith(VERSION)
    assert lines["database"].startswith(("SQLite 3.", "PostgreSQL 1"))
    assert re.fullmatch(
        r"accounts\.\d{4}_\w+ transcription\.\d{4}_\w+", lines["migrations"]
    )
    assert lines["torch"].startswith("2.")


def test_djangos_own_word_for_its_number_is_ours(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "version"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith(f"Shengwen    {VERSION}")
