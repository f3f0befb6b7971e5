"""Guesses from one network are slowed, whatever the names; nobody is locked out."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest import LogCaptureFixture

from accounts.models.people import User
from accounts.models.sign_in.login_pace import LoginPace, network_of
from accounts.services.sign_in import login_pace
from accounts.services.sign_in.login_pace import seconds_between, take_place
from tests.people import PASSWORD, make_user

ClientOf = Callable[[User], Client]
LOGIN = "/accounts/login/"
SHIPPED = login_pace.FREE
FREE = 4  # here, so that the tests are quick
OFFICE, ELSEWHERE = "198.51.100.7", "203.0.113.9"
WRONG = "wrong"


def attempt(
    client: Client, name: str, password: str = WRONG, address: str = OFFICE
) -> int:
    data = {"username": name, "password": password}
    return client.post(LOGIN, data, REMOTE_ADDR=address).status_code


def guess(count: int = FREE, address: str = OFFICE) -> Counter[int]:
    """Wrong passwords for many names: none of them often enough for its own lockout."""
    return Counter(
        attempt(Client(), f"name{number % 40}", address=address)
        for number in range(count)
    )


class Clock:
    """Stands still unless told."""

    def __init__(self) -> None:
        self.at = timezone.now()

    def now(self) -> datetime:
        return self.at

    def passes(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(login_pace, "FREE", FREE)
    monkeypatch.setattr(login_pace, "timezone", clock)
    return clock


def test_eighty_guesses_over_forty_names_do_not_pass(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(login_pace, "FREE", SHIPPED)
    assert guess(80) == {200: SHIPPED, 429: 80 - SHIPPED}
    assert SHIPPED <= 20


def test_the_page_says_when_and_keeps_the_name(alice: User) -> None:
    guess()
    data = {"username": "alice", "password": PASSWORD, "next": "/accounts/sessions/"}
    response = Client().post(LOGIN, data, REMOTE_ADDR=OFFICE)
    assert response.status_code == 429
    assert response["Retry-After"] == "2"
    content = response.content.decode()
    assert "Wait 2 seconds" in content or "请等待 2 秒" in content
    assert 'value="alice"' in content
    assert 'value="/accounts/sessions/"' in content
    assert PASSWORD not in content


def test_whoever_waits_gets_in(alice: User, clock: Clock) -> None:
    guess()
    clock.passes(1.9)
    assert attempt(Client(), "alice", PASSWORD) == 429
    clock.passes(0.1)
    assert attempt(Client(), "alice", PASSWORD) == 302


def test_each_further_failure_doubles_the_wait_up_to_a_minute() -> None:
    assert [seconds_between(FREE + n) for n in range(-1, 7)] == [
        *(0, 2, 4, 8, 16, 32, 60, 60)
    ]


def test_an_attempt_that_came_too_early_makes_the_wait_no_longer(
    db: None, clock: Clock
) -> None:
    def waits() -> int:
        return take_place(ip_address=OFFICE, at=clock.now())

    guess()
    clock.passes(2)
    assert waits() == 0
    assert [waits() for _early in range(50)] == [4] * 50
    clock.passes(3)
    assert waits() == 1
    clock.passes(1)
    assert waits() == 0


def test_somebody_at_another_address_is_not_slowed(alice: User) -> None:
    guess()
    assert attempt(Client(), "alice", PASSWORD, ELSEWHERE) == 302


def test_a_browser_in_which_one_has_logged_in_before_is_not_slowed(alice: User) -> None:
    client = Client()
    assert attempt(client, "alice", PASSWORD) == 302
    client.post("/accounts/logout/")
    guess()
    assert attempt(client, "bob") == 429  # known for Alice only
    assert attempt(client, " Alice ", PASSWORD) == 302


def test_a_made_up_cookie_is_no_known_browser(alice: User) -> None:
    guess()
    client = Client()
    client.cookies[settings.KNOWN_BROWSER_COOKIE_NAME] = "alice"
    assert attempt(client, "alice", PASSWORD) == 429


def test_a_known_browser_still_runs_into_the_lockout_by_name(alice: User) -> None:
    client = Client()
    attempt(client, "alice", PASSWORD)
    client.post("/accounts/logout/")
    assert [attempt(client, "alice") for _guess in range(5)][-1] == 429
    assert attempt(client, "alice", PASSWORD) == 429


def test_right_passwords_never_slow_an_office(alice: User) -> None:
    for _morning in range(FREE + 5):
        assert attempt(Client(), "alice", PASSWORD) == 302


def test_an_own_account_forgives_no_guesses(alice: User) -> None:
    guess(FREE - 1)
    for _own in range(3):
        assert attempt(Client(), "alice", PASSWORD) == 302
    assert guess(3) == {200: 1, 429: 2}


def test_failures_are_forgotten_one_a_minute(db: None, clock: Clock) -> None:
    guess()
    clock.passes(60 * FREE)
    assert guess(FREE + 1) == {200: FREE, 429: 1}


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::ffff", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::ffff", "2001:db8:1:3::/64"),
        ("", ""),
        (None, ""),
    ],
)
def test_an_ipv6_network_counts_as_one(address: str | None, network: str) -> None:
    assert network_of(address) == network


def test_other_addresses_of_the_same_network_are_slowed_too(db: None) -> None:
    guess(address="2001:db8:1:2::1")
    assert attempt(Client(), "x", address="2001:db8:1:2:ffff::9") == 429
    assert attempt(Client(), "x", address="2001:db8:1:3::1") == 200


def test_an_empty_form_is_no_guess(db: None) -> None:
    for data in ({}, {"username": "alice"}, {"password": "x"}):
        Client().post(LOGIN, data)
    assert not LoginPace.objects.exists()


def test_the_log_says_once_who_is_slowed(db: None, caplog: LogCaptureFixture) -> None:
    guess(FREE + 10)
    slowed = [r for r in caplog.records if "they are slowed" in r.getMessage()]
    assert len(slowed) == 1
    assert OFFICE in slowed[0].getMessage()


def test_quiet_networks_are_forgotten_at_the_next_login(db: None, clock: Clock) -> None:
    make_user("erin")
    clock.passes(-60 * 60 * 25)
    guess(1, address=ELSEWHERE)
    clock.passes(60 * 60 * 25)
    attempt(Client(), "erin", PASSWORD)
    assert [pace.network for pace in LoginPace.objects.all()] == [OFFICE]


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(
    connection.vendor != "postgresql",
    reason="an in-memory SQLite database has one connection; its lock is the file's",
)
def test_guesses_at_the_same_moment_are_counted_one_by_one(clock: Clock) -> None:
    def place(_number: int) -> int:
        try:
            return take_place(ip_address=OFFICE, at=clock.now())
        finally:
            connection.close()

    with ThreadPoolExecutor(12) as threads:
        waits = Counter(threads.map(place, range(12)))
    assert waits == {0: FREE, 2: 12 - FREE}
