"""The audit trail page by page, and narrowed to a recording, a person, an action."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models.audit.events import AuditAction, AuditEvent
from accounts.models.audit.subjects import Subject
from accounts.models.departments import Department
from accounts.models.people import User
from accounts.services.audit import trail as trails
from accounts.services.audit.trail import Trail, department_trail, platform_trail
from accounts.services.audit.writing import Origin, record
from accounts.views import audit as audit_views

ClientOf = Callable[[User], Client]
PAGE = "/d/sales/audit/"
ONE = UUID("11111111-2222-3333-4444-555555555555")
OTHER = UUID("99999999-2222-3333-4444-555555555555")


def note(
    user: User | None,
    department: Department,
    name: str = "",
    *,
    action: AuditAction = AuditAction.PLAY,
    uuid: UUID = ONE,
) -> None:
    record(action, Origin(user=user), Subject("recording", uuid, name, department.pk))


def numbered(alice: User, sales: Department, count: int) -> None:
    for number in range(count):
        note(alice, sales, f"{number}")


def names(events: list[AuditEvent]) -> list[str]:
    return [event.object_name for event in events]


def backwards(trail: Trail, size: int) -> Iterator[list[str]]:
    """Every page, as somebody reads on."""
    page = trail.page(size=size)
    yield names(page.events)
    while page.older:
        page = trail.page(before=page.older, size=size)
        yield names(page.events)


def test_every_event_is_on_one_page(alice: User, sales: Department) -> None:
    numbered(alice, sales, 7)
    found = list(backwards(department_trail(sales), 3))
    assert found == [["6", "5", "4"], ["3", "2", "1"], ["0"]]


def test_a_page_stays_what_it_is_while_events_arrive(
    alice: User, sales: Department
) -> None:
    numbered(alice, sales, 6)
    trail = department_trail(sales)
    older = trail.page(size=3).older
    note(alice, sales, "new")
    assert names(trail.page(before=older, size=3).events) == ["2", "1", "0"]


def test_one_comes_back_the_way_one_went(alice: User, sales: Department) -> None:
    numbered(alice, sales, 7)
    trail = department_trail(sales)
    first = trail.page(size=2)
    second = trail.page(before=first.older, size=2)
    third = trail.page(before=second.older, size=2)
    back = trail.page(after=third.newer, size=2)
    assert names(back.events) == names(second.events)
    assert back.newer and back.older == second.older
    newest = trail.page(after=back.newer, size=2)
    assert (names(newest.events), newest.newer) == (["6", "5"], "")
    # Less than a page: the newest, as full as it can be.
    assert names(trail.page(after=back.newer, size=5).events) == list("65432")


def test_events_of_the_same_moment_are_told_apart(
    alice: User, sales: Department, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = datetime(2026, 3, 1, 12, tzinfo=UTC)
    monkeypatch.setattr(timezone, "now", lambda: moment)
    numbered(alice, sales, 5)
    assert list(backwards(department_trail(sales), 2)) == [
        ["4", "3"],
        ["2", "1"],
        ["0"],
    ]


def test_logins_stand_between_what_was_done(alice: User, sales: Department) -> None:
    for number in range(4):
        note(alice, sales, f"{number}")
        record(AuditAction.LOGIN, Origin(user=alice), alice.audit_subject)
    pages = list(backwards(department_trail(sales), 3))
    assert [name for page in pages for name in page] == [
        *("alice", "3", "alice", "2", "alice", "1", "alice", "0")
    ]


def test_what_a_person_does_to_herself_is_there_once(
    alice: User, sales: Department
) -> None:
    record(AuditAction.LOGIN, Origin(user=alice), alice.audit_subject)
    trail = department_trail(sales).filtered(person="alice")
    assert names(trail.page().events) == names(next(trail.pages())) == ["alice"]


@pytest.mark.parametrize(
    "cursor",
    ["", "zzz", "1", "20261332T000000000000-1", "99999999T999999999999-1", "-1", "\0"],
)
def test_a_cursor_that_nobody_was_given_leads_to_the_newest(
    dave: User, alice: User, sales: Department, client_of: ClientOf, cursor: str
) -> None:
    note(alice, sales, "理财产品咨询")
    for name in ("before", "after"):
        page = client_of(dave).get(PAGE, {name: cursor}).context["page"]
        assert names(page.events) == ["理财产品咨询"]


@pytest.mark.parametrize(
    ("about", "found"),
    [
        (str(ONE), ["退款", "理财产品咨询"]),
        (str(ONE).upper(), ["退款", "理财产品咨询"]),
        ("理财", ["理财产品咨询"]),
        ("%", []),
        (str(OTHER)[:8], []),
    ],
)
def test_a_recording_is_found_by_its_number_and_by_its_title_then(
    alice: User, sales: Department, about: str, found: list[str]
) -> None:
    note(alice, sales, "理财产品咨询")
    note(alice, sales, "退款")
    note(alice, sales, "别的", uuid=OTHER)
    trail = department_trail(sales).filtered(about=about)
    assert names(trail.page().events) == found


@pytest.mark.parametrize("few", [0, 8])
def test_a_person_is_found_by_either_name_and_as_an_object(
    alice: User,
    bob: User,
    sales: Department,
    monkeypatch: pytest.MonkeyPatch,
    few: int,
) -> None:
    monkeypatch.setattr(trails, "_FEW_PEOPLE", few)
    alice.display_name = "王芳"
    alice.save()
    note(alice, sales, "by alice")
    note(bob, sales, "by bob")
    about = alice.audit_subject.within(sales.pk)
    record(AuditAction.MEMBER, Origin(user=bob), about)
    nobody = Subject("user", name="alice2", department_id=sales.pk)
    record(AuditAction.ACCESS, Origin(user=bob), nobody)
    trail = department_trail(sales)
    assert names(trail.filtered(person="王").page().events) == ["alice", "by alice"]
    found = trail.filtered(person="ALICE").page().events
    assert names(found) == ["alice2", "alice", "by alice"]


def test_another_departments_events_stay_there(
    alice: User, charlie: User, sales: Department, support: Department
) -> None:
    note(charlie, support, "机密")
    record(AuditAction.LOGIN, Origin(user=charlie), charlie.audit_subject)
    for about, person in ((str(ONE), ""), ("机密", ""), ("", "charlie")):
        trail = department_trail(sales).filtered(about=about, person=person)
        assert trail.page().events == []
    events = platform_trail().filtered(about=str(ONE)).page().events
    assert events == []


def test_filters_are_chips_that_a_click_takes_away(
    dave: User, alice: User, sales: Department, client_of: ClientOf
) -> None:
    day = timezone.localdate()
    query = {"about": "理财", "action": "play", "since": str(day), "until": ""}
    response = client_of(dave).get(PAGE, query | {"before": "x"})
    chips = response.context["chips"]
    said = [f"{chip.label} {chip.text}" for chip, _address in chips]
    assert said == ["对象 理财", "操作 播放", f"从 {day}"]
    addresses = [address for _chip, address in chips]
    assert addresses[1] == f"?about=%E7%90%86%E8%B4%A2&since={day}&until="
    assert all("before" not in address for address in addresses)
    content = response.content.decode()
    assert addresses[1].replace("&", "&amp;") in content
    assert 'class="chip"' not in client_of(dave).get(PAGE).content.decode()


def test_pages_keep_the_filter(
    dave: User, alice: User, sales: Department, client_of: ClientOf
) -> None:
    numbered(alice, sales, audit_views.AUDIT_PER_PAGE + 10)
    client = client_of(dave)
    first = client.get(PAGE, {"action": "play"})
    older = first.context["page"].older
    assert f"?action=play&amp;before={older}" in first.content.decode()
    second = client.get(PAGE, {"action": "play", "before": older})
    assert names(second.context["page"].events) == [str(n) for n in range(9, -1, -1)]
    assert "?action=play&amp;after=" in second.content.decode()


def test_a_page_asks_as_often_whatever_it_holds(
    alice: User, sales: Department, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    numbered(alice, sales, 60)
    trail = department_trail(sales)
    with django_assert_num_queries(2):
        trail.page(size=50)
    today = timezone.localdate()
    with django_assert_num_queries(2):
        trail.filtered(since=today - timedelta(days=1), action="play").page(size=50)
