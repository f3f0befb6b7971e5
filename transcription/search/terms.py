"""From text to index terms.

Text is cut into *units*: one CJK character, one Latin word, one number. Units that
stand together make a *run*; sentence punctuation ends it, spaces, quotes and hyphens do
not. The index holds overlapping pairs of units (`bigrams`) in their order, so a phrase
of two or more units is a sequence of adjacent pairs, exact whatever the language; each
unit of a segment is kept once more for queries of one unit.
"""

import json
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise
from typing import NamedTuple

# A phrase may reach this many units back over a segment boundary.
TAIL_UNITS = 8
# Words longer than this are noise; PostgreSQL refuses lexemes over 2 kB.
WORD_LENGTH = 64

GAP = "¬"  # a position that no query asks for
_JOINT = "‿"  # between the units of a pair, unless both are CJK
_TAIL = "‹"  # a pair that lies before the segment's beginning
_BOUNDARY = "¦"  # the pair that stands across the segment's beginning

_CJK = (
    "\u3005-\u3007\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7a3\U00020000-\U0003ffff"
)
_SCANNER = re.compile(
    rf"(?P<cjk>[{_CJK}])"
    rf"|(?P<word>[^\W\d_{_CJK}]+(?:['’][^\W\d_{_CJK}]+)*)"
    r"|(?P<thousands>\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\d,]))"
    r"|(?P<number>\d+(?:[.:]\d+)*)"
    r"|(?P<end>[。，、；：！？,.;:!?…()\[\]{}（）【】—|]+)"
)
# ASCII marks inside a unit become letters' neighbours that no tokeniser splits at.
_INSIDE = str.maketrans({".": "·", ":": "∶", "'": "’", ",": None})
# What zhconv's table leaves alone and people nevertheless write both ways.
_ALSO = {"著": "着", "妳": "你", "甚": "什"}


class Unit(NamedTuple):
    """A folded unit and the characters of the text that it came from."""

    text: str
    start: int
    end: int


Run = list[Unit]
Phrase = tuple[str, ...]


@lru_cache(maxsize=1)
def _simplified() -> dict[str, str]:
    """Traditional → simplified, single characters only: highlights need one to one."""
    # zhconv's own loader leaves the file open.
    content = files("zhconv").joinpath("zhcdict.json").read_bytes()
    table: dict[str, str] = json.loads(content)["zh2Hans"]
    single = {k: v for k, v in table.items() if len(k) == 1 and len(v) == 1}
    return single | _ALSO


class _Folding(dict[int, str]):
    """Case, width and script of one character, worked out once each."""

    def __missing__(self, code: int) -> str:
        folded = unicodedata.normalize("NFKC", chr(code)).casefold()
        simple = "".join(_simplified().get(char, char) for char in folded)
        self[code] = simple
        return simple


_FOLDING = _Folding()


def fold(text: str) -> tuple[str, Sequence[int]]:
    """The folded text, and for each of its characters the index it came from."""
    folded = text.translate(_FOLDING)
    if len(folded) == len(text):
        return folded, range(len(text))
    origins: list[int] = []
    for index, char in enumerate(text):
        origins += [index] * len(_FOLDING[ord(char)])
    return folded, origins


def runs_of(text: str) -> list[Run]:
    """The runs of the text, split as ``str.split`` splits.

    Punctuation at the beginning or the end leaves an empty run there, so the first run
    is what may continue the text before and the last what the text after may continue.
    """
    folded, origins = fold(text)
    runs: list[Run] = [[]]
    run = runs[0]
    for match in _SCANNER.finditer(folded):
        if match.lastgroup == "end":
            run = []
            runs.append(run)
            continue
        first, last = match.span()
        unit = match.group()
        if match.lastgroup != "cjk":
            unit = unit.translate(_INSIDE)[:WORD_LENGTH]
        run.append(Unit(unit, origins[first], origins[last - 1] + 1))
    return runs


def pair(first: str, second: str) -> str:
    """The index term of two adjacent units."""
    if len(first) == len(second) == 1 and first > "\u2e7f" < second:
        return first + second
    return f"{first}{_JOINT}{second}"


def pairs(units: Sequence[str]) -> list[str]:
    return [pair(a, b) for a, b in pairwise(units)]


@dataclass(frozen=True, slots=True)
class Terms:
    """What is indexed of one segment. Positions in ``ordered`` matter, gaps too."""

    ordered: tuple[str, ...]
    single: tuple[str, ...]


def ordered_terms(runs: Sequence[Sequence[str]], tail: Sequence[str]) -> list[str]:
    """Pairs in order, led by those of the tail that the first run continues.

    The tail's pairs have names of their own, so that a phrase lying wholly in the
    former segment is found there and not a second time here.
    """
    ordered: list[str] = []
    if tail and runs[0]:
        ordered += [_TAIL + term for term in pairs(tail)]
        ordered.append(_BOUNDARY + pair(tail[-1], runs[0][0]))
    before: Sequence[str] = ()
    for run in runs:
        # "好好，好好" must not contain "好好好": part what overlaps only by chance.
        if before and run and before[-1] == run[0]:
            ordered.append(GAP)
        ordered += pairs(run)
        before = run or before
    return ordered


def next_tail(runs: Sequence[Sequence[str]], tail: Sequence[str]) -> list[str]:
    """The units that a following segment of the same voice would continue."""
    last = list(runs[-1])
    return [*tail, *last][-TAIL_UNITS:] if len(runs) == 1 else last[-TAIL_UNITS:]


def phrase_sequences(phrase: Phrase) -> list[list[str]]:
    """Every sequence of terms in which the index may hold the phrase.

    First the plain one, then one per place where a segment boundary could cut it.
    """
    if len(phrase) == 1:
        return [list(phrase)]
    plain = pairs(phrase)
    found = [plain]
    for cut in range(1, min(len(phrase) - 1, TAIL_UNITS) + 1):
        tail = [_TAIL + term for term in plain[: cut - 1]]
        found.append([*tail, _BOUNDARY + plain[cut - 1], *plain[cut:]])
    return found


def words_of(runs: Iterable[Run]) -> list[list[str]]:
    """The runs without their places."""
    return [[unit.text for unit in run] for run in runs]
