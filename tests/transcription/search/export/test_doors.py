"""Who may take hits away, what they never hold, and what the trail says of it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models.audit.events import AuditAction, AuditEvent
from accounts.models.departments import Department
from accounts.models.people import User
from accounts.roles import CAPABILITIES, Capability, Role
from tests.factories import make_recording, make_transcript
from transcription.services.search.index import index_transcript

pytestmark = pytest.mark.django_db
Browser = Callable[[User], Client]


@pytest.fixture
def url(sales: Department) -> str:
    return reverse("transcription:search_export", args=["sales", "csv"])


def make(department: Department, text: str, **over: Any) -> None:
    recording = make_recording(department, None, **over)
    index_transcript(make_transcript(recording, [text]))


def text_of(client: Client, url: str, query: str = "退款") -> str:
    response = client.get(url, {"q": query})
    assert response.status_code == 200
    return b"".join(response).decode()


def test_a_private_recording_is_in_nobody_else_s_file(
    alice: User, bob: User, client_of: Browser, sales: Department, url: str
) -> None:
    make(sales, "私下退款", is_private=True)
    make(sales, "公开退款")
    assert "私下" not in text_of(client_of(alice), url)
    assert "公开" in text_of(client_of(alice), url)
    assert "私下" in text_of(client_of(bob), url)


def test_nothing_of_another_department_or_of_the_trash_is_in_it(
    alice: User, client_of: Browser, sales: Department, support: Department, url: str
) -> None:
    make(support, "别处退款")
    found = make_recording(sales)
    index_transcript(make_transcript(found, ["扔掉的退款"]))
    assert "扔掉的" in text_of(client_of(alice), url)
    found.deleted_at = found.created_at
    found.save()  # and the index does not know yet
    told = text_of(client_of(alice), url)
    assert "别处" not in told and "扔掉的" not in told


def test_a_stranger_gets_404_and_who_may_not_export_403(
    charlie: User,
    alice: User,
    client_of: Browser,
    url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert client_of(charlie).get(url, {"q": "退款"}).status_code == 404
    without = CAPABILITIES[Role.MEMBER] - {Capability.READ}
    monkeypatch.setitem(CAPABILITIES, Role.MEMBER, without)
    assert client_of(alice).get(url, {"q": "退款"}).status_code == 403


def test_an_unknown_kind_of_file_is_not_there(
    alice: User, client_of: Browser, url: str
) -> None:
    other = url.replace("csv", "exe")
    assert client_of(alice).get(other, {"q": "退款"}).status_code == 404


@pytest.mark.parametrize("query", ["(退款", ""])
def test_what_cannot_be_asked_leads_to_the_page(
    alice: User, client_of: Browser, url: str, query: str
) -> None:
    response = client_of(alice).get(url, {"q": query})
    assert response.status_code == 302
    assert response["Location"].startswith("/d/sales/search/?q=")
    assert not AuditEvent.objects.filter(action=AuditAction.EXPORT).exists()


def test_the_trail_has_the_question_its_filters_and_how_much_was_taken(
    alice: User, client_of: Browser, sales: Department, url: str
) -> None:
    make(sales, "退款", agent="王芳")
    b"".join(client_of(alice).get(url, {"q": "退款", "agent": "王"}))
    event = AuditEvent.objects.get(action=AuditAction.EXPORT)
    assert (event.object_type, event.object_name) == ("search", "退款")
    assert (event.actor, event.department) == (alice, sales)
    assert event.detail == {
        "format": "csv",
        "recordings": 1,
        "places": 1,
        "filters": {"agent": "王"},
    }


def test_the_page_offers_both_files_of_what_it_shows(
    alice: User, client_of: Browser, sales: Department
) -> None:
    make(sales, "退款")
    page = client_of(alice).get(
        reverse("transcription:search", args=["sales"]), {"q": "退款"}
    )
    body = page.content.decode()
    for fmt in ("csv", "xlsx"):
        assert f"/search/export/{fmt}/?q=%E9%80%80%E6%AC%BE" in body


def test_what_sounds_alike_is_in_it_where_it_was_asked_for(
    alice: User, client_of: Browser, sales: Department, url: str
) -> None:
    make(sales, "我要推款")
    client = client_of(alice)
    assert "推款" not in text_of(client, url)
    response = client.get(url, {"q": "退款", "sound": "on"})
    assert "推款" in b"".join(response).decode()
    event = AuditEvent.objects.filter(action=AuditAction.EXPORT).latest("pk")
    assert event.detail["by_sound"] is True
