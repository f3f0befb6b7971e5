"""Corrections: a person's words over the machine's, which are never lost."""

import pytest
from django.db import connection

from accounts.models.audit.events import AuditAction, AuditEvent
from accounts.models.departments import Department
from accounts.models.people import User
from accounts.services.audit.writing import SYSTEM, Origin
from accounts.services.refusal import Refused
from tests.factories import make_recording, make_transcript
from tests.jobs import run_job
from tests.people import membership
from tests.transcription.conftest import Upload, sound
from tests.transcription.engines import FakeEngine
from transcription.models.corrections import Correction
from transcription.models.transcripts import Segment, Speaker
from transcription.services.jobs.orders import retry_job
from transcription.services.search.index import index_transcript, reindex_segment
from transcription.services.search.searching import search_segments
from transcription.services.transcripts.corrections import (
    correct_segment,
    undo_correction,
    undo_hotword,
)
from transcription.services.transcripts.marks import hit_places, is_written_by_person
from transcription.services.transcripts.voices import rename_speaker

pytestmark = pytest.mark.django_db


@pytest.fixture
def segment(sales: Department) -> Segment:
    transcript = make_transcript(make_recording(sales), ["理财产品，力率 3.5%"])
    index_transcript(transcript)
    return transcript.segments.get()


def correct(segment: Segment, user: User, text: str) -> bool:
    return correct_segment(
        segment=segment,
        membership=membership(user),
        origin=Origin(user=user),
        text=text,
    )


def hits(user: User, query: str) -> int | None:
    return search_segments(
        membership=membership(user), origin=SYSTEM, query=query
    ).total


def test_a_correction_is_found_and_the_mistake_no_more(
    bob: User, segment: Segment
) -> None:
    assert (hits(bob, "力率"), hits(bob, "利率")) == (1, 0)
    assert correct(segment, bob, "  理财产品，\n利率 3.5%\0 ")
    segment.refresh_from_db()
    assert segment.text == "理财产品， 利率 3.5%"
    assert segment.text_raw == "理财产品，力率 3.5%"
    assert segment.edited_by == bob
    assert hits(bob, "利率") == 1


def test_a_name_that_people_gave_outlives_a_new_transcript(
    alice: User, upload: Upload, engine: FakeEngine
) -> None:
    done = upload(alice, sound(2, channels=2))
    run_job(done.job.pk)
    left = Speaker.objects.get(channel=0)
    rename_speaker(speaker=left, origin=SYSTEM, name="李娜")
    again = retry_job(job=done.job, origin=SYSTEM)
    run_job(again.pk)
    current = Speaker.objects.filter(transcript__is_current=True)
    assert [speaker.name for speaker in current] == ["李娜", "客户"]


def test_a_retry_says_in_the_trail_what_it_replaces(
    bob: User, segment: Segment
) -> None:
    correct(segment, bob, "理财产品，利率")
    retry_job(job=segment.transcript.job, origin=SYSTEM)
    event = AuditEvent.objects.filter(action=AuditAction.JOB).latest("pk")
    assert event.detail["replaced"] == 1


def test_undo_brings_the_machines_text_back_after_many_corrections(
    bob: User, segment: Segment
) -> None:
    before = segment.text
    correct(segment, bob, "一")
    correct(segment, bob, "二")
    segment.refresh_from_db()
    assert undo_correction(segment=segment, origin=SYSTEM)
    segment.refresh_from_db()
    assert (segment.text, segment.text_machine) == (before, "")
    assert segment.edited_at is None
    assert not undo_correction(segment=segment, origin=SYSTEM)
    assert hits(bob, "力率") == 1


@pytest.mark.parametrize(
    ("text", "code"),
    [("", "empty_text"), (" \n\0", "empty_text"), ("长" * 5001, "text_too_long")],
)
def test_a_correction_that_cannot_be_taken_gets_a_sentence(
    bob: User, segment: Segment, text: str, code: str
) -> None:
    with pytest.raises(Refused) as refused:
        correct(segment, bob, text)
    assert refused.value.code == code
    assert refused.value.sentence


def test_nothing_changed_is_nothing_done(bob: User, segment: Segment) -> None:
    assert not correct(segment, bob, segment.text + " ")
    segment.refresh_from_db()
    assert segment.edited_at is None
    assert not AuditEvent.objects.filter(action=AuditAction.EDIT).exists()


def test_the_audit_trail_says_who_but_not_what_was_said(
    bob: User, segment: Segment
) -> None:
    correct(segment, bob, "机密内容")
    event = AuditEvent.objects.get(action=AuditAction.EDIT)
    assert event.actor == bob
    correction = str(Correction.objects.get().uuid)
    assert event.detail == {"what": "correct", "segment": 0, "correction": correction}
    assert "机密" not in event.object_name


@pytest.fixture
def matched(segment: Segment) -> Segment:
    segment.text_raw = "买理财产品和理财产品，三圆"
    segment.text = "买理财产品和理财产品，3元"
    segment.itn_map = [[11, 12, 11, 12]]
    segment.hotwords = [
        {"text": "理财产品", "heard": "里财产品", "start": 1, "end": 5},
        {"text": "理财产品", "heard": "李才产品", "start": 6, "end": 10},
    ]
    segment.save()
    reindex_segment(segment)
    return segment


def take_out(segment: Segment, user: User, number: int) -> bool:
    segment.refresh_from_db()
    origin = Origin(user=user)
    return undo_hotword(
        segment=segment, membership=membership(user), origin=origin, number=number
    )


def test_each_hotword_can_be_taken_out_and_comes_back(
    bob: User, matched: Segment
) -> None:
    assert take_out(matched, bob, 1)
    matched.refresh_from_db()
    assert matched.text == "买理财产品和李才产品，3元"
    assert matched.text_machine == "买理财产品和理财产品，3元"
    assert [place.number for place in hit_places(matched)] == [0]
    assert not take_out(matched, bob, 1)
    assert take_out(matched, bob, 0)
    matched.refresh_from_db()
    assert matched.text == "买里财产品和李才产品，3元"
    assert hits(bob, "里财产品") == 1
    assert undo_correction(segment=matched, origin=SYSTEM)
    matched.refresh_from_db()
    assert matched.text == "买理财产品和理财产品，3元"
    assert [place.number for place in hit_places(matched)] == [0, 1]


@pytest.mark.parametrize("number", [-1, 2, 99])
def test_a_hotword_that_is_not_there_is_not_taken_out(
    bob: User, matched: Segment, number: int
) -> None:
    assert not take_out(matched, bob, number)
    matched.refresh_from_db()
    assert matched.edited_at is None


def test_a_hotword_that_a_person_wrote_over_is_gone(
    bob: User, matched: Segment
) -> None:
    correct(matched, bob, "买基金")
    assert not take_out(matched, bob, 0)
    matched.refresh_from_db()
    assert matched.text == "买基金"


def test_a_speaker_gets_a_name_and_loses_it(bob: User, segment: Segment) -> None:
    speaker = Speaker.objects.create(transcript=segment.transcript, label="channel-0")

    def rename(name: str) -> bool:
        return rename_speaker(speaker=speaker, origin=SYSTEM, name=name)

    assert rename(" 王经理\n")
    assert not rename("王经理")
    speaker.refresh_from_db()
    assert str(speaker) == "王经理"
    assert rename("")
    speaker.refresh_from_db()
    assert str(speaker) == "channel-0"
    with pytest.raises(Refused):
        rename("x" * 65)


def test_who_only_takes_hotwords_out_has_not_written_the_sentence(
    bob: User, matched: Segment
) -> None:
    take_out(matched, bob, 1)
    matched.refresh_from_db()
    assert not is_written_by_person(matched)
    correct(matched, bob, "买理财产品和里才产品，3元")
    matched.refresh_from_db()
    assert is_written_by_person(matched)


def test_corrections_of_a_long_transcript_are_found_by_an_index(
    segment: Segment,
) -> None:
    corrected = segment.transcript.segments.corrected()
    if connection.vendor == "sqlite":
        assert "segment_corrected" in corrected.order_by("pk").explain()
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indisvalid, pg_get_indexdef(indexrelid) FROM pg_index"
            " WHERE indexrelid = 'segment_corrected'::regclass"
        )
        is_valid, definition = cursor.fetchone()
    assert is_valid and "edited_at IS NOT NULL" in definition
