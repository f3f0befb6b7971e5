"""Pieces that an engine cannot stomach, and memory that does not suffice."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from tests.transcription.pipeline.fakes import FakeEngine
from transcription.engine.base import (
    EngineError,
    ErrorCode,
    Recognition,
    RecognitionOptions,
    Samples,
)
from transcription.engine.device.batch_budget import BatchBudget, budget_for
from transcription.pipeline.batches import NOT_RECOGNISED, recognise_batch

OPTIONS = RecognitionOptions()
Outcomes = list[Recognition | EngineError]


class PickyEngine(FakeEngine):
    """``refuse(pieces)`` may raise; else says how long each piece is."""

    def __init__(self, refuse: Callable[[Sequence[Samples]], None]) -> None:
        super().__init__(lambda piece: Recognition(f"{piece.size}", "zh"))
        self._refuse = refuse

    def recognise(
        self, pieces: Sequence[Samples], options: RecognitionOptions
    ) -> list[Recognition]:
        recognised = super().recognise(pieces, options)
        self._refuse(pieces)
        return recognised


def pieces_of(*seconds: float) -> list[Samples]:
    return [np.full(int(length * 16_000), 0.1, np.float32) for length in seconds]


def recognise(
    engine: FakeEngine, pieces: list[Samples], budget: BatchBudget | None = None
) -> Outcomes:
    return recognise_batch(engine, pieces, OPTIONS, budget or budget_for(engine.facts))


def texts(outcomes: Outcomes) -> list[str]:
    return [one.text if isinstance(one, Recognition) else one.code for one in outcomes]


def failing_on(length: float, error: Exception) -> Callable[[Sequence[Samples]], None]:
    def refuse(pieces: Sequence[Samples]) -> None:
        if any(piece.size == int(length * 16_000) for piece in pieces):
            raise error

    return refuse


@pytest.mark.parametrize(
    "error",
    [
        EngineError(ErrorCode.ENGINE_FAILED, "surprise", permanent=False),
        EngineError(ErrorCode.CORRUPT_AUDIO),
        KeyError("surprise"),
        AssertionError(),
    ],
)
def test_one_bad_piece_is_found_and_the_others_are_recognised(error: Exception) -> None:
    engine = PickyEngine(failing_on(3, error))
    outcomes = recognise(engine, pieces_of(1, 2, 3, 4, 5))
    assert texts(outcomes) == ["16000", "32000", "", "64000", "80000"]
    assert [isinstance(h, Recognition) and h.flags for h in outcomes] == [
        (), (), (NOT_RECOGNISED,), (), (),
    ]  # fmt: skip


def test_two_bad_pieces_are_found_too() -> None:
    def refuse(pieces: Sequence[Samples]) -> None:
        if any(piece.size in (16_000, 48_000) for piece in pieces):
            raise ValueError

    outcomes = recognise(PickyEngine(refuse), pieces_of(1, 2, 3, 4))
    assert texts(outcomes) == ["", "32000", "", "64000"]


def test_a_piece_that_failed_by_chance_is_asked_once_more() -> None:
    moods = [EngineError(ErrorCode.ENGINE_FAILED, permanent=False)]

    def refuse(pieces: Sequence[Samples]) -> None:
        if moods:
            raise moods.pop()

    assert texts(recognise(PickyEngine(refuse), pieces_of(1))) == ["16000"]


def test_a_loss_of_count_is_found_like_a_failure() -> None:
    class Forgetful(FakeEngine):
        def recognise(
            self, pieces: Sequence[Samples], options: RecognitionOptions
        ) -> list[Recognition]:
            return super().recognise(pieces, options)[: 1 if len(pieces) < 3 else -1]

    outcomes = recognise(Forgetful("你好"), pieces_of(1, 1, 1))
    assert texts(outcomes) == ["你好"] * 3


@pytest.mark.parametrize(
    "error",
    [
        EngineError(ErrorCode.DEVICE_FAILED, permanent=False),
        EngineError(ErrorCode.LANGUAGE_UNSUPPORTED, "ja"),
        OSError(28, "No space left"),
    ],
)
def test_what_is_no_pieces_fault_is_raised_at_once(error: Exception) -> None:
    engine = PickyEngine(failing_on(1, error))
    with pytest.raises(type(error)):
        recognise(engine, pieces_of(1, 2, 3))
    assert len(engine.calls) == 1


def test_a_batch_that_does_not_fit_is_halved_and_the_size_remembered() -> None:
    def refuse(pieces: Sequence[Samples]) -> None:
        if sum(piece.size for piece in pieces) > 5 * 16_000:
            raise EngineError(ErrorCode.OUT_OF_MEMORY, permanent=False)

    engine = PickyEngine(refuse)
    budget = budget_for(FakeEngine().facts)
    outcomes = recognise(engine, pieces_of(4, 4, 4, 4), budget)
    assert texts(outcomes) == ["64000"] * 4
    assert [len(lengths) for lengths, _ in engine.calls] == [4, 2, 1, 1, 2, 1, 1]
    assert budget.batch_ms == 4_000


def test_the_hosts_memory_counts_as_well() -> None:
    def refuse(pieces: Sequence[Samples]) -> None:
        if len(pieces) > 1:
            raise MemoryError

    assert texts(recognise(PickyEngine(refuse), pieces_of(1, 2))) == ["16000", "32000"]


def test_a_piece_that_does_not_fit_alone_is_the_machines_fault() -> None:
    engine = PickyEngine(failing_on(9, MemoryError()))
    assert texts(recognise(engine, pieces_of(9, 1))) == ["out_of_memory", "16000"]
