"""Searching through the service, on whichever database the tests run on."""

from contextlib import suppress
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone, translation

from accounts import roles
from accounts.models.audit.events import AuditEvent
from accounts.models.departments import Department
from accounts.models.people import User
from accounts.services.audit.words import describe
from accounts.services.refusal import Refused
from tests.factories import make_recording, make_transcript
from tests.people import membership
from tests.transcription.search.asking import found_by, mark, shown
from tests.transcription.search.conftest import Indexed
from transcription.models.recordings import Recording, Tag
from transcription.models.transcripts import Segment, Transcript
from transcription.services.search.index import (
    drop_from_index,
    index_recording,
    index_transcript,
    reindex_segment,
)

pytestmark = pytest.mark.django_db


def test_two_characters_inside_a_sentence_are_found(
    alice: User, indexed: Indexed
) -> None:
    indexed("您好。", "我上个月买的理财产品，利率调整了吗？", "请稍等。")
    assert shown(found_by(alice, "利率")) == ["我上个月买的理财产品，[利率]调整了吗？"]
    assert shown(found_by(alice, "财产")) == ["我上个月买的理[财产]品，利率调整了吗？"]
    assert not found_by(alice, "品利").groups


def test_one_character_and_latin_and_numbers_are_found(
    alice: User, indexed: Indexed
) -> None:
    indexed("请VIP客户张女士支付1,299元", "打開電話")
    assert shown(found_by(alice, "张")) == ["请VIP客户[张]女士支付1,299元"]
    assert shown(found_by(alice, "vip客户")) == ["请[VIP客户]张女士支付1,299元"]
    assert shown(found_by(alice, "ＶＩＰ 1299元")) == ["请[VIP]客户张女士支付[1,299元]"]
    assert shown(found_by(alice, "电话")) == ["打開[電話]"]
    assert shown(found_by(alice, "299")) == ["请VIP客户张女士支付1,[299]元"]
    assert not found_by(alice, "29 9元支").groups


def test_all_terms_must_be_there_and_quotes_want_them_adjacent(
    alice: User, indexed: Indexed
) -> None:
    indexed("退款", "要投诉")
    indexed("投诉退款")
    indexed("退款")
    assert shown(found_by(alice, "退款 投诉")) == ["[投诉退款]", "[退款]", "要[投诉]"]
    assert shown(found_by(alice, "“投诉 退款”")) == ["[投诉退款]"]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("退款 (投诉 OR 抱歉)", {"甲", "乙"}),
        ("退款 (投诉 OR 非常抱歉)", {"甲", "乙"}),
        ("我要退款 (投诉 OR 非常抱歉) -您好", {"甲"}),
        ("(投诉 OR 抱歉) (退款 OR 退货)", {"甲", "乙", "丁"}),
        ("退款 -(投诉 OR 抱歉)", {"丙"}),
        ("退款 -非常抱歉", {"甲", "丙"}),
        ("-退款", {"丁"}),
        ("tag:重要 OR 退货", {"丙", "丁"}),
        ("退款 (tag:重要 OR 抱歉)", {"乙", "丙"}),
        ("speaker:客服 抱歉", set()),
    ],
)
def test_choices_and_negations_combine(
    alice: User, sales: Department, indexed: Indexed, typed: str, found: set[str]
) -> None:
    indexed("我要退款", "投诉", title="甲")
    indexed("您好我要退款", "非常抱歉", title="乙")
    third = indexed("我要退款", title="丙").recording
    indexed("退货", "投诉", title="丁")
    third.tags.add(Tag.objects.create(department=sales, name="重要"))
    page = found_by(alice, typed)
    assert {group.recording.title for group in page.groups} == found
    assert page.total == len(found)


def test_spoken_and_written_numbers_are_both_found(
    alice: User, indexed: Indexed
) -> None:
    transcript = indexed("价格是1299元")
    Segment.objects.update(
        text_raw="价格是一千两百九十九元",
        itn_map=[[3, 11, 3, 8]],
        words=[
            {"text": "价格", "start_ms": 0, "end_ms": 400},
            {"text": "是", "start_ms": 400, "end_ms": 600},
            {"text": "一千两百九十九元", "start_ms": 900, "end_ms": 2000},
        ],
    )
    index_transcript(transcript)
    assert shown(found_by(alice, "1299元")) == ["价格是[1299元]"]
    page = found_by(alice, "九十九元")
    assert shown(page) == ["价格是12[99元]|价格是一千两百[九十九元]"]
    assert page.groups[0].hits[0].start_ms == 900
    assert found_by(alice, "1299").groups[0].hits[0].start_ms == 900


def test_a_segment_boundary_hides_no_phrase(alice: User, indexed: Indexed) -> None:
    indexed("麻烦帮我转人工智", "能客服吧")
    page = found_by(alice, "人工智能")
    assert shown(page) == ["麻烦帮我转[人工智]/[能]客服吧"]
    assert page.total == 1
    assert found_by(alice, "转人工").total == 1


def test_another_department_finds_nothing(
    alice: User, charlie: User, support: Department, indexed: Indexed
) -> None:
    indexed("退款")
    other = indexed("退款", department=support)
    assert found_by(alice, "退款").total == 1
    assert found_by(charlie, "退款").groups[0].recording == other.recording
    assert not found_by(alice, "退款", recording=other.recording.uuid).groups


def test_an_index_row_in_the_wrong_department_leaks_nothing(
    alice: User, support: Department, indexed: Indexed
) -> None:
    transcript = indexed("退款")
    Recording.objects.update(department=support)
    assert found_by(alice, "退款").total == 0
    Recording.objects.update(department=transcript.department)
    assert found_by(alice, "退款").total == 1


def test_only_current_transcripts_of_kept_recordings_are_found(
    alice: User, indexed: Indexed
) -> None:
    first = indexed("退款")
    recording = first.recording
    Transcript.objects.update(is_current=False)
    index_transcript(make_transcript(recording, ["投诉"]))
    assert found_by(alice, "退款").total == 0
    assert found_by(alice, "投诉").total == 1
    drop_from_index(recording)
    assert found_by(alice, "投诉").total == 0
    current = recording.transcripts.get(is_current=True)
    index_transcript(current)
    Recording.objects.update(deleted_at=timezone.now())
    assert found_by(alice, "投诉").total == 0
    current.refresh_from_db()
    index_transcript(current)
    Recording.objects.update(deleted_at=None)
    assert found_by(alice, "投诉").total == 0


def test_a_correction_is_searched_at_once_and_over_the_boundary(
    alice: User, indexed: Indexed
) -> None:
    transcript = indexed("请转仁公", "智能客服")
    segment = transcript.segments.get(index=0)
    segment.text = "请转人工"
    segment.edited_at = timezone.now()
    segment.save()
    reindex_segment(segment)
    assert shown(found_by(alice, "人工智能")) == ["请转[人工]/[智能]客服"]
    assert found_by(alice, "仁公").total == 0
    assert found_by(alice, "客服").total == 1


def test_a_search_that_cannot_be_asked_has_a_sentence(alice: User) -> None:
    with translation.override("en"), pytest.raises(Refused) as refused:
        found_by(alice, "，")
    assert refused.value.code == "query_empty"
    assert "at least one character" in refused.value.sentence


def test_hostile_queries_are_only_words(alice: User, indexed: Indexed) -> None:
    indexed("退款")
    for typed in (
        "退款' OR 1=1 --",
        '退款"*',
        "d1 退款",
        "NEAR(退款 x, 5)",
        "退款\x00",
    ):
        with suppress(Refused):
            found_by(alice, typed)
    assert found_by(alice, "退款* ^").total == 1


def test_searches_are_audited(alice: User, sales: Department) -> None:
    found_by(alice, " 退款 ")
    event = AuditEvent.objects.get()
    assert (event.action, event.object_name) == ("search", "退款")
    assert event.department == sales
    assert event.detail == {"hits": 0}


def test_their_entries_say_what_they_were_narrowed_to(
    alice: User, indexed: Indexed
) -> None:
    recording = indexed("我要退款").recording
    found_by(
        *(alice, "退款"),
        since=date(2026, 3, 1),
        uploader=alice,
        language="zh",
        recording=recording.uuid,
    )
    with translation.override("zh-hans"):
        said = describe(AuditEvent.objects.get().detail)
    # PostgreSQL keeps the keys of JSON in an order of its own.
    assert set(said.split("；")) == {
        *("命中：0", "从：2026-03-01", "上传人：alice", "语言：中文"),
        f"录音：{recording.title}",
    }


def test_a_role_without_the_right_gets_403(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(roles.CAPABILITIES, roles.Role.MEMBER, frozenset())
    with pytest.raises(PermissionDenied):
        found_by(alice, "退款")


def test_an_agent_is_found_by_the_name_of_today_and_by_the_one_of_then(
    alice: User, bob: User, indexed: Indexed
) -> None:
    bob.display_name = "王芳"
    bob.save()
    call = make_recording(membership(bob).department, agent="王芳")
    call.agent_member = membership(bob)
    call.save()
    index_recording(call)
    bob.display_name = "欧阳芳"
    bob.save()

    def found_in(query: str) -> list[tuple[str, str]]:
        with translation.override("en"):
            return [
                (hit.label, mark(hit.parts))
                for group in found_by(alice, query).groups
                for hit in group.about
            ]

    assert found_in("欧阳") == [("Agent", "[欧阳]芳")]
    assert found_in("芳") == [("Agent", "欧阳[芳]")]
    assert found_in("王芳") == [("Agent, called then", "[王芳]")]


def test_words_anywhere_in_the_call_may_be_the_agents_name(
    alice: User, bob: User, indexed: Indexed
) -> None:
    bob.display_name = "欧阳芳"
    bob.save()
    call = indexed("退款", agent="王芳").recording
    Recording.objects.update(agent_member=membership(bob))
    for typed in ("欧阳 退款", "scope:call 欧阳 退款"):
        assert [group.recording for group in found_by(alice, typed).groups] == [call]
    assert not found_by(alice, "scope:sentence 欧阳 退款").groups
