"""Stretches of a recording, ``(from_ms, to_ms)``: in order, apart, few."""

from collections.abc import Iterable
from itertools import pairwise
from typing import Final

Stretch = tuple[int, int]

MOST: Final = 50
NEAR_MS: Final = 1_000  # a player stops and goes on with such gaps


def merged(stretches: Iterable[Stretch]) -> list[Stretch]:
    """The same, in order; those that touch or nearly do are one. Of more than ``MOST``
    the nearest are joined: rather too much is said than something left out."""
    apart: list[Stretch] = []
    for start, end in sorted(stretches):
        if apart and start - apart[-1][1] <= NEAR_MS:
            apart[-1] = apart[-1][0], max(apart[-1][1], end)
        else:
            apart.append((start, end))
    if len(apart) <= MOST:
        return apart
    gaps = [following[0] - former[1] for former, following in pairwise(apart)]
    widest = sorted(range(len(gaps)), key=lambda at: gaps[at])[-(MOST - 1) :]
    cuts = [0, *(at + 1 for at in sorted(widest)), len(apart)]
    return [(apart[a][0], apart[b - 1][1]) for a, b in pairwise(cuts)]


def within(stretches: Iterable[Stretch], duration_ms: int | None) -> list[Stretch]:
    """What of them lies in a recording of this length."""
    if duration_ms is None:
        return list(stretches)
    return [(a, min(b, duration_ms)) for a, b in stretches if a < duration_ms]
