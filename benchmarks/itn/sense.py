"""Does a written text still say what was spoken? A reader of its own, which shares no
code with the rules that it judges.

A text becomes a list of letters and amounts. Figures mean what stands there: 3到500 is
three to five hundred. Numerals that were left as they were said mean whatever a
listener may understand: 三到五百 is also 300到500, 九点零五 is a time and a decimal.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

_DIGITS: Final = {
    **dict(zip("零一二三四五六七八九", range(10), strict=True)),
    "〇": 0,
    "幺": 1,
    "两": 2,
}
_SIZES: Final = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}
_N: Final = "零〇幺一二两三四五六七八九十百千万亿"
_SAID: Final = f"[{_N}]+(?:点[{_N}]+)*"
_TOKEN: Final = re.compile(
    r"(?P<clock>\d{1,2}:\d\d(?::\d\d)?)|(?P<share>\d+/\d+)"
    r"|(?P<figures>-?\d+(?:\.\d+)*)(?P<group>[万亿]*)"
    rf"|(?P<said>{_SAID})|(?P<letter>.)",
    re.DOTALL,
)
# Two ways to say or write one thing, brought to one.
_SAME: Final = (
    (r"[\s，,]|钱", ""),
    (
        rf"([一二两三四五六七八九])([到至])([一二两三四五六七八九])([百千万亿]+)(?![{_N}])",
        r"\1\4\2\3\4",
    ),
    (r"(\d+)([到至])(\d+)([万亿])", r"\1\4\2\3\4"),
    (rf"百分之(负?{_SAID})([到至])(?:百分之)?(负?{_SAID})", r"\1%\2\3%"),
    (rf"(负?)百分之(负?{_SAID})", r"\1\2%"),
    (rf"千分之({_SAID})", r"\1‰"),
    (rf"({_SAID})分之({_SAID})", r"\2/\1"),
    (r"(\d+)点(\d\d)分?(?!\d)", r"\1:\2"),
    (r"(\d+)[块元]([0-9])[毛角]?([0-9])分?", r"\1.\2\3元"),
    (rf"(\d+)[块元]([0-9])(?:[毛角]|(?=$|一[^{_N}]))", r"\1.\2元"),
    (
        rf"({_SAID})[块元]零?([一二三四五六七八九])[毛角]?([一二三四五六七八九])分?",
        r"\1点\2\3元",
    ),
    (
        rf"({_SAID})[块元]零?([一二三四五六七八九])(?:[毛角]|(?=$|一[^{_N}]))",
        r"\1点\2元",
    ),
    (r"(\d+)([米度])(\d{1,2})(?!\d)", r"\1.\3\2"),
    (rf"([{_N}]+)([米度])([一二三四五六七八九]{{1,2}})(?![{_N}])", r"\1点\3\2"),
    ("摄氏度", "℃"),
    ("号", "日"),
    ("块", "元"),
    ("乘|×", "乘"),
    (r"(?<=[\d一二三四五六七八九十])分", ""),
)


@dataclass(frozen=True, slots=True)
class _Part:
    """``sure`` is what it says beyond doubt, ``possible`` what may be understood."""

    sure: frozenset[str]
    possible: frozenset[str]


def changes_sense(spoken: str, written: str, accepted: list[str]) -> bool:
    """Whether ``written`` says neither what an accepted form says nor what was spoken;
    what was left as it was said changes nothing."""
    if written == spoken or written in accepted:
        return False
    parts = _parts(written)
    if parts == _parts(spoken):
        return False
    return not any(_says_the_same(parts, _parts(one)) for one in accepted)


def _says_the_same(written: list[_Part], right: list[_Part]) -> bool:
    return len(written) == len(right) and all(
        ours.sure & theirs.sure or (not ours.sure and ours.possible & theirs.possible)
        for ours, theirs in zip(written, right, strict=True)
    )


def _parts(text: str) -> list[_Part]:
    for pattern, same in _SAME:
        text = re.sub(pattern, same, text)
    return [_part(match) for match in _TOKEN.finditer(text)]


def _part(match: re.Match[str]) -> _Part:
    if match["said"]:
        return _said(match["said"])
    if match["figures"]:
        meaning = _figures(match["figures"], match["group"])
    else:
        meaning = match[0]
    return _Part(frozenset({meaning}), frozenset({meaning}))


def _figures(figures: str, group: str) -> str:
    if not group and (figures.count(".") > 1 or re.match("0[0-9]", figures)):
        return figures
    size = 1
    for sign in group:
        size *= _SIZES[sign]
    return f"{(Decimal(figures) * size).normalize():f}"


def _said(text: str) -> _Part:
    if "点" not in text:
        value = _value(text)
        sure = set() if value is None else {str(value)}
        if (
            value is None
            and re.search("[零〇幺]", text)
            and not set(text) & set(_SIZES)
        ):
            sure.add(_spelled(text))
        return _Part(frozenset(sure), frozenset({*sure, *_by_figures(text), text}))
    groups = text.split("点")
    values = [_value(group) for group in groups]
    possible = {text}
    if len(groups) == 2 and values[0] is not None:
        minute = _value(groups[1].lstrip("零〇"))
        if minute is not None:
            possible.add(f"{values[0]}:{minute:02d}")
        bare = re.fullmatch("([^万亿]+)([万亿]*)", groups[1])
        if bare and not set(bare[1]) & set(_SIZES):
            possible.add(_figures(f"{values[0]}.{_spelled(bare[1])}", bare[2]))
    if len(groups) > 2:
        possible.add(".".join(_dotted(group) for group in groups))
    return _Part(frozenset(), frozenset(possible))


def _dotted(text: str) -> str:
    value = _value(text)
    return str(value) if value is not None else "".join(_by_figures(text)) or text


def _by_figures(text: str) -> set[str]:
    return set() if set(text) & set(_SIZES) else {_spelled(text)}


def _spelled(text: str) -> str:
    return "".join(str(_DIGITS[character]) for character in text)


def _value(text: str) -> int | None:
    """A numeral's value; None for figures in a row, 三四百, 百 alone."""
    total = section = 0
    figure: int | None = None
    last = 10**9
    for at, sign in enumerate(text):
        if sign in _DIGITS:
            if figure or (figure == 0 and at == 1):
                return None
            figure = _DIGITS[sign]
        elif sign in "万亿":
            section += figure or 0
            total = (total + section) * _SIZES[sign] if total or section else 0
            if not total:
                return None
            section, figure, last = 0, None, _SIZES[sign]
        else:
            if not figure and (
                sign != "十" or (at and text[at - 1] not in "零〇百千万")
            ):
                return None
            section += (figure or 1) * _SIZES[sign]
            figure, last = None, _SIZES[sign]
    if figure and last > 10 and last < 10**9 and text[-2] not in "零〇":
        figure *= last // 10
    return total + section + (figure or 0)
