"""Chinese numerals as numbers: 一千两百九十九 is 1299, 七八十 is not a number."""

from decimal import Decimal
from typing import Final

DIGITS: Final = {
    **dict(zip("零一二三四五六七八九", range(10), strict=True)),
    "〇": 0,
    "幺": 1,
    "两": 2,
}
_UNITS: Final = {"十": 10, "百": 100, "千": 1000}
_GROUPS: Final = {"万": 10_000, "亿": 100_000_000}
NUMERALS: Final = frozenset((*DIGITS, *_UNITS, *_GROUPS))


def spell_digits(text: str) -> str:
    """Figure by figure: 三零二八 → 3028."""
    return "".join(str(DIGITS[character]) for character in text)


def cardinal(text: str) -> int | None:
    """The value of a well-formed number, None for anything else.

    Approximations (三四百), bare units (千万) and strings of figures are not
    well-formed. A last figure may leave out its unit: 两千四 is 2400.
    """
    if not text:
        return None
    total = 0
    limit = None  # groups must fall: 亿 before 万
    rest = text
    for sign in "亿万":
        before, found, after = rest.partition(sign)
        if not found:
            continue
        if sign == "亿" and "万" in before:
            return None
        value = _below_group(before, may_skip_zero=limit is not None)
        if not value:
            return None
        total += value * _GROUPS[sign]
        limit, rest = _GROUPS[sign], after
    if limit is None:
        return _below_group(rest, may_skip_zero=False)
    if not rest:
        return total
    if len(rest) == 1 and rest != "两" and DIGITS.get(rest, 0):
        return total + DIGITS[rest] * limit // 10  # 三万五
    tail = _below_group(rest, may_skip_zero=True)
    if tail is None or tail >= limit:
        return None
    return total + tail


def _below_group(text: str, *, may_skip_zero: bool) -> int | None:
    """0–9999 in 千, 百, 十; ``may_skip_zero`` lets it begin with 零."""
    if may_skip_zero:
        text = text.removeprefix("零").removeprefix("〇")
    total, digit, last_unit, after_zero = 0, None, 10_000, False
    if not text:
        return None
    for index, character in enumerate(text):
        if character in _UNITS:
            unit = _UNITS[character]
            if digit is None:
                # Only 十 goes without a figure: 十二, 一百十二 (but not 百二).
                if unit != 10 or (index and after_zero is False and last_unit != 100):
                    return None
                digit = 1
            if digit == 0 or unit >= last_unit:
                return None
            total += digit * unit
            digit, last_unit, after_zero = None, unit, False
        elif character in "零〇":
            if len(text) == 1:
                return 0
            if digit is not None or after_zero or last_unit == 10_000:
                return None
            after_zero = True
        elif character in DIGITS:
            if digit is not None or character == "幺":
                return None
            digit = DIGITS[character]
        else:
            return None
    if digit is None:
        return None if after_zero else total
    if text.endswith("两") and last_unit < 10_000:
        return None  # 三百两: 两 is a unit, or the next word's
    if last_unit in (100, 1000) and not after_zero:
        return total + digit * last_unit // 10  # 两千四, 一百五
    return total + digit


def figures(value: int, text: str) -> str:
    """How a reader wants it: 12.8万, 3.5亿, 35800; ``text`` is what was said."""
    if "亿" in text:
        if value % 1_000_000 == 0:
            return f"{_plain(Decimal(value) / 100_000_000)}亿"
        if value % 10_000 == 0:
            return f"{value // 100_000_000}亿{value % 100_000_000 // 10_000}万"
    elif "万" in text and value % 1000 == 0:
        return f"{_plain(Decimal(value) / 10_000)}万"
    return str(value)


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"


def read_number(value: int) -> str:
    """How 0–9999 is said: 15 is 十五, 108 一百零八."""
    if value == 0:
        return "零"
    said, is_gap = "", False
    for unit, sign in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        figure = value // unit % 10
        if figure:
            said += ("零" if is_gap else "") + "零一二三四五六七八九"[figure] + sign
            is_gap = False
        else:
            is_gap = bool(said)
    return said.removeprefix("一") if 10 <= value < 20 else said
