"""What a page asks for by itself keeps nobody logged in: every address is tried."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from pytest_django import Settings

from accounts.models.departments import Department
from accounts.models.people import User
from accounts.models.sign_in.sessions import Session
from accounts.roles import Role
from tests.factories import make_job
from tests.isolation.rules import Door, Rule, Scene, call
from tests.test_tenant_isolation import RULES
from transcription.models.runs import JobState

ClientOf = Callable[[User], Client]

PAGE = "/accounts/sessions/"
TEMPLATES = settings.BASE_DIR / "templates"
SCRIPTS = settings.BASE_DIR / "static" / "js"
TRIGGER = re.compile(r"<[^<]*\bhx-trigger=\"([^\"]*)\"[^<]*>")
BY_ITSELF = re.compile(r"\b(every|load|revealed|intersect|sse\w*|ws\w*)\b")
NAME = re.compile(r"{% \w*url ['\"]([\w:]+)['\"]")
# A page whose fragment asks for the page's own address: there the header decides.
PAGES = {"transcription:hotword_try", "transcription:search"}
# Of htmx, and of a script's own ``fetch`` over HTTPS.
ASKED_BY_PAGES = ({"HX-Request": "true"}, {"Sec-Fetch-Dest": "empty"})


def views(
    resolver: URLResolver, namespace: str = ""
) -> Iterator[tuple[str, Callable[..., Any]]]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else ""
            yield from views(pattern, inner or namespace)
        elif isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name}", pattern.callback


@pytest.fixture
def scene(sales: Department, support: Department) -> Scene:
    return Scene(sales, support)


def prolonged_by(client: Client, act: Callable[[], object]) -> bool:
    """Whether it counted as something that the person did, five minutes later."""
    then = timezone.now() - timedelta(minutes=5)
    Session.objects.update(last_activity=then)
    act()
    left = Session.objects.filter(last_activity=then).count()
    return left < Session.objects.count()


def people(rules: list[Rule], scene: Scene, root: User) -> Iterator[tuple[Rule, User]]:
    """Every line with somebody who may."""
    made: dict[Role, User] = {Role.ADMIN: scene.owner}
    for rule in rules:
        if rule.door is Door.PLATFORM:
            yield rule, root
            continue
        role = Role.ADMIN if Role.ADMIN in rule.roles else min(rule.roles)
        if role not in made:
            made[role] = scene.person(role)
        yield rule, made[role]


@pytest.mark.parametrize("headers", ASKED_BY_PAGES, ids=str)
def test_no_address_prolongs_when_a_page_asks_by_itself(
    headers: dict[str, str], scene: Scene, root: User, client_of: ClientOf
) -> None:
    reads = [r for r in RULES if r.method == "get" and r.door is not Door.API]
    prolonging = []
    for rule, person in people(reads, scene, root):
        client, url = client_of(person), rule.url(scene)
        client.get(PAGE)
        client.defaults |= {
            f"HTTP_{name.upper().replace('-', '_')}": value
            for name, value in headers.items()
        }
        if prolonged_by(client, lambda: call(client, rule, scene, url)):  # noqa: B023
            prolonging.append(rule.name)
        Session.objects.all().delete()
    assert len(reads) > 40
    assert not prolonging


def asked_in_templates() -> Iterator[tuple[str, str]]:
    """Template and view name of all that htmx asks for without anybody's doing."""
    for path in sorted(TEMPLATES.rglob("*.html")):
        text = path.read_text(encoding="utf-8")
        for element in TRIGGER.finditer(text):
            if not BY_ITSELF.search(element[1]):
                continue
            names = NAME.findall(element[0]) or NAME.findall(text)
            assert names, f"{path.name}: name the address with a url tag"
            name = names[0] if ":" in names[0] else f"transcription:{names[0]}"
            yield path.relative_to(TEMPLATES).as_posix(), name


def test_what_templates_poll_is_marked_as_polled() -> None:
    known = dict(views(get_resolver()))
    asked = set(asked_in_templates())
    workers = "transcription/recogniser/_workers.html"
    assert (workers, "platform:engine_workers") in asked
    assert len(asked) >= 7
    forgotten = {
        (template, name)
        for template, name in asked
        if name not in PAGES and not getattr(known[name], "is_polled", False)
    }
    assert not forgotten, "put @polled on the view"


def test_scripts_fetch_only_where_they_say_that_no_person_did() -> None:
    forbidden = re.compile(r"\b(fetch\(|EventSource|WebSocket|sendBeacon|htmx\.ajax)")
    get = re.compile(r"\.open\(\s*[\"']GET")
    asking = {
        path.relative_to(SCRIPTS).as_posix()
        for path in SCRIPTS.rglob("*.js")
        for text in [path.read_text(encoding="utf-8")]
        if forbidden.search(text) or get.search(text)
    }
    assert asking == {"frame/ask.js"}
    ask = (SCRIPTS / "frame" / "ask.js").read_text(encoding="utf-8")
    assert '"X-Asked-By": "page"' in ask


def test_pages_reload_themselves_in_one_way() -> None:
    reloading = {
        path.name
        for path in TEMPLATES.rglob("*.html")
        if "http-equiv" in path.read_text(encoding="utf-8")
    }
    assert reloading == {"reload_after.html"}


def test_a_page_that_reloads_itself_says_so_and_keeps_its_filters(
    scene: Scene, client_of: ClientOf
) -> None:
    make_job(scene.recording, JobState.QUEUED)
    client = client_of(scene.owner)
    content = client.get("/d/sales/?note=a%26b").content.decode()
    found = re.search(r'http-equiv="refresh" content="10;url=([^"]*)"', content)
    assert found
    address = found[1].replace("&amp;", "&")
    assert address == "/d/sales/?note=a%26b&asked-by=page"
    assert not prolonged_by(client, lambda: client.get(address))


@pytest.mark.parametrize("headers", [{}, {"Sec-Fetch-Dest": "document"}], ids=str)
def test_what_a_person_opens_prolongs(
    alice: User, client_of: ClientOf, headers: dict[str, str]
) -> None:
    client = client_of(alice)
    client.get(PAGE)
    assert prolonged_by(client, lambda: client.get(PAGE, headers=headers))


def test_what_a_script_asks_does_not(alice: User, client_of: ClientOf) -> None:
    client = client_of(alice)
    client.get(PAGE)
    headers = {"X-Asked-By": "page"}
    assert not prolonged_by(client, lambda: client.get(PAGE, headers=headers))


def test_a_click_that_htmx_sends_prolongs(alice: User, client_of: ClientOf) -> None:
    client = client_of(alice)
    client.get(PAGE)
    headers = {"HX-Request": "true", "X-Asked-By": "person"}
    assert prolonged_by(client, lambda: client.get(PAGE, headers=headers))


def test_an_upload_by_a_script_prolongs(alice: User, client_of: ClientOf) -> None:
    client = client_of(alice)
    client.get(PAGE)
    headers = {"Sec-Fetch-Dest": "empty"}
    url = "/d/sales/upload/"
    assert prolonged_by(client, lambda: client.post(url, headers=headers))


def test_polling_ends_with_the_idle_timeout(
    root: User, client_of: ClientOf, settings: Settings
) -> None:
    settings.IDLE_TIMEOUT_SECONDS = 10 * 60
    client = client_of(root)
    client.get(PAGE)
    url = "/platform/engine/workers/"
    for minutes, status in ((4, 200), (8, 200), (11, 302)):
        then = timezone.now() - timedelta(minutes=minutes)
        Session.objects.filter(last_activity__gt=then).update(last_activity=then)
        assert client.get(url).status_code == status
    assert not Session.objects.exists()
