from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models.audit.events import AuditEvent
from accounts.models.people import User
from accounts.services.audit.writing import SYSTEM
from accounts.services.versions import version_of
from tests.transcription.pages import primary_actions
from transcription.models.hotwords.lists import HotwordList
from transcription.services.hotwords.drafts import draft_lines
from transcription.services.hotwords.lists import AddReport, add_words, replace_words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
Browser = Callable[[User], Client]


def add(item: HotwordList, text: str) -> AddReport:
    return add_words(hotword_list=item, origin=SYSTEM, text=text)


def kinds(report: AddReport) -> list[tuple[int, str, str]]:
    return [(one.line_no, one.kind.value, one.word) for one in report.outcomes]


def paste(client: Client, item: HotwordList, **data: object) -> str:
    kwargs = {"department": "sales", "uuid": item.uuid}
    address = reverse("transcription:hotword_list_paste", kwargs=kwargs)
    response = client.post(address, data, follow=True)
    assert response.status_code == 200
    return response.content.decode()


def test_other_spellings_of_a_word_make_no_second_one(products: HotwordList) -> None:
    add(products, "Fun ASR\n台湾银行")
    before = draft_lines(products)
    report = add(products, "funasr\nＦｕｎ　ＡＳＲ\n臺灣銀行\n利 率")
    assert draft_lines(products) == before
    assert (report.added, report.changed, report.problem_count) == (0, 0, 0)
    assert kinds(report) == [
        (1, "unchanged", "Fun ASR"),
        (2, "unchanged", "Fun ASR"),
        (3, "unchanged", "台湾银行"),
        (4, "unchanged", "利率"),
    ]


def test_new_variants_come_to_the_word_that_is_there(products: HotwordList) -> None:
    add(products, "OKR | 欧克阿")
    report = add(products, "okr | 欧可阿 | 欧克阿\n基金 | 鸡金\n基金 | 积金\n利率")
    assert draft_lines(products) == [
        "利率",
        "理财",
        "OKR|欧克阿|欧可阿",
        "基金|鸡金|积金",
    ]
    assert (report.added, report.changed) == (1, 1)
    assert kinds(report) == [
        (1, "changed", "OKR"),
        (2, "added", "基金"),
        (3, "changed", "基金"),
        (4, "unchanged", "利率"),
    ]
    event = AuditEvent.objects.latest("pk")
    assert event.detail == {"added": 1, "respelled": 1}


def test_more_variants_than_a_word_can_have_are_told(products: HotwordList) -> None:
    add(products, "OKR | 一 | 二 | 三 | 四 | 五")
    report = add(products, "okr | 六")
    assert [(p.line_no, p.code) for p in report.problems] == [(1, "too_many_spoken")]
    assert draft_lines(products)[-1] == "OKR|一|二|三|四|五"


def test_a_download_changes_nothing_when_it_is_read_back(products: HotwordList) -> None:
    add(products, "OKR | 欧克阿\nALI 云\nALI云")
    products.hotwords.create(text="中国 银行", folded="中国 银行")
    before = draft_lines(products)
    report = add(products, "\n".join(before))
    assert (draft_lines(products), report.added) == (before, 0)
    text = "\n".join(before)
    report = replace_words(
        hotword_list=products, origin=SYSTEM, text=text, version=version_of(before)
    )
    assert (draft_lines(products), report.outcomes) == (before, [])


def test_a_preview_shows_what_was_understood_and_adds_nothing(
    carol: User, client_of: Browser, products: HotwordList
) -> None:
    text = "基金、债券，<坏>\n利率 | 里率\n理 财"
    page = paste(client_of(carol), products, text=text, preview="1")
    heading = " ".join(page.split('role="status">')[1].split("</h2>")[0].split())
    assert heading == (
        "2 words would be added · 1 with more spoken variants · 1 already there "
        "· 1 line left out"
    )
    assert "Nothing is added yet" in page
    assert primary_actions(page) == 1
    assert "基金、债券，&lt;坏&gt;\n利率 | 里率\n理 财</textarea>" in page
    assert draft_lines(products) == ["利率", "理财"]


def test_the_preview_of_a_file_leaves_its_text_in_the_field(
    carol: User, client_of: Browser, products: HotwordList
) -> None:
    file = SimpleUploadedFile("词表.txt", "基金\r\n债券".encode("gbk"))
    page = paste(client_of(carol), products, file=file, preview="1")
    field = page.partition("<textarea")[2].partition("</textarea>")[0]
    assert field.split()[-2:] == ["基金", "债券"]
    assert draft_lines(products) == ["利率", "理财"]


def test_a_typed_text_that_is_too_long_stays_in_its_field(
    carol: User, client_of: Browser, products: HotwordList
) -> None:
    kwargs = {"department": "sales", "uuid": products.uuid}
    address = reverse("transcription:hotword_list_add", kwargs=kwargs)
    typed = "长" * 4_001
    response = client_of(carol).post(address, {"text": typed})
    assert response.status_code == 422
    assert f'value="{typed}"' in response.content.decode()
