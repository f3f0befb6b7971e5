"""From a text to the string that is searched.

Folding takes away what people write now this way, now that: width, case, accents,
traditional characters. What is left are *letters*: CJK characters, Latin and other
letters, digits. Sentence punctuation becomes the end of a line, over which no phrase
reaches, unless it was added to what a recogniser wrote without any; spaces, quotes and
hyphens vanish beside CJK and become one joint between two words or figures. A phrase is
found where the folded text holds it as a part: of a sentence, a word, a number.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import repeat

from opencc import OpenCC

Phrase = str  # folded, not empty, of one line

END = "\n"  # what no phrase reaches over
JOINT = "‿"  # between two words or figures, however they are set apart

_CJK = (
    "\u3005-\u3007\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7a3\U00020000-\U0003ffff"
)
# Folded: ，。？ and their English counterparts.
_ADDED = frozenset(",。.?")
_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_ONE_CJK = re.compile(f"[{_CJK}]")
_SCANNER = re.compile(
    rf"(?P<cjk>[{_CJK}]+)"
    rf"|(?P<word>[^\W\d_{_CJK}]+(?:['’][^\W\d_{_CJK}]+)*)"
    r"|(?P<thousands>\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\d,]))"
    r"|(?P<number>\d+(?:[.:]\d+)*)"
    r"|(?P<end>[。，、；：！？,.;:!?…()\[\]{}（）【】—|]+)"
)
# ASCII marks inside a word or a figure become neighbours that no tokeniser splits at.
_INSIDE = str.maketrans({".": "·", ":": "∶", "'": "’"})
_ACCENTS = re.compile("[\u0300-\u036f]")
# Marks that belong to the character before them, those of half-width kana too.
_MARKS = "\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\u3099\u309a\uff9e\uff9f"
_MARK = re.compile(f"[{_MARKS}]")
_CLUSTER = re.compile(f"(?s:.)[{_MARKS}]*")
# Variants that OpenCC leaves alone and people nevertheless write both ways.
_ALSO = str.maketrans(
    "著妳甚姪揹牠砲鎗倣傚啣囓搾搥暱毬燄瞇籐荳觝蹧銲隄餽逕酖鑵慴嬾搆瞭甯勦僊嬭媿婬幙攷"
    "歛癈瘉睠絏繖羢臙詶譔踫遯陜鴈鷰鼇擧朞朶欵氷汚濶畧皐窓稾緐罸羗脇脗膓舩襍覩讐躭輭酧"
    "鉤鎻鑛閙隣靭飜餻饍騐鬪鵞鼈鹻働凴刧寃寳悤塲壻",
    "着你什侄背它炮枪仿效衔啮榨捶昵球焰眯藤豆抵糟焊堤馈径鸩罐慑懒构了宁剿仙奶愧淫幕考"
    "敛废愈眷绁伞绒胭酬撰碰遁陕雁燕鳌举期朵款冰污阔略皋窗稿繁罚羌胁吻肠船杂睹雠耽软酬"
    "钩锁矿闹邻韧翻糕膳验斗鹅鳖碱动凭劫冤宝匆场婿",
)


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
    if simple == char or len(simple) > 1:
        return char
    # What 薴 is simplified to is the traditional form of another: 苧, 苎.
    return _simplified(simple)


@lru_cache(maxsize=4096)
def _folded_cluster(cluster: str) -> str:
    """One character with the marks upon it."""
    composed = unicodedata.normalize("NFKC", cluster).casefold()
    plain = "".join(
        _ACCENTS.sub("", unicodedata.normalize("NFD", char))
        if _ACCENTS.search(unicodedata.normalize("NFD", char))
        else char
        for char in composed
    )
    return "".join(_simplified(char) for char in plain)


class _Folding(dict[int, str]):
    """Each character, worked out once."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = _folded_cluster(chr(code))
        return folded


_FOLDING = _Folding()


def fold(text: str) -> tuple[str, Sequence[int], Sequence[int]]:
    """The folded characters, and where in the text each of them begins and ends."""
    if not _MARK.search(text):
        folded = text.translate(_FOLDING)
        if len(folded) == len(text):
            return folded, range(len(text)), range(1, len(text) + 1)
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for cluster in _CLUSTER.finditer(text):
        piece = _folded_cluster(cluster.group())
        pieces.append(piece)
        starts += repeat(cluster.start(), len(piece))
        ends += repeat(cluster.end(), len(piece))
    return "".join(pieces), starts, ends


@dataclass(frozen=True, slots=True)
class Folded:
    """A text as it is searched; ``starts`` and ``ends`` lead back to the text."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The characters of the text from which ``text[start:end]`` came."""
        return self.starts[start], self.ends[end - 1]


def folded(text: str, *, has_added_marks: bool = False) -> Folded:
    """What is searched of the text. Punctuation at its beginning or end leaves a line's
    end there: such a text continues none, and is not continued."""
    flat, starts, ends = fold(text)
    pieces: list[str] = []
    from_: list[int] = []
    to: list[int] = []
    before = ""
    for match in _SCANNER.finditer(flat):
        kind = match.lastgroup or ""
        first, last = match.span()
        if kind == "end":
            if has_added_marks and _ADDED.issuperset(match.group()):
                continue
            pieces.append(END)
            from_.append(starts[first])
            to.append(ends[last - 1])
            before = kind
            continue
        if kind != "cjk" and before in ("word", "thousands", "number"):
            pieces.append(JOINT)
            from_.append(starts[first])
            to.append(ends[first])
        before = kind
        kept = list(range(first, last))
        if kind == "thousands":
            kept = [at for at in kept if flat[at] != ","]
        pieces.append("".join(flat[at] for at in kept).translate(_INSIDE))
        from_ += [starts[at] for at in kept]
        to += [ends[at] for at in kept]
    return Folded("".join(pieces), from_, to)


def phrases_of(text: str) -> tuple[Phrase, ...]:
    """What a typed text asks for: a phrase for each line of it, none twice."""
    lines = (line.strip(JOINT) for line in folded(text).text.split(END))
    return tuple(dict.fromkeys(line for line in lines if line))


def lines_of(text: str) -> Iterator[str]:
    """The lines of a folded text that hold something."""
    return filter(None, text.split(END))


def joined(before: str, after: str) -> str:
    """Two folded texts of one voice, the second continuing the first."""
    if before and after and _is_word(before[-1]) and _is_word(after[0]):
        return before + JOINT + after
    return before + after


def _is_word(char: str) -> bool:
    return char != END and not _ONE_CJK.match(char)
