from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models.audit.events import AuditAction, AuditEvent
from accounts.models.departments import Department
from accounts.models.people import User
from accounts.services.audit.writing import SYSTEM, Origin
from tests.factories import make_recording, make_transcript
from tests.people import membership, supervisor_of
from transcription.models.hotwords.dismissals import HotwordDismissal
from transcription.models.hotwords.lists import HotwordList
from transcription.models.recordings import Recording
from transcription.models.transcripts import Segment
from transcription.services.hotwords.drafts import draft_lines
from transcription.services.hotwords.lists import add_words, create_list
from transcription.services.hotwords.proposals import propose_words
from transcription.services.hotwords.suggestions import (
    dismiss_word,
    dismiss_words,
    suggest_words,
)
from transcription.services.transcripts.corrections import (
    correct_segment,
    undo_correction,
    undo_hotword,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
Browser = Callable[[User], Client]
PAGE = "/d/sales/hotwords/suggestions/"


@pytest.fixture
def recording(sales: Department, alice: User) -> Recording:
    return corrected(sales, alice)


def corrected(department: Department, user: User) -> Recording:
    """A recording in which somebody wrote 金葵花卡 twice."""
    recording = make_recording(department, user)
    make_transcript(recording, ["办金魁花卡吗", "好的", "金奎花卡的年费"])
    for index, text in ((0, "办金葵花卡吗"), (2, "金葵花卡的年费")):
        correct_segment(
            segment=segment_of(recording, index),
            membership=membership(user),
            origin=SYSTEM,
            text=text,
        )
    return recording


def segment_of(recording: Recording, index: int) -> Segment:
    return Segment.objects.get(transcript__recording=recording, index=index)


def suggested(department: Department) -> list[str]:
    found = suggest_words(membership=supervisor_of(department), origin=SYSTEM)
    return [suggestion.text for suggestion in found]


def test_what_corrections_bring_in_twice_is_suggested_with_sentences(
    sales: Department, support: Department, recording: Recording
) -> None:
    (found,) = suggest_words(membership=supervisor_of(sales), origin=SYSTEM)
    assert (found.text, found.count) == ("金葵花卡", 2)
    assert {segment.text for segment in found.examples} == {
        "办金葵花卡吗",
        "金葵花卡的年费",
    }
    assert suggested(support) == []
    event = AuditEvent.objects.filter(action=AuditAction.SEARCH).first()
    assert event and event.department == support
    assert event.detail == {"from_corrections": True, "hits": 0}


def test_a_correction_that_is_gone_suggests_nothing(
    sales: Department, recording: Recording
) -> None:
    recording.deleted_at = timezone.now()
    recording.save()
    assert suggested(sales) == []
    recording.deleted_at = None
    recording.save()
    assert suggested(sales) == ["金葵花卡"]
    undo_correction(segment=segment_of(recording, 0), origin=SYSTEM)
    assert suggested(sales) == []


def test_what_a_list_has_or_somebody_proposed_is_not_suggested(
    sales: Department,
    alice: User,
    recording: Recording,
    company: HotwordList,
    support: Department,
) -> None:
    others = create_list(department=support, origin=SYSTEM, name="别人")
    add_words(hotword_list=others, origin=SYSTEM, text="金葵花卡")
    assert suggested(sales) == ["金葵花卡"]
    propose_words(
        hotword_list=company,
        department=sales,
        proposer=alice,
        origin=SYSTEM,
        text="金葵花卡",
        reason="",
    )
    assert suggested(sales) == []
    company.proposals.all().delete()
    add_words(hotword_list=company, origin=SYSTEM, text="金葵花卡")
    assert suggested(sales) == []


def test_a_dismissal_is_remembered(
    sales: Department, carol: User, recording: Recording
) -> None:
    origin = Origin(user=carol)
    assert dismiss_word(department=sales, origin=origin, text="金葵花卡")
    assert not dismiss_word(department=sales, origin=origin, text="金葵花卡")
    assert not dismiss_word(department=sales, origin=origin, text="<坏>")
    assert suggested(sales) == []
    event = AuditEvent.objects.filter(action=AuditAction.HOTWORDS).get()
    assert (event.object_name, event.detail) == ("金葵花卡", {"dismissed": True})


def test_an_admin_takes_a_suggestion_into_a_draft(
    carol: User, client_of: Browser, recording: Recording, products: HotwordList
) -> None:
    client = client_of(carol)
    page = client.get(PAGE).content.decode()
    assert "in 2 corrected sentences" in page
    assert f"/recordings/{recording.uuid}/media/" in page
    sent = {"text": "金葵花卡", "list": str(products.uuid)}
    page = client.post(f"{PAGE}accept/", sent, follow=True).content.decode()
    assert "“金葵花卡” is in the draft of “产品”" in page
    assert "Nothing to suggest" in page
    assert products.hotwords.filter(text="金葵花卡").exists()
    page = client.post(f"{PAGE}accept/", sent, follow=True).content.decode()
    assert "Already in the list." in page


def test_a_suggestion_is_dismissed_on_the_page(
    carol: User, client_of: Browser, recording: Recording
) -> None:
    client = client_of(carol)
    assert "Make a list first" in client.get(PAGE).content.decode()
    sent = {"text": "金葵花卡"}
    page = client.post(f"{PAGE}dismiss/", sent, follow=True).content.decode()
    assert "will not be suggested again" in page
    assert "Nothing to suggest" in page


def test_a_suggestion_goes_into_no_list_of_others(
    carol: User, client_of: Browser, company: HotwordList, support: Department
) -> None:
    others = create_list(department=support, origin=SYSTEM, name="别人")
    client = client_of(carol)
    for item in (company, others):
        sent = {"text": "金葵花卡", "list": str(item.uuid)}
        assert client.post(f"{PAGE}accept/", sent).status_code == 404
    for odd in ("", "x", "\x00"):
        response = client.post(
            f"{PAGE}accept/", {"text": "词", "list": odd}, follow=True
        )
        assert "Choose a list" in response.content.decode()


def test_the_page_costs_few_queries(
    carol: User,
    client_of: Browser,
    recording: Recording,
    sales: Department,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for _more in range(5):
        corrected(sales, carol)
    client = client_of(carol)
    with django_assert_max_num_queries(16):  # one for the banner
        client.get(PAGE)


def test_what_was_recognised_in_the_place_of_a_hotword_is_not_suggested(
    sales: Department, alice: User
) -> None:
    transcript = make_transcript(make_recording(sales), ["在一网通办选"] * 3)
    hit = {"text": "一网通办", "heard": "以往同伴", "start": 1, "end": 5}
    transcript.segments.update(hotwords=[hit])
    for segment in transcript.segments.all():
        undo_hotword(
            segment=segment, membership=membership(alice), origin=SYSTEM, number=0
        )
    assert suggested(sales) == []


def test_several_suggestions_are_answered_at_once(
    carol: User, client_of: Browser, sales: Department, products: HotwordList
) -> None:
    client = client_of(carol)

    def sent(*chosen: str, **data: str) -> str:
        data |= {"list": str(products.uuid)}
        form: dict[str, object] = {**data, "suggestion": list(chosen)}
        response = client.post(f"{PAGE}answer/", form, follow=True)
        return response.content.decode()

    assert "No suggestion was chosen." in sent("odd", "span:x:词", decision="accept")
    spelled = {"as:word::金葵花咔": "金葵花卡"}
    page = sent("word::金葵花咔", "word::云帆", decision="accept", **spelled)
    assert "2 words are taken." in page
    assert draft_lines(products)[-2:] == ["金葵花卡", "云帆"]
    page = sent("word::这里", "word::那里", decision="dismiss")
    assert "2 words will not be suggested again." in page
    dismissed = HotwordDismissal.objects.filter(department=sales)
    assert sorted(dismissed.values_list("text", flat=True)) == ["这里", "那里"]
    events = AuditEvent.objects.filter(action=AuditAction.HOTWORDS).order_by("-pk")
    assert {(event.object_name, *event.detail) for event in events[:2]} == {
        ("这里", "dismissed"),
        ("那里", "dismissed"),
    }


def test_who_may_propose_dismisses_nothing(
    alice: User, client_of: Browser, sales: Department, products: HotwordList
) -> None:
    client = client_of(alice)
    sent = {"suggestion": ["word::云帆"], "list": str(products.uuid)}
    answer = client.post(f"{PAGE}answer/", sent | {"decision": "dismiss"})
    assert answer.status_code == 403
    client.post(f"{PAGE}answer/", sent | {"decision": "accept"})
    assert products.proposals.get().text == "云帆"
    assert "云帆" not in draft_lines(products)


def test_many_dismissals_cost_as_many_queries_as_one(sales: Department) -> None:
    counts = []
    for texts in (["甲一"], [f"乙{n}号" for n in range(40)]):
        with CaptureQueriesContext(connection) as captured:
            dismiss_words(department=sales, origin=SYSTEM, texts=texts)
        counts.append(len(captured))
    assert counts[0] == counts[1]
