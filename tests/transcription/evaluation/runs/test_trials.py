"""Trying a draft: the page, and what stands before the button that publishes."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models.departments import Department
from accounts.models.people import User
from accounts.services.audit.writing import SYSTEM
from tests.transcription.conftest import sound, uploaded
from transcription.models.evaluation import (
    EvaluationResult,
    EvaluationRun,
    ReferenceSet,
)
from transcription.models.hotwords.lists import HotwordList
from transcription.models.runs import JobState
from transcription.services.evaluation.sets import add_clip, create_set
from transcription.services.evaluation.trials import try_draft
from transcription.services.hotwords.lists import add_words, create_list
from transcription.services.hotwords.versions import publish_list

ClientOf = Callable[[User], Client]


@pytest.fixture
def words(sales: Department) -> HotwordList:
    made = create_list(department=sales, origin=SYSTEM, name="产品")
    add_words(hotword_list=made, origin=SYSTEM, text="利率")
    publish_list(hotword_list=made, origin=SYSTEM)
    add_words(hotword_list=made, origin=SYSTEM, text="理财产品")
    return made


@pytest.fixture
def target(sales: Department) -> ReferenceSet:
    made = create_set(department=sales, origin=SYSTEM, name="回归")
    add_clip(reference_set=made, origin=SYSTEM, file=uploaded(sound()), text="利率")
    return made


def url_of(words: HotwordList, rest: str = "") -> str:
    return f"/d/sales/hotwords/{words.uuid}/{rest}"


def finished(
    words: HotwordList, target: ReferenceSet, recognised: str
) -> EvaluationRun:
    """A try whose draft recognised ``recognised`` where the version recognised 利率."""
    after = try_draft(hotword_list=words, reference_set=target, origin=SYSTEM)
    assert after.baseline
    for run, text in ((after.baseline, "利率"), (after, recognised)):
        EvaluationResult.objects.create(
            run=run,
            item=target.items.get(),
            reference="利率",
            heard=text,
            edits=0 if text == "利率" else 1,
            characters=2,
            said=1,
            found=int(text == "利率"),
            false_insertions=0,
            lost=0,
        )
    EvaluationRun.objects.update(state=JobState.SUCCEEDED)
    return after


def test_an_untried_draft_says_so_before_it_is_published(
    carol: User, client_of: ClientOf, words: HotwordList
) -> None:
    page = client_of(carol).get(url_of(words)).content.decode()
    assert page.index("草稿还没有试用过") < page.index(url_of(words, "publish/"))


def test_who_may_not_try_a_draft_is_offered_no_button_to_nothing(
    alice: User, client_of: ClientOf, words: HotwordList
) -> None:
    client, address = client_of(alice), url_of(words, "try/")
    page = client.get(url_of(words)).content.decode()
    assert "草稿还没有试用过" in page
    assert address not in page
    assert "可由本部门管理员试用" in client.get(address).content.decode()


def test_a_draft_that_makes_things_worse_says_so_in_red_and_can_be_published(
    carol: User, client_of: ClientOf, words: HotwordList, target: ReferenceSet
) -> None:
    finished(words, target, "例率")
    client = client_of(carol)
    page = client.get(url_of(words)).content.decode()
    red, button = page.index("alert-danger"), page.index(url_of(words, "publish/"))
    assert red < page.index("试用结果：用这份草稿，识别会变差") < button
    shown = client.get(url_of(words, "try/"))
    assert [line.is_worse for line in shown.context["lines"]] == [True]
    assert '<mark class="diff">例</mark>' in shown.content.decode()
    assert "<audio" in shown.content.decode()
    client.post(url_of(words, "publish/"))
    assert words.versions.count() == 2


def test_a_draft_that_harms_nothing_says_so(
    carol: User, client_of: ClientOf, words: HotwordList, target: ReferenceSet
) -> None:
    finished(words, target, "利率")
    page = client_of(carol).get(url_of(words)).content.decode()
    assert "草稿已用“回归”试用：没有句子变好或变差" in page
    assert "alert-danger" not in page.partition("<template")[0]


def test_a_sentence_that_became_worse_is_named_beside_better_figures(
    carol: User, client_of: ClientOf, words: HotwordList, target: ReferenceSet
) -> None:
    add_clip(reference_set=target, origin=SYSTEM, file=uploaded(sound()), text="收益")
    after = try_draft(hotword_list=words, reference_set=target, origin=SYSTEM)
    assert after.baseline
    for item, old, new in zip(target.items.all(), (2, 0), (0, 1), strict=True):
        for run, edits in ((after.baseline, old), (after, new)):
            EvaluationResult.objects.create(
                run=run,
                item=item,
                reference=item.text,
                heard="某" * edits + item.text[edits:],
                edits=edits,
                characters=2,
                said=0,
                found=0,
                false_insertions=0,
                lost=0,
            )
    EvaluationRun.objects.update(state=JobState.SUCCEEDED)
    client = client_of(carol)
    shown = client.get(url_of(words, "try/")).content.decode()
    assert "各项指标均未变差，但有 1 句变差，1 句变好。" in shown
    page = client.get(url_of(words)).content.decode()
    assert "草稿已用“回归”试用：1 句变好，1 句变差。" in page
    assert "alert-ok" not in page


def test_words_that_changed_since_make_the_try_old(
    carol: User, client_of: ClientOf, words: HotwordList, target: ReferenceSet
) -> None:
    finished(words, target, "例率")
    add_words(hotword_list=words, origin=SYSTEM, text="收益率")
    client = client_of(carol)
    assert (
        "上次试用后热词或语音切分又有改动" in client.get(url_of(words)).content.decode()
    )
    assert (
        "试用后热词或语音切分又有改动"
        in client.get(url_of(words, "try/")).content.decode()
    )


def test_an_admin_orders_a_try_and_the_page_follows_it(
    carol: User, client_of: ClientOf, words: HotwordList, target: ReferenceSet
) -> None:
    client = client_of(carol)
    client.post(url_of(words, "try/"), {"set": str(target.uuid)})
    assert EvaluationRun.objects.count() == 2
    assert "正在试用" in client.get(url_of(words, "try/")).content.decode()
    fragment = client.get(url_of(words, "try/"), headers={"HX-Request": "true"})
    assert "<html" not in fragment.content.decode()
    EvaluationRun.objects.update(state=JobState.FAILED)
    over = client.get(url_of(words, "try/"), headers={"HX-Request": "true"})
    assert over.headers["HX-Refresh"] == "true"
    assert "上次试用没有完成" in client.get(url_of(words, "try/")).content.decode()


@pytest.mark.parametrize("named", ["", "x"])
def test_a_try_without_a_set_is_one_sentence(
    carol: User, client_of: ClientOf, words: HotwordList, named: str
) -> None:
    answer = client_of(carol).post(url_of(words, "try/"), {"set": named}, follow=True)
    assert "请选择一个评测集" in answer.content.decode()
    assert not EvaluationRun.objects.exists()


def test_a_member_reads_and_orders_nothing(
    alice: User, client_of: ClientOf, words: HotwordList, target: ReferenceSet
) -> None:
    page = client_of(alice).get(url_of(words, "try/"))
    assert page.status_code == 200
    assert "<select" not in page.content.decode().split("<main")[1].split("</main>")[0]
    order = {"set": str(target.uuid)}
    assert client_of(alice).post(url_of(words, "try/"), order).status_code == 403
