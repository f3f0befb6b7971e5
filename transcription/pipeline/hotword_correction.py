"""Hotwords for engines that take none: what sounds like one becomes one.

A span of the raw text is replaced when it has the hotword's syllables, tones aside;
from three syllables on, what accents blur (zh/z, ch/c, sh/s, ang/an …) is equal too.
Times stay where the engine heard them. Nothing is replaced that already is a hotword.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import product
from typing import Final

from transcription.engine.base import Word
from transcription.pipeline.phonetics import Unit, blur, units
from transcription.pipeline.types import HotwordHit

_FUZZY_FROM: Final = 3  # syllables
_MAX_SPELLED: Final = 6  # letters of an abbreviation that people spell out


@dataclass(frozen=True, slots=True)
class Corrected:
    """A raw text after correction, its words and what was put where."""

    text: str
    words: tuple[Word, ...]
    hits: tuple[HotwordHit, ...]


@dataclass(frozen=True, slots=True)
class _Entry:
    text: str
    sounds: tuple[str, ...]
    tones: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Match:
    entry: _Entry
    start: int
    end: int
    is_exact: bool


class HotwordCorrector:
    """Built once per job; 5,000 words cost about 15 ms a segment."""

    def __init__(
        self, hotwords: Iterable[str], *, merges_n_and_l: bool = False
    ) -> None:
        self._merges_n_and_l = merges_n_and_l
        self._words = tuple(dict.fromkeys(hotwords))
        self._index: dict[tuple[str, ...], list[_Entry]] = {}
        for word in self._words:
            for entry in _entries(word):
                key = tuple(self._blur(sound) for sound in entry.sounds[:2])
                self._index.setdefault(key, []).append(entry)
        for entries in self._index.values():
            entries.sort(key=lambda entry: -len(entry.sounds))

    def correct(self, text: str, words: tuple[Word, ...] = ()) -> Corrected:
        """The text with hotwords in place; ``words`` follow, their times untouched."""
        taken = self._already_there(text)
        single = {
            (start, start + len(word.text)) for start, word in _placed(text, words)
        }
        chosen: list[_Match] = []
        for match in sorted(self._matches(text), key=_preference):
            heard = text[match.start : match.end]
            if any(taken[match.start : match.end]) or heard == match.entry.text:
                continue
            if not match.is_exact and (
                len(match.entry.sounds) == 2 and (match.start, match.end) in single
            ):
                continue  # a word of the engine's own, in other tones: 通知 and 同志
            chosen.append(match)
            taken[match.start : match.end] = [True] * (match.end - match.start)
        chosen.sort(key=lambda match: match.start)
        return _apply(text, words, chosen)

    def _blur(self, sound: str) -> str:
        return blur(sound, merges_n_and_l=self._merges_n_and_l)

    def _already_there(self, text: str) -> list[bool]:
        taken = [False] * len(text)
        for word in self._words:
            at = text.find(word)
            while at >= 0:
                taken[at : at + len(word)] = [True] * len(word)
                at = text.find(word, at + 1)
        return taken

    def _matches(self, text: str) -> Iterable[_Match]:
        for run in units(text):
            for index, unit in enumerate(run):
                heads: list[tuple[str, ...]] = [
                    (self._blur(sound),) for sound in unit.sounds
                ]
                if index + 1 < len(run):
                    following = run[index + 1].sounds
                    heads += [
                        (self._blur(first), self._blur(second))
                        for first, second in product(unit.sounds, following)
                    ]
                for head in dict.fromkeys(heads):
                    for entry in self._index.get(head, ()):
                        match = self._match(entry, run, index)
                        if match is not None:
                            yield match

    def _match(self, entry: _Entry, run: list[Unit], index: int) -> _Match | None:
        span = run[index : index + len(entry.sounds)]
        if len(span) < len(entry.sounds):
            return None
        is_toneless = all(
            sound in unit.sounds for sound, unit in zip(entry.sounds, span, strict=True)
        )
        if not is_toneless:
            if len(entry.sounds) < _FUZZY_FROM:
                return None
            for sound, unit in zip(entry.sounds, span, strict=True):
                if self._blur(sound) not in map(self._blur, unit.sounds):
                    return None
        is_exact = is_toneless and all(
            tone in unit.tones for tone, unit in zip(entry.tones, span, strict=True)
        )
        return _Match(entry, span[0].start, span[-1].end, is_exact)


def _preference(match: _Match) -> tuple[int, bool, int]:
    return (-len(match.entry.sounds), not match.is_exact, match.start)


@lru_cache(maxsize=20_000)  # a department's next job brings the same words
def _entries(word: str) -> tuple[_Entry, ...]:
    """How a hotword may sound; none when it is too short to be told apart."""
    found = [unit for run in units(word) for unit in run]
    if len(found) == 1 and (found[0].is_chinese or len(word) < 2):
        return ()
    entries = []
    if found:
        sounds = tuple(unit.sounds[0] for unit in found)
        tones = tuple(unit.tones[0] for unit in found)
        entries.append(_Entry(word, sounds, tones))
    is_abbreviation = word.isascii() and word.isalpha() and word.isupper()
    if is_abbreviation and 2 <= len(word) <= _MAX_SPELLED:
        letters = tuple(word.lower())
        entries.append(_Entry(word, letters, letters))
    return tuple(entries)


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


def _apply(text: str, words: tuple[Word, ...], matches: list[_Match]) -> Corrected:
    placed = _placed(text, words)
    hits: list[HotwordHit] = []
    for match in reversed(matches):
        heard, put = text[match.start : match.end], match.entry.text
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
