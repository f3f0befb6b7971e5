"""Addresses that a form names: back to a path of this portal, or home."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models.people import User
from tests.people import PASSWORD

ClientOf = Callable[[User], Client]
ELSEWHERE = [
    "１２",
    "x",
    "home",
    "accounts:logout",
    "",
    "//evil.example/",
    "/\\evil.example/",
    "https://evil.example/",
    "http://testserver/d/sales/",
    "javascript:alert(1)",
    "/\x00",
    "\n/x",
    "/" + "x" * 20_000,
]
SWITCHES = {"/preferences/theme/": "dark", "/preferences/language/": "en"}


@pytest.mark.parametrize("target", ELSEWHERE)
def test_a_switch_and_the_login_lead_home_when_the_target_is_no_path(
    alice: User, client_of: ClientOf, target: str
) -> None:
    answers = [
        client_of(alice).post(url, {"next": target, "theme": value, "language": value})
        for url, value in SWITCHES.items()
    ]
    answers += [
        client_of(alice).get("/accounts/login/", {"next": target}),
        Client().post(
            "/accounts/login/",
            {"username": "alice", "password": PASSWORD, "next": target},
        ),
    ]
    assert [(a.status_code, a["Location"]) for a in answers] == [(302, "/")] * 4


def test_they_lead_back_to_where_one_was(alice: User, client_of: ClientOf) -> None:
    back = "/d/sales/?q=%E5%BD%95"
    for url in SWITCHES:
        assert client_of(alice).post(url, {"next": back})["Location"] == back
    form = {"username": "alice", "password": PASSWORD, "next": back}
    assert Client().post("/accounts/login/", form)["Location"] == back


def test_the_login_does_not_lead_to_itself(alice: User, client_of: ClientOf) -> None:
    answer = client_of(alice).get("/accounts/login/?next=/accounts/login/")
    assert (answer.status_code, answer["Location"]) == (302, "/")


@pytest.mark.django_db
def test_a_switch_is_remembered() -> None:
    client = Client()
    client.post("/preferences/language/", {"language": "en"})
    assert "Log in" in client.get("/accounts/login/").content.decode()
    client.post("/preferences/language/", {"language": "klingon\x00"})
    assert "Log in" in client.get("/accounts/login/").content.decode()
