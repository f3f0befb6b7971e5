"""Sentences are recognised again several at a time, where the engine gains by it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from accounts.models.people import User
from accounts.services.audit.writing import SYSTEM
from tests.transcription.pipeline.fakes import FakeEngine
from tests.transcription.revisions.ordering import (
    NEW,
    OLD,
    Archive,
    SetEngine,
    done,
    end_pause,
    ordered,
    outcomes,
    texts,
)
from transcription.engine.base import EngineError, ErrorCode, Recognition, Samples
from transcription.models.rehearings import Rehearing, SentenceOutcome
from transcription.models.runs import JobState
from transcription.models.transcripts import Transcript
from transcription.pipeline.types import DecodedAudio
from transcription.services.revisions import batching, running
from transcription.services.revisions.batching import SentenceBatch
from transcription.services.revisions.orders import cancel_re_recognition
from transcription.services.revisions.running import run_re_recognition
from transcription.services.revisions.sound import decoded_for
from transcription.services.runs import work as leased
from transcription.services.runs.work import Work

pytestmark = pytest.mark.django_db


def counts(engine: FakeEngine) -> list[int]:
    """How many sentences went into each of its calls."""
    return [len(lengths) for lengths, _options in engine.calls]


def test_sentences_of_a_recording_share_a_call(
    alice: User, archive: Archive, set_engine: SetEngine
) -> None:
    engine = set_engine(OLD, with_hotwords=NEW, calls_at_once=2)
    segments = archive(OLD, OLD, OLD)
    run = done(alice, *segments)
    assert counts(engine) == [3, 3]  # without the word, and with it
    assert texts(*segments) == [NEW] * 3
    assert run.done_count == 3


def test_sentences_of_several_recordings_do_too(
    alice: User, archive: Archive, set_engine: SetEngine
) -> None:
    engine = set_engine(NEW, calls_at_once=2)
    segments = [*archive(OLD, OLD), *archive(OLD)]
    done(alice, *segments)
    assert counts(engine) == [3]
    assert texts(*segments) == [NEW] * 3


def test_an_engine_that_gains_nothing_recognises_one_after_another(
    alice: User, archive: Archive, set_engine: SetEngine
) -> None:
    """Each is stored before the next, and a cancel waits for one alone."""
    engine = set_engine(NEW)
    done(alice, *archive(OLD, OLD))
    assert counts(engine) == [1, 1]


def test_sentences_that_want_other_figures_are_recognised_apart(
    alice: User, archive: Archive, set_engine: SetEngine
) -> None:
    engine = set_engine(NEW, calls_at_once=2)
    (plain,) = archive(OLD)
    (written,) = archive(OLD)
    plain.transcript.job.use_itn = not written.transcript.job.use_itn
    plain.transcript.job.save()
    done(alice, plain, written)
    assert counts(engine) == [1, 1]
    assert texts(plain, written) == [NEW, NEW]


def test_nobody_waits_long_for_the_sound_of_other_recordings(
    alice: User,
    archive: Archive,
    set_engine: SetEngine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(batching, "PATIENCE_SECONDS", -1.0)
    engine = set_engine(NEW, calls_at_once=2)
    done(alice, *archive(OLD), *archive(OLD))
    assert counts(engine) == [1, 1]


def test_a_killed_worker_loses_no_more_than_the_call_it_was_in(
    alice: User,
    archive: Archive,
    set_engine: SetEngine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(batching, "MOST_MS", 4500)  # two sentences
    segments = archive(OLD, OLD, OLD, OLD)
    run = ordered(alice, *segments)

    def is_killed_in_the_second_call(piece: Samples) -> Recognition:
        if len(engine.calls) == 2:
            raise KeyboardInterrupt
        return Recognition(NEW, "zh")

    engine = set_engine(is_killed_in_the_second_call, calls_at_once=2)
    with pytest.raises(KeyboardInterrupt):
        run_re_recognition(run.pk)
    run.refresh_from_db()
    assert counts(engine) == [2, 2]
    assert (run.done_count, run.attempts) == (2, 0)
    assert outcomes(run) == [SentenceOutcome.CHANGED] * 2 + [""] * 2


def test_a_bad_sentence_fails_none_of_its_neighbours(
    alice: User, archive: Archive, set_engine: SetEngine
) -> None:
    segments = archive(OLD, OLD, OLD)
    recognised: list[bytes] = []

    def cannot_bear_the_second(piece: Samples) -> Recognition:
        if piece.tobytes() not in recognised:
            recognised.append(piece.tobytes())
        if recognised.index(piece.tobytes()) == 1:
            raise EngineError(ErrorCode.ENGINE_FAILED, permanent=False)
        return Recognition(NEW, "zh")

    set_engine(cannot_bear_the_second, calls_at_once=2)
    run = done(alice, *segments)
    assert sorted(outcomes(run)) == ["changed", "changed", "not_recognised"]
    assert run.state == JobState.SUCCEEDED


def test_a_sentence_that_does_not_fit_into_memory_waits_alone(
    alice: User, archive: Archive, set_engine: SetEngine
) -> None:
    segments = archive(OLD, OLD, OLD)
    run = ordered(alice, *segments)
    recognised: list[bytes] = []

    def has_no_memory_for_the_first(piece: Samples) -> Recognition:
        if not recognised:
            recognised.append(piece.tobytes())
        if piece.tobytes() == recognised[0]:
            raise EngineError(ErrorCode.OUT_OF_MEMORY, permanent=False)
        return Recognition(NEW, "zh")

    set_engine(has_no_memory_for_the_first, calls_at_once=2)
    run_re_recognition(run.pk)
    run.refresh_from_db()
    assert sorted(outcomes(run)) == ["", "changed", "changed"]
    assert run.waits_to_try_again
    assert run.error_code == ErrorCode.OUT_OF_MEMORY
    end_pause()
    set_engine(NEW, calls_at_once=2)
    run_re_recognition(run.pk)
    assert texts(*segments) == [NEW] * 3


def test_a_cancel_is_seen_while_sentences_are_gathered(
    alice: User,
    archive: Archive,
    set_engine: SetEngine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    engine = set_engine(NEW, calls_at_once=2)
    run = ordered(alice, *archive(OLD), *archive(OLD), *archive(OLD))
    recordings = []

    @contextmanager
    def is_canceled(
        work: Work[Rehearing], transcript: Transcript
    ) -> Iterator[DecodedAudio]:
        recordings.append(transcript.recording)
        with decoded_for(work, transcript) as decoded:
            monkeypatch.setattr(leased, "REPORT_SECONDS", 0.0)
            cancel_re_recognition(run=Rehearing.objects.get(), origin=SYSTEM)
            yield decoded

    monkeypatch.setattr(running, "decoded_for", is_canceled)
    run_re_recognition(run.pk)
    run.refresh_from_db()
    assert run.state == JobState.CANCELED
    assert len(recordings) == 1
    assert engine.calls == []


class Late:
    """A clock, when the time of a run's slice is over."""

    @staticmethod
    def monotonic() -> float:
        return time.monotonic() + running.SLICE_SECONDS


def test_what_was_gathered_is_recognised_before_the_run_yields(
    alice: User,
    archive: Archive,
    set_engine: SetEngine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    engine = set_engine(NEW, calls_at_once=2)
    run = ordered(alice, *archive(OLD), *archive(OLD), *archive(OLD))
    slice_ends = iter([False, True])
    take = SentenceBatch.take

    def lasts_long(self: SentenceBatch, *sentence: Any) -> None:
        take(self, *sentence)
        if next(slice_ends):
            monkeypatch.setattr(running, "time", Late)

    monkeypatch.setattr(SentenceBatch, "take", lasts_long)
    run_re_recognition(run.pk)
    run.refresh_from_db()
    assert (run.state, run.done_count) == (JobState.QUEUED, 2)
    assert counts(engine) == [2]
