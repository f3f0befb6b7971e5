"""The session list and the idle timeout."""

import hashlib
import importlib
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.messages import get_messages
from django.contrib.sessions.backends.base import UpdateError
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.models.audit.events import AuditAction, AuditEvent
from accounts.models.departments import Department
from accounts.models.people import User
from accounts.models.sign_in.sessions import (
    EndedSession,
    Session,
    SessionStore,
    stored_key,
)
from tests.factories import make_job, make_recording
from tests.people import PASSWORD

ClientOf = Callable[[User], Client]
PAGE = "/accounts/sessions/"
END = "/accounts/sessions/end/"


def row_key(client: Client) -> str:
    return stored_key(str(client.session.session_key))


def went_away(user: User, minutes: float) -> None:
    Session.objects.filter(user=user).update(
        last_activity=timezone.now() - timedelta(minutes=minutes)
    )


def test_a_session_knows_whose_it_is_and_from_where(
    alice: User, client_of: ClientOf
) -> None:
    client_of(alice).get(PAGE, headers={"user-agent": "Chrome/1 Windows"})
    session = Session.objects.get()
    assert session.user == alice
    assert session.ip_address == "127.0.0.1"
    assert session.user_agent == "Chrome/1 Windows"


def test_what_is_known_of_a_session_survives_a_change_of_its_data(
    alice: User, client_of: ClientOf
) -> None:
    client = client_of(alice)
    client.get(PAGE, headers={"user-agent": "Firefox/1 Linux"})
    before = Session.objects.get()
    store = client.session
    store["anything"] = 1
    store.save()
    after = Session.objects.get()
    assert after.session_data != before.session_data
    assert (after.user, after.user_agent, after.created_at) == (
        alice,
        "Firefox/1 Linux",
        before.created_at,
    )


def test_the_page_lists_own_sessions_without_their_keys(
    alice: User, bob: User, client_of: ClientOf
) -> None:
    here, elsewhere = client_of(alice), client_of(alice)
    client_of(bob)
    response = here.get(PAGE)
    assert {s.user_id for s in response.context["sessions"]} == {alice.pk}
    assert len(response.context["sessions"]) == 2
    for client in (here, elsewhere):
        assert str(client.session.session_key) not in response.content.decode()


def test_one_session_can_be_ended(alice: User, client_of: ClientOf) -> None:
    here, elsewhere = client_of(alice), client_of(alice)
    other = Session.objects.get(session_key=row_key(elsewhere))
    here.post(END, {"session": other.public_id})
    assert elsewhere.get(PAGE).status_code == 302
    assert here.get(PAGE).status_code == 200
    assert AuditEvent.objects.get().detail["reason"] == "ended"


def test_all_others_can_be_ended(alice: User, client_of: ClientOf) -> None:
    here, *elsewhere = (client_of(alice) for _browser in range(3))
    here.post(END, {"session": "others"})
    assert [c.get(PAGE).status_code for c in elsewhere] == [302, 302]
    assert here.get(PAGE).status_code == 200


def test_somebody_elses_session_cannot_be_ended(
    alice: User, bob: User, client_of: ClientOf
) -> None:
    his = client_of(bob)
    session = Session.objects.get(user=bob)
    client_of(alice).post(END, {"session": session.public_id})
    assert his.get(PAGE).status_code == 200


def test_nonsense_ends_nothing(alice: User, client_of: ClientOf) -> None:
    client = client_of(alice)
    for nonsense in ("", "x", "\0", "长" * 500):
        assert client.post(END, {"session": nonsense}).status_code == 302
    assert Session.objects.filter(user=alice).count() == 1


def test_a_long_absence_logs_out_with_a_sentence(
    alice: User, client_of: ClientOf, settings: Settings
) -> None:
    settings.IDLE_TIMEOUT_SECONDS = 30 * 60
    client = client_of(alice)
    went_away(alice, minutes=31)
    response = client.get(PAGE)
    assert response["Location"] == "/accounts/login/?next=/accounts/sessions/"
    assert "30" in str(next(iter(get_messages(response.wsgi_request))))
    assert not Session.objects.filter(user=alice).exists()
    assert AuditEvent.objects.get().detail == {"reason": "idle"}


def test_a_shorter_absence_does_not(
    alice: User, client_of: ClientOf, settings: Settings
) -> None:
    settings.IDLE_TIMEOUT_SECONDS = 30 * 60
    client = client_of(alice)
    went_away(alice, minutes=29)
    assert client.get(PAGE).status_code == 200
    last = Session.objects.get(user=alice).last_activity
    assert timezone.now() - last < timedelta(minutes=1)


def test_activity_is_written_at_most_once_a_minute(
    alice: User, client_of: ClientOf
) -> None:
    client = client_of(alice)
    client.get(PAGE)
    went_away(alice, minutes=0.5)
    before = Session.objects.get(user=alice).last_activity
    client.get(PAGE)
    assert Session.objects.get(user=alice).last_activity == before


def test_a_fragment_is_told_to_leave_for_the_login(
    alice: User, client_of: ClientOf
) -> None:
    client = client_of(alice)
    went_away(alice, minutes=60 * 24)
    response = client.get(
        PAGE,
        headers={"hx-request": "true", "hx-current-url": "http://testserver/d/sales/"},
    )
    assert response.status_code == 200
    assert response["HX-Redirect"] == "/accounts/login/?next=/d/sales/"


def test_old_sessions_are_swept_away_at_the_next_login(
    alice: User, bob: User, client_of: ClientOf
) -> None:
    client_of(bob)
    Session.objects.update(expire_date=timezone.now() - timedelta(days=1))
    Client().post(
        "/accounts/login/", {"username": "alice", "password": "correct horse 电池"}
    )
    assert [s.user for s in Session.objects.all()] == [alice]
    assert AuditEvent.objects.get().action == AuditAction.LOGIN


def test_a_page_that_asks_by_itself_keeps_nobody_logged_in(
    alice: User, sales: Department, client_of: ClientOf
) -> None:
    recording = make_recording(sales, alice)
    make_job(recording)
    client = client_of(alice)
    client.get(PAGE)
    went_away(alice, minutes=5)
    before = Session.objects.get(user=alice).last_activity
    url = f"/d/sales/recordings/{recording.uuid}/status/"
    assert client.get(url).status_code == 200
    assert Session.objects.get(user=alice).last_activity == before
    client.get(PAGE)
    assert Session.objects.get(user=alice).last_activity > before


def test_the_key_in_the_database_is_no_cookie(alice: User, client_of: ClientOf) -> None:
    client = client_of(alice)
    row = Session.objects.get()
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    assert row.session_key == hashlib.sha256(key.encode()).hexdigest()
    assert key not in str(Session.objects.values_list())
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = row.session_key
    assert thief.get(PAGE).status_code == 302
    assert client.get(PAGE).status_code == 200


def test_a_key_that_a_browser_thought_up_is_never_used(alice: User) -> None:
    client = Client()
    key = "a" * 32
    client.cookies[settings.SESSION_COOKIE_NAME] = key
    data = {"username": "alice", "password": PASSWORD}
    assert client.post("/accounts/login/", data).status_code == 302
    assert client.cookies[settings.SESSION_COOKIE_NAME].value != key
    assert [s.session_key for s in Session.objects.all()] == [row_key(client)]


def test_logging_in_changes_the_key_that_was_there_before(alice: User) -> None:
    store = SessionStore()
    store["before"] = "kept"
    store.create()
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = str(store.session_key)
    data = {"username": "alice", "password": PASSWORD}
    client.post("/accounts/login/", data)
    assert client.session.session_key != store.session_key
    assert client.session["before"] == "kept"
    planted = Client()
    planted.cookies[settings.SESSION_COOKIE_NAME] = str(store.session_key)
    assert planted.get(PAGE).status_code == 302


# As it is sent: newer Pythons refuse to write a NUL into a cookie, not to read one.
@pytest.mark.parametrize("key", [r'"\000"', "é" * 500, "x", "../", "a" * 64])
def test_a_nonsensical_key_is_nobody(db: None, key: str) -> None:
    cookie = f"{settings.SESSION_COOKIE_NAME}={key}"
    assert Client().get(PAGE, headers={"cookie": cookie}).status_code == 302


def test_a_request_that_is_still_running_brings_no_ended_session_back(
    alice: User, client_of: ClientOf
) -> None:
    client = client_of(alice)
    running = SessionStore(client.session.session_key)
    assert running["_auth_user_id"] == str(alice.pk)
    client.post("/accounts/logout/")
    running["late"] = 1
    with pytest.raises(UpdateError):
        running.save()
    running.seen(ip_address=None, user_agent="", at=timezone.now())
    assert not Session.objects.exists()


def test_two_logouts_at_once_are_one(alice: User, client_of: ClientOf) -> None:
    first, second = client_of(alice), Client()
    second.cookies[settings.SESSION_COOKIE_NAME] = str(first.session.session_key)
    assert first.post("/accounts/logout/").status_code == 302
    assert second.post("/accounts/logout/").status_code == 302
    assert AuditEvent.objects.filter(action=AuditAction.LOGOUT).count() == 1


def test_an_account_that_is_disabled_is_out_at_once(
    alice: User, root: User, client_of: ClientOf
) -> None:
    client = client_of(alice)
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert client.get("/d/sales/").status_code == 302
    assert client.get(PAGE).status_code == 302


def test_an_old_cookie_opens_nothing_after_a_change_of_password(
    alice: User, client_of: ClientOf
) -> None:
    """Whatever rows there are: the session remembers the password it began with."""
    client = client_of(alice)
    user = User.objects.get(pk=alice.pk)
    user.set_password("another fine 电池 pass")
    user.save()
    assert Session.objects.filter(user=alice).exists()
    assert client.get(PAGE).status_code == 302


def told(client: Client, url: str = PAGE) -> list[str]:
    """What the login page says to whoever was led there."""
    response = client.get(url, follow=True)
    assert response.redirect_chain
    return [str(message) for message in response.context["messages"]]


def log_in(client: Client) -> list[str]:
    data = {"username": "alice", "password": PASSWORD, "next": PAGE}
    response = client.post("/accounts/login/", data, follow=True)
    return [str(message) for message in response.context["messages"]]


def test_the_session_unused_for_longest_ends_when_there_are_too_many(
    alice: User, bob: User, client_of: ClientOf, settings: Settings
) -> None:
    settings.SESSIONS_PER_PERSON = 2
    settings.LANGUAGE_CODE = "en"
    client_of(bob)
    old, used, new = Client(), Client(), Client()
    for client, minutes in ((old, 20), (used, 10)):
        assert log_in(client) == []
        Session.objects.filter(session_key=row_key(client)).update(
            last_activity=timezone.now() - timedelta(minutes=minutes)
        )
    assert len(log_in(new)) == 1  # told here
    assert used.get(PAGE).status_code == new.get(PAGE).status_code == 200
    (sentence,) = told(old)  # and there
    assert "another browser" in sentence
    assert told(old) == []  # once
    assert Session.objects.filter(user=alice).count() == 2
    assert Session.objects.filter(user=bob).count() == 1
    ended = AuditEvent.objects.filter(action=AuditAction.LOGOUT).get()
    assert ended.detail == {"reason": "limit", "sessions": 1}


def test_without_a_limit_any_number_of_sessions_lives(
    alice: User, client_of: ClientOf
) -> None:
    clients = [client_of(alice) for _browser in range(10)]
    assert log_in(Client()) == []
    assert {client.get(PAGE).status_code for client in clients} == {200}


def test_a_browser_is_told_why_its_session_ended(
    alice: User, client_of: ClientOf, settings: Settings
) -> None:
    settings.LANGUAGE_CODE = "en"
    here, elsewhere = client_of(alice), client_of(alice)
    here.post(END, {"session": "others"})
    assert told(elsewhere) == ["You were logged out here from another browser."]
    elsewhere = client_of(alice)
    new = "another fine 电池 pass"
    data = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    assert here.post("/accounts/password/", data).status_code == 302
    assert told(elsewhere) == [
        "You were logged out here because your password was changed."
    ]


def test_a_fragment_leaves_the_reason_for_the_login_page(
    alice: User, client_of: ClientOf, settings: Settings
) -> None:
    settings.LANGUAGE_CODE = "en"
    here, elsewhere = client_of(alice), client_of(alice)
    here.post(END, {"session": "others"})
    elsewhere.get(PAGE, headers={"hx-request": "true"})
    response = elsewhere.get("/accounts/login/")
    assert [str(m) for m in response.context["messages"]] == [
        "You were logged out here from another browser."
    ]


def test_reasons_are_forgotten_when_the_cookie_has_run_out(
    alice: User, client_of: ClientOf
) -> None:
    here, _elsewhere = client_of(alice), client_of(alice)
    here.post(END, {"session": "others"})
    EndedSession.objects.update(ended_at=timezone.now() - timedelta(days=8))
    log_in(Client())
    assert not EndedSession.objects.exists()


def test_the_upgrade_to_hashed_keys_logs_nobody_out(
    alice: User, bob: User, client_of: ClientOf
) -> None:
    clients = [client_of(alice), client_of(bob)]
    for client in clients:  # as the table was before
        Session.objects.filter(session_key=row_key(client)).update(
            session_key=client.session.session_key
        )
    migration = importlib.import_module("accounts.migrations.0009_hashed_sessions")
    migration.hash_keys(apps, None)
    assert [client.get(PAGE).status_code for client in clients] == [200, 200]
