"""A hotword as a regular expression: all spellings that sound like it.

For texts that are too many to be read one by one: a database finds them. The pattern
uses only what Python's ``re`` and PostgreSQL's regular expressions have in common.
"""

import importlib
from collections import defaultdict
from functools import cache
from typing import Final

from transcription.mandarin.syllables import blur
from transcription.pipeline.english.patterns import english_patterns
from transcription.pipeline.hotwords.index import FUZZY_FROM
from transcription.pipeline.hotwords.phonetics import LATIN, READINGS
from transcription.pipeline.hotwords.pronunciations import Pronunciation, pronunciations
from transcription.pipeline.hotwords.rules import parse_spec

# Words of four syllables and more may be wrong in one.
_WRONG_FROM: Final = 4
_FIRST, _LAST = 0x4E00, 0x9FFF


def sound_pattern(line: str) -> str:
    """For ``词|变体``; empty when the word is too short to be told apart by its sound.

    Finds candidates: what they are worth says ``HotwordIndex``.
    """
    branches: dict[str, None] = {}
    for said in pronunciations(line):
        parts = [_part(sounds, len(said)) for sounds in said.sounds]
        branches["".join(parts)] = None
        if len(said) >= _WRONG_FROM and _is_chinese(said):
            for place in range(len(parts)):
                one_wrong = [*parts[:place], ".", *parts[place + 1 :]]
                branches["".join(one_wrong)] = None
    spec = parse_spec(line)
    for spelling in (spec.text, *spec.spoken):
        branches.update(dict.fromkeys(english_patterns(spelling)))
    return "|".join(branches)


def _is_chinese(said: Pronunciation) -> bool:
    return all(tone[-1:].isdigit() for tones in said.tones for tone in tones)


def _part(sounds: tuple[str, ...], size: int) -> str:
    """One position. Only letters and figures are in it, so nothing is to be escaped."""
    is_blurred = size >= FUZZY_FROM
    table = _spellings(is_blurred)
    spellings = "".join(
        table.get(blur(sound) if is_blurred else sound, "") for sound in sounds
    )
    if spellings:
        return f"[{''.join(dict.fromkeys(spellings))}]"
    letters = (
        f"[{c.lower()}{c.upper()}]" if c.isalpha() else c
        for c in sounds[0].removeprefix(LATIN)
    )
    return f" ?{' ?'.join(letters)} ?"


@cache
def _spellings(is_blurred: bool) -> dict[str, str]:
    """Toneless sound → the characters of GB 2312 that may have it."""
    table: defaultdict[str, str] = defaultdict(str)
    for character, sounds in _readings():
        for sound in {blur(s) for s in sounds} if is_blurred else sounds:
            table[sound] += character
    return dict(table)


@cache
def _readings() -> list[tuple[str, tuple[str, ...]]]:
    pinyin = importlib.import_module("pypinyin")
    found = []
    for code in range(_FIRST, _LAST + 1):
        character = chr(code)
        try:
            character.encode("gb2312")
        except UnicodeEncodeError:
            continue
        ((*sounds,),) = pinyin.pinyin(
            character, style=pinyin.Style.NORMAL, heteronym=True
        )
        found.append((character, tuple(sounds[:READINGS])))
    return found
