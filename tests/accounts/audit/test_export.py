"""The audit trail as a file: what the filter shows, of any length, itself audited."""

import csv
import io
import tracemalloc
from collections.abc import Callable
from itertools import islice

import pytest
from asgiref.sync import async_to_sync
from django.http import StreamingHttpResponse
from django.test import AsyncClient, Client
from django.utils import translation

from accounts.models.audit.events import AuditAction, AuditEvent
from accounts.models.audit.subjects import Subject
from accounts.models.departments import Department
from accounts.models.people import User
from accounts.services.audit.reading import csv_parts
from accounts.services.audit.trail import Trail, department_trail
from accounts.services.audit.words import describe
from accounts.services.audit.writing import Origin, record, record_each

ClientOf = Callable[[User], Client]
PAGE = "/d/sales/audit/"


def note(user: User, department: Department, count: int = 1) -> None:
    about = Subject("recording", name="理财产品咨询", department_id=department.pk)
    origin = Origin(user=user, ip_address="10.0.0.7")
    record_each(AuditAction.PLAY, origin, [(about, {})] * count)


def rows_of(content: bytes) -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def exported(client: Client, **query: str) -> list[list[str]]:
    response = client.get(PAGE, query | {"format": "csv"})
    assert response.streaming
    assert "attachment" in response["Content-Disposition"]
    return rows_of(b"".join(response))


def test_the_export_is_what_the_filter_shows_and_is_itself_audited(
    dave: User, alice: User, sales: Department, client_of: ClientOf
) -> None:
    note(alice, sales)
    record(AuditAction.VIEW, Origin(user=alice), Subject(department_id=sales.pk))
    rows = exported(client_of(dave), action="play")
    assert len(rows) == 2
    assert "alice" in rows[1] and "10.0.0.7" in rows[1]
    newest = AuditEvent.objects.first()
    assert newest and (newest.action, newest.actor) == (AuditAction.EXPORT, dave)


def test_its_entry_says_what_it_was_narrowed_to(
    dave: User, sales: Department, client_of: ClientOf
) -> None:
    client = client_of(dave)
    exported(client)
    exported(client, action="play", person="alice", since="2026-03-01")
    narrowed, whole = AuditEvent.objects.filter(action=AuditAction.EXPORT)
    assert whole.detail == {"format": "csv"}
    with translation.override("zh-hans"):
        said = describe(narrowed.detail).split("；")
    # PostgreSQL keeps the keys of JSON in an order of its own.
    assert sorted(said) == sorted(
        ["格式：csv", "操作：播放", "人员：alice", "从：2026-03-01"]
    )
    shown = client.get(PAGE).content.decode()
    assert '<span class="muted">人员</span> alice' in shown


def test_an_export_of_many_pages_has_each_event_once_and_not_itself(
    dave: User,
    alice: User,
    sales: Department,
    client_of: ClientOf,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    note(alice, sales, 7)
    record(AuditAction.LOGIN, Origin(user=alice), alice.audit_subject)
    ask = Trail.pages
    monkeypatch.setattr(Trail, "pages", lambda trail: ask(trail, size=2))
    client = client_of(dave)
    response = client.get(PAGE, {"format": "csv"})
    note(alice, sales)  # while it is being sent
    actions = [row[1] for row in rows_of(b"".join(response))[1:]]
    assert actions.count("播放") == 7 and len(actions) == 8


def test_under_asgi_it_leaves_in_pieces_in_the_readers_language(
    dave: User, sales: Department, client_of: ClientOf
) -> None:
    note(dave, sales)
    cookies = client_of(dave).cookies

    async def ask() -> list[bytes]:
        client = AsyncClient()
        client.cookies.update(cookies)
        response = await client.get(
            PAGE, {"format": "csv"}, headers={"accept-language": "en"}
        )
        assert isinstance(response, StreamingHttpResponse)
        return [part async for part in response]

    parts = async_to_sync(ask)()
    assert len(parts) == 2
    assert rows_of(b"".join(parts))[1][1] == "Played"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_spreadsheet_runs_nothing(
    dave: User, sales: Department, client_of: ClientOf, start: str
) -> None:
    record(
        AuditAction.VIEW,
        Origin(user_agent=f"{start}cmd|'/c calc'!A1"),
        Subject(name=f'{start}HYPERLINK("http://evil")', department_id=sales.pk),
    )
    cells = [cell for row in exported(client_of(dave)) for cell in row]
    assert not [cell for cell in cells if cell.startswith(start)]


def test_ten_times_as_many_events_need_no_more_memory(
    alice: User, sales: Department
) -> None:
    note(alice, sales, 4000)

    def peak(pages: int) -> int:
        tracemalloc.start()
        try:
            parts = csv_parts(department_trail(sales).pages(size=100))
            assert sum(1 for _part in islice(parts, pages)) == pages
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(2)  # what is loaded once
    assert peak(40) < 1.5 * peak(4)
