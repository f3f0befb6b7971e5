"""Logging in, being locked out, passwords."""

import re
from collections.abc import Callable

import pytest
from asgiref.sync import async_to_sync
from django.test import AsyncClient, Client
from django.urls import reverse
from pytest_django import Settings

from accounts.models.audit.events import AuditAction, AuditEvent
from accounts.models.people import User
from accounts.models.sign_in.sessions import Session
from tests.people import PASSWORD

ClientOf = Callable[[User], Client]
LOGIN = "/accounts/login/"
NEW = "another fine 电池 pass"


def log_in(
    client: Client, username: str, password: str = PASSWORD, to: str = ""
) -> int:
    data = {"username": username, "password": password, "next": to}
    return client.post(LOGIN, data).status_code


def test_the_right_password_opens(alice: User, client: Client) -> None:
    response = client.post(LOGIN, {"username": "alice", "password": PASSWORD})
    assert response["Location"] == "/"
    event = AuditEvent.objects.get(action=AuditAction.LOGIN)
    assert (event.actor, event.ip_address) == (alice, "127.0.0.1")


@pytest.mark.parametrize(
    "typed", [" ALICE ", "\u3000alice", "ａｌｉｃｅ", "alice\u00a0"], ids=ascii
)
def test_capitals_width_and_spaces_in_the_user_name_do_not_matter(
    alice: User, client: Client, typed: str
) -> None:
    assert log_in(client, typed) == 302


def test_login_leads_back_where_one_wanted_to_go(alice: User, client: Client) -> None:
    data = {"username": "alice", "password": PASSWORD, "next": "/accounts/sessions/"}
    assert client.post(LOGIN, data)["Location"] == "/accounts/sessions/"


def test_login_leads_to_no_other_site(alice: User, client: Client) -> None:
    data = {"username": "alice", "password": PASSWORD, "next": "//evil.example/"}
    assert client.post(LOGIN, data)["Location"] == "/"


@pytest.mark.parametrize("username", ["alice", "nobody"])
def test_a_wrong_login_does_not_say_which_half_was_wrong(
    alice: User, client: Client, username: str
) -> None:
    response = client.post(LOGIN, {"username": username, "password": "wrong"})
    errors = response.context["form"].non_field_errors()
    assert len(errors) == 1
    assert username not in errors[0]


def test_somebody_disabled_gets_the_same_answer(alice: User, client: Client) -> None:
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert log_in(client, "alice") == 200
    assert AuditEvent.objects.get().action == AuditAction.LOGIN_FAILED


def test_a_failure_is_audited_with_the_name_of_somebody_real(
    alice: User, client: Client
) -> None:
    log_in(client, "Alice", "wrong")
    event = AuditEvent.objects.get(action=AuditAction.LOGIN_FAILED)
    assert (event.actor, event.object_name) == (None, "alice")


def test_a_password_typed_as_a_name_is_not_written_down(
    alice: User, client: Client
) -> None:
    log_in(client, PASSWORD, "x")
    event = AuditEvent.objects.get(action=AuditAction.LOGIN_FAILED)
    assert event.object_name == event.object_id == ""


@pytest.mark.parametrize("username", ["alice", "nobody"])
def test_five_failures_lock_out_whether_or_not_the_name_exists(
    alice: User, client: Client, settings: Settings, username: str
) -> None:
    codes = [log_in(client, username, "wrong") for _attempt in range(5)]
    assert codes == [200, 200, 200, 200, 429]
    response = client.post(LOGIN, {"username": username, "password": PASSWORD})
    assert response.status_code == 429
    assert response["Retry-After"] == "900"
    assert "15" in response.content.decode()


def test_capitals_do_not_give_more_attempts(alice: User, client: Client) -> None:
    names = ["alice", "Alice", "ALICE", "aLICE", "alICE"]
    assert [log_in(client, name, "wrong") for name in names][-1] == 429


def test_a_lockout_is_audited(alice: User, client: Client) -> None:
    for _attempt in range(5):
        log_in(client, "alice", "wrong")
    newest = AuditEvent.objects.first()
    assert newest and newest.detail == {"locked": True}


def test_nonsense_in_the_form_is_answered(client: Client, db: None) -> None:
    assert log_in(client, "a\0b", "x\0") == 200
    assert log_in(client, "长" * 5000, "x" * 5000) == 200
    assert client.post(LOGIN).status_code == 200


def test_logging_out_needs_a_post(alice: User, client_of: ClientOf) -> None:
    client = client_of(alice)
    assert client.get("/accounts/logout/").status_code == 405
    assert client.post("/accounts/logout/")["Location"] == LOGIN
    assert not Session.objects.filter(user=alice).exists()
    assert AuditEvent.objects.get().action == AuditAction.LOGOUT


def change(client: Client, old: str = PASSWORD, new: str = NEW) -> int:
    data = {"old_password": old, "new_password1": new, "new_password2": new}
    return client.post("/accounts/password/", data).status_code


def test_wrong_current_passwords_are_audited_and_lead_to_the_lockout(
    alice: User, client_of: ClientOf
) -> None:
    client = client_of(alice)
    statuses = [change(client, old="guess") for _ in range(6)]
    assert statuses[0] == 200
    assert statuses[-1] == 429
    assert change(client) == 429  # also with the right one now
    alice.refresh_from_db()
    assert not alice.check_password(NEW)
    failed = AuditEvent.objects.filter(action=AuditAction.LOGIN_FAILED)
    assert failed.count() >= 5


def test_a_changed_password_counts_and_ends_other_sessions(
    alice: User, client_of: ClientOf
) -> None:
    here, elsewhere = client_of(alice), client_of(alice)
    assert change(here) == 302
    assert here.get("/accounts/sessions/").status_code == 200
    assert elsewhere.get("/accounts/sessions/").status_code == 302
    assert Session.objects.filter(user=alice).count() == 1
    alice.refresh_from_db()
    assert alice.check_password(NEW)
    assert AuditEvent.objects.get().action == AuditAction.PASSWORD


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("wrong", NEW),
        (PASSWORD, PASSWORD),
        (PASSWORD, "short"),
        (PASSWORD, "1234567890"),
    ],
)
def test_a_bad_change_is_refused(
    alice: User, client_of: ClientOf, old: str, new: str
) -> None:
    assert change(client_of(alice), old, new) == 200
    alice.refresh_from_db()
    assert alice.check_password(PASSWORD)


def test_a_password_that_somebody_else_knows_is_changed_first(
    carol: User, client_of: ClientOf
) -> None:
    User.objects.filter(pk=carol.pk).update(must_change_password=True)
    client = client_of(carol)
    for path in ("/", "/d/sales/members/", "/accounts/profile/"):
        assert client.get(path)["Location"] == reverse("accounts:password")
    assert client.get("/accounts/password/").status_code == 200
    assert change(client) == 302
    assert client.get("/d/sales/members/").status_code == 200


def test_the_lockout_answers_under_asgi_too(alice: User) -> None:
    client = AsyncClient()
    data = {"username": "alice", "password": "wrong"}
    post = async_to_sync(client.post)
    codes = [post(LOGIN, data).status_code for _attempt in range(5)]
    assert codes == [200, 200, 200, 200, 429]


def test_after_a_wrong_password_the_password_is_typed_again(
    alice: User, client: Client
) -> None:
    focused = r'<input[^>]*name="{}"[^>]* autofocus'
    page = client.get(LOGIN).content.decode()
    assert re.search(focused.format("username"), page)
    response = client.post(LOGIN, {"username": "alice", "password": "wrong"})
    page = response.content.decode()
    assert 'value="alice"' in page
    assert re.search(focused.format("password"), page)
    assert not re.search(focused.format("username"), page)
