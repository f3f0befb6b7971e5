"""Saving a search, the list of them, their hits; whose they are."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import DjangoAssertNumQueries

from accounts.models.audit.events import AuditAction, AuditEvent
from accounts.models.departments import Department
from accounts.models.people import User
from accounts.roles import Role
from tests.people import join, make_user, membership
from tests.transcription.saved_searches.saving import arrive, hits, match, save
from transcription.models.notices import Notice
from transcription.models.recordings import Tag
from transcription.models.saved_searches import SavedSearch, SavedSearchReader
from transcription.services.saved_searches import keeping, limits
from transcription.services.saved_searches.keeping import (
    forget_deleted_searches,
    search_version,
)
from transcription.services.saved_searches.questions import canonical

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User], Client]
LIST = "/d/sales/search/saved/"
NEW = f"{LIST}new/"
SEARCH = "/d/sales/search/"


def body(response: object) -> str:
    return unescape(response.content.decode())  # type: ignore[attr-defined]


def of(search: SavedSearch, what: str = "") -> str:
    return f"{LIST}{search.uuid}/{what}"


def test_a_question_is_saved_as_it_was_typed(alice: User, client_of: ClientOf) -> None:
    client = client_of(alice)
    asked = "?q=退款 -(speaker:客服 抱歉)&agent=王&after=&page=3"
    page = client.get(f"{SEARCH}{asked}")
    assert 'action="/d/sales/search/saved/new/"' in body(page)
    question = page.context["form"].query
    assert question == "退款 -(speaker:客服 抱歉)"
    saved = canonical(page.wsgi_request.GET.urlencode())
    sent = {"name": "未道歉", "question": saved, "alerts": "on"}
    answer = client.post(NEW, sent, follow=True)
    search = SavedSearch.objects.get()
    assert (search.name, search.is_shared) == ("未道歉", False)
    assert SavedSearchReader.objects.get().alerts
    assert "after" not in search.question and "page" not in search.question
    assert answer.context["form"].query == question
    assert answer.context["form"].filters().agent == "王"
    assert "已存为“未道歉”" in body(answer)
    event = AuditEvent.objects.get(object_type="saved_search")
    assert (event.action, event.object_name) == (AuditAction.EDIT, "未道歉")


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"name": "甲", "question": "q=(退款"}, "这个括号没有关上。"),
        ({"name": "甲", "question": ""}, "请至少输入一个字、字母或数字。"),
        ({"name": "  ", "question": "q=退款"}, "请给这个搜索起个名字。"),
        ({"name": "甲", "question": "q=退款&tag=没有"}, "标签"),
        ({"name": "甲", "question": "q=退款&agent=" + "王" * 700}, "太长"),
    ],
)
def test_what_is_refused_stays_in_the_form(
    sent: dict[str, str], sentence: str, alice: User, client_of: ClientOf
) -> None:
    answer = client_of(alice).post(NEW, sent | {"is_shared": "on"})
    assert answer.status_code == 422
    assert sentence in body(answer)
    assert answer.context["form"]["name"].value() == sent["name"]
    assert answer.context["form"]["is_shared"].value()
    assert answer.context["form"]["question"].value() == sent["question"]
    assert not SavedSearch.objects.exists()


def test_there_are_limits(
    alice: User, bob: User, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "PER_PERSON", 2)
    monkeypatch.setattr(limits, "SHARED", 1)
    monkeypatch.setattr(limits, "ALWAYS_READ", 1)
    save(alice, "退款", is_shared=True)
    save(alice, "-您好")
    client = client_of(alice)
    assert "您已存了 2 个搜索" in body(
        client.post(NEW, {"name": "三", "question": "q=a"})
    )
    client = client_of(bob)
    sent = {"name": "三", "question": "q=a", "is_shared": "on"}
    assert "部门已共享 1 个搜索" in body(client.post(NEW, sent))
    sent = {"name": "三", "question": "q=last:month"}
    assert "请加一个词" in body(client.post(NEW, sent))
    assert SavedSearch.objects.count() == 2


def test_a_search_has_its_readers(
    alice: User, bob: User, carol: User, charlie: User, client_of: ClientOf
) -> None:
    own, shared = save(alice, "自己的"), save(alice, "共享的", is_shared=True)
    for search, person, read, change in (
        (own, alice, 200, 200),
        (own, bob, 404, 404),
        (own, carol, 404, 404),
        (own, charlie, 404, 404),
        (shared, bob, 200, 403),
        (shared, carol, 200, 200),
        (shared, charlie, 404, 404),
    ):
        client = client_of(person)
        assert client.get(of(search)).status_code == read, (search, person)
        assert client.get(of(search, "edit/")).status_code == change, (search, person)
    assert [row["search"] for row in client_of(bob).get(LIST).context["rows"]] == [
        shared
    ]
    deleted = client_of(bob).post(of(shared, "delete/"))
    assert deleted.status_code == 403


def test_the_list_says_what_is_new_until_one_looks(
    alice: User, bob: User, sales: Department, client_of: ClientOf
) -> None:
    search = save(alice, "退款", is_shared=True, alerts=True)
    arrive(sales, ["退款"], title="第一条")
    match()
    client = client_of(alice)
    assert "1 条新" in body(client.get(LIST))
    assert "1 条新" in body(client.get(SEARCH))
    page = client.get(of(search))
    assert "第一条" in body(page) and "badge-info" in body(page)
    assert "?q=%E9%80%80%E6%AC%BE" in body(page)
    assert Notice.objects.get().read_at is not None
    assert "1 条新" not in body(client.get(LIST))
    assert "1 条新" in body(client_of(bob).get(LIST))
    arrive(sales, ["退款"], title="第二条")
    match()
    assert "1 条新" in body(client.get(LIST))
    opened = client.get(of(search, "open/"), follow=True)
    assert opened.context["form"].query == "退款"
    assert "1 条新" not in body(client.get(LIST))


def test_a_saved_question_is_changed_on_the_search_page(
    alice: User, client_of: ClientOf
) -> None:
    search = save(alice, "退款", name="我的")
    client = client_of(alice)
    page = client.get(f"{SEARCH}?q=退款 投诉&saved={search.uuid}")
    assert "让“我的”改问这个" in body(page)
    sent = {
        "name": "我的",
        "question": "q=退款 投诉",
        "version": search_version(search),
    }
    assert client.post(of(search, "edit/"), sent).status_code == 302
    search.refresh_from_db()
    assert search.question == canonical("q=退款 投诉")
    event = AuditEvent.objects.filter(object_type="saved_search").first()
    assert event is not None and event.detail["what"] == "saved_search"
    refused = client.post(
        of(search, "edit/"), sent | {"question": "q=(", "version": ""}
    )
    assert refused.status_code == 422
    assert refused.context["form"]["question"].value() == "q=("


def test_two_who_change_it_meet(alice: User, carol: User, client_of: ClientOf) -> None:
    search = save(alice, "退款", name="旧名", is_shared=True)
    version = search_version(search)
    sent = {"question": search.question, "version": version, "is_shared": "on"}
    assert (
        client_of(carol)
        .post(of(search, "edit/"), sent | {"name": "管理员的"})
        .status_code
        == 302
    )
    answer = client_of(alice).post(of(search, "edit/"), sent | {"name": "我的"})
    assert answer.status_code == 409
    assert [(d.theirs, d.mine) for d in answer.context["conflict"].differences] == [
        ("管理员的", "我的")
    ]


def test_what_was_deleted_comes_back(
    alice: User, sales: Department, client_of: ClientOf
) -> None:
    search = save(alice, "退款")
    client = client_of(alice)
    page = client.post(of(search, "delete/"), follow=True)
    assert "搜索“退款”已删除。" in body(page)
    assert of(search, "restore/") in body(page)
    assert client.get(of(search)).status_code == 404
    arrive(sales, ["退款"], title="没人看")
    match()
    assert "搜索“退款”已恢复。" in body(
        client.post(of(search, "restore/"), follow=True)
    )
    arrive(sales, ["退款"], title="又有人看")
    match()
    assert hits(search) == ["又有人看"]
    actions = AuditEvent.objects.filter(object_type="saved_search")
    assert [e.action for e in actions.order_by("id")] == [
        AuditAction.EDIT,
        AuditAction.DELETE,
        AuditAction.RESTORE,
    ]


def test_what_was_deleted_long_ago_is_forgotten(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    search = save(alice, "退款")
    SavedSearch.objects.update(deleted_at=search.created_at)
    assert forget_deleted_searches() == 0
    SavedSearch.objects.update(deleted_at=search.created_at.replace(year=2020))
    assert forget_deleted_searches() == 1
    assert not SavedSearch.objects.exists()
    assert keeping.KEPT_DAYS == 30


def test_everybody_decides_for_themselves_what_they_are_told(
    alice: User, bob: User, client_of: ClientOf
) -> None:
    search = save(alice, "退款", is_shared=True, alerts=True)
    client = client_of(bob)
    client.post(of(search, "alerts/"), {"alerts": "on"})
    told = SavedSearchReader.objects.filter(alerts=True).values_list("user", flat=True)
    assert set(told) == {alice.pk, bob.pk}
    client.post(of(search, "alerts/"))
    assert set(told.all()) == {alice.pk}


def test_what_cannot_be_asked_any_more_says_so(
    alice: User, sales: Department, client_of: ClientOf
) -> None:
    tag = Tag.objects.create(department=sales, name="重要")
    arrive(sales, ["您好"]).tags.add(tag)
    search = save(alice, "退款", filters="&tag=重要")
    tag.delete()
    for address in (LIST, of(search)):
        page = body(client_of(alice).get(address))
        assert "目前找不到任何录音" in page and "退款" in page and "重要" in page


def test_the_list_asks_the_database_the_same_however_long_it_is(
    alice: User,
    client_of: ClientOf,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(12):
        save(alice, f"退款 agent:王{number}", name=f"{number}")
    client = client_of(alice)
    client.get(LIST)
    with django_assert_max_num_queries(12):
        page = client.get(LIST)
    assert len(page.context["rows"]) == 12


def test_nobody_else_sees_hits_on_private_recordings(
    alice: User, sales: Department, client_of: ClientOf
) -> None:
    search = save(alice, "退款", is_shared=True)
    uploader = join(make_user("frank"), sales, Role.MEMBER)
    arrive(sales, ["退款"], title="并购谈判", is_private=True, uploaded_by=uploader)
    match()
    assert "并购谈判" not in body(client_of(alice).get(of(search)))
    assert "1 条新" not in body(client_of(alice).get(SEARCH))
    assert "并购谈判" in body(client_of(uploader).get(of(search)))
    assert membership(uploader).role == Role.MEMBER


def news_of(client: Client) -> str:
    """What the navigation says of it."""
    found = re.search(r'nav-count"[^>]*>\s*(\S+)', body(client.get("/d/sales/")))
    return found.group(1) if found else ""


def test_the_navigation_counts_what_a_person_follows(
    alice: User, bob: User, sales: Department, client_of: ClientOf
) -> None:
    own = save(alice, "退款")
    save(alice, "退", is_shared=True)
    told, client = client_of(bob), client_of(alice)
    arrive(sales, ["我要退款"])
    arrive(sales, ["退款"], is_private=True)  # nobody's
    match()
    assert (news_of(client), news_of(told)) == ("2", "")
    shared = SavedSearch.objects.get(is_shared=True)
    told.post(of(shared, "alerts/"), {"alerts": "on"})
    arrive(sales, ["退钱"])
    match()
    assert news_of(told)
    client.get(of(own))
    assert news_of(client) == "2"
    client.get(of(shared))
    assert news_of(client) == ""


def test_a_page_without_news_asks_nothing_more(
    alice: User, sales: Department, client_of: ClientOf
) -> None:
    client = client_of(alice)
    client.get("/d/sales/trash/")
    with CaptureQueriesContext(connection) as before:
        client.get("/d/sales/trash/")
    search = save(alice, "退款")
    arrive(sales, ["我要退款"])
    match()
    with CaptureQueriesContext(connection) as with_news:
        client.get("/d/sales/trash/")
    assert len(with_news) <= len(before) + 1
    client.get(of(search))
    with CaptureQueriesContext(connection) as looked:
        client.get("/d/sales/trash/")
    assert len(looked) == len(before)
