"""What of a request's cookies reaches Django."""

import pytest
from django.conf import settings
from django.http.cookie import parse_cookie
from django.test import Client
from django.urls import reverse

from accounts.models.departments import Department
from portal.http.own_cookies import KEPT_MAX_BYTES, OwnCookies, own_cookie_names
from portal.http.request_body import Receive, Scope, Send
from tests.isolation.rules import Rule, Scene
from tests.people import PASSWORD
from tests.portal.http.asgi import ask, scope

LANGUAGE, THEME = settings.LANGUAGE_COOKIE_NAME, settings.THEME_COOKIE_NAME
OUR_NAMES = sorted(own_cookie_names())
# Every installation has a prefix of its own; a test has one name.
UNPREFIXED = [name.removeprefix(settings.COOKIE_NAME) for name in OUR_NAMES]


def seen_behind(*cookies: bytes) -> list[bytes]:
    """The cookie headers that the next application is sent."""
    seen: list[Scope] = []

    async def behind(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    request = scope("/", "GET", accept="text/html")
    request["headers"] += [(b"cookie", one) for one in cookies]
    assert ask(OwnCookies(behind, own_cookie_names()), request).status == 200
    headers = seen[0]["headers"]
    assert headers[:2] == [(b"host", b"localhost"), (b"accept", b"text/html")]
    return [value for name, value in headers if name == b"cookie"]


@pytest.mark.parametrize("name", OUR_NAMES, ids=UNPREFIXED)
def test_ours_pass_and_those_of_other_programs_do_not(name: str) -> None:
    near = f"x{name}=1; {name}x=1; {name.upper()}=1; {name[:-1]}=1; {name}; ={name}"
    assert seen_behind(f"sessionid=1; {near}; b={name}=2".encode()) == []
    sent = f'csrftoken="a\\"";{name}=a=b "c";{near};'.encode()
    assert seen_behind(sent) == [f'{name}=a=b "c"'.encode()]


def test_several_headers_become_one_and_the_last_of_a_name_counts() -> None:
    """HTTP/2 lets a browser send each cookie for itself; Django would put commas
    between them."""
    [kept] = seen_behind(
        f"a=1; {LANGUAGE}=en".encode(), b"b=2", f"{THEME}=dark; {LANGUAGE}=zh".encode()
    )
    assert parse_cookie(kept.decode()) == {LANGUAGE: "zh", THEME: "dark"}
    for both in (f"{LANGUAGE}=en; {LANGUAGE}=zh", f"{LANGUAGE}=zh;{LANGUAGE}="):
        [kept] = seen_behind(both.encode())
        assert parse_cookie(kept.decode()) == {LANGUAGE: parse_cookie(both)[LANGUAGE]}


def test_no_cookies_and_none_of_ours_are_the_same() -> None:
    assert seen_behind() == seen_behind(b"") == seen_behind(b";;=;") == []


def test_what_is_too_much_costs_nobody_their_session() -> None:
    session = f"{settings.SESSION_COOKIE_NAME}={'a' * 32}".encode()
    large = f'{THEME}="{KEPT_MAX_BYTES * "x"}"'.encode()
    assert seen_behind(large + b"; " + session) == [session]
    half = b"x" * (KEPT_MAX_BYTES // 2)
    two = LANGUAGE.encode() + b"=" + half, THEME.encode() + b"=x" + half
    assert len(seen_behind(*two, session)[0]) < KEPT_MAX_BYTES


def test_every_cookie_that_the_portal_sets_is_one_of_ours(
    sales: Department, support: Department, client: Client
) -> None:
    """And none of the names is without its cookie. tests/portal/http/test_url_prefix.py
    asks for every address, and looks whether it sets another."""
    scene = Scene(sales, support)
    page = Rule(
        "transcription:recording", kwargs=lambda scene: {"uuid": scene.recording.uuid}
    )
    steps: list[tuple[str, dict[str, str] | None]] = [
        (reverse("accounts:login"), None),
        (
            reverse("accounts:login"),
            {"username": scene.owner.username, "password": PASSWORD},
        ),
        (reverse("theme"), {"theme": "dark"}),
        (reverse("set_language"), {"language": "en"}),
        (page.url(scene) + "?text=raw", None),
        ("/d/sales/?density=compact", None),
        (reverse("accounts:logout"), {}),  # with a message
    ]
    seen: set[str] = set()
    for url, data in steps:
        answer = client.get(url) if data is None else client.post(url, data)
        assert answer.status_code in (200, 302)
        seen.update(answer.cookies)
    assert seen == own_cookie_names()
