"""Several recordings at one engine: each gets its own words, none is forgotten."""

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from tests.transcription.engine.device.test_batch_budget import FakeCard
from tests.transcription.pipeline.fakes import FakeEngine
from transcription.engine.base import (
    EngineError,
    ErrorCode,
    Recognition,
    RecognitionOptions,
    Samples,
)
from transcription.engine.device.batch_budget import BatchBudget
from transcription.pipeline.pooling import EnginePool

ZH = RecognitionOptions()


class GatedEngine(FakeEngine):
    """Holds its first call until the gate is opened, so that others come to wait."""

    def __init__(self, calls_at_once: int = 1) -> None:
        super().__init__(
            lambda piece: Recognition(f"{piece.size}", "zh"),
            calls_at_once=calls_at_once,
        )
        self.entered = threading.Event()
        self.gate = threading.Event()
        self.turns = threading.Semaphore(calls_at_once)
        self.threads: list[str] = []
        self.on_call: Callable[[Sequence[Samples]], None] = lambda pieces: None

    def recognise(
        self, pieces: Sequence[Samples], options: RecognitionOptions
    ) -> list[Recognition]:
        assert self.turns.acquire(blocking=False), "more threads than it takes"
        try:
            self.threads.append(threading.current_thread().name)
            self.entered.set()
            assert self.gate.wait(20)
            recognised = super().recognise(pieces, options)
            self.on_call(pieces)
            return recognised
        finally:
            self.turns.release()


def sound(seconds: float) -> Samples:
    return np.full(int(seconds * 16_000), 0.1, np.float32)


def a_card() -> BatchBudget:
    """Of which the first minute fits, as on every card."""
    return BatchBudget(FakeCard(free=2**30, per_second=2**20))


class Room:
    """Recordings that ask one after the other while the engine is held up."""

    def __init__(self, engine: GatedEngine, budget: BatchBudget | None = None) -> None:
        self.engine = engine
        self.pool = EnginePool(engine, budget)
        self.threads = ThreadPoolExecutor(8, thread_name_prefix="recording")

    def ask(
        self,
        *seconds: float,
        left_ms: int = 0,
        options: RecognitionOptions = ZH,
        check: Callable[[], None] = lambda: None,
    ) -> Callable[[], list[str]]:
        pooled = self.pool.for_recording(check)
        pooled.left_ms = left_ms
        waiting = len(self.pool._requests)
        pieces = [sound(length) for length in seconds]
        future = self.threads.submit(pooled.recognise, pieces, options)
        while len(self.pool._requests) == waiting and not future.done():
            pass  # until it stands in the queue
        return lambda: [one.text for one in future.result(20)]


def test_one_alone_is_served_in_its_own_thread() -> None:
    engine = GatedEngine()
    engine.gate.set()
    recognised = EnginePool(engine).for_recording().recognise([sound(2), sound(1)], ZH)
    assert [one.text for one in recognised] == ["32000", "16000"]
    assert engine.threads == [threading.current_thread().name]
    assert EnginePool(engine).for_recording().recognise([], ZH) == []


def test_pieces_of_several_recordings_fill_a_batch_of_a_card() -> None:
    engine = GatedEngine()
    room = Room(engine, a_card())
    first = room.ask(1)
    assert engine.entered.wait(20)
    others = [room.ask(2, 3), room.ask(3, 1)]
    engine.gate.set()
    assert first() == ["16000"]
    assert [other() for other in others] == [["32000", "48000"], ["48000", "16000"]]
    assert [lengths for lengths, _ in engine.calls] == [
        [1000],
        [3000, 3000, 2000, 1000],
    ]


def test_a_batch_holds_like_lengths_and_no_more_than_the_budget() -> None:
    engine = GatedEngine()
    room = Room(engine, a_card())
    room.ask(1)
    assert engine.entered.wait(20)
    longs = [room.ask(20, 2, left_ms=n) for n in range(4)]
    engine.gate.set()
    for long in longs:
        assert long() == ["320000", "32000"]
    calls = [lengths for lengths, _ in engine.calls][1:]
    assert calls[0] == [20_000] * 3  # a minute, padded
    assert all(max(lengths) * len(lengths) <= 60_000 for lengths in calls)
    lengths = sorted(length for call in calls for length in call)
    assert lengths == [2_000] * 4 + [20_000] * 4


def test_a_cpu_recognises_one_recording_after_the_other() -> None:
    engine = GatedEngine()
    room = Room(engine)
    room.ask(1)
    assert engine.entered.wait(20)
    others = [room.ask(2, 2), room.ask(3)]
    engine.gate.set()
    assert [other() for other in others] == [["32000", "32000"], ["48000"]]
    assert [lengths for lengths, _ in engine.calls] == [[1000], [2000, 2000], [3000]]


def test_an_engine_for_two_threads_recognises_two_recordings_and_no_third() -> None:
    engine = GatedEngine(calls_at_once=2)
    room = Room(engine)
    asked = [room.ask(seconds) for seconds in (1, 2, 3, 4)]
    until = time.monotonic() + 20
    while len(engine.threads) < 2:
        assert time.monotonic() < until, "one waits for the other"
    engine.gate.set()
    assert [answer() for answer in asked] == [
        ["16000"],
        ["32000"],
        ["48000"],
        ["64000"],
    ]
    assert sorted(lengths for lengths, _ in engine.calls) == [
        [1000],
        [2000],
        [3000],
        [4000],
    ]


def test_a_request_whose_pieces_another_thread_recognises_sleeps() -> None:
    engine = GatedEngine(calls_at_once=2)
    pool = EnginePool(engine, a_card())
    checks = []
    pooled = pool.for_recording(lambda: checks.append(time.monotonic()))
    with ThreadPoolExecutor(1) as threads:
        held = threads.submit(pool.for_recording().recognise, [sound(1)], ZH)
        assert engine.entered.wait(20)
        # The other thread's batch takes what waits here as well, once it is through.
        threading.Timer(0.3, engine.gate.set).start()
        assert [one.text for one in pooled.recognise([sound(2)], ZH)] == ["32000"]
        held.result(20)
    assert len(checks) <= 2


def test_who_has_least_left_is_served_first() -> None:
    engine = GatedEngine()
    room = Room(engine)
    room.ask(1)
    assert engine.entered.wait(20)
    long = room.ask(2, left_ms=3_600_000)
    short = room.ask(3, left_ms=3_000)
    engine.gate.set()
    assert (long(), short()) == (["32000"], ["48000"])
    assert [lengths for lengths, _ in engine.calls] == [[1000], [3000], [2000]]


def test_other_hotwords_are_another_batch() -> None:
    engine = GatedEngine()
    room = Room(engine, a_card())
    room.ask(1)
    assert engine.entered.wait(20)
    words = RecognitionOptions(hotwords=("理财",))
    plain, with_words = room.ask(2), room.ask(2, options=words)
    engine.gate.set()
    assert plain() == with_words() == ["32000"]
    assert [options for _, options in engine.calls] == [ZH, ZH, words]


def test_a_bad_piece_of_one_recording_is_nothing_to_the_others() -> None:
    def refuse(pieces: Sequence[Samples]) -> None:
        if any(piece.size == 48_000 for piece in pieces):
            raise ValueError("this piece")

    engine = GatedEngine()
    engine.on_call = refuse
    room = Room(engine, a_card())
    room.ask(1)
    assert engine.entered.wait(20)
    bad, good = room.ask(3, 2), room.ask(2.5, 1.5)
    engine.gate.set()
    assert bad() == ["", "32000"]
    assert good() == ["40000", "24000"]


def test_memory_that_is_short_for_one_piece_fails_its_recording_alone() -> None:
    def refuse(pieces: Sequence[Samples]) -> None:
        if any(piece.size == 48_000 for piece in pieces):
            raise MemoryError

    engine = GatedEngine()
    engine.on_call = refuse
    room = Room(engine, a_card())
    room.ask(1)
    assert engine.entered.wait(20)
    bad, good = room.ask(3), room.ask(2)
    engine.gate.set()
    with pytest.raises(EngineError, match="out_of_memory"):
        bad()
    assert good() == ["32000"]


def test_a_lost_card_is_everybodys_error_and_each_has_its_own() -> None:
    def lose(pieces: Sequence[Samples]) -> None:
        if len(pieces) > 1:
            raise EngineError(ErrorCode.DEVICE_FAILED, permanent=False)

    engine = GatedEngine()
    engine.on_call = lose
    room = Room(engine, a_card())
    room.ask(1)
    assert engine.entered.wait(20)
    raised = []
    asked = [room.ask(2), room.ask(2)]
    engine.gate.set()
    for answer in asked:
        with pytest.raises(EngineError) as caught:
            answer()
        raised.append(caught.value)
    assert [error.code for error in raised] == [ErrorCode.DEVICE_FAILED] * 2
    assert raised[0] is not raised[1]


def test_a_request_that_waits_is_checked_and_may_end_without_the_others() -> None:
    class Canceled(Exception):
        pass

    def cancel() -> None:
        raise Canceled

    engine = GatedEngine()
    room = Room(engine)
    first = room.ask(1)
    assert engine.entered.wait(20)
    gone, stays = room.ask(2, check=cancel), room.ask(3)
    with pytest.raises(Canceled):
        gone()
    engine.gate.set()
    assert (first(), stays()) == (["16000"], ["48000"])
    assert [lengths for lengths, _ in engine.calls] == [[1000], [3000]]


def test_a_process_that_is_told_to_end_leaves_the_turn_to_the_others() -> None:
    endings = [SystemExit(0)]

    def end(pieces: Sequence[Samples]) -> None:
        if endings:
            raise endings.pop()

    engine = GatedEngine()
    engine.on_call = end
    room = Room(engine)
    first = room.ask(1)
    assert engine.entered.wait(20)
    other = room.ask(2)
    engine.gate.set()
    with pytest.raises(SystemExit):
        first()
    assert other() == ["32000"]


def test_time_at_which_others_were_recognised_is_not_a_recordings_own() -> None:
    engine = GatedEngine()
    room = Room(engine)
    room.ask(1)
    assert engine.entered.wait(20)
    # It waits, calls its check, and only then is served.
    pooled = room.pool.for_recording(engine.gate.set)
    pooled.recognise([sound(2)], ZH)
    alone = room.pool.for_recording()
    alone.recognise([sound(2)], ZH)
    assert pooled.waited_seconds > alone.waited_seconds
