"""What the rules share: a place in a text, the number that stands there, a token.

A token is a stretch of the text that one rule answers for. It lists what is to be
written in figures; a token that lists nothing is left as it was said, and nothing
inside of it is looked at again.
"""

import re
from collections.abc import Callable
from decimal import Decimal
from enum import StrEnum
from typing import Final, NamedTuple

from transcription.pipeline.figures.numbers import (
    cardinal,
    figures,
    spell_digits,
)
from transcription.pipeline.figures.words import (
    AFTER_A_NUMBER,
    COUNTED,
    KILO,
    PER_THING,
)

D: Final = "零〇一二三四五六七八九"
S: Final = "一二两三四五六七八九"
N: Final = f"{D}两十百千万亿"
RUN: Final = re.compile(f"[{N}幺]+")
_KILO: Final = re.compile(KILO)
_PER_THING: Final = re.compile(PER_THING)
AFTER_ONE: Final = re.compile(rf"$|[^\u4e00-\u9fff]|{AFTER_A_NUMBER}|[块元多毛]")
_COUNTED: Final = re.compile(COUNTED)
_DECIMALS: Final = re.compile(
    f"点(?P<decimals>[{D}]+)(?P<group>[万亿](?![{N}]))?(?!十|百|千(?!{KILO})|[点几两幺过])"
)
_S_ONE: Final = "一两"
_BEFORE: Final = 12


class Kind(StrEnum):
    """What later tokens want to know of an earlier one."""

    CODE = "code"
    DATE = "date"
    DAY = "day"
    TIME = "time"
    OTHER = "other"


class Replacement(NamedTuple):
    """``text[start:end]`` is to be written as ``figures``."""

    start: int
    end: int
    figures: str


class Token(NamedTuple):
    end: int
    parts: tuple[Replacement, ...] = ()
    kind: Kind = Kind.OTHER


class Number(NamedTuple):
    """A numeral as it was said. ``value`` is None where it is no well-formed number:
    figures one by one (``is_digits``), an approximation, or nonsense."""

    start: int
    end: int
    said: str
    value: Decimal | None
    written: str

    @property
    def is_digits(self) -> bool:
        return self.value is None and all(c in D or c == "幺" for c in self.said)

    @property
    def is_decimal(self) -> bool:
        return "点" in self.said

    @property
    def is_small(self) -> bool:
        return self.value is not None and self.value < 10 and not self.is_decimal

    def replacement(self) -> Replacement:
        return Replacement(self.start, self.end, self.written)


class Place(NamedTuple):
    """A position in a text, and the token before it (``previous_end`` is 0 where there
    is none)."""

    text: str
    at: int
    previous_end: int = 0
    previous_kind: Kind = Kind.OTHER

    @property
    def before(self) -> str:
        return self.text[max(0, self.at - _BEFORE) : self.at]

    def follows(self, kind: Kind, between: re.Pattern[str]) -> bool:
        """Whether only ``between`` parts it from a token of ``kind``."""
        return (
            self.previous_end > 0
            and self.previous_kind == kind
            and between.fullmatch(self.text, self.previous_end, self.at) is not None
        )

    def write(self, end: int, written: str, kind: Kind = Kind.OTHER) -> Token:
        """The text from here to ``end`` as ``written``."""
        return Token(end, (Replacement(self.at, end, written),), kind)


Rule = Callable[[Place], Token | None]


def number_at(text: str, at: int) -> Number | None:
    """The numeral that begins at ``at``, with its decimals; a 千 that is its unit's
    (一点五|千克) and a 一 that belongs to the next word (两百八|一晚) are not its."""
    run = RUN.match(text, at)
    if run is None:
        return None
    said = _own_part(run[0], text, run.end())
    end = at + len(said)
    value = None if _is_open(said, text, end) else cardinal(said)
    decimals = _DECIMALS.match(text, end) if end == run.end() else None
    if value is None:
        return Number(at, end, said, None, "")
    if decimals is None:
        return Number(at, end, said, Decimal(value), figures(value, said))
    amount = f"{value}.{spell_digits(decimals['decimals'])}"
    group = decimals["group"] or ""
    size = {"": 1, "万": 10_000, "亿": 100_000_000}[group]
    return Number(
        at,
        decimals.end(),
        said + decimals[0],
        Decimal(amount) * size,
        amount + group,
    )


def _own_part(said: str, text: str, end: int) -> str:
    if said.endswith("千") and len(said) > 1 and _KILO.match(text, end):
        is_open = len(said) == 2 and text[end] != "米"
        return said[:-1] if is_open or cardinal(said) is None else said
    if len(said) < 3 or said[-1] not in _S_ONE:
        return said
    rest = cardinal(said[:-1])
    if not rest or rest < 10:
        return said
    if said[-1] == "两" or (said[-1] == "一" and _PER_THING.match(text, end)):
        is_next_words = cardinal(said) is None or said[-2] in "百千万亿"
        return said[:-1] if is_next_words else said
    return said


def _is_open(said: str, text: str, end: int) -> bool:
    """一万三天: a last figure without its unit is followed by no word for things; a
    last 一 may begin the next word, whatever that is (三百一方)."""
    if len(said) < 3 or said[-1] not in S or said[-2] not in "百千万亿":
        return False
    if said[-1] == "一" and not AFTER_ONE.match(text, end):
        return True
    return _COUNTED.match(text, end) is not None


def is_numeral(text: str, at: int) -> bool:
    return RUN.match(text, at) is not None
