"""Which of some calls is most about what was asked.

BM25 (k1 = 1.2, b = 0.75) over the calls that were found and nothing else: how often a
phrase counts in a call is in how many of its sentences it was found, and a few times
more where the title, the agent or the number holds it. Phrases that are rarer in these
calls weigh more; in a long call each sentence weighs less.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import log
from typing import Final

from transcription.search.folding import Phrase

KNOWN_COUNTS: Final = 5  # as many sentences as a title with the phrase is worth
_K1: Final = 1.2
_B: Final = 0.75


@dataclass(slots=True)
class Counted:
    """What was found in a call: in how many sentences each phrase, which of them are
    in what is known about it, and how many characters are searched of it."""

    length: int
    said: Counter[Phrase] = field(default_factory=Counter)
    known: set[Phrase] = field(default_factory=set)
    sentences: int = 0

    def count(self, phrase: Phrase) -> int:
        """In how many sentences the phrase counts as found."""
        return self.said[phrase] + KNOWN_COUNTS * (phrase in self.known)


def scores(calls: Mapping[int, Counted]) -> dict[int, float]:
    """Of each call, higher for what is more about the phrases."""
    total = sum(call.length for call in calls.values())
    mean = total / len(calls) if calls else 1
    everywhere: Counter[Phrase] = Counter()
    for call in calls.values():
        for phrase in {*call.said, *call.known}:
            everywhere[phrase] += call.count(phrase)
    rarity = {phrase: log(1 + total / count) for phrase, count in everywhere.items()}
    return {pk: _score(call, rarity, mean) for pk, call in calls.items()}


def _score(call: Counted, rarity: Mapping[Phrase, float], mean: float) -> float:
    long = _K1 * (1 - _B + _B * call.length / mean)
    return sum(
        rarity[phrase] * count * (_K1 + 1) / (count + long)
        for phrase in sorted({*call.said, *call.known})
        for count in (call.count(phrase),)
    )
