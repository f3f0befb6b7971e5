"""Which of thousands of English hotwords may have been said, by their phonemes.

An engine writes a word that it does not know as others that sound like it: ``cooper
netties``. Stretches of a few words are looked up by their consonants, of which one may
be missing, added or wrong, and are then compared phoneme by phoneme.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Final

from transcription.pipeline.english.letter_sounds import likeliest
from transcription.pipeline.english.phonemes import (
    is_in_dictionary,
    join,
    likeness,
    readings,
    skeleton,
    syllables,
)

PLAUSIBLE: Final = 0.8
MIN_PHONEMES: Final = 5
_MIN_CONSONANTS: Final = 2
_INEXACT_FROM: Final = 5  # consonants of which one may be wrong
_MAX_WORDS: Final = 5
_ROOM: Final = 3  # phonemes more or less than the hotword has

_WORD: Final = re.compile(r"[A-Za-z]+(?:'[A-Za-z]+)*")
_PART: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_JOINING: Final = " -"
_NAMES: Final = re.compile(r"[A-Z]{2,6}")  # OKR is read letter by letter
_SPELLABLE: Final = re.compile(r"[A-Za-z](?:[A-Za-z' ·.&-]*[A-Za-z])?")


@dataclass(frozen=True, slots=True)
class SoundMatch:
    """The characters ``start:end`` of a text sound like ``hotword``."""

    hotword: str
    start: int
    end: int
    syllables: int
    likeness: float


class EnglishIndex:
    """Words are added once, then texts are searched."""

    def __init__(self) -> None:
        self._said: dict[tuple[str, str], None] = {}
        self._by_consonants: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
        self._longest = 0

    def add(self, hotword: str, spelling: str) -> None:
        """``hotword`` may be said as ``spelling`` is; no matter when that is no English
        or too short to be told apart by its sound."""
        for sounds in english_sounds(spelling):
            if (hotword, sounds) in self._said:
                continue
            self._said[hotword, sounds] = None
            self._longest = max(self._longest, len(sounds))
            for key in _keys(skeleton(sounds)):
                self._by_consonants[key].append((hotword, sounds))

    def matches(self, text: str) -> Iterator[SoundMatch]:
        """In no order; one word may be found in stretches that overlap."""
        if not self._said:
            return
        for run in _runs(text):
            said = [readings(match.group().lower()) for match in run]
            for first in range(len(run)):
                yield from self._from(first, run, said, text)

    def _from(
        self,
        first: int,
        run: list[re.Match[str]],
        said: list[tuple[str, ...]],
        text: str,
    ) -> Iterator[SoundMatch]:
        recognised = ""
        start = run[first].start()
        for last in range(first, min(first + _MAX_WORDS, len(run))):
            if not said[last]:
                return
            recognised = join(recognised + said[last][0])
            if len(recognised) > self._longest + _ROOM:
                return
            letters = _letters(text[start : run[last].end()])
            best: dict[str, SoundMatch] = {}
            for hotword, sounds in self._candidates(recognised):
                alike = likeness(sounds, recognised, least=PLAUSIBLE)
                known = best.get(hotword)
                if not alike or (known and known.likeness >= alike):
                    continue
                if _letters(hotword) not in letters:  # else its letters find it
                    best[hotword] = SoundMatch(
                        hotword, start, run[last].end(), syllables(sounds), alike
                    )
            yield from best.values()

    def _candidates(self, recognised: str) -> Iterator[tuple[str, str]]:
        seen: set[tuple[str, str]] = set()
        for key in _keys(skeleton(recognised)):
            for candidate in self._by_consonants.get(key, ()):
                if candidate in seen:
                    continue
                seen.add(candidate)
                if abs(len(candidate[1]) - len(recognised)) <= _ROOM:
                    yield candidate


@lru_cache(maxsize=20_000)  # a department's next job brings the same words
def english_sounds(spelling: str) -> tuple[str, ...]:
    """How a hotword in Latin letters is said; none when it is an abbreviation, has
    figures, or is too short to be told apart by its sound."""
    if not _SPELLABLE.fullmatch(spelling) or _NAMES.fullmatch(spelling):
        return ()
    ways = [_part_readings(part) for part in _parts(spelling)]
    return tuple(
        sounds
        for sounds in likeliest(join("".join(way)) for way in product(*ways))
        if len(sounds) >= MIN_PHONEMES and len(skeleton(sounds)) >= _MIN_CONSONANTS
    )


def _parts(spelling: str) -> list[str]:
    """ChatGPT is Chat and GPT; YouTube is one word that the dictionary has."""
    found: list[str] = []
    for match in _WORD.finditer(spelling):
        word = match.group()
        is_whole = is_in_dictionary(word.lower())
        found += [word] if is_whole else _PART.findall(word)
    return found


def _part_readings(part: str) -> tuple[str, ...]:
    if _NAMES.fullmatch(part) and not is_in_dictionary(part.lower()):
        return ("".join(readings(letter)[0] for letter in part.lower()),)
    return readings(part.lower())


def _runs(text: str) -> Iterator[list[re.Match[str]]]:
    """Words with nothing but spaces and hyphens between them."""
    run: list[re.Match[str]] = []
    for match in _WORD.finditer(text):
        if run and text[run[-1].end() : match.start()].strip(_JOINING):
            yield run
            run = []
        run.append(match)
    if run:
        yield run


def _letters(text: str) -> str:
    return "".join(c for c in text.lower() if c.isalnum())


def _keys(consonants: str) -> set[str]:
    """The consonants, and those without one of them where there are enough."""
    if len(consonants) < _INEXACT_FROM:
        return {consonants}
    return {
        consonants,
        *(consonants[:at] + consonants[at + 1 :] for at in range(len(consonants))),
    }
