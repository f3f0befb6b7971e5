"""How a hotword may be said: its own reading, other readings, figures, variants."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from transcription.pipeline.figures.numbers import read_number
from transcription.pipeline.hotwords.phonetics import SoundUnit, units
from transcription.pipeline.hotwords.rules import parse_spec

_ABBREVIATION: Final = re.compile(r"[A-Z]{2,6}")  # people spell it out
_MAX_COUNTED: Final = (
    4  # figures that may be read as a number: 12306 is read one by one
)
_FIGURES: Final = re.compile(r"[0-9]+")
_ONE_BY_ONE: Final = str.maketrans("0123456789", "零一二三四五六七八九")
_BY_PHONE: Final = str.maketrans("0123456789", "零幺二三四五六七八九")


@dataclass(frozen=True, slots=True)
class Pronunciation:
    """One way to say the hotword ``text``: a syllable or Latin word per position.

    ``sounds`` are toneless and ``tones`` have their tone. A position has several where
    a character is read in several ways; the one in context stands first.
    """

    text: str
    sounds: tuple[tuple[str, ...], ...]
    tones: tuple[tuple[str, ...], ...]

    def __len__(self) -> int:
        return len(self.sounds)


@lru_cache(maxsize=20_000)  # a department's next job brings the same words
def pronunciations(line: str) -> tuple[Pronunciation, ...]:
    """How the hotword of a line ``词|变体`` may sound; none when it is too short to be
    told apart. ``line`` has passed ``parse_spec`` before."""
    spec = parse_spec(line)
    found: dict[tuple[tuple[str, ...], ...], Pronunciation] = {}
    for spelling in _spellings(spec.text, spec.spoken):
        said = [unit for run in units(spelling) for unit in run]
        if _is_too_short(said) or not _is_all_of(spelling, said):
            continue
        made = _pronunciation(spec.text, said)
        found.setdefault(made.tones, made)
    return tuple(found.values())


def _spellings(word: str, spoken: tuple[str, ...]) -> Iterator[str]:
    for text in (word, *spoken):
        yield text
        if _ABBREVIATION.fullmatch(text):
            yield " ".join(text)
        if _FIGURES.search(text):
            yield text.translate(_ONE_BY_ONE)
            yield text.translate(_BY_PHONE)
            yield _FIGURES.sub(_counted, text)


def _counted(match: re.Match[str]) -> str:
    figures = match.group()
    if len(figures) > _MAX_COUNTED or figures.startswith("0"):
        return figures
    return read_number(int(figures))


def _is_too_short(said: list[SoundUnit]) -> bool:
    """One syllable, or a letter: C++ is not every C."""
    if not said:
        return True
    return len(said) == 1 and (said[0].is_chinese or said[0].end - said[0].start < 2)


def _is_all_of(spelling: str, said: list[SoundUnit]) -> bool:
    """False when letters have no sound that we know, as kana, Greek or 々: 東京 alone
    is not 東京タワー."""
    letters = sum(character.isalnum() for character in spelling)
    return sum(unit.end - unit.start for unit in said) == letters


def _pronunciation(text: str, said: list[SoundUnit]) -> Pronunciation:
    # Two syllables are soon mistaken for others: only the reading in context counts.
    readings = None if len(said) > 2 else 1
    return Pronunciation(
        text,
        tuple(unit.sounds[:readings] for unit in said),
        tuple(unit.tones[:readings] for unit in said),
    )
