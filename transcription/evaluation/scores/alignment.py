"""Which part of what was recognised belongs to which part of the reference.

Both texts are ``comparable``. The alignment is Levenshtein's: the fewest edits.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

from transcription.evaluation.scores.cer import Score


@dataclass(frozen=True, slots=True)
class Alignment:
    """Positions of one text in the other.

    ``hypothesis_at[i]`` is where the hypothesis stands when ``i`` characters of the
    reference and what was inserted behind them are over; ``reference_at[j]`` is where
    the reference stands after ``j`` characters of the hypothesis. ``edits_at[i]``
    counts the edits up to ``hypothesis_at[i]``.
    """

    hypothesis_at: tuple[int, ...]
    reference_at: tuple[int, ...]
    edits_at: tuple[int, ...]


def align(reference: str, hypothesis: str) -> Alignment:
    hypothesis_at = [0] * (len(reference) + 1)
    reference_at = [0] * (len(hypothesis) + 1)
    edits_at = [0] * (len(reference) + 1)
    edits = 0
    for op in Levenshtein.opcodes(reference, hypothesis):
        is_edit = op.tag != "equal"
        length = op.dest_end - op.dest_start
        if op.tag == "insert":
            edits += length
            hypothesis_at[op.src_start], edits_at[op.src_start] = op.dest_end, edits
        for step in range(1, op.src_end - op.src_start + 1):
            edits += is_edit
            hypothesis_at[op.src_start + step] = min(op.dest_start + step, op.dest_end)
            edits_at[op.src_start + step] = edits
        for step in range(1, length + 1):
            reference_at[op.dest_start + step] = min(op.src_start + step, op.src_end)
    return Alignment(tuple(hypothesis_at), tuple(reference_at), tuple(edits_at))


def by_turn(turns: Sequence[str], hypothesis: str) -> list[tuple[str, Score]]:
    """What was recognised of each turn of one recording, and its edits.

    The recording is aligned as a whole, because a recogniser does not cut it where
    the reference does; edits between two turns count for the former.
    """
    found = align("".join(turns), hypothesis)
    parts: list[tuple[str, Score]] = []
    start = hypothesis_start = edits_before = 0
    for turn in turns:
        end = start + len(turn)
        hypothesis_end, edits = found.hypothesis_at[end], found.edits_at[end]
        recognised = hypothesis[hypothesis_start:hypothesis_end]
        parts.append((recognised, Score(edits - edits_before, len(turn))))
        start, hypothesis_start, edits_before = end, hypothesis_end, edits
    return parts
