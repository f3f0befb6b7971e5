"""What the recogniser guessed at in one recording after another, as suggestions."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models.audit.events import AuditAction, AuditEvent
from accounts.models.departments import Department
from accounts.models.people import User
from accounts.roles import Role
from accounts.services.audit.writing import SYSTEM, Origin
from tests.factories import make_recording, make_transcript
from tests.people import join, make_user, membership, supervisor_of
from transcription.models.hotwords.dismissals import HotwordDismissal
from transcription.models.hotwords.lists import HotwordList
from transcription.models.hotwords.proposals import HotwordProposal
from transcription.models.hotwords.uncertain import UncertainReading, UncertainSpan
from transcription.models.transcripts import Segment
from transcription.services.hotwords.lists import add_words
from transcription.services.hotwords.proposals import propose_words
from transcription.services.hotwords.uncertain import (
    EVERY,
    Answer,
    UncertainWord,
    answer_uncertain_words,
    read_uncertain_words,
    uncertain_words,
)
from transcription.services.transcripts.corrections import correct_segment

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
Browser = Callable[[User], Client]
PAGE = "/d/sales/hotwords/suggestions/"

WORDS = (
    [("办", 1.0), ("金魁", 0.4), ("花卡", 0.5), ("吗", 1.0)],
    [("我的", 1.0), ("金奎", 0.3), ("花卡", 0.4), ("年费", 1.0)],
    [("金", 0.5), ("葵花", 0.5), ("卡", 0.5), ("怎么", 1.0), ("还", 1.0)],
)


def recognised(
    department: Department, *sentences: list[tuple[str, float]]
) -> list[Segment]:
    """Each in a recording of its own."""
    made = []
    for words in sentences:
        text = "".join(word for word, _ in words)
        transcript = make_transcript(make_recording(department), [text])
        segment = transcript.segments.get()
        segment.words = [
            {
                "text": word,
                "start_ms": 300 * place,
                "end_ms": 300 * place + 300,
                "confidence": confidence,
            }
            for place, (word, confidence) in enumerate(words)
        ]
        segment.save()
        made.append(segment)
    return made


def read_all() -> None:
    """As an hour later, every department."""
    UncertainReading.objects.update(read_at=timezone.now() - 2 * EVERY)
    while read_uncertain_words():
        pass


def shown(department: Department) -> list[UncertainWord]:
    return uncertain_words(membership=supervisor_of(department), origin=SYSTEM)


@pytest.fixture
def segments(sales: Department) -> list[Segment]:
    segments = recognised(sales, *WORDS)
    read_all()
    return segments


def test_what_was_guessed_at_is_suggested_with_sentences(
    sales: Department, support: Department, segments: list[Segment]
) -> None:
    recognised(support, *WORDS[:2])
    read_all()
    (word,) = shown(sales)
    assert word.recordings == 3
    assert {word.text, *word.others} == {"金魁花卡", "金奎花卡", "金葵花卡"}
    first = word.examples[0]
    assert (first.segment, first.before, first.recognised, first.after) == (
        segments[2],
        "",
        "金葵花卡",
        "怎么还",
    )
    assert shown(support) == []
    event = AuditEvent.objects.filter(action=AuditAction.SEARCH).first()
    assert event and event.department == support
    assert event.detail == {"from_uncertain": True, "hits": 0}


def test_only_what_people_may_read_is_shown(
    sales: Department, bob: User, segments: list[Segment]
) -> None:
    recording = segments[0].transcript.recording
    recording.deleted_at = timezone.now()
    recording.save()
    assert shown(sales) == []
    recording.deleted_at = None
    recording.save()
    assert len(shown(sales)) == 1
    correct_segment(
        segment=segments[1],
        membership=membership(bob),
        origin=SYSTEM,
        text="我的金葵花卡年费",
    )
    assert shown(sales) == []


def test_a_text_that_changed_since_is_not_cut_at_the_old_place(
    sales: Department, segments: list[Segment]
) -> None:
    Segment.objects.filter(pk=segments[0].pk).update(text_raw="请办金葵花卡吗")
    assert shown(sales) == []


def test_what_stood_in_a_sentence_goes_with_it(
    sales: Department, segments: list[Segment]
) -> None:
    span = UncertainSpan.objects.get()
    segments[0].delete()
    assert span.places.count() == 2


def test_words_of_lists_and_their_variants_are_known_by_sound(
    sales: Department, products: HotwordList, company: HotwordList
) -> None:
    recognised(sales, *WORDS)
    add_words(hotword_list=company, origin=SYSTEM, text="信用卡 | 金葵花卡")
    read_all()
    assert shown(sales) == []


def test_a_word_that_is_put_into_a_list_is_no_longer_suggested(
    sales: Department,
    bob: User,
    segments: list[Segment],
    products: HotwordList,
    company: HotwordList,
) -> None:
    assert len(shown(sales)) == 1
    propose_words(
        hotword_list=products,
        department=sales,
        proposer=bob,
        origin=SYSTEM,
        text="金葵花卡",
        reason="",
    )
    assert shown(sales) == []
    HotwordProposal.objects.all().delete()
    assert len(shown(sales)) == 1
    add_words(hotword_list=company, origin=SYSTEM, text="信用卡 | 招行金魁花卡")
    assert shown(sales) == []


def test_a_department_is_read_once_an_hour_and_only_after_new_transcripts(
    sales: Department, support: Department
) -> None:
    recognised(sales, *WORDS)
    assert read_uncertain_words()
    assert not read_uncertain_words()
    recognised(sales, WORDS[0])
    assert not read_uncertain_words()
    UncertainReading.objects.update(read_at=timezone.now() - EVERY - timedelta(1))
    assert read_uncertain_words()
    UncertainReading.objects.update(read_at=timezone.now() - EVERY - timedelta(1))
    assert not read_uncertain_words()


def test_a_dismissal_is_remembered_by_sound(
    sales: Department, support: Department, carol: User, segments: list[Segment]
) -> None:
    (word,) = shown(sales)
    origin = Origin(user=carol)

    def dismiss(department: Department) -> list[str]:
        return answer_uncertain_words(
            department=department,
            origin=origin,
            pks=[word.pk],
            answer=Answer.DISMISSED,
        )

    assert dismiss(support) == []
    assert dismiss(sales) == [word.text]
    assert dismiss(sales) == []
    assert shown(sales) == []
    recognised(sales, *[[("金盔", 0.4), ("花卡", 0.4)]] * 4)  # spelled in a new way
    read_all()
    assert shown(sales) == []
    event = AuditEvent.objects.filter(action=AuditAction.HOTWORDS).get()
    assert event.detail == {"dismissed": True}


def test_an_admin_writes_it_rightly_and_takes_it_into_a_draft(
    sales: Department,
    carol: User,
    client_of: Browser,
    products: HotwordList,
    segments: list[Segment],
) -> None:
    client = client_of(carol)
    page = client.get(PAGE).content.decode()
    assert "in 3 recordings" in page
    assert f"/recordings/{segments[2].transcript.recording.uuid}/media/" in page
    (word,) = shown(sales)
    sent = {"text": "招行金葵花", "list": str(products.uuid), "span": str(word.pk)}
    page = client.post(f"{PAGE}accept/", sent, follow=True).content.decode()
    assert "“招行金葵花” is in the draft of “产品”" in page
    assert "Nothing was doubtful again and again" in page
    assert products.hotwords.filter(text="招行金葵花").exists()
    read_all()  # the accepted word sounds otherwise: it is remembered all the same
    assert shown(sales) == []
    assert HotwordDismissal.objects.get().sound


def test_a_word_that_the_list_has_already_is_settled(
    sales: Department,
    carol: User,
    client_of: Browser,
    products: HotwordList,
    segments: list[Segment],
) -> None:
    (word,) = shown(sales)
    sent = {"text": "理财", "list": str(products.uuid), "span": str(word.pk)}
    page = client_of(carol).post(f"{PAGE}accept/", sent, follow=True)
    assert "Already in the list." in page.content.decode()
    assert shown(sales) == []
    event = AuditEvent.objects.filter(action=AuditAction.HOTWORDS).first()
    assert event and event.actor == carol
    assert (event.object_name, event.detail) == (word.text, {"settled": True})


def test_a_word_that_cannot_be_taken_stays_suggested(
    sales: Department,
    carol: User,
    client_of: Browser,
    products: HotwordList,
    segments: list[Segment],
) -> None:
    (word,) = shown(sales)
    sent = {"text": "<坏>", "list": str(products.uuid), "span": str(word.pk)}
    client_of(carol).post(f"{PAGE}accept/", sent)
    assert shown(sales) == [word]


def test_a_member_proposes_it(
    sales: Department,
    bob: User,
    client_of: Browser,
    products: HotwordList,
    company: HotwordList,
    segments: list[Segment],
) -> None:
    client = client_of(bob)
    page = client.get(PAGE).content.decode()
    assert "Dismiss" not in page and str(company.uuid) in page
    (word,) = shown(sales)
    sent = {"text": "金葵花卡", "list": str(products.uuid), "span": str(word.pk)}
    page = client.post(f"{PAGE}accept/", sent, follow=True).content.decode()
    assert "“金葵花卡” is proposed for “产品”." in page
    assert HotwordProposal.objects.get().proposed_by == bob
    assert not products.hotwords.filter(text="金葵花卡").exists()
    assert shown(sales) == []
    assert client.post(f"{PAGE}dismiss/", {"span": "1"}).status_code == 403


def test_a_member_decides_nothing_for_the_department_by_a_word_that_is_there(
    sales: Department,
    bob: User,
    client_of: Browser,
    products: HotwordList,
    segments: list[Segment],
) -> None:
    (word,) = shown(sales)
    sent = {"text": "理财", "list": str(products.uuid), "span": str(word.pk)}
    client_of(bob).post(f"{PAGE}accept/", sent)
    assert shown(sales) == []
    event = AuditEvent.objects.filter(action=AuditAction.HOTWORDS).first()
    assert event and event.actor == bob
    assert (event.object_name, event.detail) == (word.text, {"put_aside": True})
    assert not HotwordDismissal.objects.exists()
    recognised(sales, WORDS[0])
    read_all()
    assert len(shown(sales)) == 1


def test_auditors_and_strangers_do_not_see_it(
    sales: Department, client_of: Browser, segments: list[Segment]
) -> None:
    auditor = join(make_user("audit"), sales, Role.AUDITOR)
    assert client_of(auditor).get(PAGE).status_code == 403


@pytest.mark.parametrize("span", ["x", "-1", "0", "9" * 30, "²", "\x00"])
def test_a_span_that_cannot_be_is_no_error_of_ours(
    carol: User, client_of: Browser, products: HotwordList, span: str
) -> None:
    client = client_of(carol)
    sent = {"text": "词语", "list": str(products.uuid), "span": span}
    assert client.post(f"{PAGE}accept/", sent).status_code == 302
    assert client.post(f"{PAGE}dismiss/", {"span": span}).status_code == 302


def test_the_page_costs_few_queries(
    sales: Department,
    carol: User,
    client_of: Browser,
    segments: list[Segment],
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    recognised(sales, *[[("卓", 0.4), ("翊", 0.4)]] * 5)
    read_all()
    client = client_of(carol)
    with django_assert_max_num_queries(19):
        client.get(PAGE)
