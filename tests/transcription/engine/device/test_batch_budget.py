"""How large a batch may be, with a card whose memory the test decides."""

from transcription.engine.base import EngineFacts
from transcription.engine.device.batch_budget import (
    CPU_BATCH_MS,
    FIRST_GPU_BATCH_MS,
    MAX_GPU_BATCH_MS,
    BatchBudget,
    budget_for,
)

MIB = 2**20


class FakeCard:
    """``per_second`` bytes at the peak for every padded second of a call."""

    def __init__(self, free: int, per_second: int) -> None:
        self._free = free
        self._per_second = per_second
        self.padded_ms = 0

    def begin(self) -> None:
        return None

    def peak(self) -> int:
        return self.padded_ms * self._per_second // 1000

    def free(self) -> int:
        return self._free


def call(budget: BatchBudget, card: FakeCard, padded_ms: int) -> None:
    card.padded_ms = padded_ms
    with budget.measured(padded_ms):
        pass


def test_a_cpu_has_one_size_and_gains_nothing_from_batches() -> None:
    budget = budget_for(EngineFacts("fake", "Fake", "cpu"))
    with budget.measured(5000):
        pass
    assert (budget.batch_ms, budget.gains) == (CPU_BATCH_MS, False)
    assert budget.bytes_per_second == 0


def test_pieces_that_are_recognised_side_by_side_come_in_one_call() -> None:
    budget = budget_for(EngineFacts("fake", "Fake", "cpu", calls_at_once=3))
    assert (budget.batch_ms, budget.gains) == (3 * CPU_BATCH_MS, False)


def test_a_card_begins_small_and_doubles_up_to_what_is_free() -> None:
    card = FakeCard(free=1000 * MIB, per_second=4 * MIB)
    budget = BatchBudget(card)
    sizes = [budget.batch_ms]
    for _ in range(4):
        call(budget, card, budget.batch_ms)
        sizes.append(budget.batch_ms)
    assert sizes == [FIRST_GPU_BATCH_MS, 120_000, 200_000, 200_000, 200_000]
    assert budget.bytes_per_second == 4 * MIB


def test_a_small_call_says_nothing_about_large_ones() -> None:
    card = FakeCard(free=1000 * MIB, per_second=4 * MIB)
    budget = BatchBudget(card)
    call(budget, card, 60_000)
    card._per_second = 400 * MIB  # what every call costs, seen in a call of a moment
    call(budget, card, 500)
    assert budget.bytes_per_second == 4 * MIB
    assert budget.batch_ms == 120_000


def test_memory_that_somebody_else_takes_makes_the_next_call_smaller() -> None:
    card = FakeCard(free=1000 * MIB, per_second=4 * MIB)
    budget = BatchBudget(card)
    call(budget, card, 60_000)
    card._free = 100 * MIB
    call(budget, card, 10_000)
    assert budget.batch_ms == 20_000


def test_no_batch_is_so_large_that_a_cancel_waits_for_long() -> None:
    card = FakeCard(free=2**50, per_second=1)
    budget = BatchBudget(card)
    for _ in range(10):
        call(budget, card, budget.batch_ms)
    assert budget.batch_ms == MAX_GPU_BATCH_MS


def test_what_did_not_fit_is_never_tried_again() -> None:
    card = FakeCard(free=1000 * MIB, per_second=1 * MIB)
    budget = BatchBudget(card)
    budget.shrink(60_000)
    assert budget.batch_ms == 30_000
    for _ in range(5):
        call(budget, card, budget.batch_ms)
    assert budget.batch_ms == 30_000
    budget.shrink(1)
    assert budget.batch_ms == 1


def test_a_call_that_fails_teaches_nothing() -> None:
    card = FakeCard(free=1000 * MIB, per_second=4 * MIB)
    budget = BatchBudget(card)
    card.padded_ms = 60_000
    try:
        with budget.measured(60_000):
            raise MemoryError
    except MemoryError:
        pass
    assert budget.bytes_per_second == 0
