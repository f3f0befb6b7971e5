import re
from collections.abc import Callable
from typing import Protocol
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models.audit.events import AuditAction, AuditEvent
from accounts.models.departments import Department
from accounts.models.people import User
from accounts.services.audit.writing import SYSTEM, Origin
from transcription.models.hotwords.lists import Hotword, HotwordList
from transcription.services.hotwords.drafts import published_version
from transcription.services.hotwords.lists import add_words, create_list
from transcription.services.hotwords.versions import publish_list

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
Browser = Callable[[User], Client]


class Answer(Protocol):
    content: bytes
    status_code: int


def url(name: str, item: HotwordList | None = None, **kwargs: object) -> str:
    """In sales."""
    if item:
        kwargs["uuid"] = item.uuid
    return reverse(f"transcription:{name}", kwargs={"department": "sales", **kwargs})


def platform(name: str, item: HotwordList | None = None) -> str:
    return reverse(f"platform:{name}", kwargs={"uuid": item.uuid} if item else None)


def text_of(response: Answer, status: int = 200) -> str:
    assert response.status_code == status
    return response.content.decode()


def words(item: HotwordList) -> list[str]:
    return list(item.hotwords.values_list("text", flat=True))


def test_members_see_lists_and_change_nothing(
    alice: User, client_of: Browser, products: HotwordList, company: HotwordList
) -> None:
    client = client_of(alice)
    page = text_of(client.get(url("hotword_lists")))
    assert "产品" in page
    assert "公司" in page
    assert "New list" not in page
    page = text_of(client.get(url("hotword_list", products)))
    assert "利率" in page
    assert "Remove" not in page
    assert client.post(url("hotword_list_create"), {"name": "x"}).status_code == 403
    for name in ("edit", "delete", "toggle", "add", "paste"):
        address = url(f"hotword_list_{name}", products)
        assert client.post(address, {"text": "x", "name": "x"}).status_code == 403
    word = products.hotwords.first()
    assert word
    address = url("hotword_delete", products, hotword_id=word.pk)
    assert client.post(address).status_code == 403
    assert words(products) == ["利率", "理财"]


def test_an_admin_keeps_a_list(
    carol: User, client_of: Browser, sales: Department
) -> None:
    client = client_of(carol)
    response = client.post(url("hotword_list_create"), {"name": "人名"}, follow=True)
    assert "The list is empty" in text_of(response)
    item = HotwordList.objects.get(department=sales, name="人名")
    assert item.created_by == carol
    client.post(url("hotword_list_add", item), {"text": "张三丰"})
    client.post(url("hotword_list_edit", item), {"name": "姓名"})
    client.post(url("hotword_list_toggle", item), {"enabled": "0"})
    item.refresh_from_db()
    assert (item.name, item.is_enabled, words(item)) == ("姓名", False, ["张三丰"])
    assert "for good" in text_of(client.get(url("hotword_list_delete", item)))
    client.post(url("hotword_list_delete", item))
    assert not HotwordList.objects.filter(pk=item.pk).exists()


def test_names_that_cannot_be_are_said_beside_the_field(
    carol: User, client_of: Browser, products: HotwordList
) -> None:
    client = client_of(carol)
    create_list(department=products.department, origin=SYSTEM, name="人名")
    response = client.post(url("hotword_list_create"), {"name": "产品"})
    assert "list of this name already" in text_of(response, 422)
    response = client.post(url("hotword_list_edit", products), {"name": "人名"})
    assert "list of this name already" in text_of(response, 422)
    assert "This field is required" in text_of(
        client.post(url("hotword_list_create"), {"name": " "}), 422
    )


def test_pasted_lines_that_cannot_be_are_shown_with_reasons(
    carol: User, client_of: Browser, products: HotwordList
) -> None:
    pasted = {"text": "基金\n<|startofspeech|>!/etc/passwd\n利率"}
    response = client_of(carol).post(url("hotword_list_paste", products), pasted)
    page = text_of(response)
    heading = "1 word added · 1 already there · 1 line left out"
    assert heading in " ".join(page.split())
    assert "&lt;|startofspeech|&gt;!/etc/passwd" in page
    assert "Already in the list" in page
    # What can be corrected stands in the field again; what is there already does not.
    field = page[page.index("<textarea") : page.index("</textarea>")]
    assert field.splitlines()[1:] == ["&lt;|startofspeech|&gt;!/etc/passwd"]
    assert words(products) == ["利率", "理财", "基金"]


def test_a_file_from_windows_is_read(
    carol: User, client_of: Browser, products: HotwordList
) -> None:
    file = SimpleUploadedFile("词表.txt", "基金 20\r\n债券\r\n".encode("gbk"))
    response = client_of(carol).post(
        url("hotword_list_paste", products), {"file": file}, follow=True
    )
    assert "2 words added." in text_of(response)
    assert words(products)[2:] == ["基金", "债券"]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({}, "Paste some words, or choose a file."),
        ({"file": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x01\x02"}, "not a text file"),
        ({"file": b"a\n" * 600_000}, "larger than 1 MB"),
        ({"file": b""}, "Paste some words, or choose a file."),
        ({"text": "a\x00b"}, "Null characters are not allowed."),
    ],
)
def test_what_cannot_be_read_has_a_sentence(
    carol: User,
    client_of: Browser,
    products: HotwordList,
    data: dict[str, str | bytes],
    sentence: str,
) -> None:
    sent = {
        name: SimpleUploadedFile("x.txt", value) if isinstance(value, bytes) else value
        for name, value in data.items()
    }
    response = client_of(carol).post(url("hotword_list_paste", products), sent)
    assert sentence in text_of(response, 422)


def test_only_comments_add_nothing_and_say_so(
    carol: User, client_of: Browser, products: HotwordList
) -> None:
    response = client_of(carol).post(
        url("hotword_list_paste", products), {"text": "# 注释"}, follow=True
    )
    assert "only comments" in text_of(response)


def test_a_removed_word_can_be_put_back(
    carol: User, client_of: Browser, products: HotwordList
) -> None:
    client = client_of(carol)
    word = products.hotwords.get(text="利率")
    address = url("hotword_delete", products, hotword_id=word.pk)
    page = text_of(client.post(address, {"q": "利", "page": "1"}, follow=True))
    assert "“利率” is removed." in page
    assert "Undo" in page
    assert words(products) == ["理财"]
    client.post(url("hotword_list_add", products), {"text": "利率"})
    assert words(products) == ["理财", "利率"]
    assert client.post(address).status_code == 404


def version(page: str) -> str:
    found = re.search(r'name="version" value="([^"]+)"', page)
    assert found
    return found[1]


def test_a_list_is_edited_as_one_text(
    carol: User, client_of: Browser, products: HotwordList
) -> None:
    client = client_of(carol)
    address = url("hotword_list_text", products)
    page = text_of(client.get(address))
    assert "利率\n理财</textarea>" in page
    sent = {"text": "理财\n# 新\n基金\n<坏>", "version": version(page)}
    page = text_of(client.post(address, sent))
    assert "1 word added · 1 line left out" in " ".join(page.split())
    assert "&lt;坏&gt;</textarea>" in page
    assert words(products) == ["理财", "基金"]
    event = AuditEvent.objects.filter(action=AuditAction.HOTWORDS).first()
    assert event and event.detail == {"added": 1, "removed": 1}


def test_a_text_that_changes_nothing_writes_nothing(
    carol: User, client_of: Browser, products: HotwordList
) -> None:
    client, address = client_of(carol), url("hotword_list_text", products)
    before = AuditEvent.objects.count()
    sent = {"text": "利率\r\n理财", "version": version(text_of(client.get(address)))}
    assert client.post(address, sent)["Location"] == url("hotword_list", products)
    assert AuditEvent.objects.count() == before


def test_two_people_editing_a_list_do_not_undo_each_other(
    carol: User, client_of: Browser, products: HotwordList
) -> None:
    client, address = client_of(carol), url("hotword_list_text", products)
    sent = {"text": "债券", "version": version(text_of(client.get(address)))}
    add_words(hotword_list=products, origin=Origin(user=carol), text="黄金")
    page = text_of(client.post(address, sent), 409)
    assert "Carol saved this at" in page
    assert "债券</textarea>" in page
    assert "黄金</dd>" in page
    assert words(products) == ["利率", "理财", "黄金"]
    client.post(address, sent | {"version": version(page)})
    assert words(products) == ["债券"]


@pytest.mark.parametrize("text", ["", "# 注释", "<>"])
def test_a_list_is_not_emptied_by_a_text(
    carol: User, client_of: Browser, products: HotwordList, text: str
) -> None:
    client, address = client_of(carol), url("hotword_list_text", products)
    sent = {"text": text, "version": version(text_of(client.get(address)))}
    assert client.post(address, sent).status_code == 422
    assert words(products) == ["利率", "理财"]


def test_a_list_is_downloaded_as_a_file(
    alice: User, client_of: Browser, products: HotwordList
) -> None:
    response = client_of(alice).get(url("hotword_list_download", products))
    assert response.content.decode("utf-8-sig") == "# 产品\r\n利率\r\n理财\r\n"
    assert "attachment" in response["Content-Disposition"]


def test_company_lists_are_read_only_in_a_department(
    carol: User, client_of: Browser, company: HotwordList
) -> None:
    client = client_of(carol)
    page = text_of(client.get(url("hotword_list", company)))
    assert "Not published yet" in page
    assert "声文" not in page.partition("<main")[2]
    publish_list(hotword_list=company, origin=SYSTEM)
    add_words(hotword_list=company, origin=SYSTEM, text="草稿")
    page = text_of(client.get(url("hotword_list", company)))
    assert "声文" in page.partition("<main")[2]
    assert "草稿" not in page
    assert "Remove" not in page
    assert "Delete the list" not in page
    assert client.get(url("hotword_list_download", company)).status_code == 200
    response = client.post(url("hotword_list_add", company), {"text": "坏"})
    assert response.status_code == 404
    assert words(company) == ["声文", "草稿"]


def test_another_departments_list_does_not_exist(
    charlie: User, carol: User, client_of: Browser, support: Department
) -> None:
    theirs = create_list(department=support, origin=SYSTEM, name="别人")
    assert client_of(carol).get(url("hotword_list", theirs)).status_code == 404
    assert client_of(charlie).get(url("hotword_lists")).status_code == 404
    nobody = HotwordList(uuid=UUID(int=0))
    assert client_of(carol).get(url("hotword_list", nobody)).status_code == 404


def test_platform_admins_keep_the_companys_lists(
    root: User, client_of: Browser, company: HotwordList, products: HotwordList
) -> None:
    client = client_of(root)
    page = text_of(client.get(platform("hotword_lists")))
    assert "公司" in page
    assert "产品" not in page
    assert client.get(platform("hotword_list", products)).status_code == 404
    client.post(platform("hotword_list_create"), {"name": "城市"})
    cities = HotwordList.objects.get(department=None, name="城市")
    client.post(platform("hotword_list_paste", cities), {"text": "上海\n北京"})
    assert words(cities) == ["上海", "北京"]
    page = text_of(client.get(platform("hotword_list", cities)))
    assert "Remove 上海" in page


def test_one_click_adds_everyday_letter_words_to_the_company(
    root: User, client_of: Browser
) -> None:
    client = client_of(root)
    offer = "Add everyday letter words"
    assert offer in text_of(client.get(platform("hotword_lists")))
    client.post(platform("letter_words"))
    made = HotwordList.objects.get(department=None)
    version = published_version(made)
    assert version is not None
    assert (version.word_count, made.is_enabled) == (300, True)
    assert "CPU|西批优" in version.lines
    HotwordList.objects.update(name="Short forms")
    assert offer not in text_of(client.get(platform("hotword_lists")))
    again = client.post(platform("letter_words"), follow=True)
    assert HotwordList.objects.count() == 1
    assert "A list has these words already." in text_of(again)


def test_nobody_else_enters_the_companys_lists(
    carol: User, client_of: Browser, company: HotwordList
) -> None:
    client = client_of(carol)
    assert client.get(platform("hotword_lists")).status_code == 404
    assert client.get(platform("hotword_list", company)).status_code == 404
    response = client.post(platform("hotword_list_add", company), {"text": "x"})
    assert response.status_code == 404


def test_a_long_list_is_shown_in_pages_and_can_be_searched(
    carol: User, client_of: Browser, products: HotwordList
) -> None:
    add_words(
        hotword_list=products,
        origin=SYSTEM,
        text="\n".join(f"词{number}号" for number in range(400)),
    )
    client = client_of(carol)
    page = text_of(client.get(url("hotword_list", products)))
    assert page.count("hotword-remove") == 300
    page = text_of(client.get(url("hotword_list", products), {"q": "词39"}))
    assert page.count("hotword-remove") == 11
    assert "No such word" in text_of(
        client.get(url("hotword_list", products), {"q": "没有"})
    )


def test_a_page_of_a_list_costs_few_queries(
    carol: User,
    client_of: Browser,
    products: HotwordList,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    Hotword.objects.bulk_create(
        Hotword(hotword_list=products, text=f"词{n}", folded=f"词{n}")
        for n in range(99)
    )
    client = client_of(carol)
    with django_assert_max_num_queries(16):  # the draft's last try; the banner
        client.get(url("hotword_list", products))


def test_the_company_sees_its_lists_on_the_platform(
    root: User, client_of: Browser, company: HotwordList
) -> None:
    page = text_of(client_of(root).get("/platform/hotwords/"))
    assert company.name in page
