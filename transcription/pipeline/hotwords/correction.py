"""Hotwords for engines that take none: what sounds like one becomes one.

A span of the raw text is replaced when it has the hotword's syllables, tones aside;
from three syllables on, what accents blur (zh/z, ch/c, sh/s, ang/an …) is equal too.
Times stay where the engine put them. Nothing is replaced that already is a hotword.

The longer the library, the more ordinary speech sounds like some word of it. So the
engine's own words count as evidence: 位|于|东京 does not hold 韦栋.
"""

import re
from dataclasses import dataclass, replace
from typing import Final

from transcription.engine.base import Word
from transcription.pipeline.english.evidence import is_joined, sounds_like_it
from transcription.pipeline.hotwords.index import HotwordIndex, Match
from transcription.pipeline.hotwords.likelihood import (
    Evidence,
    evidence_for,
    is_near_miss,
)
from transcription.pipeline.hotwords.number_edges import (
    is_beside_number,
    sparing_numbers,
)
from transcription.pipeline.text.mapping import TextMapping, rewrite
from transcription.pipeline.types import HotwordHit

# From this confidence on the engine's words are not taken for others: a single one for
# its homophone, three syllables or more for a hotword in other tones, and three
# syllables for one of a library in which every third name sounds like something.
_SURE: Final = 0.9
_VERY_SURE: Final = 0.97
_UNSURE: Final = 0.7
_LARGE: Final = 500  # words

# In an English sentence these are what they are, and not IT or US.
_LITTLE: Final = re.compile(
    "all|am|an|are|as|at|be|by|can|do|go|he|hi|if|in|is|it|me|my|no|of|oh|ok|on|or|our"
    "|so|to|up|us|was|we|who|you"
)


@dataclass(frozen=True, slots=True)
class Corrected:
    """A raw text after correction, its words and what was put where; ``mapping`` leads
    to it from the text before. What spoke for each hit is told where a person looks at
    it."""

    text: str
    words: tuple[Word, ...]
    hits: tuple[HotwordHit, ...]
    mapping: TextMapping
    evidence: tuple[Evidence, ...] = ()


class HotwordCorrector:
    """Puts the words of an index where they were said. ``is_plausible_enough`` puts
    them also where the sound is only alike, unless all else is against it: a person
    will look at it. Without ``believes_near_misses`` all syllables must agree; large
    libraries have none, for every third name sounds almost like something."""

    def __init__(
        self,
        index: HotwordIndex,
        *,
        is_plausible_enough: bool = False,
        believes_near_misses: bool = True,
    ) -> None:
        self._index = index
        self._is_plausible_enough = is_plausible_enough
        self._is_large = len(index.words) > _LARGE
        self._believes_near_misses = believes_near_misses and not self._is_large

    def correct(self, text: str, words: tuple[Word, ...] = ()) -> Corrected:
        """The text with hotwords in place; ``words`` follow, their times untouched."""
        there = self._already_there(text)
        taken = [False] * len(text)
        chosen: list[Match] = []
        told: dict[Match, Evidence] = {}
        for match in sorted(self._matches(text), key=_preference):
            replaced = text[match.start : match.end]
            if any(taken[match.start : match.end]) or replaced == match.hotword:
                continue
            if _loses_one(match, text, there) or _is_little(match, text):
                continue
            if self._is_plausible_enough:
                told[match] = evidence_for(match, text, words)
                if told[match].is_improbable:
                    continue
            elif not self._is_credible(match, text, words):
                continue
            chosen.append(match)
            taken[match.start : match.end] = [True] * (match.end - match.start)
        chosen.sort(key=lambda match: match.start)
        evidence = tuple(told[match] for match in chosen if match in told)
        return replace(_apply(text, words, chosen), evidence=evidence)

    def _matches(self, text: str) -> list[Match]:
        candidates = self._index.matches(text)
        found = [m for match in candidates if (m := sparing_numbers(match, text))]
        if self._is_plausible_enough:
            return found
        if self._believes_near_misses:
            near = [*self._index.swallowed(text), *self._index.pairs(text)]
            return [*found, *(m for one in near if (m := sparing_numbers(one, text)))]
        return [match for match in found if match.is_same]

    def _is_credible(self, match: Match, text: str, words: tuple[Word, ...]) -> bool:
        if match.is_same:
            replaced = text[match.start : match.end]
            return _is_credible(match, replaced, words, in_large_library=self._is_large)
        if match.is_pair and is_beside_number(match, text):
            return False
        return is_near_miss(match, evidence_for(match, text, words))

    def _already_there(self, text: str) -> list[tuple[int, int]]:
        found: list[tuple[int, int]] = []
        for word in self._index.words:
            at = text.find(word)
            while at >= 0:
                found.append((at, at + len(word)))
                at = text.find(word, at + 1)
        return found


def _loses_one(match: Match, text: str, there: list[tuple[int, int]]) -> bool:
    """Whether a hotword that is there would not be afterwards. 科技 in 华警科技 stays
    when that becomes 华景科技."""
    return any(
        start < match.end
        and match.start < end
        and not (
            match.start <= start
            and end <= match.end
            and text[start:end] in match.hotword
        )
        for start, end in there
    )


def _is_little(match: Match, text: str) -> bool:
    """A short English word between other English words."""
    before, after = text[: match.start].rstrip(), text[match.end :].lstrip()
    return (
        _LITTLE.fullmatch(text, match.start, match.end) is not None
        and (before[-1:] + after[:1]).isascii()
    )


def _is_credible(
    match: Match,
    replaced: str,
    words: tuple[Word, ...],
    *,
    in_large_library: bool,
) -> bool:
    """Whether a word that sounds the same may stand there, by the engine's words."""
    starts = {word.offset for word in words}
    ends = {word.end for word in words}
    cuts_a_word = bool(words) and not (match.start in starts and match.end in ends)
    under = [w for w in words if w.offset < match.end and match.start < w.end]
    sureness = _sureness(under) if words else 1.0
    if match.is_by_phonemes:
        return sounds_like_it(
            match.hotword,
            replaced,
            match.likeness,
            sureness,
            in_large_library=in_large_library,
        )
    if match.size > 2 and match.is_exact:
        return True
    if cuts_a_word:
        return False
    match match.size:
        case 1:
            return is_joined(match.hotword, replaced, sureness)
        case 2:
            return match.is_exact and (len(under) != 1 or sureness < _SURE)
        case 3 if in_large_library:
            return bool(words) and sureness < _UNSURE
    return not words or sureness < _VERY_SURE


def _sureness(words: list[Word]) -> float:
    """Mean confidence; an engine that gives none is sure."""
    known = [1.0 if w.confidence is None else w.confidence for w in words]
    return sum(known) / len(known) if known else 0.0


def _preference(match: Match) -> tuple[bool, int, float, bool, int]:
    """The same letters and syllables before English that sounds alike."""
    rank = (-match.size, -match.likeness, not match.is_exact, match.start)
    return (match.is_by_phonemes, *rank)


def _apply(text: str, words: tuple[Word, ...], matches: list[Match]) -> Corrected:
    put = rewrite(text, ((m.start, m.end, m.hotword) for m in matches))
    hits = tuple(
        HotwordHit(match.hotword, text[match.start : match.end], start, end)
        for match, (_, _, start, end) in zip(matches, put.mapping.changes, strict=True)
    )
    for match in reversed(matches):
        words = _replace_words(words, match.start, match.end, match.hotword)
    return Corrected(put.text, words, hits, put.mapping)


def _replace_words(
    words: tuple[Word, ...], start: int, end: int, put: str
) -> tuple[Word, ...]:
    """The words after ``start:end`` has become ``put``.

    Letter for letter where the lengths agree and nothing is between the words; else
    the words touched become one.
    """
    touched = [word for word in words if word.offset < end and start < word.end]
    inside = sum(min(end, word.end) - max(start, word.offset) for word in touched)
    if len(put) == end - start == inside:
        return tuple(_with_letters(word, start, end, put) for word in words)
    merged: list[Word] = []
    if touched:
        first, last = touched[0], touched[-1]
        text = first.text[: max(0, start - first.offset)] + put
        text += last.text[max(0, end - last.offset) :]
        place = min(first.offset, start)
        merged = [replace(first, text=text, end_ms=last.end_ms, offset=place)]
    grown = len(put) - (end - start)
    before = [word for word in words if word.end <= start]
    after = [replace(w, offset=w.offset + grown) for w in words if w.offset >= end]
    return (*before, *merged, *after)


def _with_letters(word: Word, start: int, end: int, put: str) -> Word:
    """The word with the letters of ``put`` that stand at its characters."""
    letters = (
        put[at - start] if start <= at < end else letter
        for at, letter in enumerate(word.text, word.offset)
    )
    return replace(word, text="".join(letters))
