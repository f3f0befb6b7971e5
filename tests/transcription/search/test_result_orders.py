"""Results by the time of the call and by relevance, and how many places there are."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.models.audit.events import AuditEvent
from accounts.models.departments import Department
from accounts.models.people import User
from accounts.services.audit.writing import SYSTEM
from tests.people import membership
from tests.transcription.search.asking import found_by
from tests.transcription.search.conftest import Indexed
from transcription.forms.search_links import signed
from transcription.models.recordings import Recording
from transcription.services.search import searching as service
from transcription.services.search.ranking import ResultOrder
from transcription.services.search.searching import Cursor, SearchPage, search_segments

pytestmark = pytest.mark.django_db
Browser = Callable[[User], Client]
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def in_english(settings: Settings) -> None:
    settings.LANGUAGE_CODE = "en"


def page_of(
    user: User, query: str, order: ResultOrder, cursor: Cursor | None = None
) -> SearchPage:
    return search_segments(
        membership=membership(user),
        origin=SYSTEM,
        query=query,
        order=order,
        cursor=cursor,
    )


def titles(page: SearchPage) -> list[str]:
    return [group.recording.title for group in page.groups]


def test_calls_stand_in_the_order_of_their_times(alice: User, indexed: Indexed) -> None:
    indexed("退款", title="第二", recorded_at=NOON)
    indexed("退款", title="第一", recorded_at=NOON - timedelta(days=1))
    indexed("退款", title="今天")  # no time of a call: it is that of the upload
    indexed("退款", title="也是第二", recorded_at=NOON)
    newest = page_of(alice, "退款", ResultOrder.CALL)
    assert titles(newest) == ["今天", "也是第二", "第二", "第一"]
    assert titles(page_of(alice, "退款", ResultOrder.OLDEST_CALL)) == [
        *("第一", "第二", "也是第二", "今天")
    ]
    assert titles(page_of(alice, "退款", ResultOrder.UPLOAD))[0] == "也是第二"


def test_what_is_most_about_it_comes_first(alice: User, indexed: Indexed) -> None:
    indexed("我要退款", "马上退款", "退款", title="三处")
    indexed("退款", "您好", title="退款咨询")
    indexed("退款", *["请稍等"] * 30, title="一处，很长")
    indexed("退款", "您好", title="一处")
    found = page_of(alice, "退款", ResultOrder.RELEVANCE)
    assert titles(found) == ["退款咨询", "三处", "一处", "一处，很长"]
    assert found.places == 6


def test_only_where_it_was_asked_for_counts(alice: User, indexed: Indexed) -> None:
    indexed(*["退款"] * 5, "抱歉", title="退款在别处")
    indexed("您好", "抱歉退款", title="一句")
    found = page_of(alice, "scope:sentence 退款 抱歉", ResultOrder.RELEVANCE)
    assert (titles(found), found.places) == (["一句"], 1)


@pytest.mark.parametrize("order", list(ResultOrder))
def test_pages_are_stable_in_every_order(
    alice: User,
    indexed: Indexed,
    monkeypatch: pytest.MonkeyPatch,
    order: ResultOrder,
) -> None:
    monkeypatch.setattr(service, "RECORDINGS_PER_PAGE", 2)
    for number in range(5):
        indexed(*["退款"] * (number % 3 + 1), recorded_at=NOON)
    everything = set(Recording.objects.all())
    seen: list[Recording] = []
    cursor: Cursor | None = None
    while True:
        page = page_of(alice, "退款", order, cursor)
        seen += [group.recording for group in page.groups]
        cursor = page.next
        if cursor is None:
            break
        # What arrives in between is the newest, the oldest, and the most relevant.
        indexed(*["退款"] * 9)
        indexed("退款", recorded_at=NOON - timedelta(days=9))
    assert len(seen) == 5
    assert set(seen) == everything


def test_of_many_recordings_the_newest_are_ordered(
    alice: User, indexed: Indexed, monkeypatch: pytest.MonkeyPatch, client_of: Browser
) -> None:
    monkeypatch.setattr(service, "COUNT_CAP", 2)
    indexed("退款", title="最早的通话", recorded_at=NOON - timedelta(days=9))
    indexed("退款", title="乙", recorded_at=NOON)
    indexed("退款", title="丙", recorded_at=NOON - timedelta(days=1))
    assert titles(page_of(alice, "退款", ResultOrder.OLDEST_CALL)) == ["丙", "乙"]
    answer = client_of(alice).get("/d/sales/search/", {"q": "退款", "sort": "call"})
    assert "the newest 2 uploads are put in this order" in answer.content.decode()


def test_the_order_is_kept_and_continued(
    alice: User, client_of: Browser, indexed: Indexed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "RECORDINGS_PER_PAGE", 1)
    indexed("退款", title="旧", recorded_at=NOON - timedelta(days=1))
    indexed("退款", title="新", recorded_at=NOON)
    client = client_of(alice)
    first = client.get("/d/sales/search/", {"q": "退款", "sort": "call"})
    assert titles(first.context["page"]) == ["旧"]
    body = first.content.decode()
    assert '<option value="call" selected>' in body
    assert '<input type="hidden" name="sort" value="call">' in body
    second = client.get(f"/d/sales/search/{first.context['next']}")
    assert titles(second.context["page"]) == ["新"]


def test_all_places_are_counted_where_all_recordings_are_shown(
    alice: User, client_of: Browser, indexed: Indexed
) -> None:
    indexed("退款", "您好", "退款退款")
    indexed("退款")
    assert found_by(alice, "退款").places == 3
    page = client_of(alice).get("/d/sales/search/", {"q": "退款"}).content.decode()
    assert "2 recordings<span>, 3 hits</span>" in page
    assert "search/places/" not in page


def test_else_they_are_counted_after_the_page(
    alice: User,
    bob: User,
    client_of: Browser,
    indexed: Indexed,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(service, "RECORDINGS_PER_PAGE", 1)
    indexed("退款", "您好", "退款退款")
    indexed("退款")
    indexed("退款", agent="王芳")
    indexed("退款", is_private=True, uploaded_by=bob)
    client = client_of(alice)
    query = {"q": "退款 -agent:王", "sort": "-upload"}
    page = client.get("/d/sales/search/", query)
    assert page.context["page"].places is None
    noted = AuditEvent.objects.count()
    places = client.get("/d/sales/search/places/", {"of": page.context["asked"]})
    assert places.content.decode().strip() == "<span>, 3 hits</span>"
    assert AuditEvent.objects.count() == noted  # it is the same search


def test_nothing_is_counted_that_was_not_searched(
    alice: User, charlie: User, client_of: Browser, sales: Department
) -> None:
    asked = signed(membership(charlie), {"q": "退款"})
    for of in ("", "退款", asked, asked[:-1]):
        answer = client_of(alice).get("/d/sales/search/places/", {"of": of})
        assert answer.status_code == 404
