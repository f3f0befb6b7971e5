"""The portal under ``/asr``: no page, redirect, cookie or file forgets it."""

import asyncio
import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.core.handlers.asgi import ASGIRequest
from django.test import Client
from django.urls import get_resolver, set_script_prefix
from pytest_django import Settings

from accounts.models.departments import Department
from accounts.models.people import User
from portal.env import OWN_PATHS
from portal.http.own_cookies import own_cookie_names
from portal.http.url_prefix import with_prefix, without_prefix
from tests.isolation.rules import Door, Rule, Scene, token_of
from tests.portal.http.asgi import ask, scope
from tests.test_tenant_isolation import RULES

pytestmark = pytest.mark.once

ClientOf = Callable[[User], Client]
PREFIX = "/asr"
# Every attribute whose value is one of our addresses without the prefix.
FORGOTTEN = re.compile(r"""[\w-]+=["']/(?!asr/|["'])[^"']*["']""")
NOT_ADDRESSES = re.compile(r"""^(d|pattern|placeholder|value)=""")


@pytest.fixture
def prefixed(settings: Settings, db: None) -> Any:
    settings.PREFIX = settings.FORCE_SCRIPT_NAME = PREFIX
    settings.STATIC_URL = f"{PREFIX}/static/"
    settings.COOKIE_PATH = settings.SESSION_COOKIE_PATH = f"{PREFIX}/"
    settings.CSRF_COOKIE_PATH = settings.LANGUAGE_COOKIE_PATH = f"{PREFIX}/"
    set_script_prefix(f"{PREFIX}/")  # the test client leaves that to web servers
    yield
    set_script_prefix("/")


@pytest.mark.usefixtures("prefixed")
@pytest.mark.parametrize(
    "rule", [r for r in RULES if r.method in ("get", "post")], ids=str
)
def test_every_answer_leads_to_addresses_under_the_prefix(
    rule: Rule, sales: Department, support: Department, client_of: ClientOf, root: User
) -> None:
    scene = Scene(sales, support)
    headers = {}
    if rule.door is Door.API:
        client = Client()
        headers["authorization"] = f"Bearer {token_of(scene.owner)}"
    else:
        person = root if rule.door is Door.PLATFORM else scene.owner
        client = client_of(person)
    path = rule.url(scene).removeprefix(PREFIX)  # as a proxy that strips it
    for data in (rule.data(scene), {}):
        answer = getattr(client, rule.method)(path, data, headers=headers)
        content = answer.getvalue()
        location = answer.get("Location", PREFIX + "/")
        assert location.removeprefix("http://testserver").startswith(PREFIX + "/")
        assert location.count(PREFIX) == 1 or "next=" in location
        for cookie in answer.cookies.values():
            assert cookie["path"] == "/asr/", cookie
            assert cookie.key in own_cookie_names(), "the web server keeps it back"
        if answer["Content-Type"].startswith("text/html"):
            found = FORGOTTEN.findall(content.decode())
            assert [one for one in found if not NOT_ADDRESSES.match(one)] == []
        elif "json" in answer["Content-Type"] and rule.door is not Door.API:
            assert not re.search(rb'"/(?!asr/)', content), content[:500]


@pytest.mark.usefixtures("prefixed")
def test_the_login_leads_back_and_error_pages_lead_home(client_of: ClientOf) -> None:
    answer = Client().get("/d/sales/?q=x")
    assert answer["Location"] == "/asr/accounts/login/?next=/asr/d/sales/%3Fq%3Dx"
    for path in ("/nowhere/", "/accounts/login/", "/api/docs/"):
        page = Client().get(path).content.decode()
        assert FORGOTTEN.findall(page) == []
        assert 'href="/asr/' in page
    from portal.pages.views import server_error

    broken = server_error(Client().get("/nowhere/").wsgi_request).content.decode()
    assert 'href="/asr/"' in broken
    assert FORGOTTEN.findall(broken) == []


@pytest.mark.parametrize("asked", ["/asr/d/sales/", "/d/sales/"])
def test_a_proxy_may_strip_the_prefix_or_hand_it_on(
    settings: Settings, asked: str
) -> None:
    settings.FORCE_SCRIPT_NAME = PREFIX
    seen: list[str] = []

    async def django(scope: Any, receive: Any, send: Any) -> None:
        request = ASGIRequest(scope, BytesIO())
        seen.extend([request.path, request.path_info, request.get_full_path()])

    async def limits(scope: Any, receive: Any, send: Any) -> None:
        seen.append(scope["path"])
        await with_prefix(django, PREFIX)(scope, receive, send)

    application = without_prefix(limits, PREFIX)
    asyncio.run(application(scope(asked), None, None))  # type: ignore[arg-type]
    assert seen == ["/d/sales/", "/asr/d/sales/", "/d/sales/", "/asr/d/sales/"]


@pytest.mark.parametrize(
    ("asked", "inside"),
    [("/asr", "/"), ("/asr/", "/"), ("/asrx/", "/asrx/"), ("/", "/")],
)
def test_only_the_whole_prefix_is_one(asked: str, inside: str) -> None:
    seen: list[str] = []

    async def application(scope: Any, receive: Any, send: Any) -> None:
        seen.append(scope["path"])
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body"})

    ask(without_prefix(application, PREFIX), scope(asked, "GET"))
    assert seen == [inside]


def test_no_prefix_can_hide_an_address_of_ours() -> None:
    first = {str(p.pattern).split("/")[0] for p in get_resolver().url_patterns} - {""}
    assert first | {"static"} == set(OWN_PATHS)
