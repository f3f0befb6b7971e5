"""An open browser gives nobody rights: the password is asked for again."""

import html
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.http import urlencode

from accounts.models.departments import Department
from accounts.models.invitations import Invitation
from accounts.models.people import User
from accounts.models.tokens import ApiToken
from accounts.roles import Role
from accounts.services.audit.writing import SYSTEM
from accounts.services.members import disable_member
from accounts.services.sign_in import logins, recent_password
from accounts.services.tokens import create_token
from tests.people import PASSWORD, join, make_user, membership

ClientOf = Callable[[User], Client]


@pytest.fixture
def left_open() -> ClientOf:
    """A browser whose person logged in long ago."""

    def log_in(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return log_in


def is_asked(response: Any) -> bool:
    return b'name="confirm_password"' in response.content


def answer(client: Client, page: Any, password: str) -> Any:
    """Fill in the page's form as a browser without scripts does."""
    content = page.content.decode()
    form = content.split("<main")[1]
    (action,) = re.findall(r'action="([^"]+)" method', form)
    fields = [
        (html.unescape(name), html.unescape(value))
        for name, value in re.findall(
            r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form
        )
    ]
    body = urlencode([*fields, ("confirm_password", password)], doseq=True)
    return client.post(
        html.unescape(action), body, content_type="application/x-www-form-urlencoded"
    )


def test_a_token_waits_for_the_password_and_nothing_typed_is_lost(
    alice: User, left_open: ClientOf
) -> None:
    client = left_open(alice)
    name = '导入 "A" & <b>'
    data = {"name": name, "membership": membership(alice).pk, "lifetime": "30"}
    page = client.post("/accounts/profile/tokens/", data)
    assert is_asked(page) and not ApiToken.objects.exists()
    page = answer(client, page, "wrong 电池 horse")
    assert is_asked(page) and not ApiToken.objects.exists()
    done = answer(client, page, PASSWORD)
    assert done.context["created"].secret
    assert ApiToken.objects.get().name == name
    again = client.post("/accounts/profile/tokens/", data | {"name": "zweiter"})
    assert not is_asked(again)  # not within ten minutes
    assert ApiToken.objects.count() == 2


def test_it_is_asked_again_after_ten_minutes_and_in_every_browser(
    alice: User, left_open: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, other = left_open(alice), left_open(alice)
    data = {"name": "a", "membership": membership(alice).pk, "lifetime": "30"}
    url = "/accounts/profile/tokens/"
    answer(client, client.post(url, data), PASSWORD)
    assert is_asked(other.post(url, data))
    for minutes, asked in ((9, False), (11, True), (-1, True)):
        then = timezone.now() + timedelta(minutes=minutes)

        class Later:
            now = staticmethod(lambda then=then: then)

        monkeypatch.setattr(recent_password, "timezone", Later)
        assert is_asked(client.post(url, data)) == asked


def test_a_login_counts(alice: User) -> None:
    client = Client()
    client.post("/accounts/login/", {"username": "alice", "password": PASSWORD})
    data = {"display_name": "Alice", "email": "alice@example.com"}
    assert client.post("/accounts/profile/", data).status_code == 302
    alice.refresh_from_db()
    assert alice.email == "alice@example.com"


def test_an_email_address_wants_it_and_a_name_does_not(
    alice: User, left_open: ClientOf
) -> None:
    client = left_open(alice)
    url = "/accounts/profile/"
    assert client.post(url, {"display_name": "爱丽丝", "email": ""}).status_code == 302
    page = client.post(url, {"display_name": "爱丽丝", "email": "thief@example.com"})
    assert is_asked(page)
    alice.refresh_from_db()
    assert (alice.display_name, alice.email) == ("爱丽丝", "")
    assert answer(client, page, PASSWORD).status_code == 302
    alice.refresh_from_db()
    assert alice.email == "thief@example.com"


def test_roles_and_invitations_want_it(
    carol: User, alice: User, left_open: ClientOf
) -> None:
    client = left_open(carol)
    url = f"/d/sales/members/{membership(alice).pk}/"
    page = client.post(url, {"action": "role", "role": "admin"})
    assert is_asked(page) and membership(alice).role == Role.MEMBER
    invited = client.post("/d/sales/invitations/", {"role": "admin"})
    assert is_asked(invited) and not Invitation.objects.exists()
    assert answer(client, page, PASSWORD).status_code == 302
    assert membership(alice).role == Role.ADMIN


def test_whoever_may_not_is_told_so_first(
    alice: User, charlie: User, left_open: ClientOf
) -> None:
    url = f"/d/sales/members/{membership(alice).pk}/"
    assert left_open(alice).post(url, {"action": "disable"}).status_code == 403
    assert left_open(charlie).post(url, {"action": "disable"}).status_code == 404


def test_the_platforms_rights_want_it(
    root: User, alice: User, sales: Department, left_open: ClientOf
) -> None:
    client = left_open(root)
    make_user("olga", is_platform_admin=True)
    nobody = make_user("nobody")
    new = {"username": "erin", "display_name": "E", "role": "member"}
    born = {"name": "L", "slug": "legal", "admin_username": "nobody"}
    for url, data in (
        ("/platform/departments/new/", born),
        (f"/platform/departments/{sales.pk}/", {"username": "root"}),
        ("/platform/users/new/", new),
        (f"/platform/users/{nobody.pk}/", {"display_name": "N", "is_active": "on"}),
        (f"/platform/users/{nobody.pk}/reset/", {}),
    ):
        assert is_asked(client.post(url, data)), url
    renamed = client.post(f"/platform/departments/{sales.pk}/", {"name": "销售一部"})
    assert renamed.status_code == 302


def test_wrong_ones_lock_as_at_the_login(alice: User, left_open: ClientOf) -> None:
    client = left_open(alice)
    data = {"name": "a", "membership": membership(alice).pk, "lifetime": "30"}
    page = client.post("/accounts/profile/tokens/", data)
    statuses = [answer(client, page, f"wrong {n}").status_code for n in range(6)]
    assert statuses[-1] == 429
    assert answer(client, page, PASSWORD).status_code == 429
    assert not ApiToken.objects.exists()


def test_an_api_token_is_not_asked(alice: User, client: Client) -> None:
    made = create_token(membership=membership(alice), origin=SYSTEM, name="script")
    header = {"authorization": f"Bearer {made.secret}"}
    answer = client.post("/api/transcribe", {}, headers=header)
    assert answer.status_code == 400  # no audio; and no page


def test_cancelling_leads_back_and_nowhere_else(
    alice: User, left_open: ClientOf
) -> None:
    data = {"name": "a", "membership": membership(alice).pk, "lifetime": "30"}
    for referer, back in (
        ("http://testserver/accounts/profile/", "/accounts/profile/"),
        ("http://evil.example/", "/"),
        ("http://testserver.evil.example/", "/"),
    ):
        page = left_open(alice).post(
            "/accounts/profile/tokens/", data, headers={"referer": referer}
        )
        assert f'href="{back}">' in page.content.decode().split("form-actions")[1]


def test_who_is_dismissed_while_the_password_is_checked_does_nothing_more(
    carol: User,
    alice: User,
    sales: Department,
    left_open: ClientOf,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Passwords wait in a queue, for twenty seconds at worst."""
    join(make_user("erin"), sales, Role.ADMIN)
    check = logins.confirm_password

    def check_slowly(**given: Any) -> bool:
        disable_member(membership=membership(carol), origin=SYSTEM)
        return check(**given)

    monkeypatch.setattr(logins, "confirm_password", check_slowly)
    response = left_open(carol).post(
        f"/d/sales/members/{membership(alice).pk}/",
        {"action": "role", "role": "admin", "confirm_password": PASSWORD},
    )
    assert response.status_code == 403
    assert membership(alice).role == Role.MEMBER
