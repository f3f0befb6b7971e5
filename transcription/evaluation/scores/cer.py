"""Character error rate: the field's measure for Mandarin.

CER = (substitutions + deletions + insertions) / reference characters, over a set.
Punctuation, spaces and case do not count. Spoken references are compared with what
was recognised before ITN; see ``transcription.evaluation.scores.texts``.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from rapidfuzz.distance import Levenshtein

_ROUNDS: Final = 2_000
_ROUNDS_AT_ONCE: Final = 100  # bounds memory for sets of thousands


def comparable(text: str) -> str:
    """The characters that count: letters and digits, width- and case-folded."""
    folded = unicodedata.normalize("NFKC", text).lower()
    return "".join(c for c in folded if c.isalnum())


@dataclass(frozen=True, slots=True)
class Score:
    """Edits over a set of references."""

    edits: int
    characters: int

    @property
    def percent(self) -> float:
        return 100 * self.edits / self.characters if self.characters else 0.0


def score(pairs: Iterable[tuple[str, str]]) -> Score:
    """The pooled score of ``(reference, hypothesis)`` pairs."""
    return pooled(score_one(reference, recognised) for reference, recognised in pairs)


def score_one(reference: str, hypothesis: str) -> Score:
    """One utterance."""
    wanted = comparable(reference)
    return Score(Levenshtein.distance(wanted, comparable(hypothesis)), len(wanted))


def pooled(scores: Iterable[Score]) -> Score:
    """All utterances as one: long ones count for more, as they should."""
    edits = characters = 0
    for one in scores:
        edits += one.edits
        characters += one.characters
    return Score(edits, characters)


def interval(scores: Sequence[Score], *, seed: int = 0) -> tuple[float, float]:
    """The 95 % confidence interval of the pooled percentage.

    A percentile bootstrap over utterances (Bisani & Ney 2004): errors inside one
    utterance depend on each other, utterances do not. The same for the same scores.
    """
    return _percentiles(
        [one.edits for one in scores], [one.characters for one in scores], seed
    )


def difference_interval(
    before: Sequence[Score], after: Sequence[Score], *, seed: int = 0
) -> tuple[float, float]:
    """The same for how many points ``after`` is above ``before``, utterance by
    utterance: what both got wrong is no uncertainty of the difference."""
    return _percentiles(
        [b.edits - a.edits for a, b in zip(before, after, strict=True)],
        [one.characters for one in before],
        seed,
    )


def _percentiles(
    edits: Sequence[int], lengths: Sequence[int], seed: int
) -> tuple[float, float]:
    if sum(lengths) == 0:
        return (0.0, 0.0)
    above, below = np.array(edits, np.float64), np.array(lengths, np.float64)
    rng = np.random.default_rng(seed)
    even = np.full(above.size, 1 / above.size)
    rates: list[float] = []
    for _ in range(0, _ROUNDS, _ROUNDS_AT_ONCE):
        drawn = rng.multinomial(above.size, even, size=_ROUNDS_AT_ONCE)
        rates += (drawn @ above / np.maximum(drawn @ below, 1)).tolist()
    low, high = np.percentile(rates, (2.5, 97.5))
    return 100 * float(low), 100 * float(high)
