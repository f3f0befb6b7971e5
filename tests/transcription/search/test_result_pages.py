"""What stands on a page of results, and where the next one begins."""

from collections.abc import Callable
from functools import partial

import pytest
from django.db import connection
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models.people import User
from accounts.services.audit.writing import SYSTEM
from tests.people import membership
from tests.transcription.search.asking import found_by, shown
from tests.transcription.search.conftest import Indexed
from transcription.models.recordings import Recording
from transcription.services.search import groups
from transcription.services.search import searching as service
from transcription.services.search.filters import RecordingFilters
from transcription.services.search.overview import overview
from transcription.services.search.searching import Cursor, search_segments

pytestmark = pytest.mark.django_db


def test_newest_recordings_come_first_and_hits_in_order(
    alice: User, indexed: Indexed
) -> None:
    old = indexed("退款一", "嗯", "退款二").recording
    new = indexed("退款三").recording
    page = found_by(alice, "退款")
    assert [group.recording for group in page.groups] == [new, old]
    assert shown(page) == ["[退款]三", "[退款]一", "[退款]二"]
    assert (page.total, page.is_capped, page.next) == (2, False, None)
    assert [group.hit_count for group in page.groups] == [1, 2]


def test_pages_of_recordings_are_stable(
    alice: User, indexed: Indexed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "RECORDINGS_PER_PAGE", 2)
    made = [indexed("退款", "退款").recording for _ in range(5)][::-1]
    seen: list[Recording] = []
    cursor: Cursor | None = None
    for total in (5, None, None):  # a first page is counted
        page = search_segments(
            membership=membership(alice), origin=SYSTEM, query="退款", cursor=cursor
        )
        assert page.total == total
        seen += [group.recording for group in page.groups]
        if cursor is None:
            indexed("退款")  # an arrival in between moves nothing
        cursor = page.next
    assert seen == made
    assert cursor is None


def test_many_hits_in_one_recording_are_counted_and_can_be_paged(
    alice: User, indexed: Indexed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(groups, "HITS_PER_PAGE", 4)
    recording = indexed(*[f"退款{n}" for n in range(7)]).recording
    (group,) = found_by(alice, "退款").groups
    assert (len(group.hits), group.hit_count, group.hidden_count) == (3, 7, 4)
    first = found_by(alice, "退款", recording=recording.uuid)
    assert [hit.index for hit in first.groups[0].hits] == [0, 1, 2, 3]
    second = search_segments(
        membership=membership(alice),
        origin=SYSTEM,
        query="退款",
        filters=RecordingFilters(recording=recording.uuid),
        cursor=first.next,
    )
    assert [hit.index for hit in second.groups[0].hits] == [4, 5, 6]
    assert (second.total, second.next) == (1, None)


def test_a_first_page_reads_few_documents_and_the_next_one_goes_on(
    alice: User, indexed: Indexed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether words share a sentence, the index cannot say."""
    monkeypatch.setattr(service, "FIRST_LOOK", 2)
    found = indexed("退款和投诉").recording
    for _ in range(3):
        indexed("退款", "好的", "投诉")
    ask = partial(
        search_segments,
        membership=membership(alice),
        origin=SYSTEM,
        query="scope:sentence 退款 投诉",
    )
    first = ask()
    assert (first.groups, first.total, first.is_cut_short) == ([], None, True)
    assert not first.is_empty
    second = ask(cursor=first.next)
    assert [group.recording for group in second.groups] == [found]
    assert (second.next, second.is_cut_short) == (None, False)
    everything = overview(
        membership=membership(alice),
        query="scope:sentence 退款 投诉",
        filters=RecordingFilters(),
    )
    assert (everything.total, everything.is_partial) == (1, False)


def test_a_page_that_was_cut_short_goes_on_by_itself(
    alice: User,
    client_of: Callable[[User], Client],
    indexed: Indexed,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(service, "FIRST_LOOK", 1)
    for _ in range(2):
        indexed("退款", "好的", "投诉")
    client = client_of(alice)
    page = client.get("/d/sales/search/", {"q": "scope:sentence 退款 投诉"})
    content = page.content.decode()
    assert 'hx-trigger="load, click"' in content
    assert "search/overview/" in content
    rest = client.get(
        f"/d/sales/search/{page.context['next']}", headers={"HX-Request": "true"}
    )
    assert 'rel="next"' not in rest.content.decode()
    assert "没有找到更多结果" in rest.content.decode()


def test_counting_stops_at_the_cap(
    alice: User, indexed: Indexed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "COUNT_CAP", 3)
    for _ in range(3):
        indexed("退款")
    page = found_by(alice, "退款")
    assert (page.total, page.is_capped) == (3, False)
    indexed("退款")
    page = found_by(alice, "退款")
    assert (page.total, page.is_capped, len(page.groups)) == (3, True, 4)


def test_a_page_costs_the_same_however_many_hits_it_shows(
    alice: User, indexed: Indexed, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(10):
        indexed(*["退款"] * 5)
    member = membership(alice)
    # PostgreSQL has a savepoint and two settings around the question itself.
    with django_assert_num_queries(9 if connection.vendor == "sqlite" else 13):
        search_segments(membership=member, origin=SYSTEM, query="退款")
