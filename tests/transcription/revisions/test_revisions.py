"""A hotword that comes late: found by sound, put in, taken out again."""

from typing import Any

import pytest

from accounts.models.audit.events import AuditAction, AuditEvent
from accounts.models.departments import Department
from accounts.models.people import User
from accounts.services.audit.writing import SYSTEM, Origin
from accounts.services.refusal import Refused
from tests.factories import make_recording, make_transcript
from tests.people import membership
from transcription.models.revisions import HotwordRevision
from transcription.models.transcripts import Segment
from transcription.services.revisions import matches
from transcription.services.revisions.matches import ArchivePage, find_in_archive
from transcription.services.revisions.revisions import (
    checked_word,
    revise,
    undo_revision,
)
from transcription.services.search.index import index_transcript
from transcription.services.search.searching import search_segments
from transcription.services.transcripts.corrections import correct_segment

pytestmark = pytest.mark.django_db

WORD = checked_word("稳健增利")


def archived(department: Department, *texts: str) -> list[Segment]:
    transcript = make_transcript(make_recording(department), list(texts))
    index_transcript(transcript)
    return list(transcript.segments.all())


def find(user: User, below: int | None = None) -> ArchivePage:
    return find_in_archive(
        membership=membership(user), origin=SYSTEM, word=WORD, below=below
    )


def found(user: User) -> list[str]:
    return [proposal.text for proposal in find(user).proposals]


def put_in(user: User, *segments: Segment) -> HotwordRevision:
    return revise(
        membership=membership(user),
        origin=Origin(user=user),
        word=WORD,
        segment_ids=[segment.pk for segment in segments],
    )


def texts(*segments: Segment) -> list[str]:
    for segment in segments:
        segment.refresh_from_db()
    return [segment.text for segment in segments]


def test_sentences_that_sound_like_the_word_are_found_newest_recordings_first(
    sales: Department, support: Department, alice: User
) -> None:
    archived(sales, "买了稳健曾立", "没有关系", "稳健增利", "买稳定增利吧")
    archived(support, "买了稳健曾立")
    archived(sales, "又买稳健曾立")
    assert found(alice) == ["又买稳健增利", "买了稳健增利", "买稳健增利吧"]


def sure_of(segment: Segment, *words: tuple[str, float]) -> None:
    at = 0
    segment.words = []
    for text, confidence in words:
        segment.words.append(
            {"text": text, "start_ms": at, "end_ms": at + 100, "confidence": confidence}
        )
        at += 100
    segment.save()


def test_the_likeliest_come_first(sales: Department, alice: User) -> None:
    guessed, certain, alike = archived(
        sales, "买了稳健曾立", "办稳健曾立", "买稳定增利吧"
    )
    sure_of(guessed, ("买了", 1.0), ("稳健", 0.5), ("曾", 0.4), ("立", 0.3))
    sure_of(certain, ("办", 1.0), ("稳健", 1.0), ("曾", 1.0), ("立", 1.0))
    sentences = [proposal.segment for proposal in find(alice).proposals]
    assert sentences == [guessed, certain, alike]


@pytest.mark.parametrize("line", ["课宜提钱", "可一提全"])  # tones, a syllable
def test_what_nothing_but_the_word_speaks_for_is_not_offered(
    sales: Department, alice: User, line: str
) -> None:
    (sentence,) = archived(sales, "那我可以提前赎回吗")
    sure_of(
        sentence,
        ("那", 1.0),
        ("我", 1.0),
        ("可以", 0.98),
        ("提前", 0.97),
        ("赎回", 0.99),
        ("吗", 1.0),
    )
    word = checked_word(line)
    page = find_in_archive(membership=membership(alice), origin=SYSTEM, word=word)
    assert page.proposals == []
    with pytest.raises(Refused):
        revise(
            membership=membership(alice),
            origin=SYSTEM,
            word=word,
            segment_ids=[sentence.pk],
        )


def test_an_english_word_is_found_by_its_phonemes(
    sales: Department, alice: User
) -> None:
    archived(
        sales, "买了twenty len oh vo laptops", "a long oval table", "Lenovo phones"
    )
    page = find_in_archive(
        membership=membership(alice), origin=SYSTEM, word=checked_word("Lenovo")
    )
    assert [proposal.text for proposal in page.proposals] == [
        "买了twenty Lenovo laptops"
    ]


def test_a_page_ends_when_too_much_was_looked_at_for_nothing(
    sales: Department, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matches, "_MISSES", 1)
    hit, miss = archived(sales, "买了稳健曾立", "稳健增利")
    page = find(alice)
    assert (page.proposals, page.next) == ([], miss.pk)
    rest = find(alice, below=page.next)
    assert [proposal.segment.pk for proposal in rest.proposals] == [hit.pk]


def test_a_page_that_begins_beyond_the_newest_begins_at_the_newest(
    sales: Department, alice: User, django_assert_max_num_queries: Any
) -> None:
    """2**62 were walked down in steps until time was up, at seconds a request."""
    archived(sales, "买了稳健曾立")
    with django_assert_max_num_queries(8):
        page = find(alice, below=2**62)
    assert [proposal.text for proposal in page.proposals] == ["买了稳健增利"]
    assert page.next is None


def test_trashed_outdated_and_corrected_sentences_are_left_alone(
    sales: Department, alice: User, bob: User
) -> None:
    (trashed,) = archived(sales, "稳健曾立一")
    recording = trashed.transcript.recording
    recording.deleted_at = recording.created_at
    recording.save()
    (outdated,) = archived(sales, "稳健曾立二")
    outdated.transcript.is_current = False
    outdated.transcript.save()
    (corrected,) = archived(sales, "稳健曾立三")
    correct_segment(
        segment=corrected,
        membership=membership(bob),
        origin=SYSTEM,
        text="稳健曾立三！",
    )
    assert found(alice) == []
    with pytest.raises(Refused) as refused:
        put_in(alice, trashed, outdated, corrected)
    assert refused.value.code == "nothing_chosen"


def test_a_revision_changes_the_chosen_sentences_and_comes_undone(
    sales: Department, alice: User
) -> None:
    first, second, third = archived(
        sales, "买稳健曾立，利率百分之三", "稳定增利", "没有关系"
    )
    first.text = "买稳健曾立，利率3%"
    first.itn_map = [[8, 12, 8, 10]]
    first.words = [
        {"text": "稳健", "start_ms": 200, "end_ms": 500, "confidence": 0.9},
        {"text": "曾立", "start_ms": 500, "end_ms": 900, "confidence": 0.4},
    ]
    first.hotwords = [{"text": "利率", "heard": "力率", "start": 6, "end": 8}]
    first.save()
    revision = put_in(alice, first, third)
    assert texts(first, second, third) == ["买稳健增利，利率3%", "稳定增利", "没有关系"]
    assert first.text_raw == "买稳健增利，利率百分之三"
    assert [(word["text"], word["start_ms"]) for word in first.words] == [
        ("稳健", 200),
        ("增利", 500),
    ]
    assert [word["offset"] for word in first.words] == [1, 3]
    assert [(hit["text"], hit["start"]) for hit in first.hotwords] == [
        ("利率", 6),
        ("稳健增利", 1),
    ]
    query = {"membership": membership(alice), "origin": SYSTEM, "query": "稳健增利"}
    assert search_segments(**query).total == 1  # type: ignore[arg-type]
    undone = {"revision": revision, "membership": membership(alice), "origin": SYSTEM}
    assert undo_revision(**undone) == 1  # type: ignore[arg-type]
    assert texts(first) == ["买稳健曾立，利率3%"]
    assert first.hotwords == [{"text": "利率", "heard": "力率", "start": 6, "end": 8}]
    assert search_segments(**query).total == 0  # type: ignore[arg-type]
    assert undo_revision(**undone) == 0  # type: ignore[arg-type]
    events = AuditEvent.objects.filter(action=AuditAction.EDIT).order_by("id")
    assert [event.detail["what"] for event in events] == ["revise", "undo_revision"]


def test_words_come_out_in_the_opposite_order_they_went_in(
    sales: Department, alice: User
) -> None:
    (segment,) = archived(sales, "稳健曾立的力率")
    first = put_in(alice, segment)
    second = revise(
        membership=membership(alice),
        origin=SYSTEM,
        word=checked_word("利率"),
        segment_ids=[segment.pk],
    )
    assert texts(segment) == ["稳健增利的利率"]
    by = {"membership": membership(alice), "origin": SYSTEM}
    with pytest.raises(Refused) as refused:
        undo_revision(revision=first, **by)  # type: ignore[arg-type]
    assert refused.value.code == "revised_since"
    first.refresh_from_db()
    assert first.undone_at is None
    assert undo_revision(revision=second, **by) == 1  # type: ignore[arg-type]
    assert undo_revision(revision=first, **by) == 1  # type: ignore[arg-type]
    assert texts(segment) == ["稳健曾立的力率"]


def test_what_people_wrote_since_is_not_undone(
    sales: Department, alice: User, bob: User
) -> None:
    first, second = archived(sales, "稳健曾立", "买稳健曾立")
    revision = put_in(alice, first, second)
    first.refresh_from_db()
    correct_segment(
        segment=first, membership=membership(bob), origin=SYSTEM, text="我写的"
    )
    count = undo_revision(
        revision=revision, membership=membership(alice), origin=SYSTEM
    )
    assert count == 1
    assert texts(first, second) == ["我写的", "买稳健曾立"]


def test_another_departments_sentences_cannot_be_chosen(
    sales: Department, support: Department, alice: User
) -> None:
    (mine,) = archived(sales, "稳健曾立")
    (theirs,) = archived(support, "稳健曾立")
    revision = put_in(alice, mine, theirs)
    assert revision.revised.count() == 1
    assert texts(theirs) == ["稳健曾立"]


def test_a_long_archive_is_looked_at_bit_by_bit(
    sales: Department, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    segments = archived(sales, *["买稳健曾立"] * 5, *["没有关系"] * 5)
    monkeypatch.setattr(matches, "MATCHES_PER_PAGE", 2)
    seen: list[int] = []
    page = find(alice)
    while True:
        seen += [proposal.segment.pk for proposal in page.proposals]
        if page.next is None:
            break
        page = find(alice, page.next)
    assert seen == [segments[place].pk for place in (3, 4, 1, 2, 0)]
    monkeypatch.setattr(matches, "_ROWS", 2)
    monkeypatch.setattr(matches, "_SECONDS", -1.0)
    page = find(alice)  # out of time after the first rows, and nothing in them
    assert (page.proposals, page.next) == ([], segments[-2].pk + 1 - 1)


@pytest.mark.parametrize(
    ("line", "code"),
    [("明", "too_short"), ("<b>", "forbidden_character"), ("", "empty")],
)
def test_a_word_that_cannot_be_looked_for_gets_a_sentence(
    alice: User, sales: Department, line: str, code: str
) -> None:
    with pytest.raises(Refused) as refused:
        find_in_archive(
            membership=membership(alice), origin=SYSTEM, word=checked_word(line)
        )
    assert refused.value.code == code
    assert refused.value.sentence
