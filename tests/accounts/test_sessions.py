"""The session list and the idle timeout."""

from collections.abc import Callable
from datetime import timedelta

from django.contrib.messages import get_messages
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.models import AuditAction, AuditEvent, Department, User
from accounts.sessions import Session
from tests.factories import make_job, make_recording

ClientOf = Callable[[User], Client]
PAGE = "/accounts/sessions/"
END = "/accounts/sessions/end/"


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
    other = Session.objects.get(session_key=elsewhere.session.session_key)
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
