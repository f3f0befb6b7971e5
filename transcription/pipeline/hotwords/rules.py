"""Which words may be hotwords; the only check between what people type and an engine.

An engine's prompt can be made to open files or fetch URLs by markup inside a hotword,
so a word is letters, digits, spaces and a few joining signs, and nothing else passes.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

MAX_CHARACTERS: Final = 30
MAX_SPOKEN: Final = 5
_SEPARATOR: Final = "|"  # can be part of no word
_JOINING: Final = frozenset("·-.&+' ")
# A weight after a tab, a colon or a comma, or after a space behind a Chinese word:
# "阿里巴巴 20", "阿里巴巴:20". "iPhone 15" is a name, "客服 10086" a number to call.
_WEIGHT: Final = re.compile(
    r"(?<!\d)(?:\s*[:,=\t]\s*|(?<=[\u3400-\u9fff])\s+)-?\d{1,3}(?:\.\d+)?$"
)


class HotwordProblem(StrEnum):
    """Machine codes of what can be wrong with a line."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    FORBIDDEN_CHARACTER = "forbidden_character"
    ADDRESS = "address"
    TOO_MANY_SPOKEN = "too_many_spoken"


class HotwordRefused(ValueError):
    """``code`` says why."""

    def __init__(self, code: HotwordProblem) -> None:
        super().__init__(str(code))
        self.code = code


@dataclass(frozen=True, slots=True)
class HotwordSpec:
    """A hotword and how else people say it: ``OKR`` may sound like 欧克阿.

    ``str`` of it is the line ``词|变体|变体`` that ``parse_spec`` reads back; job
    snapshots hold such lines.
    """

    text: str
    spoken: tuple[str, ...] = ()

    def __str__(self) -> str:
        return _SEPARATOR.join((self.text, *self.spoken))


def parse_spec(line: str) -> HotwordSpec:
    """``词 | 变体 | 变体``, each a clean hotword; raises ``HotwordRefused``.

    Empty variants and repetitions are left out.
    """
    text, *others = line.replace("｜", _SEPARATOR).split(_SEPARATOR)
    word = check_hotword(text)
    spoken: dict[str, str] = {}
    for other in others:
        if other.strip():
            variant = check_hotword(other)
            spoken.setdefault(fold(variant), variant)
    spoken.pop(fold(word), None)
    if len(spoken) > MAX_SPOKEN:
        raise HotwordRefused(HotwordProblem.TOO_MANY_SPOKEN)
    return HotwordSpec(word, tuple(spoken.values()))


def check_hotword(text: str) -> str:
    """The word in its clean form, without a weight; raises ``HotwordRefused``."""
    word = unicodedata.normalize("NFKC", text.replace("•", "·").replace("・", "·"))
    word = _WEIGHT.sub("", word.strip(" \t\r\n")).strip(" \t\r\n")
    if not word:
        raise HotwordRefused(HotwordProblem.EMPTY)
    if any(not _is_allowed(character) for character in word):
        raise HotwordRefused(HotwordProblem.FORBIDDEN_CHARACTER)
    word = re.sub(r" +", " ", word)
    if len(word) > MAX_CHARACTERS:
        raise HotwordRefused(HotwordProblem.TOO_LONG)
    if "http" in word.casefold() or word.casefold().startswith("www."):
        raise HotwordRefused(HotwordProblem.ADDRESS)
    if not any(character.isalnum() for character in word):
        raise HotwordRefused(HotwordProblem.EMPTY)
    return word


def fold(word: str) -> str:
    """Two words that fold alike are the same hotword."""
    return unicodedata.normalize("NFKC", word).casefold()


def sanitise(lines: Iterable[str]) -> list[str]:
    """The good lines, each word once, in order; the others are left out without a
    word. A line is one that ``parse_spec`` reads."""
    kept: dict[str, str] = {}
    for line in lines:
        try:
            spec = parse_spec(line)
        except HotwordRefused:
            continue
        kept.setdefault(fold(spec.text), str(spec))
    return list(kept.values())


def _is_allowed(character: str) -> bool:
    if character in _JOINING:
        return True
    # Letters of any script (Chinese, kana and their marks too) and decimal digits.
    return unicodedata.category(character) in {"Lu", "Ll", "Lo", "Lm", "Nd"}
