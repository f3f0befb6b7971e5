"""Hotwords for engines that take none: what sounds like one becomes one.

A span of the raw text is replaced when it has the hotword's syllables, tones aside;
from three syllables on, what accents blur (zh/z, ch/c, sh/s, ang/an …) is equal too.
Times stay where the engine heard them. Nothing is replaced that already is a hotword.
"""

from dataclasses import dataclass, replace

from transcription.engine.base import Word
from transcription.pipeline.hotword_index import HotwordIndex, Match
from transcription.pipeline.types import HotwordHit


@dataclass(frozen=True, slots=True)
class Corrected:
    """A raw text after correction, its words and what was put where."""

    text: str
    words: tuple[Word, ...]
    hits: tuple[HotwordHit, ...]


class HotwordCorrector:
    """Puts the words of an index where they were said. ``is_plausible_enough`` puts
    them also where the sound is only alike: a person will look at it."""

    def __init__(
        self, index: HotwordIndex, *, is_plausible_enough: bool = False
    ) -> None:
        self._index = index
        self._is_plausible_enough = is_plausible_enough

    def correct(self, text: str, words: tuple[Word, ...] = ()) -> Corrected:
        """The text with hotwords in place; ``words`` follow, their times untouched."""
        taken = self._already_there(text)
        single = {
            (start, start + len(word.text)) for start, word in _placed(text, words)
        }
        chosen: list[Match] = []
        for match in sorted(self._matches(text), key=_preference):
            heard = text[match.start : match.end]
            if any(taken[match.start : match.end]) or heard == match.hotword:
                continue
            if (
                not (match.is_exact or self._is_plausible_enough)
                and match.size == 2
                and (match.start, match.end) in single
            ):
                continue  # a word of the engine's own, in other tones: 通知 and 同志
            chosen.append(match)
            taken[match.start : match.end] = [True] * (match.end - match.start)
        chosen.sort(key=lambda match: match.start)
        return _apply(text, words, chosen)

    def _matches(self, text: str) -> list[Match]:
        found = self._index.matches(text)
        if self._is_plausible_enough:
            return found
        return [match for match in found if match.is_same]

    def _already_there(self, text: str) -> list[bool]:
        taken = [False] * len(text)
        for word in self._index.words:
            at = text.find(word)
            while at >= 0:
                taken[at : at + len(word)] = [True] * len(word)
                at = text.find(word, at + 1)
        return taken


def _preference(match: Match) -> tuple[int, float, bool, int]:
    return (-match.size, -match.likeness, not match.is_exact, match.start)


def _placed(text: str, words: tuple[Word, ...]) -> list[tuple[int, Word]]:
    """Where each word begins in the text; empty when they are not the text's."""
    placed = []
    position = 0
    for word in words:
        at = text.find(word.text, position)
        if at < 0:
            return []
        placed.append((at, word))
        position = at + len(word.text)
    return placed


def _apply(text: str, words: tuple[Word, ...], matches: list[Match]) -> Corrected:
    placed = _placed(text, words)
    hits: list[HotwordHit] = []
    for match in reversed(matches):
        heard, put = text[match.start : match.end], match.hotword
        placed = _replace_words(placed, match.start, match.end, put)
        text = text[: match.start] + put + text[match.end :]
        shift = len(put) - len(heard)
        hits = [
            replace(hit, start=hit.start + shift, end=hit.end + shift) for hit in hits
        ]
        hits.insert(0, HotwordHit(put, heard, match.start, match.start + len(put)))
    return Corrected(
        text, tuple(word for _, word in placed) if placed else words, tuple(hits)
    )


def _replace_words(
    placed: list[tuple[int, Word]], start: int, end: int, put: str
) -> list[tuple[int, Word]]:
    """The words after ``start:end`` has become ``put``.

    Letter for letter where the lengths agree; else the words touched become one.
    """
    if len(put) == end - start:
        result = []
        for at, word in placed:
            stop = at + len(word.text)
            text = "".join(
                put[i - start] if start <= i < end else word.text[i - at]
                for i in range(at, stop)
            )
            result.append((at, replace(word, text=text)))
        return result
    touched = [p for p in placed if p[0] < end and p[0] + len(p[1].text) > start]
    if not touched:
        return placed
    (first_at, first), (last_at, last) = touched[0], touched[-1]
    head = first.text[: max(0, start - first_at)]
    tail = last.text[max(0, end - last_at) :]
    merged = replace(first, text=head + put + tail, end_ms=last.end_ms)
    before = [p for p in placed if p[0] + len(p[1].text) <= start]
    after = [p for p in placed if p[0] >= end]
    return [*before, (min(first_at, start), merged), *after]
