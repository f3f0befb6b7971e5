"""Whoever sends passwords by the dozen keeps nobody else waiting."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Self

import httpx
import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import Client, RequestFactory

from accounts.models.people import User
from accounts.models.sign_in.login_pace import LoginPace
from accounts.services.sign_in import hashing_places
from accounts.services.sign_in.hashing_places import (
    NETWORK_PLACES,
    RETRY_SECONDS,
    NoPlaceError,
    place,
)
from benchmarks.portal.logins import PATH, TOKEN
from tests.people import PASSWORD
from tests.stack import Stack

ClientOf = Callable[[User], Client]
OFFICE, ELSEWHERE = "198.51.100.7", "203.0.113.9"
WRONG = "wrong"
Meanwhile = Callable[[], None]
MAKE_PERSON = """
from accounts.models.people import User
User.objects.create_user({name!r}, {password!r}, display_name={name!r})
"""


@pytest.fixture(autouse=True)
def nobody_is_left_behind() -> Iterator[None]:
    yield
    assert not hashing_places._taken


class Person:
    """Somebody's browser, on a real server."""

    def __init__(self, stack: Stack, name: str) -> None:
        self.name = name
        code = MAKE_PERSON.format(name=name, password=PASSWORD)
        stack.manage("shell", "-c", code)
        self.browser = httpx.Client(
            base_url=stack.base_url, timeout=60, follow_redirects=True
        )
        self.token = ""

    def __enter__(self) -> Self:
        self.find_token()
        return self

    def __exit__(self, *error: object) -> None:
        self.browser.close()

    def find_token(self) -> None:
        """The login's, or that of the page to which somebody logged in is led."""
        found = TOKEN.search(self.browser.get(PATH).text)
        assert found
        self.token = found[1]

    def log_in(self, password: str, address: str) -> int:
        data = {
            "csrfmiddlewaretoken": self.token,
            "username": self.name,
            "password": password,
        }
        headers = {"X-Forwarded-For": address}
        answer = self.browser.post(
            PATH, data=data, headers=headers, follow_redirects=False
        )
        return answer.status_code

    def log_out(self) -> None:
        self.find_token()
        self.browser.post("/accounts/logout/", data={"csrfmiddlewaretoken": self.token})
        self.find_token()


class Hashing:
    """While the first password is hashed, something else happens."""

    def __init__(self, meanwhile: Meanwhile) -> None:
        self.meanwhile: Meanwhile | None = meanwhile
        self.total = 0

    def hash(self) -> None:
        self.total += 1
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile:
            meanwhile()


@pytest.fixture
def while_hashing(monkeypatch: pytest.MonkeyPatch) -> Callable[[Meanwhile], Hashing]:
    encode = MD5PasswordHasher.encode  # what tests hash with

    def start(meanwhile: Meanwhile) -> Hashing:
        hashing = Hashing(meanwhile)

        def slow(hasher: MD5PasswordHasher, password: str, salt: str) -> str:
            hashing.hash()
            return str(encode(hasher, password, salt))

        monkeypatch.setattr(MD5PasswordHasher, "encode", slow)
        return hashing

    return start


def log_in(
    client: Client, name: str, password: str = WRONG, address: str = OFFICE
) -> int:
    data = {"username": name, "password": password}
    return client.post(PATH, data, REMOTE_ADDR=address).status_code


def known_to(name: str) -> Client:
    """A browser in which the person has logged in, and out again."""
    client = Client()
    assert log_in(client, name, PASSWORD) == 302
    client.post("/accounts/logout/")
    return client


def test_a_known_browser_has_one_password_checked_at_a_time(
    alice: User, bob: User, while_hashing: Callable[[Meanwhile], Hashing]
) -> None:
    known, seen = known_to("bob"), Counter[int]()

    def flood() -> None:
        seen.update(log_in(known, " Bob ", address=f"10.0.0.{n}") for n in range(30))
        assert hashing.total == 1, "none of them is hashed"
        assert log_in(Client(), "alice", PASSWORD) == 302

    hashing = while_hashing(flood)
    assert log_in(known, "bob") == 200
    assert seen == {429: 30}
    assert log_in(known, "bob", PASSWORD) == 302  # the place is free again


def test_the_answer_says_when_and_keeps_the_name(
    bob: User, while_hashing: Callable[[Meanwhile], Hashing]
) -> None:
    def second() -> None:
        data = {"username": "bob", "password": PASSWORD}
        answer = Client().post(PATH, data, REMOTE_ADDR=ELSEWHERE)
        assert answer.status_code == 429
        assert answer["Retry-After"] == str(RETRY_SECONDS)
        content = answer.content.decode()
        assert (
            "正在验证上一次输入的密码。请等待 2 秒" in content
            or "are being checked" in content
        )
        assert 'value="bob"' in content
        assert PASSWORD not in content
        assert not LoginPace.objects.filter(network=ELSEWHERE, failures__gt=0).exists()

    while_hashing(second)
    assert log_in(Client(), "bob") == 200


def test_strangers_do_not_take_the_place_of_the_names_owner(
    bob: User, while_hashing: Callable[[Meanwhile], Hashing]
) -> None:
    known = known_to("bob")

    def owner() -> None:
        assert log_in(Client(), "bob", PASSWORD, ELSEWHERE) == 429
        assert log_in(known, "bob", PASSWORD, ELSEWHERE) == 302

    while_hashing(owner)
    assert log_in(Client(), "bob") == 200


def test_one_network_has_a_few_places(alice: User) -> None:
    def held(stack: ExitStack, name: str, address: str) -> None:
        request = RequestFactory().post(PATH, REMOTE_ADDR=address)
        request.user = alice
        stack.enter_context(place(request, name))

    with ExitStack() as stack:
        for number in range(NETWORK_PLACES):
            held(stack, f"somebody-{number}", f"2001:db8:1:2::{number + 1}")
        assert log_in(Client(), "alice", PASSWORD, "2001:db8:1:2:ffff::9") == 429
        assert log_in(Client(), "alice", PASSWORD, "2001:db8:1:3::9") == 302
        with pytest.raises(NoPlaceError):
            held(stack, "one-more", "2001:db8:1:2::1")
    assert log_in(Client(), "alice", PASSWORD, "2001:db8:1:2:ffff::9") == 302


@pytest.mark.parametrize(
    "address", ["/accounts/password/", "/accounts/profile/tokens/"]
)
def test_an_open_browser_has_one_password_checked_at_a_time(
    alice: User,
    client_of: ClientOf,
    while_hashing: Callable[[Meanwhile], Hashing],
    address: str,
) -> None:
    """A change of password costs up to seven hashes."""
    client = client_of(alice)
    session = client.session
    session.pop("password_typed_at")
    session.save()
    membership = alice.memberships.get()
    data = {
        "old_password": WRONG,
        "confirm_password": WRONG,
        "name": "script",
        "membership": membership.pk,
        "lifetime": "30",
    }

    def second() -> None:
        answer = client.post(address, data)
        assert answer.status_code == 429
        assert answer["Retry-After"] == str(RETRY_SECONDS)
        assert hashing.total == 1

    hashing = while_hashing(second)
    assert client.post(address, data).status_code == 200
    assert hashing.total == 1
    assert hashing.meanwhile is None


def test_forms_without_a_password_take_no_place(alice: User) -> None:
    request = RequestFactory().post(PATH, REMOTE_ADDR=OFFICE)
    request.user = alice
    with place(request, "alice"):
        assert log_in(Client(), "alice", "") == 200


@pytest.mark.once
def test_a_flood_of_known_logins_delays_nobody_elses() -> None:
    """On the server as it is started, with hashes of their real size."""
    with (
        Stack(programs="web", SHENGWEN_TRUSTED_PROXIES="127.0.0.1") as stack,
        Person(stack, "bob") as bob,
        Person(stack, "alice") as alice,
    ):
        assert bob.log_in(PASSWORD, "10.0.0.1") == 302
        bob.log_out()
        with ThreadPoolExecutor(40) as pool:
            calls = [pool.submit(bob.log_in, WRONG, f"10.0.1.{n}") for n in range(40)]
            time.sleep(0.3)  # they stand in the queue, if they may
            began = time.monotonic()
            assert alice.log_in(PASSWORD, "10.0.2.1") == 302
            taken = time.monotonic() - began
        statuses = Counter(call.result() for call in calls)
    assert taken < 6, "forty hashes take twelve seconds on two cores, or more"
    assert statuses[429] > 30, statuses
