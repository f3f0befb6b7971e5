import pytest
from django.utils import translation

from accounts.models.audit.events import AuditEvent
from accounts.models.departments import Department
from accounts.models.people import User
from accounts.services.audit.writing import SYSTEM, Origin
from accounts.services.refusal import Refused
from transcription.models.hotwords.lists import Hotword, HotwordList
from transcription.services.hotwords import lines
from transcription.services.hotwords import lists as service
from transcription.services.hotwords.drafts import draft_lines
from transcription.services.hotwords.for_jobs import hotwords_for_job
from transcription.services.hotwords.lists import (
    add_words,
    as_text,
    create_list,
    delete_list,
    edit_list,
    remove_word,
    set_enabled,
)
from transcription.services.hotwords.versions import publish_list

pytestmark = pytest.mark.django_db


@pytest.fixture
def products(sales: Department, carol: User) -> HotwordList:
    return create_list(department=sales, origin=Origin(user=carol), name="产品")


def words(hotword_list: HotwordList) -> list[str]:
    return list(hotword_list.hotwords.values_list("text", flat=True))


def test_a_name_is_used_once_in_a_department(
    sales: Department, support: Department, products: HotwordList
) -> None:
    create_list(department=support, origin=SYSTEM, name="产品")
    create_list(department=None, origin=SYSTEM, name="产品")
    for department in (sales, None):
        with pytest.raises(Refused) as refused:
            create_list(department=department, origin=SYSTEM, name=" 产品 ")
        assert refused.value.code == "name_taken"
    with pytest.raises(Refused) as refused:
        create_list(department=sales, origin=SYSTEM, name="  ")
    assert refused.value.code == "name_empty"


def test_a_race_for_a_name_has_a_sentence_too(
    sales: Department, products: HotwordList, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "_checked_name", lambda department, name, own: name)
    with pytest.raises(Refused) as refused:
        create_list(department=sales, origin=SYSTEM, name="产品")
    assert refused.value.code == "name_taken"


def test_a_department_has_so_many_lists(
    sales: Department, products: HotwordList, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "MAX_LISTS", 1)
    with pytest.raises(Refused) as refused:
        create_list(department=sales, origin=SYSTEM, name="人名")
    assert refused.value.code == "too_many_lists"


def test_good_lines_are_kept_and_bad_ones_reported(products: HotwordList) -> None:
    text = (
        "# 客户名单\n"
        "阿里巴巴 20\n"
        "\n"
        "  Fun-ASR  # 产品\n"
        "ＡＬＩ　云\n"
        "fun-asr\n"
        "<|startofspeech|>!/etc/passwd<|endofspeech|>\n"
        "https://example.com/a\n"
        "http example\n"
        "···\n"
        "C#\n" + "长" * 31 + "\r\n"
        "张三丰"
    )
    with translation.override("en"):
        report = add_words(hotword_list=products, origin=SYSTEM, text=text)
    assert words(products) == ["阿里巴巴", "Fun-ASR", "ALI 云", "张三丰"]
    assert report.added == 4
    assert [(p.line_no, p.code) for p in report.problems] == [
        (7, "forbidden_character"),
        (8, "forbidden_character"),
        (9, "address"),
        (10, "empty"),
        (11, "forbidden_character"),
        (12, "too_long"),
    ]
    assert report.problem_count == 6
    assert [(one.line_no, one.word) for one in report.unchanged] == [(6, "Fun-ASR")]
    assert all(problem.message for problem in report.problems)


def test_a_list_gets_full(
    products: HotwordList, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "MAX_WORDS_PER_LIST", 2)
    report = add_words(hotword_list=products, origin=SYSTEM, text="一\n二\n三\n二")
    assert [problem.code for problem in report.problems] == ["list_full"]
    assert [one.word for one in report.unchanged] == ["二"]


def test_thousands_of_bad_lines_are_counted(products: HotwordList) -> None:
    report = add_words(hotword_list=products, origin=SYSTEM, text="<\n" * 3000)
    assert len(report.problems) == service.MAX_PROBLEMS
    assert report.problem_count == 3000


def test_a_downloaded_list_can_be_uploaded_again(products: HotwordList) -> None:
    add_words(hotword_list=products, origin=SYSTEM, text="利率 | 里率\nVIP客户 20")
    text = as_text(products, draft_lines(products))
    assert text == "# 产品\r\n利率 | 里率\r\nVIP客户\r\n"
    copy = create_list(department=products.department, origin=SYSTEM, name="副本")
    assert add_words(hotword_list=copy, origin=SYSTEM, text=text).added == 2
    assert draft_lines(copy) == draft_lines(products)


def test_a_job_gets_its_own_words_then_the_departments_then_the_companys(
    sales: Department, support: Department, products: HotwordList
) -> None:
    company = create_list(department=None, origin=SYSTEM, name="公司")
    others = create_list(department=support, origin=SYSTEM, name="别人")
    for item, text in ((company, "声文\n利率"), (products, "利率"), (others, "别人")):
        add_words(hotword_list=item, origin=SYSTEM, text=text)
        publish_list(hotword_list=item, origin=SYSTEM)

    def job(uuids: list[HotwordList] | None, *extra: str) -> list[str]:
        chosen = None if uuids is None else [item.uuid for item in uuids]
        return hotwords_for_job(department=sales, list_uuids=chosen, extra=extra).lines

    assert job(None) == ["利率", "声文"]
    assert job(None, "张三", "<bad>", "声文") == ["张三", "声文", "利率"]
    assert job([company]) == ["声文", "利率"]
    assert job([others]) == []
    assert job([]) == []
    set_enabled(hotword_list=products, origin=SYSTEM, is_enabled=False)
    assert job([products]) == []
    assert job(None) == ["声文", "利率"]


def test_every_change_is_audited(products: HotwordList, sales: Department) -> None:
    add_words(hotword_list=products, origin=SYSTEM, text="利率")
    add_words(hotword_list=products, origin=SYSTEM, text="利率")
    remove_word(hotword=Hotword.objects.get(), origin=SYSTEM)
    edit_list(hotword_list=products, origin=SYSTEM, name="产品名")
    edit_list(hotword_list=products, origin=SYSTEM, name="产品名")
    set_enabled(hotword_list=products, origin=SYSTEM, is_enabled=False)
    set_enabled(hotword_list=products, origin=SYSTEM, is_enabled=False)
    delete_list(hotword_list=products, origin=SYSTEM)
    events = AuditEvent.objects.order_by("pk")
    assert [event.detail for event in events] == [
        {"created": True},
        {"added": 1},
        {"removed": "利率"},
        {"name": ["产品", "产品名"]},
        {"is_active": [True, False]},
        {"deleted": True, "words": 0},
    ]
    assert {event.department for event in events} == {sales}
    assert not HotwordList.objects.exists()
