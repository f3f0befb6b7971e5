"""Which of thousands of hotwords may have been said in a text, by their sound.

Every syllable of the text votes for the hotwords that have it, at the place where the
word would then begin; words with enough votes at one place are compared in full. So the
cost depends on how many words share a syllable, not on how many there are.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Final

from transcription.mandarin.syllables import blur, merge, split_syllable
from transcription.pipeline.english.index import EnglishIndex
from transcription.pipeline.hotwords.phonetics import (
    LATIN,
    SoundUnit,
    units,
)
from transcription.pipeline.hotwords.pronunciations import Pronunciation, pronunciations
from transcription.pipeline.hotwords.rules import parse_spec

FUZZY_FROM: Final = 3  # syllables from which blurred sounds are equal
_PAIR: Final = 2  # syllables
SWALLOWED_FROM: Final = 4  # syllables of a word of which one may be missing
_SAME: Final = 1.0
_BLURRED: Final = 0.9
_CONFUSED: Final = 0.7  # l for n, h for f, i for ü: half the country says it so
_ALIKE: Final = 0.5
_FEWER: Final = 0.75  # the likeness of a word of which one syllable was swallowed
# A candidate may be wrong in a part of one syllable of three or in one of four; of two
# syllables both must be there, or half the library would be plausible everywhere: what
# else two may be is asked for by itself (``pairs``).
_PLAUSIBLE: Final = 0.7
_MARGIN: Final = 256  # more than the syllables of a word
_STRIDE: Final = 1 << 20  # more than the units of a text
_JOINED: Final = 3  # Latin words that may be one: "chat gpt", "post gre sql"
_MIN_JOINED: Final = 4  # letters
_SAME_ENGLISH: Final = 0.85


@dataclass(frozen=True, slots=True)
class Match:
    """A hotword that the characters ``start:end`` of a text may be.

    ``likeness`` is 1.0 when all syllables are the same, tones aside. ``is_same`` says
    that they are, or from three syllables on that only what accents blur differs;
    ``is_exact`` that the tones are the same too. ``is_by_phonemes`` says that English
    words have been compared phoneme by phoneme; ``is_swallowed``, that a syllable of
    the word is not in the text.
    """

    hotword: str
    start: int
    end: int
    size: int
    likeness: float
    is_same: bool
    is_exact: bool
    is_by_phonemes: bool = False
    is_swallowed: bool = False

    @property
    def is_pair(self) -> bool:
        """Two Chinese syllables, of which nothing may be missing."""
        return self.size == _PAIR and not self.is_by_phonemes


class HotwordIndex:
    """Built once per job from lines ``词|变体``."""

    def __init__(self, lines: Sequence[str], *, merges_n_and_l: bool = False) -> None:
        self._merges_n_and_l = merges_n_and_l
        self._said: list[Pronunciation] = []
        # Of a sound: where a word that has it would begin, and a bit for the place.
        self._where: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
        self._needed: list[int] = []
        self._joined: defaultdict[str, list[str]] = defaultdict(list)
        self._english = EnglishIndex()
        # Of the sounds of a word without one of them: the words.
        self._without: defaultdict[tuple[str, ...], set[Pronunciation]] | None = None
        # Of two sounds, merged: the words.
        self._pairs: defaultdict[tuple[str, ...], list[Pronunciation]] | None = None
        self.words: tuple[str, ...] = tuple(
            dict.fromkeys(line.partition("|")[0] for line in lines)
        )
        for line in dict.fromkeys(lines):
            for said in pronunciations(line):
                self._add(said)
            spec = parse_spec(line)
            for spelling in (spec.text, *spec.spoken):
                self._english.add(spec.text, spelling)

    def __bool__(self) -> bool:
        return bool(self.words)

    def matches(self, text: str) -> list[Match]:
        """What may have been said where, in no order; spans may overlap."""
        found: list[Match] = []
        for run in units(text):
            found.extend(self._syllable_matches(run))
            found.extend(self._joined_matches(run))
        found.extend(self._english_matches(text))
        return found

    def swallowed(self, text: str) -> list[Match]:
        """Words of four syllables and more of which one is not in the text, and all
        others are, as they are read there."""
        table = self._shortened()
        sizes = {len(sounds) for sounds in table}
        return [
            Match(
                word.text,
                span[0].start,
                span[-1].end,
                len(word),
                _FEWER,
                False,
                False,
                is_swallowed=True,
            )
            for run in units(text)
            for size in sizes
            for first in range(len(run) - size + 1)
            for span in (run[first : first + size],)
            for word in table.get(tuple(self._blur(u.sounds[0]) for u in span), ())
        ]

    def pairs(self, text: str) -> list[Match]:
        """Words of two syllables of which the text has one, and one that is confused
        with the other."""
        if self._pairs is None:
            self._pairs = defaultdict(list)
            for said in self._said:
                if len(said) == _PAIR and not _has_latin(said):
                    self._pairs[_merged(said.sounds)].append(said)
        return [
            match
            for run in units(text)
            for span in pairwise(run)
            for said in self._pairs.get(_merged(unit.sounds for unit in span), ())
            if (match := _confused(said, span))
        ]

    def _shortened(self) -> Mapping[tuple[str, ...], set[Pronunciation]]:
        if self._without is None:
            self._without = defaultdict(set)
            for said in self._said:
                if len(said) < SWALLOWED_FROM or _has_latin(said):
                    continue
                sounds = tuple(self._blur(sounds[0]) for sounds in said.sounds)
                for place in range(len(sounds)):
                    rest = sounds[:place] + sounds[place + 1 :]
                    self._without[rest].add(said)
        return self._without

    def candidates(self, text: str, limit: int) -> list[str]:
        """The most plausible words for a text, the likeliest first."""
        return most_plausible(self.matches(text), limit)

    def _add(self, said: Pronunciation) -> None:
        number = len(self._said)
        self._said.append(said)
        self._needed.append(_votes_needed(len(said)))
        for position, sounds in enumerate(said.sounds):
            place = (number * _STRIDE + _MARGIN - position, 1 << position)
            for sound in {self._blur(sound) for sound in sounds}:
                self._where[sound].append(place)
        letters = "".join(sounds[0].removeprefix(LATIN) for sounds in said.sounds)
        if said.text.isascii() and len(letters) >= _MIN_JOINED:
            self._joined[letters].append(said.text)

    def _blur(self, sound: str) -> str:
        return blur(sound, merges_n_and_l=self._merges_n_and_l)

    def _syllable_matches(self, run: list[SoundUnit]) -> Iterator[Match]:
        votes: dict[int, int] = {}
        for index, unit in enumerate(run):
            for sound in {self._blur(sound) for sound in unit.sounds}:
                for place, bit in self._where.get(sound, ()):
                    key = place + index
                    votes[key] = votes.get(key, 0) | bit
        for key, mask in votes.items():
            number, begin = key // _STRIDE, key % _STRIDE - _MARGIN
            if mask.bit_count() < self._needed[number]:
                continue
            said = self._said[number]
            if begin < 0 or begin + len(said) > len(run):
                continue
            match = self._compared(said, run[begin : begin + len(said)])
            if match is not None:
                yield match

    def _compared(self, said: Pronunciation, span: list[SoundUnit]) -> Match | None:
        size = len(said)
        scores = [
            self._likeness(sounds, unit)
            for sounds, unit in zip(said.sounds, span, strict=True)
        ]
        likeness = sum(scores) / size
        if likeness < _PLAUSIBLE:
            return None
        enough = _BLURRED if size >= FUZZY_FROM else _SAME
        is_exact = min(scores) == _SAME and all(
            unit.tones[0] in tones for tones, unit in zip(said.tones, span, strict=True)
        )
        return Match(
            hotword=said.text,
            start=span[0].start,
            end=span[-1].end,
            size=size,
            likeness=likeness,
            is_same=min(scores) >= enough,
            is_exact=is_exact,
        )

    def _likeness(self, sounds: tuple[str, ...], unit: SoundUnit) -> float:
        if unit.sounds[0] in sounds:  # as it is read in its context
            return _SAME
        if {self._blur(s) for s in sounds} & {self._blur(s) for s in unit.sounds}:
            return _BLURRED
        if not unit.is_chinese:
            return 0.0
        return max(
            _half(self._blur(a), self._blur(b)) for a in sounds for b in unit.sounds
        )

    def _joined_matches(self, run: list[SoundUnit]) -> Iterator[Match]:
        """``chat gpt`` for ChatGPT and the other way round."""
        if not self._joined:
            return
        for first in range(len(run)):
            letters = ""
            for unit in run[first : first + _JOINED]:
                if unit.is_chinese:
                    break
                letters += unit.sounds[0].removeprefix(LATIN)
                for word in self._joined.get(letters, ()):
                    yield Match(word, run[first].start, unit.end, 1, 1.0, True, True)

    def _english_matches(self, text: str) -> Iterator[Match]:
        for match in self._english.matches(text):
            yield Match(
                hotword=match.hotword,
                start=match.start,
                end=match.end,
                size=match.syllables,
                likeness=match.likeness,
                is_same=match.likeness >= _SAME_ENGLISH,
                is_exact=False,
                is_by_phonemes=True,
            )


def _has_latin(said: Pronunciation) -> bool:
    return any(sounds[0].startswith(LATIN) for sounds in said.sounds)


def _merged(syllables: Iterable[Sequence[str]]) -> tuple[str, ...]:
    return tuple(merge(sounds[0]) for sounds in syllables)


def _confused(said: Pronunciation, span: Sequence[SoundUnit]) -> Match | None:
    """The match unless both syllables are others; tones are."""
    likely = [
        _confusion(sounds[0], unit.sounds[0])
        for sounds, unit in zip(said.sounds, span, strict=True)
    ]
    if _SAME not in likely:
        return None
    start, end = span[0].start, span[-1].end
    return Match(said.text, start, end, _PAIR, sum(likely) / _PAIR, False, False)


def _confusion(a: str, b: str) -> float:
    if a == b:
        return _SAME
    return _BLURRED if blur(a) == blur(b) else _CONFUSED


def most_plausible(matches: Iterable[Match], limit: int) -> list[str]:
    """The words of these matches, each once, the likeliest first."""
    best: dict[str, tuple[float, int]] = {}
    for match in matches:
        rank = (match.likeness, match.size)
        if rank > best.get(match.hotword, (0.0, 0)):
            best[match.hotword] = rank
    return sorted(best, key=lambda word: best[word], reverse=True)[:limit]


def _votes_needed(size: int) -> int:
    """Syllables that must be equal, but for accents, for a word to be compared."""
    return size if size < FUZZY_FROM else size - max(1, size // 4)


@cache
def _half(a: str, b: str) -> float:
    """How alike syllables are of which a half is the same, initial or final."""
    (initial_a, final_a), (initial_b, final_b) = split_syllable(a), split_syllable(b)
    if final_a != final_b and (initial_a != initial_b or initial_a == ""):
        return 0.0
    return _CONFUSED if merge(a) == merge(b) else _ALIKE
