"""The order of the archive's rows and the pages of it."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models.departments import Department
from accounts.models.people import User
from tests.factories import make_job, make_recording
from tests.people import membership
from transcription.forms.archive import presets
from transcription.models.recordings import Recording
from transcription.services.recordings.archive import archive
from transcription.services.recordings.listing.paging import page_of
from transcription.services.recordings.listing.sorting import (
    Order,
    Sort,
    key_of,
    order_of,
)
from transcription.services.search.filters import RecordingFilters

ClientOf = Callable[[User], Client]
ARCHIVE = "/d/sales/"
ORDERS = [Order(sort, descends) for sort in Sort for descends in (True, False)]
each_order = pytest.mark.parametrize("order", ORDERS, ids=str)


@pytest.fixture
def calls(sales: Department, alice: User) -> list[Recording]:
    """Eleven, many of which are equal in what they are sorted by."""
    now = timezone.now().replace(microsecond=123_456)
    return [
        make_recording(
            sales,
            alice,
            title=f"来电 {number % 3}",
            agent=["", "王芳", "李强"][number % 3],
            duration_ms=[None, 5_000, 9_000][number % 3],
            recorded_at=now - timedelta(days=number % 4) if number % 2 else None,
            created_at=now - timedelta(days=number % 5),
        )
        for number in range(11)
    ]


def walk(member: User, order: Order, size: int = 3) -> Iterator[list[Recording]]:
    """Every page, the first first."""
    after = ""
    while True:
        page = page_of(archive(membership(member)), order, size=size, after=after)
        yield page.recordings
        if not (after := page.next):
            return


@each_order
def test_pages_have_every_row_once_in_its_order(
    calls: list[Recording], alice: User, order: Order
) -> None:
    rows = [row for page in walk(alice, order) for row in page]
    assert sorted(row.pk for row in rows) == sorted(row.pk for row in calls)
    keys = [(key_of(row), row.pk) for row in rows]
    pairs = pairwise(keys)
    assert all(a > b if order.is_descending else a < b for a, b in pairs)


@each_order
def test_one_comes_back_by_the_same_pages(
    calls: list[Recording], alice: User, order: Order
) -> None:
    listed = archive(membership(alice))
    there = page_of(listed, order, size=3)
    seen = [there]
    while there.next:
        there = page_of(listed, order, size=3, after=there.next)
        seen.append(there)
    for before, page in zip(seen[-2::-1], seen[:0:-1], strict=True):
        back = page_of(listed, order, size=3, before=page.previous)
        assert back.recordings == before.recordings
        assert bool(back.previous) is (before is not seen[0])


@each_order
def test_a_page_stays_what_it_is_while_recordings_come_and_go(
    calls: list[Recording], sales: Department, alice: User, order: Order
) -> None:
    listed = archive(membership(alice))
    first = page_of(listed, order, size=3)
    second = page_of(listed, order, size=3, after=first.next)
    for days in (-1, 9):
        make_recording(
            sales,
            alice,
            title="甲" if days < 0 else "\U0001f4de",
            duration_ms=days + 10**9 if days > 0 else 1,
            created_at=timezone.now() - timedelta(days=days),
        )
    first.recordings[-1].delete()  # the row that the cursor was made of
    again = page_of(listed, order, size=3, after=first.next).recordings
    assert again == second.recordings or set(again) - set(second.recordings) <= set(
        Recording.objects.order_by("-pk")[:2]
    )


def test_nobody_comes_after_everybody(calls: list[Recording], alice: User) -> None:
    rows = [row for page in walk(alice, Order(Sort.AGENT, False)) for row in page]
    assert [row.agent for row in rows][-4:] == [""] * 4


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "%00",
        "é",
        "A" * 5_000,
        "WyJ1cGxvYWQiLCIyMDI2LTAxLTAxIiwxXQ",  # a moment without a time zone
        "WyJ1cGxvYWQiLDUsMV0",
        "WyJ0aXRsZSIsIlx1MDAwMCIsMV0",
        "WyJ0aXRsZSIsIlx1ZDgwMCIsMV0",
        "WyJsZW5ndGgiLDk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5LDFd",
        "WyJsZW5ndGgiLDUsOTk5OTk5OTk5OTk5OTk5OTk5OTk5XQ",
        "bnVsbA",
        "W10",
    ],
)
def test_a_cursor_without_sense_begins_at_the_beginning(
    calls: list[Recording], alice: User, client_of: ClientOf, cursor: str
) -> None:
    for order in ORDERS:
        query = {"sort": str(order), "after": cursor}
        response = client_of(alice).get(ARCHIVE, query)
        assert len(response.context["rows"]) == 11
        assert not response.context["page"].previous


def test_a_cursor_of_another_order_begins_at_the_beginning(
    calls: list[Recording], alice: User
) -> None:
    listed = archive(membership(alice))
    by_title = page_of(listed, Order(Sort.TITLE), size=3).next
    page = page_of(listed, Order(Sort.AGENT), size=3, after=by_title)
    assert page.recordings == page_of(listed, Order(Sort.AGENT), size=3).recordings


def test_a_click_on_a_column_sorts_by_it_and_a_second_turns_it_round(
    calls: list[Recording], alice: User, client_of: ClientOf
) -> None:
    assert order_of("") == order_of("nonsense") == Order(Sort.UPLOAD, True)
    client = client_of(alice)
    content = client.get(ARCHIVE, {"sort": "-call"}).content.decode()
    assert 'aria-sort="descending"' in content
    assert 'href="?sort=call"' in content
    assert 'href="?sort=title"' in content
    assert 'href="?sort=-length"' in content


def test_filters_stay_when_one_sorts_and_turns_pages(
    sales: Department, alice: User, client_of: ClientOf
) -> None:
    for number in range(51):
        make_recording(sales, alice, title=f"投诉 {number:02}")
    make_recording(sales, alice, title="别的")
    client = client_of(alice)
    first = client.get(ARCHIVE, {"q": "投诉", "sort": "title"})
    assert first.context["total"] == 51
    query = {"q": "投诉", "sort": "title", "after": first.context["page"].next}
    second = client.get(ARCHIVE, query)
    assert [row.title for row, _job in second.context["rows"]] == ["投诉 50"]
    assert "q=%E6%8A%95%E8%AF%89&amp;sort=title&amp;before=" in second.content.decode()


def test_what_is_set_stands_as_chips_that_a_click_takes_away(
    sales: Department, alice: User, client_of: ClientOf
) -> None:
    make_recording(sales, alice)
    query = {
        "q": "理财",
        "status": "failed",
        "uploader": "alice",
        "since": "2026-03-05",
    }
    query |= {"sort": "title", "tag": "没有的", "after": "x"}
    response = client_of(alice).get(ARCHIVE, query)
    chips = {
        (chip.name, chip.text): address for chip, address in response.context["chips"]
    }
    assert list(chips) == [
        ("q", "理财"),
        ("since", "2026-03-05"),
        ("status", "失败"),
        ("uploader", "Alice"),
    ]
    assert "q=" not in chips["q", "理财"]
    assert "status=failed" in chips["q", "理财"]
    assert "after" not in chips["q", "理财"]
    assert response.context["clear"] == "/d/sales/?sort=title"


def test_the_browser_remembers_how_dense_the_rows_are(
    sales: Department, alice: User, client_of: ClientOf
) -> None:
    make_recording(sales, alice)
    client = client_of(alice)
    assert "archive-comfortable" in client.get(ARCHIVE).content.decode()
    response = client.get(ARCHIVE, {"q": "理财", "density": "compact"})
    assert response["Location"] == "/d/sales/?q=%E7%90%86%E8%B4%A2"
    assert "archive-compact" in client.get(ARCHIVE).content.decode()
    assert client.get(ARCHIVE, {"density": "x"}).status_code == 200


def test_the_state_is_said_of_what_is_not_done(
    sales: Department, alice: User, client_of: ClientOf
) -> None:
    recording = make_recording(sales, alice)
    client = client_of(alice)
    assert f'id="state-{recording.uuid}"' in client.get(ARCHIVE).content.decode()
    make_job(recording)
    assert f'id="state-{recording.uuid}"' not in client.get(ARCHIVE).content.decode()


def test_days_that_have_a_name() -> None:
    said = {str(p.label): (p.since, p.until) for p in presets(date(2026, 3, 1))}
    assert said == {  # a Sunday
        "今天": (date(2026, 3, 1), date(2026, 3, 1)),
        "昨天": (date(2026, 2, 28), date(2026, 2, 28)),
        "本周": (date(2026, 2, 23), date(2026, 3, 1)),
        "上周": (date(2026, 2, 16), date(2026, 2, 22)),
        "本月": (date(2026, 3, 1), date(2026, 3, 31)),
        "上月": (date(2026, 2, 1), date(2026, 2, 28)),
    }


@pytest.mark.parametrize(
    ("zone", "day", "first", "hours"),
    [
        # Clocks go back at midnight: the last hour of the day comes twice.
        ("America/Sao_Paulo", date(2018, 2, 17), datetime(2018, 2, 17, 2), 25),
        # They go forward at midnight: the day begins at one.
        ("America/Sao_Paulo", date(2018, 11, 4), datetime(2018, 11, 4, 3), 23),
        ("Europe/Berlin", date(2026, 10, 25), datetime(2026, 10, 24, 22), 25),
        ("Europe/Berlin", date(2026, 3, 29), datetime(2026, 3, 28, 23), 23),
        ("Asia/Shanghai", date(2026, 3, 5), datetime(2026, 3, 4, 16), 24),
    ],
)
def test_a_day_is_as_long_as_its_clocks_say(
    sales: Department,
    alice: User,
    zone: str,
    day: date,
    first: datetime,
    hours: int,
) -> None:
    begins = first.replace(tzinfo=UTC)
    ends = begins + timedelta(hours=hours)
    moment = timedelta(microseconds=1)
    for at in (begins - moment, begins, ends - moment, ends):
        make_recording(sales, alice, recorded_at=at, title=f"{at:%d %H:%M:%S.%f}")
    with timezone.override(zone):
        found = archive(membership(alice), RecordingFilters(since=day, until=day))
        assert set(found.values_list("recorded_at", flat=True)) == {
            begins,
            ends - moment,
        }
