"""May a text recognised with hotwords take the place of the one without?

A model that was shown hotwords tends to write them. It is believed where the first text
has the sound of each word that it put in, and where everything else stayed as it was:
nothing is shortened, nothing is added.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from rapidfuzz.distance import Levenshtein

from transcription.pipeline.hotwords.index import Match
from transcription.pipeline.hotwords.number_edges import sparing_numbers
from transcription.pipeline.types import HotwordHit

# What a second recognition of the same sound may change elsewhere, of the characters.
ELSEWHERE: Final = 0.15


class Objection(StrEnum):
    """Why the second text is not believed."""

    NO_EVIDENCE = "no_evidence"  # a hotword that nobody said there
    SHORTENED = "shortened"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Verdict:
    """``hits`` are characters of the second text; empty when there is an objection."""

    hits: tuple[HotwordHit, ...] = ()
    objection: Objection | None = None


def weigh(
    first: str,
    second: str,
    words: Sequence[str],
    matches: Sequence[Match],
    *,
    elsewhere: float = ELSEWHERE,
) -> Verdict:
    """Compare two texts of the same sound. ``words`` are those that the engine was
    shown, ``matches`` what ``HotwordIndex`` found in ``first``; ``elsewhere`` is the
    share of the characters that may be others where no word was put in."""
    matches = [m for match in matches if (m := sparing_numbers(match, first))]
    hits: list[HotwordHit] = []
    put_in: list[tuple[int, int, str]] = []
    for word, start in _occurrences(second, words, first):
        match = _nearest(word, start / max(len(second), 1), first, matches, put_in)
        if match is None:
            return Verdict(objection=Objection.NO_EVIDENCE)
        replaced = first[match.start : match.end]
        put_in.append((match.start, match.end, word))
        if replaced != word:
            hits.append(HotwordHit(word, replaced, start, start + len(word)))
    expected = _spoken(_with(first, put_in))
    got = _spoken(second)
    if len(got) < len(expected):
        return Verdict(objection=Objection.SHORTENED)
    if Levenshtein.distance(expected, got) > elsewhere * len(expected):
        return Verdict(objection=Objection.CHANGED)
    return Verdict(tuple(sorted(hits, key=lambda hit: hit.start)))


def _occurrences(
    second: str, words: Sequence[str], first: str
) -> list[tuple[str, int]]:
    """Where the second text has words that the first has less often."""
    before, after = _places(first, words), _places(second, words)
    return [
        (word, place)
        for word, places in after.items()
        if len(places) > len(before[word])
        for place in places
    ]


def _places(text: str, words: Sequence[str]) -> dict[str, list[int]]:
    """Where each word begins, the longest first. Words inside longer ones do not
    count."""
    taken = [False] * len(text)
    found: dict[str, list[int]] = {}
    for word in sorted(words, key=len, reverse=True):
        places = found.setdefault(word, [])
        at = text.find(word)
        while at >= 0:
            if not any(taken[at : at + len(word)]):
                places.append(at)
                taken[at : at + len(word)] = [True] * len(word)
            at = text.find(word, at + len(word))
    return found


def _nearest(
    word: str,
    place: float,
    first: str,
    matches: Sequence[Match],
    used: Sequence[tuple[int, int, str]],
) -> Match | None:
    """The stretch of the first text that sounds like the word, at about its place."""
    free = [
        match
        for match in matches
        if match.hotword == word
        and all(match.end <= start or match.start >= end for start, end, _ in used)
    ]
    length = max(len(first), 1)
    return min(free, key=lambda m: abs(m.start / length - place), default=None)


def _with(text: str, put_in: Sequence[tuple[int, int, str]]) -> str:
    for start, end, word in sorted(put_in, reverse=True):
        text = text[:start] + word + text[end:]
    return text


def _spoken(text: str) -> str:
    """Letters and figures; punctuation differs by chance."""
    return "".join(c for c in text.casefold() if c.isalnum())
