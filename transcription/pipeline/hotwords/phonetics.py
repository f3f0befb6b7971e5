"""How a text sounds: one unit per Chinese character, one per Latin word."""

import importlib
import re
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

_UNIT: Final = re.compile(r"[\u3400-\u9fff]|[A-Za-z]+|[0-9]+")
LATIN: Final = "'"
READINGS: Final = 3


@dataclass(frozen=True, slots=True)
class SoundUnit:
    """A syllable or Latin word at ``start:end`` of its text.

    ``sounds`` holds toneless readings (the one in context first), ``tones`` the same
    with their tone. Those of Latin words are the letters behind ``LATIN``.
    """

    start: int
    end: int
    is_chinese: bool
    sounds: tuple[str, ...]
    tones: tuple[str, ...]


@cache
def _pypinyin() -> Any:
    return importlib.import_module("pypinyin")  # 0.2 s, where it is needed


def units(text: str) -> list[list[SoundUnit]]:
    """Runs of units; punctuation ends a run, spaces do not."""
    runs: list[list[SoundUnit]] = []
    previous_end = -1
    for match in _UNIT.finditer(text):
        gap = text[previous_end : match.start()] if previous_end >= 0 else "."
        if gap.strip(" ·-") or not runs:
            runs.append([])
        runs[-1].append(_unit(match))
        previous_end = match.end()
    return [_in_context(run, text) for run in runs]


def _unit(match: re.Match[str]) -> SoundUnit:
    token = match.group()
    if "\u3400" <= token <= "\u9fff":
        return SoundUnit(match.start(), match.end(), True, (token,), (token,))
    low = LATIN + token.lower()  # "ban" is not 办
    return SoundUnit(match.start(), match.end(), False, (low,), (low,))


def _in_context(run: list[SoundUnit], text: str) -> list[SoundUnit]:
    """Readings of the Chinese characters in context: 重 in 重庆 is not 重 in 重要."""
    pinyin = _pypinyin()
    result: list[SoundUnit] = []
    index = 0
    while index < len(run):
        unit = run[index]
        if not unit.is_chinese:
            result.append(unit)
            index += 1
            continue
        last = index
        while last < len(run) and run[last].is_chinese:
            last += 1
        phrase = "".join(text[u.start : u.end] for u in run[index:last])
        toned = pinyin.lazy_pinyin(phrase, style=pinyin.Style.TONE3)
        if len(toned) != last - index:  # unknown characters are handed back joined
            toned = [pinyin.lazy_pinyin(c, style=pinyin.Style.TONE3)[0] for c in phrase]
        for unit, reading in zip(run[index:last], toned, strict=True):
            others = _alone(text[unit.start : unit.end])
            tones = tuple(dict.fromkeys((reading, *others)))
            sounds = tuple(dict.fromkeys(tone.rstrip("12345") for tone in tones))
            result.append(SoundUnit(unit.start, unit.end, True, sounds, tones))
        index = last
    return result


@cache
def _alone(character: str) -> tuple[str, ...]:
    """The commonest readings: a wrong character may stand for any of them."""
    pinyin = _pypinyin()
    ((*readings,),) = pinyin.pinyin(character, style=pinyin.Style.TONE3, heteronym=True)
    return tuple(readings[:READINGS])
