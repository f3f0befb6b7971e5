"""Character error rate: the field's measure for Mandarin.

CER = (substitutions + deletions + insertions) / reference characters, over a set.
Punctuation, spaces and case do not count; both sides are compared before ITN.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein


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
    edits = characters = 0
    for reference, hypothesis in pairs:
        wanted = comparable(reference)
        edits += Levenshtein.distance(wanted, comparable(hypothesis))
        characters += len(wanted)
    return Score(edits, characters)
