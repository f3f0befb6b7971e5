"""Marks that are added to what a recogniser wrote without any, through a whole job."""

from dataclasses import replace

import pytest

from accounts.models.people import User
from accounts.services.audit.writing import Origin
from tests.jobs import run_job
from tests.people import membership
from tests.transcription.conftest import OPTIONS, Upload
from tests.transcription.engines import FakeEngine
from transcription.engine.base import Word
from transcription.models.jobs import TranscriptionJob
from transcription.models.transcripts import Punctuation, Segment
from transcription.services.jobs.orders import retry_job
from transcription.services.recordings.exports import document_of
from transcription.services.revisions.revisions import (
    checked_word,
    revise,
    undo_revision,
)
from transcription.services.search.index import searched_document
from transcription.services.search.searching import search_segments
from transcription.services.transcripts.corrections import correct_segment

pytestmark = pytest.mark.django_db

RAW = "您好稳健曾立一共十二块五毛谢谢"
TEXT = "您好，稳健曾立一共12.5元，谢谢。"
WORDS = (
    Word("您好", 0, 200, 0.9, offset=0),
    Word("稳健", 450, 550, 0.9, offset=2),
    Word("曾立", 550, 600, 0.9, offset=4),
    Word("一共", 600, 650, 0.9, offset=6),
    Word("十二块五毛", 650, 700, 0.9, offset=8),
    Word("谢谢", 960, 1000, 0.9, offset=13),
)


@pytest.fixture(autouse=True)
def without_marks(engine: FakeEngine) -> None:
    engine.text, engine.words = RAW, WORDS
    engine.facts = replace(
        engine.facts, writes_punctuation=False, gives_word_times=True
    )


def transcribed(
    upload: Upload, alice: User, *, use_punctuation: bool = True
) -> Segment:
    options = replace(OPTIONS, use_itn=True, use_punctuation=use_punctuation)
    run_job(upload(alice, options=options).job.pk)
    return Segment.objects.select_related("transcript__job__recording").get()


def found(alice: User, typed: str) -> int:
    page = search_segments(
        membership=membership(alice), origin=Origin(user=alice), query=typed
    )
    return sum(len(group.hits) for group in page.groups)


def test_they_stand_in_the_text_and_what_was_recognised_stays(
    upload: Upload, alice: User
) -> None:
    segment = transcribed(upload, alice)
    assert (segment.text_raw, segment.text) == (RAW, TEXT)
    assert segment.transcript.punctuation == Punctuation.MODEL
    assert segment.timed_words == WORDS
    assert segment.mapping.span(8, 13) == (9, 14)  # 12.5元


def test_a_file_to_take_away_says_where_they_come_from(
    upload: Upload, alice: User
) -> None:
    transcript = transcribed(upload, alice).transcript
    exported = document_of(transcript.recording, transcript)
    assert (exported.punctuation, exported.has_added_marks) == ("model", True)


def test_whoever_wants_none_gets_none(upload: Upload, alice: User) -> None:
    segment = transcribed(upload, alice, use_punctuation=False)
    assert segment.text == "您好稳健曾立一共12.5元谢谢"
    assert segment.transcript.punctuation == ""
    again = retry_job(job=segment.transcript.job, origin=Origin(user=alice))
    assert not TranscriptionJob.objects.get(pk=again.pk).use_punctuation


def test_an_engines_own_marks_stay(
    upload: Upload, alice: User, engine: FakeEngine
) -> None:
    engine.text, engine.words = "您好。", ()
    engine.facts = replace(engine.facts, writes_punctuation=True)
    segment = transcribed(upload, alice)
    assert (segment.text_raw, segment.text) == ("您好。", "您好。")
    assert segment.transcript.punctuation == Punctuation.ENGINE


def test_a_phrase_across_a_mark_is_found_before_and_after_a_correction(
    upload: Upload, alice: User
) -> None:
    segment = transcribed(upload, alice)
    assert found(alice, "您好稳健") == 1
    correct_segment(
        segment=segment,
        membership=membership(alice),
        origin=Origin(user=alice),
        text=TEXT.replace("稳健曾立", "稳健增利"),
    )
    assert found(alice, "您好稳健增利") == 1
    assert found(alice, "曾立") == 0


def test_the_index_holds_nothing_for_the_marks(upload: Upload, alice: User) -> None:
    segment = transcribed(upload, alice)
    recording = segment.transcript.recording
    with_marks = searched_document(recording, segment.transcript)
    segment.text = "您好稳健曾立一共12.5元谢谢"
    segment.save(update_fields=["text"])
    without = searched_document(recording, segment.transcript)
    assert with_marks == without


def test_a_word_that_comes_late_leaves_the_marks_where_they_are(
    upload: Upload, alice: User
) -> None:
    segment = transcribed(upload, alice)
    revision = revise(
        membership=membership(alice),
        origin=Origin(user=alice),
        word=checked_word("稳健增利"),
        segment_ids=[segment.pk],
    )
    segment.refresh_from_db()
    assert segment.text == "您好，稳健增利一共12.5元，谢谢。"
    assert segment.text_raw == "您好稳健增利一共十二块五毛谢谢"
    undo_revision(
        revision=revision, membership=membership(alice), origin=Origin(user=alice)
    )
    segment.refresh_from_db()
    assert segment.text == TEXT
