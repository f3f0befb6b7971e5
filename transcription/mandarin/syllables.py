"""Syllables in toneless pinyin, and which of them are taken for each other."""

import re
from functools import cache
from typing import Final

_INITIAL: Final = re.compile(r"zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw]")
_INITIALS: Final = (("zh", "z"), ("ch", "c"), ("sh", "s"))
_MERGED: Final = {"n": "l", "r": "l", "h": "f"}


@cache
def blur(sound: str, *, merges_n_and_l: bool = False) -> str:
    """The sound as southern accents and telephone lines change it."""
    for full, flat in _INITIALS:
        if sound.startswith(full):
            sound = flat + sound[2:]
            break
    if sound.endswith(("ang", "eng", "ing")):
        sound = sound[:-1]
    if merges_n_and_l and sound.startswith("n"):
        sound = "l" + sound[1:]
    return sound


@cache
def merge(sound: str) -> str:
    """The sound of whoever tells apart neither l, n and r, nor f and h, nor ü and i,
    nor what ``blur`` makes one."""
    initial, final = split_syllable(blur(sound))
    if initial in ("j", "q", "x", "y") and final.startswith("u"):  # it is ü
        final = "i" + final[1:]
        if initial == "y" and final in ("ie", "ian"):
            final = final[1:]  # ye and yan are written without their i
    final = final.replace("v", "i")
    return _MERGED.get(initial, initial) + final


@cache
def split_syllable(sound: str) -> tuple[str, str]:
    """Initial and final: ``zhang`` → ``zh``, ``ang``; Latin words are split too."""
    match = _INITIAL.match(sound)
    at = match.end() if match else 0
    return sound[:at], sound[at:]
