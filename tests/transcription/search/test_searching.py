"""Searching through the service, on whichever database the tests run on."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone, translation
from pytest_django import DjangoAssertNumQueries

from accounts import roles
from accounts.models.audit.events import AuditEvent
from accounts.models.departments import Department
from accounts.models.people import User
from accounts.services.audit.writing import SYSTEM
from accounts.services.refusal import Refused
from tests.factories import make_recording, make_transcript
from tests.people import membership
from transcription.models.recordings import Recording, Tag
from transcription.models.transcripts import Segment, Transcript
from transcription.services.recordings.archive import archive
from transcription.services.search import searching as service
from transcription.services.search.filters import RecordingFilters
from transcription.services.search.index import (
    drop_from_index,
    index_transcript,
    reindex_segment,
)
from transcription.services.search.searching import (
    Cursor,
    SearchPage,
    search_segments,
)

pytestmark = pytest.mark.django_db

Indexed = Callable[..., Transcript]


@pytest.fixture
def indexed(sales: Department) -> Indexed:
    """Makes a recording with a transcript of these texts, in the index."""

    def make(*texts: str, department: Department = sales, **over: Any) -> Transcript:
        transcript = make_transcript(make_recording(department, **over), texts)
        index_transcript(transcript)
        return transcript

    return make


def found_by(user: User, query: str, **filters: Any) -> SearchPage:
    return search_segments(
        membership=membership(user),
        origin=SYSTEM,
        query=query,
        filters=RecordingFilters(**filters),
    )


def shown(page: SearchPage) -> list[str]:
    """Each hit as text with [hits], its lead before ``/``, raw words after ``|``."""

    def mark(parts: list[tuple[str, bool]]) -> str:
        return "".join(f"[{text}]" if is_hit else text for text, is_hit in parts)

    lines = []
    for group in page.groups:
        for hit in group.hits:
            lead = f"{mark(hit.lead)}/" if hit.lead else ""
            raw = f"|{mark(hit.raw_parts)}" if hit.raw_parts else ""
            lines.append(f"{lead}{mark(hit.parts)}{raw}")
    return lines


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
    assert not found_by(alice, "299").groups


def test_all_terms_must_be_there_and_quotes_want_them_adjacent(
    alice: User, indexed: Indexed
) -> None:
    indexed("退款要投诉", "投诉退款", "退款")
    assert len(shown(found_by(alice, "退款 投诉"))) == 2
    assert shown(found_by(alice, "“投诉 退款”")) == ["[投诉退款]"]


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
    assert shown(page) == ["价格是1299元|价格是一千两百[九十九元]"]
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


def test_newest_recordings_come_first_and_hits_in_order(
    alice: User, indexed: Indexed
) -> None:
    old = indexed("退款一", "嗯", "退款二").recording
    new = indexed("退款三").recording
    page = found_by(alice, "退款")
    assert [group.recording for group in page.groups] == [new, old]
    assert shown(page) == ["[退款]三", "[退款]一", "[退款]二"]
    assert (page.total, page.is_capped, page.next) == (3, False, None)


def test_pages_of_recordings_are_stable(
    alice: User, indexed: Indexed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "RECORDINGS_PER_PAGE", 2)
    made = [indexed("退款", "退款").recording for _ in range(5)][::-1]
    seen: list[Recording] = []
    cursor: Cursor | None = None
    for total in (10, 11, 11):
        page = search_segments(
            membership=membership(alice), origin=SYSTEM, query="退款", cursor=cursor
        )
        assert page.total == total
        seen += [group.recording for group in page.groups]
        if cursor is None:
            indexed("退款")  # an arrival in between moves nothing
        cursor = page.next
    assert seen == made
    assert cursor is None


def test_many_hits_in_one_recording_are_counted_and_can_be_paged(
    alice: User, indexed: Indexed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "HITS_PER_PAGE", 4)
    recording = indexed(*[f"退款{n}" for n in range(7)]).recording
    (group,) = found_by(alice, "退款").groups
    assert (len(group.hits), group.hit_count, group.hidden_count) == (3, 7, 4)
    first = found_by(alice, "退款", recording=recording.uuid)
    assert [hit.index for hit in first.groups[0].hits] == [0, 1, 2, 3]
    second = search_segments(
        membership=membership(alice),
        origin=SYSTEM,
        query="退款",
        filters=RecordingFilters(recording=recording.uuid),
        cursor=first.next,
    )
    assert [hit.index for hit in second.groups[0].hits] == [4, 5, 6]
    assert (second.total, second.next) == (7, None)


def test_counting_stops_at_the_cap(
    alice: User, indexed: Indexed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "COUNT_CAP", 3)
    indexed(*["退款"] * 2)
    newest = indexed(*["退款"] * 5).recording
    page = found_by(alice, "退款")
    assert (page.total, page.is_capped) == (3, True)
    (group,) = page.groups
    assert (group.recording, group.hit_count, group.is_capped) == (newest, 4, True)
    following = search_segments(
        membership=membership(alice), origin=SYSTEM, query="退款", cursor=page.next
    )
    assert [group.hit_count for group in following.groups] == [2]


def test_filters_narrow(alice: User, bob: User, indexed: Indexed) -> None:
    plain = indexed("退款").recording
    call = indexed(
        "退款",
        uploaded_by=bob,
        agent="王芳",
        recorded_at=datetime(2026, 3, 1, 16, 30, tzinfo=UTC),  # 2 March in Shanghai
    ).recording
    tag = Tag.objects.create(department=call.department, name="投诉")
    call.tags.add(tag)
    Transcript.objects.filter(recording=call).update(language="en")

    def found(**filters: Any) -> list[Recording]:
        return [group.recording for group in found_by(alice, "退款", **filters).groups]

    assert found(agent="王") == [call]
    assert found(agent="%") == []
    assert found(tag=tag) == [call]
    assert found(uploader=bob) == [call]
    assert found(language="zh") == [plain]
    assert found(recording=plain.uuid) == [plain]
    assert found(since=date(2026, 3, 2), until=date(2026, 3, 2)) == [call]
    assert found(since=date(2026, 3, 3)) == [plain]
    assert found(until=date(2026, 3, 1)) == []


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
    assert index_transcript(current) == 0


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
        found_by(alice, typed)
    assert found_by(alice, "退款* ^").total == 1


def test_searches_are_audited(alice: User, sales: Department) -> None:
    found_by(alice, " 退款 ")
    event = AuditEvent.objects.get()
    assert (event.action, event.object_name) == ("search", "退款")
    assert event.department == sales
    assert event.detail == {"hits": 0}


def test_a_role_without_the_right_gets_403(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(roles.CAPABILITIES, roles.Role.MEMBER, frozenset())
    with pytest.raises(PermissionDenied):
        found_by(alice, "退款")


def test_a_page_costs_the_same_however_many_hits_it_shows(
    alice: User, indexed: Indexed, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(10):
        indexed(*["退款"] * 5)
    member = membership(alice)
    with django_assert_num_queries(5):
        search_segments(membership=member, origin=SYSTEM, query="退款")


def test_the_archive_and_the_search_narrow_alike(
    indexed: Indexed, sales: Department, support: Department, alice: User, bob: User
) -> None:
    tag = Tag.objects.create(department=sales, name="投诉")
    long_ago = timezone.now() - timedelta(days=10)
    first = indexed("退款", title="理财 100%", agent="王_芳", uploaded_by=alice)
    first.recording.tags.add(tag)
    indexed("退款", title="咨询", phone_number="138", uploaded_by=bob)
    old = indexed("退款", recorded_at=long_ago, agent="王芳")
    Transcript.objects.filter(pk=old.pk).update(language="en")
    indexed("退款", department=support, agent="王芳")
    today = timezone.localdate()
    for filters, count in (
        (RecordingFilters(), 3),
        (RecordingFilters(title="100%"), 1),
        (RecordingFilters(title="38"), 1),
        (RecordingFilters(since=today), 2),
        (RecordingFilters(until=today - timedelta(days=1)), 1),
        (RecordingFilters(status="succeeded"), 3),
        (RecordingFilters(status="active"), 0),
        (RecordingFilters(uploader=bob), 1),
        (RecordingFilters(agent="王"), 2),
        (RecordingFilters(agent="_"), 1),
        (RecordingFilters(tag=tag), 1),
        (RecordingFilters(language="en"), 1),
        (RecordingFilters(language="en", agent="王"), 1),
        (RecordingFilters(recording=first.recording.uuid), 1),
        (RecordingFilters(recording=first.recording.uuid, agent="李"), 0),
    ):
        page = search_segments(
            membership=membership(alice), origin=SYSTEM, query="退款", filters=filters
        )
        found = {group.recording for group in page.groups}
        assert found == set(archive(sales, filters)), filters
        assert len(found) == count, filters
