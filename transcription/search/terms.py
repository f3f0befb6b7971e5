"""From text to index terms.

Text is cut into *units*: one CJK character, one Latin word, one number. Units that
stand together make a *run*; sentence punctuation ends it, unless it was added to what a
recogniser wrote without any; spaces, quotes and hyphens do not. The index holds
overlapping pairs of units (`bigrams`) in their order, so a phrase of two or more units
is a sequence of adjacent pairs, exact whatever the language; each unit of a segment is
kept once more for queries of one unit.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from opencc import OpenCC

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
# Folded: ，。？ and their English counterparts.
_ADDED = frozenset(",。.?")
_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_SCANNER = re.compile(
    rf"(?P<cjk>[{_CJK}])"
    rf"|(?P<word>[^\W\d_{_CJK}]+(?:['’][^\W\d_{_CJK}]+)*)"
    r"|(?P<thousands>\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\d,]))"
    r"|(?P<number>\d+(?:[.:]\d+)*)"
    r"|(?P<end>[。，、；：！？,.;:!?…()\[\]{}（）【】—|]+)"
)
# ASCII marks inside a unit become letters' neighbours that no tokeniser splits at.
_INSIDE = str.maketrans({".": "·", ":": "∶", "'": "’", ",": None})
# Variants that OpenCC leaves alone and people nevertheless write both ways.
_ALSO = str.maketrans(
    "著妳甚姪揹牠砲鎗倣傚啣囓搾搥暱毬燄瞇籐荳觝蹧銲隄餽逕酖鑵慴嬾搆瞭甯勦僊嬭媿婬幙攷"
    "歛癈瘉睠絏繖羢臙詶譔踫遯陜鴈鷰鼇擧朞朶欵氷汚濶畧皐窓稾緐罸羗脇脗膓舩襍覩讐躭輭酧"
    "鉤鎻鑛閙隣靭飜餻饍騐鬪鵞鼈鹻働凴刧寃寳悤塲壻",
    "着你什侄背它炮枪仿效衔啮榨捶昵球焰眯藤豆抵糟焊堤馈径鸩罐慑懒构了宁剿仙奶愧淫幕考"
    "敛废愈眷绁伞绒胭酬撰碰遁陕雁燕鳌举期朵款冰污阔略皋窗稿繁罚羌胁吻肠船杂睹雠耽软酬"
    "钩锁矿闹邻韧翻糕膳验斗鹅鳖碱动凭劫冤宝匆场婿",
)


class Unit(NamedTuple):
    """A folded unit and the characters of the text that it came from."""

    text: str
    start: int
    end: int


Run = list[Unit]
Phrase = tuple[str, ...]


@lru_cache(maxsize=1)
def _opencc() -> OpenCC:
    """Its dictionary is read once (50 ms)."""
    return OpenCC("t2s")


def _simplified(char: str) -> str:
    """Traditional → simplified, single characters only: highlights need one to one."""
    if not _HAN.match(char):
        return char
    simple = char.translate(_ALSO)
    if simple == char:
        simple = _opencc().convert(char)
    return simple if len(simple) == 1 else char


class _Folding(dict[int, str]):
    """Case, width and script of one character, worked out once each."""

    def __missing__(self, code: int) -> str:
        folded = unicodedata.normalize("NFKC", chr(code)).casefold()
        simple = "".join(_simplified(char) for char in folded)
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


def runs_of(text: str, *, has_added_marks: bool = False) -> list[Run]:
    """The runs of the text, split as ``str.split`` splits. Marks that were added end
    none: nobody said them, and a phrase across one is still a phrase.

    Punctuation at the beginning or the end leaves an empty run there, so the first run
    is what may continue the text before and the last what the text after may continue.
    """
    folded, origins = fold(text)
    runs: list[Run] = [[]]
    run = runs[0]
    for match in _SCANNER.finditer(folded):
        if match.lastgroup == "end":
            if has_added_marks and _ADDED.issuperset(match.group()):
                continue
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
