import pytest

from accounts.models.audit.events import AuditEvent
from accounts.models.departments import Department
from accounts.models.people import User
from accounts.services.audit.writing import SYSTEM, Origin
from accounts.services.refusal import Refused
from accounts.services.versions import version_of
from tests.factories import make_recording
from transcription.models.hotwords.lists import (
    HistoryChangedError,
    HotwordList,
    HotwordListVersion,
)
from transcription.services.hotwords.drafts import (
    HotwordSpec,
    Respelled,
    changes_between,
    draft_changes,
    draft_lines,
    published_lines,
)
from transcription.services.hotwords.for_jobs import hotwords_for_job, usable_lists
from transcription.services.hotwords.lists import (
    add_words,
    create_list,
    delete_list,
    edit_word,
    remove_word,
    replace_words,
)
from transcription.services.hotwords.versions import (
    add_and_publish,
    discard_draft,
    publish_list,
    roll_back,
)
from transcription.services.jobs.options import UploadOptions
from transcription.services.jobs.orders import cancel_job, order_job, retry_job

pytestmark = pytest.mark.django_db


@pytest.fixture
def products(sales: Department, carol: User) -> HotwordList:
    made = create_list(department=sales, origin=Origin(user=carol), name="产品")
    add_words(hotword_list=made, origin=SYSTEM, text="OKR | 欧克阿\n利率")
    return made


def publish(item: HotwordList) -> HotwordListVersion:
    return publish_list(hotword_list=item, origin=SYSTEM)


def remove(item: HotwordList, word: str) -> None:
    remove_word(hotword=item.hotwords.get(text=word), origin=SYSTEM)
    item.refresh_from_db()


def job(department: Department) -> list[str]:
    return hotwords_for_job(department=department, list_uuids=None).lines


def test_jobs_use_a_list_from_its_first_version_on(
    sales: Department, products: HotwordList
) -> None:
    assert usable_lists(sales) == []
    assert job(sales) == []
    publish(products)
    assert usable_lists(sales) == [products]
    assert job(sales) == ["OKR|欧克阿", "利率"]


def test_what_is_edited_is_a_draft_until_it_is_published(
    sales: Department, carol: User, products: HotwordList
) -> None:
    publish(products)
    add_words(hotword_list=products, origin=SYSTEM, text="理财")
    remove(products, "利率")
    assert products.change_count == 2
    assert job(sales) == ["OKR|欧克阿", "利率"]
    version = publish_list(
        hotword_list=products, origin=Origin(user=carol), note=" 新\n产品 "
    )
    assert (version.number, version.note) == (2, "新 产品")
    assert (version.added, version.removed, version.word_count) == (1, 1, 2)
    assert version.published_by == carol
    assert job(sales) == ["OKR|欧克阿", "理财"]
    products.refresh_from_db()
    assert products.change_count == 0


def test_a_change_that_is_taken_back_is_none(products: HotwordList) -> None:
    publish(products)
    remove(products, "OKR")
    add_words(hotword_list=products, origin=SYSTEM, text="OKR | 欧克阿")
    assert products.change_count == 0
    with pytest.raises(Refused) as refused:
        publish(products)
    assert refused.value.code == "nothing_to_publish"


def test_what_another_added_a_moment_ago_is_not_published_along(
    products: HotwordList,
) -> None:
    publish(products)
    seen = HotwordList.objects.get(pk=products.pk)
    add_words(hotword_list=products, origin=SYSTEM, text="草稿")
    report, version = add_and_publish(hotword_list=seen, origin=SYSTEM, text="基金")
    assert (report.added, version) == (1, None)
    products.refresh_from_db()
    assert (products.versions.count(), products.change_count) == (1, 2)


def test_a_word_that_another_took_out_a_moment_ago_is_put_back_without_a_version(
    products: HotwordList,
) -> None:
    publish(products)
    seen = HotwordList.objects.get(pk=products.pk)
    remove(products, "利率")
    report, version = add_and_publish(hotword_list=seen, origin=SYSTEM, text="利率")
    assert (report.added, version) == (1, None)


def test_a_list_without_words_is_not_published(sales: Department) -> None:
    empty = create_list(department=sales, origin=SYSTEM, name="空")
    with pytest.raises(Refused):
        publish(empty)
    assert not empty.versions.exists()


def test_changes_are_told_apart() -> None:
    changes = changes_between(
        ["OKR|欧克阿", "利率", "crm"], ["OKR", "理财", "CRM", "利率"]
    )
    assert changes.added == (HotwordSpec("理财"),)
    assert changes.removed == ()
    assert changes.respelled == (
        Respelled(HotwordSpec("OKR", ("欧克阿",)), HotwordSpec("OKR")),
        Respelled(HotwordSpec("crm"), HotwordSpec("CRM")),
    )
    assert len(changes) == 3
    assert not changes_between(["一词", "二词"], ["二词", "一词"])


def test_variants_are_edited_with_the_word(products: HotwordList) -> None:
    publish(products)
    word = products.hotwords.get(text="利率")
    assert edit_word(hotword=word, origin=SYSTEM, text="利率 5", spoken=["里率", ""])
    assert not edit_word(hotword=word, origin=SYSTEM, text="利率", spoken=["里率"])
    assert draft_lines(products) == ["OKR|欧克阿", "利率|里率"]
    products.refresh_from_db()
    assert products.change_count == 1
    for text, spoken, code in (
        ("okr", [], "duplicate"),
        ("", [], "empty"),
        ("利率", ["<b>"], "forbidden_character"),
        ("利率", list("一二三四五六"), "too_many_spoken"),
    ):
        with pytest.raises(Refused) as refused:
            edit_word(hotword=word, origin=SYSTEM, text=text, spoken=spoken)
        assert (refused.value.code, bool(refused.value.sentence)) == (code, True)
    event = AuditEvent.objects.order_by("pk").last()
    assert event and event.detail == {"respelled": ["利率", "利率|里率"]}


def test_a_text_keeps_and_changes_variants(products: HotwordList) -> None:
    publish(products)
    report = replace_words(
        hotword_list=products,
        origin=SYSTEM,
        text="OKR | 欧克阿 | O K R\n利率",
        version=version_of(draft_lines(products)),
    )
    assert report.added == 0
    assert draft_lines(products) == ["OKR|欧克阿|O K R", "利率"]
    event = AuditEvent.objects.order_by("pk").last()
    assert event and event.detail == {"added": 0, "removed": 0, "respelled": 1}


def test_a_draft_is_thrown_away(products: HotwordList) -> None:
    with pytest.raises(Refused) as refused:
        discard_draft(hotword_list=products, origin=SYSTEM)
    assert refused.value.code == "never_published"
    publish(products)
    add_words(hotword_list=products, origin=SYSTEM, text="理财\n基金")
    assert discard_draft(hotword_list=products, origin=SYSTEM) == 2
    assert draft_lines(products) == published_lines(products) == ["OKR|欧克阿", "利率"]
    assert products.change_count == 0
    assert discard_draft(hotword_list=products, origin=SYSTEM) == 0


def test_going_back_publishes_the_old_words_anew(products: HotwordList) -> None:
    first = publish(products)
    remove(products, "OKR")
    with pytest.raises(Refused) as refused:
        roll_back(hotword_list=products, origin=SYSTEM, version=first)
    assert refused.value.code == "draft_changed"
    second = publish(products)
    third = roll_back(hotword_list=products, origin=SYSTEM, version=first)
    assert (third.number, third.restores, third.lines) == (3, 1, first.lines)
    assert draft_lines(products) == first.lines
    assert not draft_changes(products, third)
    assert list(products.versions.values_list("number", "word_count")) == [
        (3, 2),
        (2, 1),
        (1, 2),
    ]
    with pytest.raises(Refused) as refused:
        roll_back(hotword_list=products, origin=SYSTEM, version=third)
    assert refused.value.code == "nothing_to_publish"
    assert second.lines == ["利率"]


def test_the_history_is_only_added_to(products: HotwordList) -> None:
    version = publish(products)
    version.lines = []
    with pytest.raises(HistoryChangedError):
        version.save()
    with pytest.raises(HistoryChangedError):
        HotwordListVersion.objects.update(note="x")
    with pytest.raises(HistoryChangedError):
        HotwordListVersion.objects.all().delete()
    delete_list(hotword_list=products, origin=SYSTEM)
    assert not HotwordListVersion.objects.exists()


def test_every_step_is_audited(products: HotwordList) -> None:
    first = publish(products)
    remove(products, "OKR")
    discard_draft(hotword_list=products, origin=SYSTEM)
    remove(products, "OKR")
    publish(products)
    roll_back(hotword_list=products, origin=SYSTEM, version=first)
    assert list(AuditEvent.objects.order_by("pk").values_list("detail", flat=True)) == [
        {"created": True},
        {"added": 2},
        {"published": 1, "added": 2},
        {"removed": "OKR"},
        {"discarded": 1},
        {"removed": "OKR"},
        {"published": 2, "removed": 1},
        {"published": 3, "added": 1, "restores": 1},
    ]


def test_a_job_remembers_which_versions_it_used(
    sales: Department, alice: User, products: HotwordList
) -> None:
    publish(products)
    made = order_job(
        recording=make_recording(sales, alice),
        requested_by=alice,
        options=UploadOptions("zh", True, extra_hotwords=("声文",)),
        queue="batch",
    )
    used = [{"list": str(products.uuid), "name": "产品", "number": 1, "words": 2}]
    assert made.hotwords == ["声文", "OKR|欧克阿", "利率"]
    assert made.hotword_versions == used
    remove(products, "OKR")
    publish(products)
    cancel_job(job=made, origin=SYSTEM)
    again = retry_job(job=made, origin=SYSTEM)
    assert (again.hotwords, again.hotword_versions) == (made.hotwords, used)
