"""How long the machine worked, whatever it recognised side by side."""

from datetime import UTC, datetime, timedelta

import pytest

from transcription.services.recogniser.load.machine_time import (
    MachineWork,
    machine_real_time_factor,
)

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


def work(end_s: float, took_s: float, audio_s: float = 10) -> MachineWork:
    return MachineWork(
        NOON + timedelta(seconds=end_s), round(audio_s * 1000), round(took_s * 1000)
    )


def test_one_after_another_is_the_sum() -> None:
    assert machine_real_time_factor([work(2, 2), work(6, 3)]) == pytest.approx(0.25)


def test_side_by_side_counts_once_in_whatever_order() -> None:
    works = [work(8, 4), work(6, 6), work(7, 1)]
    assert machine_real_time_factor(works) == pytest.approx(8 / 30)


def test_without_audio_there_is_no_factor() -> None:
    assert machine_real_time_factor([]) is None
    assert machine_real_time_factor([work(1, 1, audio_s=0)]) is None
