"""Whoever tries what the role does not allow is in the audit trail."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db.models import Model
from django.test import Client
from django.utils import timezone, translation

from accounts.models.audit.events import AuditAction, AuditEvent
from accounts.models.audit.refused_attempts import RefusedAttempts
from accounts.models.departments import Department
from accounts.models.members import Membership
from accounts.models.people import User
from accounts.models.tokens import ApiToken
from accounts.roles import Role
from accounts.services import invitations
from accounts.services.audit import refused
from accounts.services.audit.refused import (
    ELSEWHERE,
    ROWS_PER_PERSON,
    Attempt,
    note_refusal,
)
from accounts.services.audit.words import describe, object_kind
from accounts.services.audit.writing import SYSTEM, Origin
from accounts.services.tokens import create_token
from tests.people import membership

ClientOf = Callable[[User], Client]


def trail() -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(action=AuditAction.REFUSED).order_by("id"))


def a_minute_passes() -> None:
    RefusedAttempts.objects.update(since=timezone.now() - timedelta(seconds=61))


def test_a_refused_page_says_who_what_and_where(
    alice: User, sales: Department, client_of: ClientOf
) -> None:
    answer = client_of(alice).get("/d/sales/members/?q=%E5%B7%A5%E8%B5%84")
    assert answer.status_code == 403
    (event,) = trail()
    assert (event.actor, event.department) == (alice, sales)
    assert (event.object_type, event.object_name) == (
        "address",
        "GET /d/sales/members/",
    )
    assert event.ip_address == "127.0.0.1"
    assert "工资" not in str(AuditEvent.objects.values())


def test_what_is_allowed_or_strange_is_no_refusal(
    carol: User, charlie: User, client_of: ClientOf
) -> None:
    assert client_of(carol).get("/d/sales/members/").status_code == 200
    assert client_of(charlie).get("/d/sales/members/").status_code == 404
    assert trail() == []


def test_the_api_refuses_into_the_trail_too(
    dave: User, sales: Department, client: Client
) -> None:
    made = create_token(membership=membership(dave), origin=SYSTEM, name="script")
    header = {"authorization": f"Bearer {made.secret}"}
    answer = client.post("/api/transcribe", {"hotwords": "机密"}, headers=header)
    assert answer.status_code == 403
    (event,) = trail()
    assert (event.actor, event.department) == (dave, sales)
    assert event.object_name == "POST /api/transcribe"
    assert event.detail == {"through": "api"}
    assert "机密" not in str(AuditEvent.objects.values())


@pytest.mark.parametrize("model", [ApiToken, Membership, User])
def test_a_dismissed_persons_script_is_in_the_trail(
    dave: User, sales: Department, client: Client, model: type[Model]
) -> None:
    made = create_token(membership=membership(dave), origin=SYSTEM, name="script")
    change: dict[str, object] = {"is_active": False}
    if model is ApiToken:
        change = {"revoked_at": timezone.now()}
    model._default_manager.update(**change)
    header = {"authorization": f"Bearer {made.secret}"}
    assert client.post("/api/transcribe", headers=header).status_code == 401
    (event,) = trail()
    assert (event.actor, event.department) == (dave, sales)
    assert event.detail == {"reason": "token", "through": "api"}
    wrong = {"authorization": "Bearer swk_nobodys"}
    assert client.post("/api/transcribe", headers=wrong).status_code == 401
    assert len(trail()) == 1


def test_an_expired_form_is_told_apart(alice: User, sales: Department) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice, backend="django.contrib.auth.backends.ModelBackend")
    assert client.post("/d/sales/leave/").status_code == 403
    (event,) = trail()
    assert event.detail == {"reason": "csrf"}


def test_an_invitations_secret_stays_out_of_the_trail(carol: User, alice: User) -> None:
    made = invitations.invite(
        membership=membership(carol), origin=SYSTEM, role=Role.MEMBER, note=""
    )
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice, backend="django.contrib.auth.backends.ModelBackend")
    client.post(f"/accounts/invitation/{made.secret}/")
    (event,) = trail()
    assert event.object_name == "POST /accounts/invitation/…/"


def test_a_script_makes_one_row_a_minute_and_a_count(
    alice: User, dave: User, client_of: ClientOf
) -> None:
    client = client_of(alice)
    for number in range(25):
        client.post(f"/d/sales/members/{membership(alice).pk}/", {"number": number})
    assert len(trail()) == 1
    auditor = client_of(dave)
    auditor.get("/d/sales/audit/")
    assert len(trail()) == 1  # the minute is not over
    a_minute_passes()
    page = auditor.get("/d/sales/audit/").content.decode()
    assert [event.detail.get("times") for event in trail()] == [None, 24]
    assert trail()[1].actor == alice
    assert "被拒绝" in page and "一分钟内另有次数：24" in page
    auditor.get("/d/sales/audit/")
    assert len(trail()) == 2


def test_the_next_minute_begins_with_what_was_counted(
    alice: User, client_of: ClientOf
) -> None:
    client = client_of(alice)
    for _number in range(3):
        client.get("/d/sales/members/")
    a_minute_passes()
    client.get("/d/sales/members/")
    assert [event.detail.get("times") for event in trail()] == [None, 2, None]


def test_many_addresses_are_bounded_too(alice: User, sales: Department) -> None:
    for number in range(200):
        note_refusal(
            user=alice,
            origin=Origin(user=alice),
            department=sales,
            attempt=Attempt(pattern=f"GET {number}", address=f"GET /{number}"),
        )
    assert len(trail()) == ROWS_PER_PERSON + 1
    assert trail()[-1].object_name == ELSEWHERE
    a_minute_passes()
    refused.write_what_was_counted()
    assert trail()[-1].detail["times"] == 200 - ROWS_PER_PERSON - 1


def test_an_invented_method_is_no_address_of_its_own(
    alice: User, client_of: ClientOf
) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice, backend="django.contrib.auth.backends.ModelBackend")
    for number in range(3):
        client.generic(f"TRY{number}", "/d/sales/leave/")
    assert RefusedAttempts.objects.count() == 1


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_it_reads_as_words(language: str) -> None:
    with translation.override(language):
        assert "address" not in object_kind("address")
        for detail in ({"times": 24}, {"reason": "csrf"}):
            words = describe(detail)
            assert words and "csrf" not in words
