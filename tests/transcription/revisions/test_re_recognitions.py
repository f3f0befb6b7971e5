"""What a re-recognition does to the sentences of the archive: revision, undo."""

from pathlib import Path

import numpy as np
import pytest
from django.core.files.storage import default_storage

from accounts.models.audit.events import AuditEvent
from accounts.models.departments import Department
from accounts.models.people import User
from accounts.services.audit.writing import SYSTEM
from accounts.services.refusal import Refused
from tests.factories import make_recording, make_transcript
from tests.people import membership, supervisor_of
from tests.transcription.engines import FakeVad
from tests.transcription.pipeline.sounds import silence, voice, write
from tests.transcription.revisions.ordering import (
    NEW,
    OLD,
    WORD,
    Archive,
    SetEngine,
    done,
    ordered,
    outcomes,
    texts,
)
from transcription.engine.base import EngineError, ErrorCode, Recognition, Samples
from transcription.models.rehearings import SentenceOutcome
from transcription.models.runs import JobState
from transcription.models.transcripts import Segment
from transcription.services.recogniser.holder import Loaded
from transcription.services.revisions import running
from transcription.services.revisions.orders import lines_of
from transcription.services.revisions.revisions import revise, undo_revision
from transcription.services.revisions.running import run_re_recognition
from transcription.services.search.searching import search_segments
from transcription.services.transcripts.corrections import correct_segment

pytestmark = pytest.mark.django_db


def test_only_the_chosen_sentences_are_recognised_and_only_with_the_word(
    alice: User, archive: Archive, set_engine: SetEngine
) -> None:
    engine = set_engine(OLD, with_hotwords=NEW)
    first, second, third = archive(OLD, OLD, OLD)
    run = done(alice, second)
    assert (run.state, run.done_count) == (JobState.SUCCEEDED, 1)
    assert texts(first, second, third) == [OLD, NEW, OLD]
    # Half of the gap to the neighbours on both sides.
    lengths = [length for length, _ in engine.calls]
    assert lengths == [[3000], [3000]]
    assert [options.hotwords for _, options in engine.calls] == [(), ("稳健增利",)]


def test_it_becomes_a_revision_with_the_word_marked_and_comes_undone(
    alice: User, archive: Archive, set_engine: SetEngine
) -> None:
    set_engine(OLD, with_hotwords=NEW)
    segment, other = archive(OLD, "买了稳定曾立")
    segment.hotwords = [{"text": "买了", "heard": "埋了", "start": 0, "end": 2}]
    segment.confidence = 0.4
    segment.save()
    run = done(alice, segment, other)
    assert run.revision
    assert run.revision.revised.count() == 2
    segment.refresh_from_db()
    assert segment.hotwords == [
        {"text": "稳健增利", "heard": "稳健曾立", "start": 2, "end": 6},
        {"text": "买了", "heard": "埋了", "start": 0, "end": 2},
    ]
    assert segment.confidence is None
    query = {"membership": membership(alice), "origin": SYSTEM, "query": "增利"}
    assert [g.hit_count for g in search_segments(**query).groups] == [2]
    by = {"membership": membership(alice), "origin": SYSTEM}
    assert undo_revision(revision=run.revision, **by) == 2
    assert texts(segment, other) == [OLD, "买了稳定曾立"]
    assert segment.confidence == 0.4
    assert [hit["text"] for hit in segment.hotwords] == ["买了"]
    assert search_segments(**query).total == 0
    events = AuditEvent.objects.order_by("id").values_list("detail__what", flat=True)
    assert [what for what in events if what] == ["rehear", "revise", "undo_revision"]


def test_an_engine_without_hotwords_recognises_and_the_word_is_put_in_by_sound(
    alice: User, archive: Archive, set_engine: SetEngine
) -> None:
    engine = set_engine(OLD)
    (segment,) = archive("买了稳定曾立")
    assert done(alice, segment).revision
    assert texts(segment) == [NEW]
    assert len(engine.calls) == 1


@pytest.mark.parametrize(
    ("first", "second", "outcome"),
    [
        ("买了别的", "买了别的", SentenceOutcome.WORD_MISSING),
        ("", "", SentenceOutcome.WORD_MISSING),
        # Of the two texts the second is not believed: 买了 is gone.
        ("买了稳定曾立", "稳健增利", SentenceOutcome.REJECTED),
        # It is, but what stands is longer, or quite another sentence.
        ("稳健增利", "稳健增利", SentenceOutcome.REJECTED),
        ("我也买了一点稳健增利了", None, SentenceOutcome.REJECTED),
    ],
)
def test_a_sentence_stays_where_the_word_does_not_come_out_or_something_is_lost(
    alice: User,
    archive: Archive,
    set_engine: SetEngine,
    first: str,
    second: str | None,
    outcome: str,
) -> None:
    set_engine(first, with_hotwords=second)
    (segment,) = archive(OLD)
    run = done(alice, segment)
    assert outcomes(run) == [outcome]
    assert (run.state, run.revision) == (JobState.SUCCEEDED, None)
    assert texts(segment) == [OLD]


def test_nothing_is_recognised_in_silence(
    alice: User, sales: Department, set_engine: SetEngine, tmp_path: Path
) -> None:
    set_engine(NEW, with_hotwords=NEW)
    path = write(tmp_path / "silent.wav", [silence(3)])
    recording = make_recording(sales, content=path.read_bytes())
    (segment,) = make_transcript(recording, [OLD]).segments.all()
    assert outcomes(done(alice, segment)) == [SentenceOutcome.REJECTED]


def test_another_hotword_of_the_sentence_is_not_lost(
    alice: User, archive: Archive, set_engine: SetEngine
) -> None:
    (segment,) = archive("张晓明买了稳健曾立")
    segment.transcript.job.hotwords = ["张晓明|张小明"]
    segment.transcript.job.save()
    set_engine("张大民买了稳健增利")
    assert outcomes(done(alice, segment)) == [SentenceOutcome.REJECTED]
    set_engine("张小明买了稳健增利")
    assert done(alice, segment).revision
    assert texts(segment) == ["张晓明买了稳健增利"]


def test_another_recogniser_may_write_the_rest_in_its_own_way(
    alice: User, archive: Archive, set_engine: SetEngine
) -> None:
    (segment,) = archive("姚买点稳健曾立把好么")
    set_engine("要买点稳健增利吧，好吗")
    assert outcomes(done(alice, segment)) == [SentenceOutcome.REJECTED]
    segment.transcript.job.model_name = "Older"
    segment.transcript.job.save()
    run = done(alice, segment)
    assert texts(segment) == ["要买点稳健增利吧，好吗"]
    ((_recording, (line,)),) = lines_of(run, supervisor_of(run.department))
    assert line.former == "姚买点稳健曾立把好么"
    assert ("稳健增利", "稳健曾立") in line.parts


def test_punctuation_is_not_lost_to_a_recogniser_without(
    alice: User, archive: Archive, set_engine: SetEngine
) -> None:
    set_engine("您好我买了稳健增利")
    (segment,) = archive("您好，我买了稳健曾立。")
    assert outcomes(done(alice, segment)) == [SentenceOutcome.REJECTED]


def test_the_channel_of_the_sentence_is_recognised(
    alice: User, sales: Department, set_engine: SetEngine, tmp_path: Path
) -> None:
    set_engine(
        lambda piece: Recognition(NEW if abs(piece).max() > 0.2 else "没有", "zh")
    )
    content = write(
        tmp_path / "call.wav", [voice(3) * np.float32(0.125), voice(3, seed=2)]
    )
    recording = make_recording(sales, content=content.read_bytes())
    (segment,) = make_transcript(recording, [OLD]).segments.all()
    segment.channel = 0
    segment.save()
    assert outcomes(done(alice, segment)) == [SentenceOutcome.WORD_MISSING]
    for channel in (1, None):  # of a call of which one channel was silent, the loud one
        Segment.objects.update(channel=channel, text=OLD, text_raw=OLD)
        assert outcomes(done(alice, segment)) == [SentenceOutcome.CHANGED]


def test_what_people_wrote_meanwhile_is_theirs(
    alice: User, bob: User, archive: Archive, set_engine: SetEngine
) -> None:
    def recognises(piece: Samples) -> Recognition:
        if texts(during) != ["我写的"]:
            write_over(bob, during)
        return Recognition(NEW, "zh")

    set_engine(recognises)
    before, during, after = archive(OLD, OLD, OLD)
    run = ordered(alice, before, during, after)
    write_over(bob, before)
    run_re_recognition(run.pk)
    assert texts(before, during, after) == ["我写的", "我写的", NEW]
    assert outcomes(run) == [
        SentenceOutcome.CHANGED_SINCE,
        SentenceOutcome.CHANGED_SINCE,
        SentenceOutcome.CHANGED,
    ]


def write_over(user: User, segment: Segment) -> None:
    correct_segment(
        segment=segment, membership=membership(user), origin=SYSTEM, text="我写的"
    )


def test_a_sentence_corrected_by_sound_meanwhile_is_left_alone(
    alice: User, archive: Archive, set_engine: SetEngine
) -> None:
    set_engine(NEW)
    (segment,) = archive(OLD)
    run = ordered(alice, segment)
    revise(
        membership=membership(alice),
        origin=SYSTEM,
        word=WORD,
        segment_ids=[segment.pk],
    )
    run_re_recognition(run.pk)
    assert outcomes(run) == [SentenceOutcome.CHANGED_SINCE]


def test_a_recording_whose_sound_is_gone_is_corrected_by_sound_only(
    alice: User, archive: Archive, set_engine: SetEngine
) -> None:
    set_engine(NEW)
    (mute,) = archive(OLD)
    (kept,) = archive(OLD)
    default_storage.delete(mute.transcript.recording.file.name or "")
    with pytest.raises(Refused) as refused:
        ordered(alice, mute)
    assert refused.value.code == "no_sound"
    run = done(alice, mute, kept)
    assert (run.item_count, run.done_count) == (1, 1)
    assert outcomes(run) == [SentenceOutcome.NO_SOUND, SentenceOutcome.CHANGED]
    assert texts(mute, kept) == [OLD, NEW]


def test_sound_that_goes_while_the_order_waits_is_told(
    alice: User, archive: Archive, set_engine: SetEngine
) -> None:
    set_engine(NEW)
    (segment,) = archive(OLD)
    run = ordered(alice, segment)
    default_storage.delete(segment.transcript.recording.file.name or "")
    run_re_recognition(run.pk)
    run.refresh_from_db()
    assert (run.state, run.done_count) == (JobState.SUCCEEDED, 1)
    assert outcomes(run) == [SentenceOutcome.NO_SOUND]


def test_a_language_that_no_engine_speaks_stops_nothing_but_its_sentences(
    alice: User,
    archive: Archive,
    set_engine: SetEngine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    loaded = Loaded(set_engine(NEW), FakeVad())
    (foreign,) = archive(OLD)
    (spoken,) = archive(OLD)
    foreign.transcript.language = "ja"
    foreign.transcript.save()

    def choose(language: str) -> Loaded:
        if language == "ja":
            raise EngineError(ErrorCode.LANGUAGE_UNSUPPORTED)
        return loaded

    monkeypatch.setattr(running, "loaded_engine", choose)
    run = done(alice, foreign, spoken)
    assert outcomes(run) == [SentenceOutcome.UNKNOWN_LANGUAGE, SentenceOutcome.CHANGED]
    assert (run.state, run.done_count) == (JobState.SUCCEEDED, 2)
    assert texts(foreign, spoken) == [OLD, NEW]


def test_another_departments_sentences_cannot_be_recognised(
    alice: User, support: Department
) -> None:
    (theirs,) = make_transcript(make_recording(support), [OLD]).segments.all()
    with pytest.raises(Refused) as refused:
        ordered(alice, theirs)
    assert refused.value.code == "nothing_chosen"
