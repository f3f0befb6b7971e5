"""Where two texts differ, for readers: punctuation and case are no difference."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from rapidfuzz.distance import Levenshtein

from transcription.evaluation.scores.cer import comparable


@dataclass(frozen=True, slots=True)
class TextPart:
    """A part of a text; ``differs`` from the other text at this place."""

    text: str
    differs: bool


def marked(reference: str, recognised: str) -> tuple[list[TextPart], list[TextPart]]:
    """Both texts whole, cut where they begin and cease to differ."""
    left, right = _units(reference), _units(recognised)
    wrong: tuple[set[int], set[int]] = (set(), set())
    for op in Levenshtein.opcodes([u[1] for u in left], [u[1] for u in right]):
        if op.tag != "equal":
            wrong[0].update(at for at, _ in left[op.src_start : op.src_end])
            wrong[1].update(at for at, _ in right[op.dest_start : op.dest_end])
    return _parts(reference, wrong[0]), _parts(recognised, wrong[1])


def _units(text: str) -> list[tuple[int, str]]:
    """Positions and comparable forms of the characters that count."""
    return [(at, form) for at, c in enumerate(text) if (form := comparable(c))]


def _parts(text: str, wrong: set[int]) -> list[TextPart]:
    marks: Sequence[tuple[str, bool]] = [(c, i in wrong) for i, c in enumerate(text)]
    return [
        TextPart("".join(c for c, _ in part), differs)
        for differs, part in groupby(marks, lambda mark: mark[1])
    ]
