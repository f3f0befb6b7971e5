"""How long the machine worked on recordings, of which it may do several at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class MachineWork:
    """One recording: when it was done, how long it is and how long it took."""

    finished_at: datetime
    audio_ms: int
    processing_ms: int


def machine_real_time_factor(works: Iterable[MachineWork]) -> float | None:
    """Seconds of the machine per second of audio; None without audio.

    Time in which several recordings were worked on counts once: each took all of it,
    so the sum or the median of their own factors would make the machine look slower
    the more it does at once.
    """
    ordered = sorted(works, key=lambda work: _began(work))
    audio_ms = sum(work.audio_ms for work in ordered)
    if not audio_ms:
        return None
    busy_ms = until = 0.0
    for work in ordered:
        end = work.finished_at.timestamp() * 1000
        busy_ms += max(0.0, end - max(_began(work), until))
        until = max(until, end)
    return busy_ms / audio_ms


def _began(work: MachineWork) -> float:
    return work.finished_at.timestamp() * 1000 - work.processing_ms
