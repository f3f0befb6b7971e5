"""The pages of reference sets and evaluation runs."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models.audit.events import AuditAction, AuditEvent
from accounts.models.departments import Department
from accounts.models.people import User
from accounts.services.audit.writing import SYSTEM
from tests.factories import make_evaluation, make_recording, make_transcript
from transcription.engine.base import ErrorCode
from transcription.models.evaluation import (
    EvaluationResult,
    EvaluationRun,
    LibraryKind,
    ReferenceItem,
    ReferenceSet,
)
from transcription.models.recordings import Recording
from transcription.models.runs import JobState
from transcription.services.evaluation.sets import add_corrected, create_set
from transcription.services.runs.errors import NOTHING_RECOGNISED

ClientOf = Callable[[User], Client]
BASE = "/d/sales/evaluation/"


@pytest.fixture
def recording(sales: Department, alice: User) -> Recording:
    recording = make_recording(sales, alice)
    make_transcript(recording).segments.update(edited_at=timezone.now())
    return recording


@pytest.fixture
def target(sales: Department, recording: Recording) -> ReferenceSet:
    made = create_set(department=sales, origin=SYSTEM, name="回归")
    add_corrected(reference_set=made, recording=recording, origin=SYSTEM)
    return made


def finished(target: ReferenceSet, recognised: str, **over: object) -> EvaluationRun:
    """A run that recognised ``recognised`` in every sentence."""
    over = {"library": LibraryKind.JOBS, "state": JobState.SUCCEEDED} | over
    run = EvaluationRun.objects.create(
        reference_set=target,
        model_name="Vosk small",
        item_count=3,
        done_count=3,
        summary={"cer": 12.5, "cer_low": 8.0, "cer_high": 17.0, "said": 0},
        **over,
    )
    for item in target.items.all():
        EvaluationResult.objects.create(
            run=run,
            item=item,
            reference=item.text,
            heard=recognised,
            edits=abs(len(recognised) - len(item.text)),
            characters=len(item.text),
            said=0,
            found=0,
            false_insertions=0,
            lost=0,
        )
    return run


def test_an_admin_makes_a_set_and_sees_it_in_the_list(
    carol: User, client_of: ClientOf
) -> None:
    client = client_of(carol)
    made = client.post(f"{BASE}new/", {"name": "回归"})
    uuid = ReferenceSet.objects.get().uuid
    assert made.headers["Location"] == f"{BASE}sets/{uuid}/"
    assert "回归" in client.get(BASE).content.decode()


def test_a_name_that_is_taken_is_said_beside_the_field(
    carol: User, client_of: ClientOf, target: ReferenceSet
) -> None:
    answer = client_of(carol).post(f"{BASE}new/", {"name": "回归"})
    assert answer.status_code == 422
    assert "已经有同名的评测集" in answer.content.decode()


def test_one_click_takes_the_corrected_sentences_of_a_recording(
    carol: User, alice: User, client_of: ClientOf, recording: Recording
) -> None:
    page = f"/d/sales/recordings/{recording.uuid}/"
    client = client_of(carol)
    assert "用于评测" in client.get(page).content.decode()
    client.post(f"{page}reference/")
    assert ReferenceItem.objects.filter(recording=recording).count() == 3
    assert "用于评测" not in client_of(alice).get(page).content.decode()


def test_a_recording_without_corrections_offers_nothing(
    carol: User, client_of: ClientOf, sales: Department
) -> None:
    plain = make_recording(sales)
    make_transcript(plain)
    page = f"/d/sales/recordings/{plain.uuid}/"
    client = client_of(carol)
    assert "用于评测" not in client.get(page).content.decode()
    answer = client.post(f"{page}reference/", follow=True)
    assert "还没有人工修改过的句子" in answer.content.decode()


def test_an_admin_orders_a_run_and_a_member_only_reads_it(
    carol: User, alice: User, client_of: ClientOf, target: ReferenceSet
) -> None:
    url = f"{BASE}sets/{target.uuid}/run/"
    order = {"library": "jobs", "engine": ""}
    assert client_of(alice).post(url, order).status_code == 403
    answer = client_of(carol).post(url, order)
    run = EvaluationRun.objects.get()
    assert answer.headers["Location"] == f"{BASE}runs/{run.uuid}/"
    page = client_of(alice).get(answer.headers["Location"]).content.decode()
    assert "排队中" in page
    assert "取消" not in page.split('id="evaluation-state"')[1].split("</section>")[0]


def test_a_run_that_waits_to_be_tried_again_says_so(
    alice: User, client_of: ClientOf, target: ReferenceSet
) -> None:
    run = finished(target, "")
    run.state = JobState.QUEUED
    run.try_again_at, run.error_code = timezone.now(), "service_failed"
    run.save()
    at = timezone.localtime(run.try_again_at)
    page = client_of(alice).get(f"{BASE}runs/{run.uuid}/").content.decode()
    assert f"识别服务没有响应。将在 {at:%H:%M} 之后自动重试。" in page


def test_what_cannot_be_ordered_is_said(
    carol: User, client_of: ClientOf, target: ReferenceSet
) -> None:
    url = f"{BASE}sets/{target.uuid}/run/"
    answer = client_of(carol).post(url, {"library": "gone"}, follow=True)
    assert "请从列表中选择" in answer.content.decode()
    assert not EvaluationRun.objects.exists()


def test_a_run_marks_what_differs_and_plays_the_place(
    alice: User, client_of: ClientOf, target: ReferenceSet, recording: Recording
) -> None:
    run = finished(target, "请您稍等了")
    page = client_of(alice).get(f"{BASE}runs/{run.uuid}/").content.decode()
    assert '<mark class="diff">了</mark>' in page
    assert f"/recordings/{recording.uuid}/media/#t=3,5.8" in page
    assert AuditEvent.objects.filter(
        action=AuditAction.VIEW, object_type="reference_set"
    ).exists()


def test_sentences_stand_in_the_order_of_their_names(
    alice: User, client_of: ClientOf, target: ReferenceSet
) -> None:
    """Clips are sent three at a time: which is there first is chance."""
    texts = [item.text for item in target.items.all()]
    for item, name in zip(target.items.all(), "bca", strict=True):
        item.name = name
        item.save()
    run = finished(target, "")
    by_name = [texts[2], texts[0], texts[1]]
    client = client_of(alice)
    for url in (f"sets/{target.uuid}/", f"runs/{run.uuid}/", f"runs/{run.uuid}/csv/"):
        page = client.get(f"{BASE}{url}").content.decode("utf-8-sig")
        places = [page.index(text[:2]) for text in by_name]  # before a comma
        assert places == sorted(places), url


def test_only_sentences_with_errors_can_be_shown(
    alice: User, client_of: ClientOf, target: ReferenceSet
) -> None:
    run = finished(target, "请您稍等。")
    run.results.filter(reference="请您稍等。").update(edits=0)
    page = client_of(alice).get(f"{BASE}runs/{run.uuid}/?show=wrong")
    assert page.context["page"].paginator.count == 2


def test_two_runs_are_compared_sentence_by_sentence(
    alice: User, client_of: ClientOf, target: ReferenceSet
) -> None:
    before = finished(target, "请您稍等。")
    after = finished(target, "请您稍等一二三四五六。")
    url = f"{BASE}runs/{after.uuid}/compare/?before={before.uuid}"
    page = client_of(alice).get(url)
    assert page.status_code == 200
    assert len(page.context["lines"]) == 3
    assert "错字" in page.content.decode()


@pytest.mark.parametrize("query", ["", "?before=x", "?before=" + "0" * 32])
def test_there_is_no_comparison_with_nothing(
    alice: User, client_of: ClientOf, target: ReferenceSet, query: str
) -> None:
    run = finished(target, "好")
    url = f"{BASE}runs/{run.uuid}/compare/{query}"
    assert client_of(alice).get(url).status_code == 404


def test_runs_of_different_sets_are_not_compared(
    alice: User, client_of: ClientOf, target: ReferenceSet, sales: Department
) -> None:
    other = create_set(department=sales, origin=SYSTEM, name="别的")
    before = EvaluationRun.objects.create(
        reference_set=other, library=LibraryKind.NONE, state=JobState.SUCCEEDED
    )
    after = finished(target, "好")
    url = f"{BASE}runs/{after.uuid}/compare/?before={before.uuid}"
    assert client_of(alice).get(url).status_code == 404


def test_a_run_is_taken_away_as_a_file(
    alice: User, client_of: ClientOf, target: ReferenceSet
) -> None:
    run = finished(target, "请您稍等了")
    answer = client_of(alice).get(f"{BASE}runs/{run.uuid}/csv/")
    assert "请您稍等了" in answer.content.decode("utf-8-sig")
    assert "attachment" in answer["Content-Disposition"]


def test_lists_cost_as_many_queries_for_many_runs_as_for_few(
    carol: User,
    client_of: ClientOf,
    target: ReferenceSet,
    django_assert_max_num_queries: Callable[[int], object],
) -> None:
    for _number in range(8):
        finished(target, "好")
    client = client_of(carol)
    client.get(BASE)
    for url in (BASE, f"{BASE}sets/{target.uuid}/"):
        with django_assert_max_num_queries(22):  # type: ignore[attr-defined]
            assert client.get(url).status_code == 200


def test_a_run_says_how_speech_was_cut_when_the_department_has_its_own_way(
    alice: User, client_of: ClientOf, target: ReferenceSet
) -> None:
    own = {"end_silence_ms": 210, "max_segment_ms": 9_000, "gap_ms": 30, "pad_ms": 40}
    plain, cut = finished(target, "好"), finished(target, "好", vad=own)
    client = client_of(alice)
    page = client.get(f"{BASE}runs/{cut.uuid}/").content.decode()
    for value in ("静音 210 毫秒", "最长 9000 毫秒", "不足 30 毫秒", "留白 40 毫秒"):
        assert value in page
    assert "切分" not in client.get(f"{BASE}runs/{plain.uuid}/").content.decode()
    said = "两次评测的语音切分不同"
    compared = client.get(f"{BASE}runs/{cut.uuid}/compare/?before={plain.uuid}")
    assert said in compared.content.decode()
    again = finished(target, "好", vad=own)
    same = client.get(f"{BASE}runs/{again.uuid}/compare/?before={cut.uuid}")
    assert said not in same.content.decode()


def test_what_could_not_be_recognised_is_counted_and_said_beside_each(
    alice: User, client_of: ClientOf, target: ReferenceSet
) -> None:
    before, after = finished(target, "好"), finished(target, "好")
    first = after.results.all()[0]
    first.error_code = ErrorCode.LANGUAGE_UNSUPPORTED
    first.save()
    client = client_of(alice)
    page = client.get(f"{BASE}runs/{after.uuid}/").content.decode()
    why = "识别引擎不支持这种语言"
    assert f"有 1 句未能识别，不计入指标：{why}" in page
    assert page.count(why) == 2
    assert f"<dd>{first.reference}</dd>" in page  # nothing of it is marked
    compared = client.get(f"{BASE}runs/{after.uuid}/compare/?before={before.uuid}")
    assert "有 1 句在其中一次评测中未能识别" in compared.content.decode()


def test_a_run_that_recognised_nothing_says_so(
    alice: User, client_of: ClientOf, target: ReferenceSet
) -> None:
    run = finished(target, "", state=JobState.FAILED, error_code=NOTHING_RECOGNISED)
    page = client_of(alice).get(f"{BASE}runs/{run.uuid}/").content.decode()
    assert "一句都没能识别出来" in page


def test_the_button_that_cancels_a_run_keeps_the_keyboard_while_it_is_renewed(
    sales: Department, carol: User, client_of: ClientOf
) -> None:
    run = make_evaluation(sales, JobState.RUNNING)
    client, url = client_of(carol), f"{BASE}runs/{run.uuid}/"
    for address in (url, f"{url}status/"):  # htmx goes by the id
        page = client.get(address).content.decode()
        assert '<button class="btn btn-small" id="run-cancel"' in page
