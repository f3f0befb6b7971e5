"""The stretch of a text that is most likely a phrase, misheard."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from transcription.search.sound.asked import (
    AT_AN_END,
    LEFT_OUT,
    OTHER,
    PUT_IN,
    Asked,
)
from transcription.search.sound.table import table

NEVER: Final = -1000.0  # bits


class Aligned(NamedTuple):
    """``text[start:end]``, and how much likelier it is here than anywhere."""

    bits: float
    start: int
    end: int


def aligned(text: str, wanted: Asked) -> Aligned:
    """Of a short text. A letter or a figure is never misheard."""
    known = table().readings
    other = [OTHER if character in known else NEVER for character in text]
    put_in = [PUT_IN if character in known else NEVER for character in text]
    row = [Aligned(0.0, at, at) for at in range(len(text) + 1)]
    last = len(wanted.phrase) - 1
    for at, (character, weights) in enumerate(
        zip(wanted.phrase, wanted.weights, strict=True)
    ):
        extra = AT_AN_END if at in (0, last) else 0.0
        if character not in known:
            extra = NEVER
        row = _next_row(row, text, weights, extra, other, put_in)
    return max(row)


def _next_row(
    row: list[Aligned],
    text: str,
    weights: dict[str, float],
    extra: float,
    other: Sequence[float],
    put_in: Sequence[float],
) -> list[Aligned]:
    """After one more character of the phrase: the best that ends at each place."""
    missing = LEFT_OUT + extra
    found = [Aligned(row[0].bits + missing, *row[0][1:])]
    for at, written in enumerate(text):
        bits, start, _end = row[at]
        weight = weights.get(written)
        bits += other[at] + extra if weight is None else weight
        skipped = row[at + 1]
        if skipped[0] + missing > bits:
            bits, start = skipped[0] + missing, skipped[1]
        longer = found[at]
        if longer[0] + put_in[at] > bits:
            bits, start = longer[0] + put_in[at], longer[1]
        found.append(Aligned(bits, start, at + 1))
    return found
