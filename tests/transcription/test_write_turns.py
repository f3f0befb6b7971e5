"""A long row of transactions leaves others their turn, on SQLite."""

import pytest
from django.db import connection

from transcription.services import write_turns
from transcription.services.write_turns import PAUSE_SECONDS, WriteTurns


class Clock:
    """Time as the test has it."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(write_turns, "time", clock)
    return clock


def test_it_pauses_once_it_has_written_for_a_while(clock: Clock) -> None:
    turns = WriteTurns()
    for _transaction in range(10):
        clock.now += 0.04
        turns.after_transaction()
    # After 0.12 s, and again; PostgreSQL has many writers.
    expected = 3 if connection.vendor == "sqlite" else 0
    assert clock.slept == [PAUSE_SECONDS] * expected


def test_one_short_transaction_is_not_slowed_down(clock: Clock) -> None:
    turns = WriteTurns()
    clock.now += 0.04
    turns.after_transaction()
    assert clock.slept == []
