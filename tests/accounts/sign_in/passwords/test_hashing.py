"""Passwords are hashed a few at a time, and at the same cost whoever asks."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings as shipped
from django.contrib.auth.hashers import PBKDF2PasswordHasher, check_password
from django.test import Client
from pytest_django import Settings

from accounts.models.people import User
from accounts.models.sign_in.login_pace import LoginPace
from accounts.services.audit.writing import SYSTEM
from accounts.services.sign_in import hashing
from accounts.services.tokens import create_token
from tests.people import PASSWORD, make_user, membership

ClientOf = Callable[[User], Client]
LOGIN = "/accounts/login/"
HASHERS = shipped.PASSWORD_HASHERS  # as the portal has them, not as the tests do


class Counted:
    """How many hashes there were, and how many at the same time."""

    def __init__(self) -> None:
        self.total = self.now = self.most = 0
        self._lock = threading.Lock()

    def encode(self, password: str, salt: str, _iterations: int | None = None) -> str:
        with self._lock:
            self.total += 1
            self.now += 1
            self.most = max(self.most, self.now)
        threading.Event().wait(0.02)
        with self._lock:
            self.now -= 1
        return f"pbkdf2_sha256$1${salt}${password[::-1]}"


@pytest.fixture
def counted(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Counted]:
    """The portal's hasher; what it queues for is counted instead of computed."""
    settings.PASSWORD_HASHERS = HASHERS
    counted = Counted()
    monkeypatch.setattr(PBKDF2PasswordHasher, "encode", counted.encode)
    monkeypatch.setattr(PBKDF2PasswordHasher, "iterations", 1)
    yield counted


def test_what_is_stored_is_what_django_stores(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = HASHERS
    hasher = hashing.QueuedPBKDF2Hasher()
    encoded = hasher.encode("a password", "salt", 1000)
    assert encoded == PBKDF2PasswordHasher().encode("a password", "salt", 1000)
    assert check_password("a password", encoded)
    assert not check_password("another", encoded)


def test_forty_at_once_are_hashed_on_half_of_the_cores(counted: Counted) -> None:
    hasher = hashing.QueuedPBKDF2Hasher()
    with ThreadPoolExecutor(40) as pool:
        list(pool.map(lambda _n: hasher.encode("x", "salt"), range(40)))
    assert counted.total == 40
    assert counted.most == hashing.hashes_at_once()


@pytest.fixture
def busy(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """All turns are taken, and nobody is patient."""
    settings.PASSWORD_HASHERS = HASHERS
    monkeypatch.setattr(hashing, "PATIENCE_SECONDS", 0.01)
    for _turn in range(hashing.hashes_at_once()):
        hashing._turns.acquire()
    yield
    for _turn in range(hashing.hashes_at_once()):
        hashing._turns.release()


@pytest.mark.django_db(transaction=True)
def test_whoever_waits_too_long_is_told_to_come_again(busy: None) -> None:
    data = {"username": "nobody", "password": "x"}
    response = Client().post(LOGIN, data)
    assert response.status_code == 503
    assert response["Retry-After"] == "10"
    assert LoginPace.objects.get().failures == 0  # nobody looked at the password


def test_a_transaction_never_waits_for_its_turn(db: None, busy: None) -> None:
    """The test's own transaction holds the database, as a new account's does."""
    assert make_user("erin").check_password(PASSWORD)


def test_a_turn_is_given_back_after_an_error(settings: Settings) -> None:
    hasher = hashing.QueuedPBKDF2Hasher()
    for _time in range(hashing.hashes_at_once() + 1):
        with pytest.raises(TypeError):
            hasher.encode(None, "salt", 1)  # type: ignore[arg-type]
    assert hasher.encode("x", "salt", 1)


@pytest.mark.parametrize("username", ["alice", "nobody", "gone", "new"])
def test_a_wrong_login_costs_one_hash_whoever_it_is(
    db: None, counted: Counted, username: str
) -> None:
    for name, fields in (
        ("alice", {}),
        ("gone", {"is_active": False}),
        ("new", {"must_change_password": True}),
    ):
        make_user(name, **fields)
    counted.total = 0
    Client().post(LOGIN, {"username": username, "password": "wrong"})
    assert counted.total == 1


def test_an_api_token_costs_none(alice: User, counted: Counted) -> None:
    token = create_token(membership=membership(alice), origin=SYSTEM, name="script")
    headers = {"authorization": f"Bearer {token.secret}"}
    assert Client().get("/api/schema/", headers=headers).status_code == 200
    assert counted.total == 0


def test_a_page_costs_none(alice: User, client_of: ClientOf, counted: Counted) -> None:
    counted.total = 0
    assert client_of(alice).get("/d/sales/").status_code == 200
    assert counted.total == 0


def test_a_change_of_password_is_checked_once(
    alice: User,
    client_of: ClientOf,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[str] = []

    def watch(self: User, password: str) -> bool:
        seen.append(password)
        return check_password(password, self.password)

    client = client_of(alice)
    monkeypatch.setattr(User, "check_password", watch)
    new = "ein Fahrrad 电池 im Mai"
    data = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    assert client.post("/accounts/password/", data).status_code == 302
    assert seen.count(PASSWORD) == 1
