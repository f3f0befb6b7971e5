"""Addresses declare their section and their files; the portal repeats no list."""

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, resolve

from accounts.http.navigation import Place
from accounts.models.departments import Department
from accounts.models.people import User
from portal.pages.navigation import department_lines, platform_lines, section_of
from tests.people import membership

ClientOf = Callable[[User], Client]
ROOT = Path(__file__).parents[3]
ONE = "/d/sales/recordings/7e5d5f9c-0000-4000-8000-000000000000/"
LIST = "/d/sales/hotwords/7e5d5f9c-0000-4000-8000-000000000000/"


@pytest.mark.parametrize(
    ("path", "section"),
    [
        ("/d/sales/", "archive"),
        ("/d/sales/home/", "home"),
        (ONE, "archive"),
        (f"{ONE}purge/", "archive"),
        ("/d/sales/trash/", "archive"),
        ("/d/sales/hotwords/archive/", "hotwords"),
        (ONE.replace("recordings", "hotwords/rehearings"), "hotwords"),
        (f"{LIST}try/", "hotwords"),
        (LIST.replace("/d/sales", "/platform"), "platform-hotwords"),
        (f"{ONE}reference/", "evaluation"),
        ("/d/sales/evaluation/", "evaluation"),
        ("/d/sales/members/", "members"),
        ("/d/sales/engine/", "engine"),
        ("/platform/engine/", "platform-engine"),
        ("/platform/users/new/", "platform-users"),
        ("/accounts/profile/", ""),
        ("/", ""),
    ],
)
def test_a_page_belongs_to_a_section(path: str, section: str) -> None:
    assert section_of(resolve(path)) == section


WORK = ("home", "archive", "search", "hotwords")
UPLOADER = ("home", "archive", "upload", "search", "hotwords")


@pytest.mark.parametrize(
    ("name", "work", "department"),
    [
        ("alice", UPLOADER, ()),
        ("carol", UPLOADER, ("members", "settings", "access", "evaluation", "engine")),
        ("dave", WORK, ("access", "audit")),
    ],
)
def test_a_role_sees_the_lines_that_it_may_open(
    name: str,
    work: tuple[str, ...],
    department: tuple[str, ...],
    request: pytest.FixtureRequest,
    client_of: ClientOf,
) -> None:
    person: User = request.getfixturevalue(name)
    member = membership(person)
    lines = [
        department_lines(member, place) for place in (Place.WORK, Place.DEPARTMENT)
    ]
    assert tuple(line.section.name for line in lines[0]) == work
    assert tuple(line.section.name for line in lines[1]) == department
    for line in (*lines[0], *lines[1]):
        page = client_of(person).get(line.url)
        assert page.status_code == 200
        marked = re.findall(r'href="([^"]+)" aria-current="page"', page.text)
        assert marked == [line.url]


def test_who_runs_the_platform_sees_its_lines(root: User, client_of: ClientOf) -> None:
    lines = platform_lines()
    assert [line.section.name.removeprefix("platform-") for line in lines] == [
        *("departments", "users", "access", "audit", "engine", "hotwords"),
    ]
    for line in lines:
        page = client_of(root).get(line.url).text
        assert f'href="{line.url}" aria-current="page"' in page


def test_everybody_begins_at_the_first_line(
    alice: User, root: User, sales: Department, client_of: ClientOf
) -> None:
    assert client_of(alice).get("/")["Location"] == "/d/sales/home/"
    assert client_of(root).get("/")["Location"] == "/platform/departments/"


def test_a_role_without_a_line_finds_none(alice: User, client_of: ClientOf) -> None:
    page = client_of(alice).get("/d/sales/").text
    assert 'href="/d/sales/members/"' not in page
    assert 'href="/d/sales/upload/"' in page


def walk(patterns: Iterable[object], before: str = "") -> Iterator[tuple[str, object]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{pattern.namespace}:" if pattern.namespace else ""
            yield from walk(pattern.url_patterns, before + inner)
        elif isinstance(pattern, URLPattern):
            yield f"{before}{pattern.name}", pattern.callback


def declaring(flag: str) -> set[str]:
    addresses = walk(get_resolver().url_patterns)
    return {name for name, view in addresses if getattr(view, flag, False)}


def test_large_bodies_are_declared_beside_their_addresses() -> None:
    assert declaring("takes_files") == {
        *(
            "api:transcribe",
            "api:v1:recordings",
            "openai:transcriptions",
            "transcription:upload",
            "transcription:reference_clips_add",
        ),
        *("transcription:imports", "transcription:import_files"),
    }


def test_what_stays_open_before_a_new_password_is_declared_on_the_view() -> None:
    assert declaring("is_before_new_password") == {
        *("accounts:password", "accounts:logout", "health", "theme", "set_language")
    }


def test_the_portal_names_no_page_of_another_app() -> None:
    files = [
        *(ROOT / "portal").rglob("*.py"),
        *ROOT.glob("templates/includes/navigation/nav*"),
    ]
    named = re.compile(r"[\"'](transcription|people|platform|api):")
    paths = re.compile(r"/d/[^\"]+/|/platform/\w|/api/\w")
    found = {
        f"{path.relative_to(ROOT)}: {line}"
        for path in files
        for line in path.read_text().splitlines()
        if named.search(line)
        or (paths.search(line) and not line.lstrip().startswith(("#", '"')))
    }
    assert not found
