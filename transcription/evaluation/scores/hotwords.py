"""Were the words of a list recognised where they were said, and nowhere else?

Every word of the list is counted for itself: in 理财产品, both 理财产品 and 理财 of a
list that has both. A word is found when it stands in the hypothesis at the place of
the reference where it was said; anywhere else it is a false insertion.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from transcription.evaluation.scores.alignment import align
from transcription.evaluation.scores.cer import comparable
from transcription.evaluation.scores.texts import Letters, letters
from transcription.pipeline.hotwords.rules import parse_spec


@dataclass(frozen=True, slots=True)
class HotwordCount:
    """Occurrences: said, found where they were said, and found where they were not."""

    said: int = 0
    found: int = 0
    false: int = 0

    def __add__(self, other: "HotwordCount") -> "HotwordCount":
        return HotwordCount(
            self.said + other.said,
            self.found + other.found,
            self.false + other.false,
        )

    @property
    def recall(self) -> float | None:
        """Of what was said; None when no word of the list was."""
        return self.found / self.said if self.said else None

    @property
    def precision(self) -> float | None:
        """Of what was recognised; None when no word of the list was."""
        recognised = self.found + self.false
        return self.found / recognised if recognised else None


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A word of the list at ``start:end`` of the letters."""

    word: str
    start: int
    end: int


class WordList:
    """The words of a list, ready to be looked for; ``词|变体`` counts as 词."""

    def __init__(self, lines: Iterable[str]) -> None:
        words = {comparable(parse_spec(line).text) for line in lines}
        self._words = frozenset(words - {""})
        self._lengths = sorted({len(word) for word in self._words})

    def __len__(self) -> int:
        return len(self._words)

    def occurrences(self, text: Letters) -> list[Occurrence]:
        """All of them, by start; 谢谢谢谢 has 谢谢 twice, not three times."""
        found: list[Occurrence] = []
        over_at: dict[str, int] = {}
        for start in sorted(text.breaks):
            for length in self._lengths:
                end = start + length
                word = text.text[start:end]
                if (
                    end in text.breaks
                    and word in self._words
                    and over_at.get(word, 0) <= start
                ):
                    found.append(Occurrence(word, start, end))
                    over_at[word] = end
        return found

    def count(self, reference: str, hypothesis: str) -> HotwordCount:
        """An empty reference is silence."""
        reference_letters, recognised_letters = letters(reference), letters(hypothesis)
        said = self.occurrences(reference_letters)
        recognised = self.occurrences(recognised_letters)
        if not recognised:
            return HotwordCount(said=len(said))
        found_at = align(reference_letters.text, recognised_letters.text)
        reference_at = found_at.reference_at
        waiting: dict[str, list[Occurrence]] = defaultdict(list)
        for occurrence in said:
            waiting[occurrence.word].append(occurrence)
        found = 0
        for occurrence in recognised:
            start = reference_at[occurrence.start]
            end = reference_at[occurrence.end]
            for place in waiting[occurrence.word]:
                overlap = min(end, place.end) - max(start, place.start)
                if 2 * overlap > place.end - place.start:
                    waiting[occurrence.word].remove(place)
                    found += 1
                    break
        return HotwordCount(len(said), found, len(recognised) - found)
