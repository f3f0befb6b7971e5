"""The log says what happened and opens no door."""

import io
import logging
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from accounts.models.people import User
from accounts.roles import Role
from accounts.services import invitations, people
from accounts.services.audit.writing import SYSTEM
from accounts.services.secret_text import new_password, new_token
from accounts.services.tokens import create_token
from portal.logs.secrets import ScrubbingFormatter, scrub
from tests.people import PASSWORD, membership

ClientOf = Callable[[User], Client]
LOGGING: dict[str, Any] = dict(settings.LOGGING)


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the portal's own handler would have written to stderr."""
    line = LOGGING["formatters"]["line"]
    handler = logging.StreamHandler(io.StringIO())
    handler.setFormatter(ScrubbingFormatter(line["format"], style=line["style"]))
    root = logging.getLogger()
    root.addHandler(handler)
    yield handler.stream
    root.removeHandler(handler)


def test_every_handler_takes_secrets_out() -> None:
    assert {h["formatter"] for h in LOGGING["handlers"].values()} == {"line"}
    assert (
        LOGGING["formatters"]["line"]["()"] == "portal.logs.secrets.ScrubbingFormatter"
    )
    assert logging.getLogger("django").handlers == []


def test_an_invitations_secret_is_in_no_line(
    carol: User, charlie: User, log: io.StringIO
) -> None:
    made = invitations.invite(
        membership=membership(carol), origin=SYSTEM, role=Role.MEMBER, note=""
    )
    link = f"/accounts/invitation/{made.secret}/"
    form = "/accounts/invitation/"
    strict = Client(enforce_csrf_checks=True)
    strict.post(link, {"username": "erin"})  # an old page, a forged form
    strict.get(link)
    strict.post(form, {"username": "erin"})
    browser = Client()
    browser.get(f"/accounts/invitation/{made.secret[:-1]}/", follow=True)
    browser.get(link, follow=True)
    login = browser.get(f"/accounts/login/?next={form}")
    assert login.status_code == 200
    wrong = {"username": "charlie", "password": "wrong", "next": form}
    for _attempt in range(6):  # axes counts, and locks out
        browser.post("/accounts/login/", wrong)
    newcomer = {
        "username": "erin",
        "display_name": "Erin",
        "password1": PASSWORD,
        "password2": PASSWORD,
    }
    assert browser.post(form, newcomer).status_code == 302
    Client().get(link, follow=True)  # used up: 410
    written = log.getvalue()
    for happened in ("CSRF", "axes", "Gone: /accounts/invitation/", "Forbidden"):
        assert happened in written
    assert made.secret not in written and made.secret[:-1] not in written


def test_axes_keeps_no_secret_in_its_tables(carol: User) -> None:
    from axes.models import AccessAttempt, AccessLog

    made = invitations.invite(
        membership=membership(carol), origin=SYSTEM, role=Role.MEMBER, note=""
    )
    browser = Client()
    page = browser.get(f"/accounts/invitation/{made.secret}/", follow=True)
    (address,) = re.findall(r'href="(/accounts/login/\?[^"]+)"', page.content.decode())
    browser.post(address, {"username": "carol", "password": "wrong"})
    browser.post(address, {"username": "carol", "password": PASSWORD})
    kept = str([*AccessAttempt.objects.values(), *AccessLog.objects.values()])
    assert "carol" in kept and made.secret not in kept


def test_one_time_passwords_and_tokens_are_in_no_line(
    root: User, alice: User, client_of: ClientOf, log: io.StringIO
) -> None:
    made = people.reset_password(user=alice, origin=SYSTEM)
    token = create_token(membership=membership(alice), origin=SYSTEM, name="script")
    browser = Client()
    browser.post("/accounts/login/", {"username": made.password, "password": "x"})
    browser.post("/accounts/login/", {"username": "alice", "password": made.password})
    Client().get(f"/{token.secret}/", headers={"authorization": token.secret})
    try:
        raise ValueError(f"{made.password} and {token.secret}")
    except ValueError:
        logging.getLogger("django.request").exception("failed at %s", token.secret)
    written = log.getvalue()
    assert "ValueError" in written and "Not Found: /swk_…/" in written
    assert made.password not in written and token.secret not in written


@pytest.mark.parametrize(
    ("line", "without"),
    [
        ("GET /accounts/invitation/AbC-_9/?x=1", "GET /accounts/invitation/…/?x=1"),
        (
            "next=%2Faccounts%2Finvitation%2FAbC%2F",
            "next=%2Faccounts%2Finvitation%2F…%2F",
        ),
        ("Bearer swk_AbC-_9 refused", "Bearer swk_… refused"),
        ("it is hTx7-mPq2-Rw9a-KdV3.", "it is …."),
        ("sessionid=abc; theme=dark", "sessionid=…; theme=dark"),
        ("shengwen_c4_session=abc; a=b", "shengwen_c4_session=…; a=b"),
        ("{'new_password1': 'abc', 'a': 'b'}", "{'new_password1': …, 'a': 'b'}"),
    ],
)
def test_what_stays_still_says_what_it_was(line: str, without: str) -> None:
    assert scrub(line) == without


def test_what_is_no_secret_stays() -> None:
    for line in (
        "job 7e5d5f9c-4ab1-4cd2-8ef3-9abc12345678 done in 1234-5678",
        "/d/sales/invitations/7e5d5f9c-4ab1-4cd2-8ef3-9abc12345678/revoke/",
        "2026-11-30 09:50:12,278 INFO axes.handlers.database: AXES: Reset 0 attempts",
    ):
        assert scrub(line) == line


def test_a_long_line_is_read_once() -> None:
    """With a repetition in front, these would take hours."""
    for line in ("a" * 10**6, "csrf" * 250_000, "2345-" * 200_000, "session" * 150_000):
        assert scrub(line) == line


def test_what_the_portal_makes_is_recognised() -> None:
    for _time in range(50):
        assert scrub(new_password()) == "…"
        assert scrub(new_token()) == "swk_…"
