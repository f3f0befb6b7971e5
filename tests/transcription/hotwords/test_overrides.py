from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models.audit.events import AuditEvent
from accounts.models.departments import Department
from accounts.models.people import User
from accounts.services.audit.writing import SYSTEM
from transcription.models.hotwords.lists import HotwordList
from transcription.services.hotwords.for_jobs import hotwords_for_job, usable_lists
from transcription.services.hotwords.lists import add_words
from transcription.services.hotwords.overrides import set_list_here, set_word_here
from transcription.services.hotwords.versions import publish_list

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
Browser = Callable[[User], Client]


@pytest.fixture
def published(company: HotwordList) -> HotwordList:
    add_words(hotword_list=company, origin=SYSTEM, text="OKR | 欧克阿\n集团")
    publish_list(hotword_list=company, origin=SYSTEM)
    return company


def url(name: str, item: HotwordList) -> str:
    kwargs = {"department": "sales", "uuid": item.uuid}
    return reverse(f"transcription:{name}", kwargs=kwargs)


def main_of(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode().partition("<main")[2]


def job(department: Department) -> list[str]:
    return hotwords_for_job(department=department, list_uuids=None).lines


def word_here(
    item: HotwordList, department: Department, word: str, *, on: bool
) -> bool:
    return set_word_here(
        department=department,
        hotword_list=item,
        origin=SYSTEM,
        text=word,
        is_used=on,
    )


def test_a_department_does_without_a_list_of_the_companys(
    sales: Department, support: Department, published: HotwordList
) -> None:
    for _twice in range(2):
        set_list_here(
            department=sales, hotword_list=published, origin=SYSTEM, is_used=False
        )
    assert usable_lists(sales) == []
    assert job(sales) == []
    chosen = hotwords_for_job(department=sales, list_uuids=[published.uuid])
    assert (chosen.lines, chosen.versions) == ([], [])
    assert usable_lists(support) == [published]
    set_list_here(department=sales, hotword_list=published, origin=SYSTEM, is_used=True)
    assert job(sales) == ["声文", "OKR|欧克阿", "集团"]


def test_a_department_does_without_single_words_of_the_companys(
    sales: Department,
    support: Department,
    published: HotwordList,
    products: HotwordList,
) -> None:
    assert word_here(published, sales, "okr", on=False)
    assert word_here(published, sales, "OKR", on=False)
    assert not word_here(published, sales, "没有", on=False)
    assert job(sales) == ["声文", "集团"]
    assert job(support) == ["声文", "OKR|欧克阿", "集团"]
    # What the department has in a list of its own, it wants.
    add_words(hotword_list=products, origin=SYSTEM, text="OKR")
    publish_list(hotword_list=products, origin=SYSTEM)
    assert job(sales) == ["利率", "理财", "OKR", "声文", "集团"]
    assert word_here(published, sales, "OKR", on=True)
    assert word_here(published, sales, "没有", on=True)


def test_it_is_in_the_departments_trail(
    sales: Department, published: HotwordList
) -> None:
    before = AuditEvent.objects.count()
    for on in (False, True, True):
        set_list_here(
            department=sales, hotword_list=published, origin=SYSTEM, is_used=on
        )
        word_here(published, sales, "集团", on=on)
    events = list(AuditEvent.objects.order_by("pk"))[before:]
    assert [event.detail for event in events] == [
        {"used_here": False},
        {"left_out": "集团"},
        {"used_here": True},
        {"readmitted": "集团"},
    ]
    assert {event.department for event in events} == {sales}


def test_an_admin_switches_lists_and_words_of_the_company_off_and_on(
    carol: User, client_of: Browser, sales: Department, published: HotwordList
) -> None:
    client = client_of(carol)
    address = url("hotword_list", published)
    assert "Leave 集团 out in this department" in main_of(client, address)
    client.post(url("hotword_word_here", published), {"text": "集团", "enabled": "0"})
    page = main_of(client, address)
    assert "<s>集团</s>" in page
    assert "Use 集团 in this department again" in page
    assert job(sales) == ["声文", "OKR|欧克阿"]
    client.post(url("hotword_word_here", published), {"text": "集团", "enabled": "1"})
    back = client.post(
        url("hotword_list_here", published), {"enabled": "0", "from": "list"}
    )
    assert back["Location"] == address
    assert job(sales) == []
    lists = reverse("transcription:hotword_lists", args=["sales"])
    assert 'aria-checked="false"' in main_of(client, lists)
    back = client.post(url("hotword_list_here", published), {"enabled": "1"})
    assert back["Location"] == lists
    assert 'aria-checked="false"' not in main_of(client, lists)
    odd = client.post(
        url("hotword_word_here", published),
        {"text": "\x00没有", "q": "集"},
        follow=True,
    )
    assert "No such word in this list" in odd.content.decode()


def test_only_company_lists_can_be_done_without(
    carol: User,
    alice: User,
    client_of: Browser,
    products: HotwordList,
    published: HotwordList,
) -> None:
    client = client_of(carol)
    for name in ("hotword_list_here", "hotword_word_here"):
        assert client.post(url(name, products)).status_code == 404
        assert client_of(alice).post(url(name, published)).status_code == 403
    assert "Leave" not in main_of(client_of(alice), url("hotword_list", published))


def test_what_the_company_switched_off_a_department_cannot_switch_on(
    carol: User, client_of: Browser, sales: Department, published: HotwordList
) -> None:
    HotwordList.objects.filter(pk=published.pk).update(is_enabled=False)
    page = main_of(client_of(carol), url("hotword_list", published))
    assert "Off for the whole company" in page
    client_of(carol).post(url("hotword_list_here", published), {"enabled": "1"})
    assert job(sales) == []
