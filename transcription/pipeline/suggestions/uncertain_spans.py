"""Stretches of text that an engine guessed at in one recording after another.

A name that it does not know comes out as words that it is unsure of, or as single
characters that form no word, spelled in another way each time and with the same sound.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, islice, pairwise, product
from typing import Final

from transcription.engine.base import Word
from transcription.mandarin.lexicon import LITTLE
from transcription.mandarin.syllables import blur
from transcription.pipeline.english.phonemes import join, readings, skeleton
from transcription.pipeline.english.words import are_common
from transcription.pipeline.hotwords.phonetics import SoundUnit, units
from transcription.pipeline.suggestions.scripts import around, sentence_count
from transcription.pipeline.text.dictionary import is_word, words_of

MIN_RECORDINGS: Final = 3
MIN_CHARACTERS, MAX_CHARACTERS = 2, 8
_READINGS: Final = 4
_MAX_WORDS, _MAX_ENGLISH = 4, 30  # words and characters of English
_MIN_CONSONANTS: Final = 3
_UNSURE: Final = 0.6  # confidence below which a word was a guess
_SURE: Final = 0.95  # a character recognised with this needs no other
# Of the times that a spelling stands in the texts, how many must be guesses.
_GUESSES: Final = 0.6
_CHINESE: Final = re.compile(r"[\u3400-\u9fff]+")
_LATIN: Final = re.compile(r"[A-Za-z]+(?:'[A-Za-z]+)*")


@dataclass(frozen=True, slots=True)
class SegmentText:
    """What a segment says, and the engine's words in it, if it gave any."""

    key: int
    recording: int
    text: str
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """``text`` stands at ``start`` of the sentence ``key``; how it may be said."""

    key: int
    recording: int
    start: int
    text: str
    sounds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UncertainSpan:
    """A sound that was guessed at: toneless syllables, or the consonants of English."""

    sound: str
    places: tuple[Place, ...]

    @property
    def size(self) -> int:
        """Syllables, or consonants of English."""
        return self.sound.count(" ") + 1 if " " in self.sound else len(self.sound)

    @property
    def characters(self) -> set[tuple[int, int]]:
        """All that it stands on: sentence and place in it."""
        return {
            (place.key, at)
            for place in self.places
            for at in range(place.start, place.start + len(place.text))
        }

    @property
    def sounds(self) -> set[str]:
        """All ways in which it may be said."""
        return {sound for place in self.places for sound in place.sounds}

    @property
    def recordings(self) -> int:
        return len({place.recording for place in self.places})


def uncertain_spans(
    sentences: Sequence[SegmentText], known: Iterable[str] = ()
) -> list[UncertainSpan]:
    """What was guessed at in at least three recordings, the most telling first; of
    spans that overlap one. ``known`` are sounds (``sounds_of``) to leave out, with all
    that is inside them."""
    places: defaultdict[str, dict[tuple[int, int], Place]] = defaultdict(dict)
    for sentence in sentences:
        for place in _places(sentence):
            for sound in place.sounds:
                places[sound].setdefault((place.key, place.start), place)
    found = [UncertainSpan(s, tuple(p.values())) for s, p in places.items()]
    found = [span for span in found if span.recordings >= MIN_RECORDINGS]
    found.sort(key=_how_telling)
    everything = "\n".join(sentence.text for sentence in sentences)
    texts = {sentence.key: sentence.text for sentence in sentences}
    left_out = searchable(known)
    told: list[UncertainSpan] = []
    taken: set[tuple[int, int]] = set()
    for span in found:
        characters = span.characters
        if (
            2 * len(characters & taken) <= len(characters)
            and not is_known(span.sounds, left_out)
            and not _is_a_word(span)
            and not _is_scripted(span, texts)
            and _is_mostly_guessed(span, everything)
        ):
            told.append(span)
            taken |= characters
    return told


def searchable(known: Iterable[str]) -> str:
    """Thousands of sounds as one text for ``is_known``."""
    return "\n".join(f" {sound} " for sound in known)


def is_known(sounds: Iterable[str], known: str) -> bool:
    """One of them is, or is inside one, by whole syllables."""
    return any(f" {sound} " in known for sound in sounds)


@lru_cache(maxsize=20_000)  # the same lists are asked about again and again
def sounds_of(text: str) -> tuple[str, ...]:
    """Toneless syllables of Chinese, blurred as accents do, in the likeliest readings;
    the consonants of English. None for what is both, or could not be told apart."""
    if _CHINESE.fullmatch(text):
        return _syllables([unit for run in units(text) for unit in run])
    return _consonants(text)


def _syllables(said: Sequence[SoundUnit]) -> tuple[str, ...]:
    ways = product(*(dict.fromkeys(map(blur, unit.sounds)) for unit in said))
    return tuple(" ".join(way) for way in islice(ways, _READINGS))


def _consonants(text: str) -> tuple[str, ...]:
    words = _LATIN.findall(text)
    if not words or _CHINESE.search(text):
        return ()
    firsts = "".join(way[0] for word in words if (way := readings(word.lower())))
    consonants = skeleton(join(firsts))
    return (consonants,) if len(consonants) >= _MIN_CONSONANTS else ()


def _places(sentence: SegmentText) -> Iterator[Place]:
    guesses = list(_guesses(sentence))
    if not guesses:
        return
    said = [unit for run in units(sentence.text) for unit in run]
    at = {unit.start: number for number, unit in enumerate(said) if unit.is_chinese}
    for start, end in guesses:
        text = sentence.text[start:end]
        if start in at:  # in the context of the sentence
            sounds = _syllables(said[at[start] : at[start] + len(text)])
        else:
            sounds = _consonants(text)
        if sounds:
            yield Place(sentence.key, sentence.recording, start, text, sounds)


def _guesses(sentence: SegmentText) -> Iterator[tuple[int, int]]:
    """Stretches that could be a name: where words begin and end, none of them sure."""
    for run in _doubtful_runs(sentence):
        for first, (start, _) in enumerate(run):
            for _, end in run[first:]:
                text = sentence.text[start:end]
                if len(text) > _MAX_ENGLISH:
                    break
                if _may_be_a_name(text):
                    yield start, end


def _may_be_a_name(text: str) -> bool:
    if _CHINESE.fullmatch(text):
        is_of_length = MIN_CHARACTERS <= len(text) <= MAX_CHARACTERS
        return is_of_length and not {text[0], text[-1]} & LITTLE
    words = _LATIN.findall(text.lower())
    if not 0 < len(words) <= _MAX_WORDS:
        return False
    return not (are_common(words[:1]) or are_common(words[-1:]))


def _doubtful_runs(sentence: SegmentText) -> Iterator[list[tuple[int, int]]]:
    """Neighbouring words that the engine was not sure of, by their places. Single
    characters that form no word count as such even where it was."""
    run: list[tuple[int, int]] = []
    loose = _loose_characters(sentence.text)
    for start, end, confidence in _placed(sentence):
        is_guess = confidence is not None and confidence < _UNSURE
        is_loose = all(at in loose for at in range(start, end)) and (
            confidence is None or confidence < _SURE
        )
        is_next = run and not sentence.text[run[-1][1] : start].strip()
        if not (is_guess or is_loose):
            if run:
                yield run
            run = []
            continue
        if run and not is_next:
            yield run
            run = []
        run.append((start, end))
    if run:
        yield run


def _placed(sentence: SegmentText) -> list[tuple[int, int, float | None]]:
    """The engine's words, or those of the dictionary where it gave none."""
    text = sentence.text
    if not sentence.words:
        cut = accumulate(map(len, words_of(text)), initial=0)
        return [(a, b, None) for a, b in pairwise(cut) if text[a:b].strip()]
    if not all(text.startswith(word.text, word.offset) for word in sentence.words):
        return []  # written otherwise since
    return [
        (word.offset, word.end, word.confidence)
        for word in sentence.words
        if word.text.strip()
    ]


def _loose_characters(text: str) -> set[int]:
    """Places of single characters beside each other that form no word."""
    loose: set[int] = set()
    for run in _CHINESE.finditer(text):
        at = run.start()
        singles: list[int] = []
        for word in [*words_of(run.group()), ""]:
            if len(word) == 1 and word not in LITTLE:
                singles.append(at)
            else:
                loose.update(singles if len(singles) >= MIN_CHARACTERS else ())
                singles = []
            at += len(word)
    return loose


def _how_telling(span: UncertainSpan) -> tuple[int, int, str]:
    """Long and often recognised; of the readings of one span, the likeliest."""
    firsts = sum(place.sounds[0] == span.sound for place in span.places)
    return -span.recordings * (span.size - 1), -firsts, span.sound


def _is_a_word(span: UncertainSpan) -> bool:
    """One word of the dictionary, the same each time: the engine knows it."""
    (spelling, *others) = {place.text for place in span.places}
    return not others and is_word(spelling)


def _is_scripted(span: UncertainSpan, texts: Mapping[int, str]) -> bool:
    """It stands in one sentence that is read out in every call."""
    return (
        sentence_count(
            around(texts[place.key], place.start, place.start + len(place.text))
            for place in span.places
        )
        == 1
    )


def _is_mostly_guessed(span: UncertainSpan, everything: str) -> bool:
    spellings = {place.text for place in span.places}
    times = sum(everything.count(spelling) for spelling in spellings)
    return len(span.places) >= _GUESSES * times
