"""What proxies and load balancers send: addresses, hosts, plain HTTP."""

from unittest.mock import patch

import pytest
from django.db import DatabaseError, connection
from django.test import Client
from pytest_django import Settings

from accounts.models.audit.events import AuditEvent
from accounts.models.people import User
from accounts.models.sign_in.sessions import Session
from portal.http.middleware import plain_address
from tests.people import PASSWORD

ADDRESSES = {
    "203.0.113.7": "203.0.113.7",
    "203.0.113.7:51234": "203.0.113.7",
    "2001:db8::1": "2001:db8::1",
    "[2001:db8::1]": "2001:db8::1",
    "[2001:DB8:0::1]:443": "2001:db8::1",
    "::ffff:203.0.113.7": "203.0.113.7",
    "fe80::1%eth0": "fe80::1",
    '"203.0.113.7"': "203.0.113.7",
    "unknown": "",
    "_hidden": "",
    "": "",
    "[": "",
    "[]:80": "",
    "1.2.3": "",
    "999.0.0.1": "",
    "for=192.0.2.60": "",
    "２０３.0.113.7": "",
    "\x00": "",
    "x" * 5000: "",
}


@pytest.mark.parametrize("forwarded", ADDRESSES, ids=lambda text: ascii(text[:24]))
def test_an_address_is_kept_without_what_surrounds_it(forwarded: str) -> None:
    assert plain_address(forwarded) == ADDRESSES[forwarded]


@pytest.mark.parametrize("forwarded", ADDRESSES, ids=lambda text: ascii(text[:24]))
def test_whatever_a_proxy_calls_the_client_people_log_in(
    alice: User, forwarded: str
) -> None:
    """uvicorn puts what a trusted proxy forwards into ``REMOTE_ADDR``."""
    client = Client(REMOTE_ADDR=forwarded)
    wrong = {"username": "alice", "password": "wrong"}
    assert client.post("/accounts/login/", wrong).status_code == 200
    right = {"username": "alice", "password": PASSWORD}
    assert client.post("/accounts/login/", right).status_code == 302
    assert client.get("/d/sales/").status_code == 200
    expected = ADDRESSES[forwarded] or None
    assert {event.ip_address for event in AuditEvent.objects.all()} == {expected}
    assert Session.objects.get(user=alice).ip_address == expected


@pytest.mark.django_db
@pytest.mark.parametrize("host", ["10.0.0.5", "10.0.0.5:8000", "evil.example", "a b"])
def test_a_load_balancer_asks_under_any_name_and_without_tls(
    settings: Settings, host: str
) -> None:
    settings.ALLOWED_HOSTS = ["shengwen.example.cn"]
    settings.SECURE_SSL_REDIRECT = True
    client = Client(HTTP_HOST=host)
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert answer["Cache-Control"] == "no-store"
    assert not answer.cookies
    assert client.head("/healthz").status_code == 200
    assert client.post("/healthz").status_code == 405
    for path in ("/", "/accounts/login/", "/healthz/", "//healthz", "/healthz?x=1/.."):
        status = client.get(path).status_code
        assert status == (200 if path.startswith("/healthz?") else 400), path


@pytest.mark.django_db
def test_health_says_in_one_word_that_the_database_is_away() -> None:
    with patch.object(connection, "cursor", side_effect=DatabaseError("secret")):
        answer = Client().get("/healthz")
    assert (answer.status_code, answer.json()) == (503, {"status": "database"})
