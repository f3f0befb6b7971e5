"""Words that people write again and again where the machine had written another."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

MIN_CHARACTERS: Final = 2
MAX_CHARACTERS: Final = 10
MIN_CORRECTIONS: Final = 2
_LONGEST: Final = 500  # characters; the comparison is quadratic, and a page waits
# A word does not reach across these little ones, unless they were corrected too.
_LITTLE: Final = frozenset(
    "的了吗呢吧啊呀嘛是在我你他她您它们这那就也和与把被给有不没要会都很到去来说请"
)


@dataclass(frozen=True, slots=True)
class CorrectedWord:
    """``at`` are the corrections that brought the word in, by their place."""

    text: str
    at: tuple[int, ...]


def recurring_words(corrections: Sequence[tuple[str, str]]) -> list[CorrectedWord]:
    """The words of ``(before, after)`` pairs that at least two of them brought in, the
    most telling first. Of words inside each other one is told."""
    found: dict[str, dict[int, None]] = defaultdict(dict)
    for place, (before, after) in enumerate(corrections):
        if max(len(before), len(after)) > _LONGEST:
            continue
        for word in _brought_in(before, after):
            found[word][place] = None
    often = [
        CorrectedWord(word, tuple(places))
        for word, places in found.items()
        if len(places) >= MIN_CORRECTIONS
    ]
    often.sort(key=lambda word: (-len(word.at) * (len(word.text) - 1), word.text))
    told: list[CorrectedWord] = []
    for one in often:
        if not any(one.text in other.text or other.text in one.text for other in told):
            told.append(one)
    return told


def _brought_in(before: str, after: str) -> set[str]:
    """Every stretch of ``after`` that could be the word which somebody wrote there."""
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    words: set[str] = set()
    for tag, _i1, _i2, start, end in matcher.get_opcodes():
        if tag not in ("replace", "insert") or end - start > MAX_CHARACTERS:
            continue
        if not all(_is_letter(character) for character in after[start:end]):
            continue
        words |= _stretches(after, start, end)
    return words


def _stretches(text: str, start: int, end: int) -> set[str]:
    """What surrounds ``start:end`` on one side or both: 理材产品 became 理财产品 by one
    character, and the word is longer than that."""
    room = MAX_CHARACTERS - (end - start)
    first, last = start, end
    while first > 0 and start - first < room and _belongs(text[first - 1]):
        first -= 1
    while last < len(text) and last - end < room and _belongs(text[last]):
        last += 1
    return {
        text[left:right]
        for left in range(first, start + 1)
        for right in range(end, last + 1)
        if MIN_CHARACTERS <= right - left <= MAX_CHARACTERS
        and not _cuts(text, left)
        and not _cuts(text, right)
    }


def _belongs(character: str) -> bool:
    return _is_letter(character) and character not in _LITTLE


def _is_letter(character: str) -> bool:
    return character.isalnum()


def _cuts(text: str, at: int) -> bool:
    """Whether a Latin word or a number would be cut in two."""
    if not 0 < at < len(text):
        return False
    before, after = text[at - 1], text[at]
    return (before + after).isascii() and before.isalnum() and after.isalnum()
