"""Words that people write again and again where the machine had written another.

A correction shows the characters that were wrong; the word is what begins and ends
where words do around them, and comes in different company: what always stands between
the same neighbours is a part of something longer, and a sentence that is read out in
every call is no word at all.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import accumulate, pairwise
from typing import Final

from transcription.mandarin.lexicon import (
    LITTLE,
    is_common,
    is_known,
    is_little,
    tokens,
)
from transcription.pipeline.suggestions.scripts import (
    Around,
    around,
    is_number,
    sentence_count,
)

MIN_CHARACTERS: Final = 2
MAX_CHARACTERS: Final = 10
MIN_CORRECTIONS: Final = 2
_LONGEST: Final = 500  # characters; the comparison is quadratic, and a page waits
_WIDER: Final = 3  # words by which what was corrected is widened on either side
_PHRASE: Final = 4  # so many words of the dictionary are no name


@dataclass(frozen=True, slots=True)
class CorrectedWord:
    """``at`` are the corrections that brought the word in, by their place."""

    text: str
    at: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Use:
    """The words beside one, empty where none is or a little one, and some letters."""

    before: str
    after: str
    around: Around


def recurring_words(corrections: Sequence[tuple[str, str]]) -> list[CorrectedWord]:
    """The words of ``(before, after)`` pairs that at least two of them brought in, the
    most telling first. Of words inside each other one is told."""
    found: defaultdict[str, dict[int, _Use]] = defaultdict(dict)
    for place, (before, after) in enumerate(corrections):
        if max(len(before), len(after)) > _LONGEST:
            continue
        for word, use in _brought_in(before, after):
            found[word].setdefault(place, use)
    often = [
        (_weight(word, list(uses.values())), CorrectedWord(word, tuple(uses)))
        for word, uses in found.items()
        if len(uses) >= MIN_CORRECTIONS and _is_word(word, list(uses.values()))
    ]
    often.sort(key=lambda one: (-one[0], one[1].text))
    told: list[CorrectedWord] = []
    for _weighs, one in often:
        if not any(one.text in other.text or other.text in one.text for other in told):
            told.append(one)
    return told


def _weight(word: str, uses: Sequence[_Use]) -> float:
    """In how many different sentences, and how much of a name it is."""
    in_dictionary = all(map(is_known, tokens(word)))
    sentences = sentence_count(use.around for use in uses)
    return sentences * (len(word) - 1) * (0.5 if in_dictionary else 1.0)


def _is_word(word: str, uses: Sequence[_Use]) -> bool:
    parts = tokens(word)
    if is_common(word) or (len(parts) >= _PHRASE and all(map(is_known, parts))):
        return False
    return (
        _is_free({use.before for use in uses})
        and _is_free({use.after for use in uses})
        and sentence_count(use.around for use in uses) > 1
    )


def _is_free(neighbours: set[str]) -> bool:
    """Whether a word ends on this side: what follows differs, or is nothing."""
    return len(neighbours) > 1 or "" in neighbours


def _brought_in(before: str, after: str) -> Iterator[tuple[str, _Use]]:
    """Every stretch of ``after`` that could be the word which somebody wrote there."""
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    changed = [
        (start, end)
        for tag, _i1, _i2, start, end in matcher.get_opcodes()
        if tag in ("replace", "insert") and after[start:end].isalnum()
    ]
    if not changed:
        return
    parts = tokens(after)
    borders = list(pairwise(accumulate(map(len, parts), initial=0)))
    for start, end in changed:
        if end - start > MAX_CHARACTERS:
            continue
        first = next(n for n, (_, last) in enumerate(borders) if start < last)
        last = next(n for n, (_, stop) in enumerate(borders) if end <= stop)
        for left, right in _stretches(parts, first, last):
            word = "".join(parts[left : right + 1])
            if MIN_CHARACTERS <= len(word) <= MAX_CHARACTERS and word.isalnum():
                yield word, _use(parts, left, right)


def _stretches(
    parts: Sequence[str], first: int, last: int
) -> Iterator[tuple[int, int]]:
    """``first`` to ``last`` and what belongs to them on one side or both: 理材产品
    became 理财产品 by one character, and the word is longer than that."""
    left, right = first, last
    while left > max(0, first - _WIDER) and _belongs(parts[left - 1]):
        left -= 1
    while right < min(len(parts), last + _WIDER + 1) - 1 and _belongs(parts[right + 1]):
        right += 1
    for start in range(left, first + 1):
        for end in range(last, right + 1):
            if not (_is_edge(parts[start]) or _is_edge(parts[end])):
                yield start, end


def _use(parts: Sequence[str], first: int, last: int) -> _Use:
    before = parts[first - 1] if first else ""
    after = parts[last + 1] if last + 1 < len(parts) else ""
    return _Use(
        before if _belongs(before) else "",
        after if _belongs(after) else "",
        around(
            "".join(parts), len("".join(parts[:first])), len("".join(parts[: last + 1]))
        ),
    )


def _belongs(part: str) -> bool:
    return part.isalnum() and not is_little(part) and not is_number(part)


def _is_edge(part: str) -> bool:
    """What no name begins or ends with, though somebody wrote it there."""
    return part in LITTLE
