"""Nothing that a client sends is an error of ours: every address of the isolation sweep
with odd values in every field that its view reads, odd headers, odd addresses.

The same seed sends the same requests. ``SHENGWEN_TEST_FUZZ_SEED=7`` chooses others, and
``SHENGWEN_TEST_FUZZ_ROUNDS=20`` more of them.
"""

import logging
import os
import random
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from rest_framework.throttling import UserRateThrottle

from accounts.models.departments import Department
from accounts.models.people import User
from accounts.roles import Role
from tests.hostile.requests import (
    HEADERS,
    PIECES,
    VALUES,
    fields_asked_for_in,
    fields_read_at,
    send,
)
from tests.isolation.rules import Door, Rule, Scene, token_of
from tests.people import PASSWORD
from tests.test_tenant_isolation import RULES

ClientOf = Callable[[User], Client]
SEED = int(os.environ.get("SHENGWEN_TEST_FUZZ_SEED", "8"))
ROUNDS = int(os.environ.get("SHENGWEN_TEST_FUZZ_ROUNDS", "1"))
Send = Callable[..., str]
NONE: Mapping[str, str] = MappingProxyType({})


def open_to_all(name: str, method: str = "get", **data: object) -> Rule:
    """What everybody may open has no line in the sweep."""
    return Rule(name, method, door=Door.PERSON, data=lambda scene: data)


OPEN = [
    open_to_all("home"),
    open_to_all("health"),
    open_to_all("theme", "post", theme="dark", next="/"),
    open_to_all("set_language", "post", language="en", next="/"),
    open_to_all("accounts:login", next="/"),
    open_to_all(
        "accounts:login", "post", username="owner", password=PASSWORD, next="/d/sales/"
    ),
    open_to_all("accounts:logout", "post"),
    open_to_all("api:schema", format="json", lang="en", version="1"),
    open_to_all("api:docs"),
    open_to_all("api:nothing", "post"),
]
OPEN += [
    Rule(
        "accounts:invitation",
        method,
        door=Door.PERSON,
        kwargs=lambda scene: {"secret": scene.new_invitation.secret},
        data=lambda _: {
            "username": "new",
            "display_name": "新",
            "password1": PASSWORD,
            "password2": PASSWORD,
        },
    )
    for method in ("get", "post")
]
each_rule = pytest.mark.parametrize("rule", [*RULES, *OPEN], ids=str)


@pytest.fixture(autouse=True)
def quiet_and_patient(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Thousands of refusals are not written down, and nobody is told to come back."""
    monkeypatch.setattr(UserRateThrottle, "allow_request", lambda *_: True)
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def scene(sales: Department, support: Department) -> Scene:
    return Scene(sales, support)


@pytest.fixture
def to_server(scene: Scene, client_of: ClientOf, root: User, rule: Rule) -> Send:
    """Sends for whoever may; what it changes is undone; a 500 says how to repeat it."""
    headers: dict[str, str] = {}
    if rule in OPEN:
        client = Client()
    elif rule.door is Door.API:
        client = Client()
        headers["authorization"] = f"Bearer {token_of(scene.owner)}"
    elif rule.door is Door.PLATFORM:
        client = client_of(root)
    else:
        may = Role.ADMIN in rule.roles
        client = client_of(scene.owner if may else scene.person(min(rule.roles)))
    scene.owner  # noqa: B018 - sales keeps an admin
    cookies = client.cookies.output(header="", sep=";").strip()

    def try_it(
        path: str, data: Mapping[str, object], odd: Mapping[str, str] = NONE
    ) -> str:
        more = headers | dict(odd)
        if "cookie" in more:
            more["cookie"] = f"{cookies.split(';')[0]}; {more['cookie']}"
        try:
            with transaction.atomic():
                status, body = send(client, rule.method, path, data, more)
                transaction.set_rollback(True)
        except Exception as error:
            raise AssertionError(
                f"seed {SEED}: {rule.method} {path!r} {_short(data)} {_short(more)}"
            ) from error
        assert status < 500, (SEED, status, rule.method, path, _short(data))
        return body.decode(errors="replace")

    return try_it


def _short(data: Mapping[str, object]) -> dict[str, str]:
    return {name: ascii(value)[:200] for name, value in data.items()}


@each_rule
def test_nothing_that_a_client_sends_is_an_error_of_ours(
    rule: Rule, scene: Scene, to_server: Send
) -> None:
    chance = random.Random(f"{SEED} {rule}")  # noqa: S311 - repeatable, no secret
    path = rule.url(scene)
    usual = dict(rule.data(scene))
    for _round in range(ROUNDS):
        names = {*usual, *fields_read_at(path, rule.method)}
        names |= fields_asked_for_in(to_server(path, usual))
        odd_values(chance, to_server, path, usual, sorted(names))
        odd_headers(chance, to_server, path, usual)
        if rule.has_object:
            odd_addresses(chance, to_server, path, rule.kwargs(scene), usual)


def odd_values(
    chance: random.Random,
    to_server: Send,
    path: str,
    usual: dict[str, object],
    names: list[str],
) -> None:
    """One field after the other, then all of them, then one too often."""
    for name in names:
        to_server(path, usual | {name: chance.choice(VALUES)})
    for _time in range(3):
        to_server(path, usual | {name: chance.choice(VALUES) for name in names})
    to_server(path, usual | {chance.choice(names or ["x"]): ["1"] * 1200})


def odd_headers(
    chance: random.Random, to_server: Send, path: str, usual: dict[str, object]
) -> None:
    """Some together; those alone that end a request at once."""
    alone = ("host", "authorization", "content-type")
    together = {
        name: chance.choice(values).replace("{name}", settings.COOKIE_NAME)
        for name, values in HEADERS.items()
        if name not in alone and chance.random() < 0.5
    }
    to_server(path, usual, together)
    one = chance.choice(alone)
    to_server(path, usual, {one: chance.choice(HEADERS[one])})


def odd_addresses(
    chance: random.Random,
    to_server: Send,
    path: str,
    named: Mapping[str, object],
    usual: dict[str, object],
) -> None:
    for value in map(str, named.values()):
        for piece in chance.sample(PIECES, 3):
            to_server(path.replace(value, piece), usual)
