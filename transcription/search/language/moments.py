"""Days, periods and lengths, as people write them in English and in Chinese."""

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from transcription.search.language.names import key
from transcription.search.language.refusals import NOTHING, About, Code, NotUnderstood
from transcription.search.language.tree import Span

LONGEST_HOURS: Final = 48  # as long as a recording can be
_YEARS = range(1900, 3000)  # what every database and time zone can hold
Days = tuple[date, date]  # both included

_NUMBER = r"\d{1,9}(?:\.\d{1,3})?|[一二两三四五六七八九十]+|半"
_DIGITS = {digit: number for number, digit in enumerate("一二三四五六七八九", 1)}
_LENGTH = re.compile(
    rf"(?:(?P<h>{_NUMBER})个?(?:h|hr|hours?|小时|钟头))?"
    rf"(?:(?P<m>{_NUMBER})(?:m|mins?|minutes?|分钟?))?"
    rf"(?:(?P<s>{_NUMBER})(?:s|secs?|seconds?|秒钟?))?"
)
_UNIT_MS = {"h": 3_600_000, "m": 60_000, "s": 1000}
_PART = re.compile(r"(?P<end>first|开头|前|last|结尾|最后)(?P<length>.+)")
_FIRST = frozenset(("first", "开头", "前"))
_DATE = re.compile(
    r"(?P<y>\d{4})(?:(?P<mark>[-/.])(?P<m>\d{1,2})(?:(?P=mark)(?P<d>\d{1,2}))?)?"
    r"|(?P<y2>\d{4})年(?:(?P<m2>\d{1,2})月(?:(?P<d2>\d{1,2})[日号])?)?"
    r"|(?P<y3>\d{4})(?P<m3>\d\d)(?P<d3>\d\d)"
)
_BACK = re.compile(
    rf"(?P<number>{_NUMBER})?个?"
    r"(?P<unit>d|days?|天|日|w|weeks?|周|星期|m|months?|月|y|years?|年)"
)
_TODAY = {
    "today": 0,
    "今天": 0,
    "今日": 0,
    "yesterday": 1,
    "昨天": 1,
    "昨日": 1,
    "前天": 2,
}
_WEEKS = {"本周": 0, "这周": 0, "本星期": 0, "上周": 1, "上星期": 1, "上个星期": 1}
_MONTHS = {"本月": 0, "这个月": 0, "上月": 1, "上个月": 1}
_YEARS_BACK = {"今年": 0, "本年": 0, "去年": 1}


@dataclass(frozen=True, slots=True)
class Value:
    """What was typed behind a colon or a stroke, and where."""

    text: str
    span: Span

    def refused(self, code: Code, about: About = NOTHING) -> NotUnderstood:
        """That it makes no sense there."""
        if about is NOTHING:
            about = About(self.text)
        return NotUnderstood(code, self.span, about)


def days(value: Value, today: date) -> Days:
    """The days of a date, a month or a year; or today and its like."""
    text = key(value.text)
    if text in _TODAY:
        return _days_back(value, today, _TODAY[text])
    found = _DATE.fullmatch(text)
    if not found:
        raise value.refused(Code.NOT_A_DAY)
    year = _part_of(found, "y") or 0
    month, day = _part_of(found, "m"), _part_of(found, "d")
    if year not in _YEARS or month == 0 or day == 0:
        raise value.refused(Code.NO_SUCH_DAY)
    try:
        first = date(year, month or 1, day or 1)
    except ValueError:
        raise value.refused(Code.NO_SUCH_DAY) from None
    if day:
        return first, first
    return first, _last_of(first) if month else date(year, 12, 31)


def period(value: Value, today: date) -> Days:
    """The days of ``last:``: of the calendar, or counted back from today."""
    text = key(value.text)
    if text in _TODAY:
        return _days_back(value, today, _TODAY[text])
    if text in _WEEKS:
        monday = today - timedelta(days=today.weekday() + 7 * _WEEKS[text])
        return monday, monday + timedelta(days=6)
    if text in _MONTHS:
        first = _months_before(today.replace(day=1), _MONTHS[text])
        return first, _last_of(first)
    if text in _YEARS_BACK:
        year = today.year - _YEARS_BACK[text]
        return date(year, 1, 1), date(year, 12, 31)
    found = _BACK.fullmatch(text)
    if not found:
        raise value.refused(Code.NOT_A_PERIOD)
    return _counted_back(value, found, today)


def length_ms(value: Value) -> int:
    """Milliseconds: more than none, at most ``LONGEST_HOURS``."""
    text = key(value.text)
    found = _LENGTH.fullmatch(text)
    if not found or not text:
        raise value.refused(Code.NOT_A_LENGTH)
    total = Decimal(0)
    for unit, ms in _UNIT_MS.items():
        if written := found.group(unit):
            number = _number(written)
            if number is None:
                raise value.refused(Code.NOT_A_LENGTH)
            total += number * ms
    if not 1 <= total <= LONGEST_HOURS * _UNIT_MS["h"]:
        about = About(value.text, most=LONGEST_HOURS)
        raise value.refused(Code.LENGTH_OUT_OF_RANGE, about)
    return int(total)


def part_ms(value: Value) -> tuple[int | None, int | None]:
    """Of ``first30s`` or ``last1m``: how long a beginning, or how long an end."""
    found = _PART.fullmatch(key(value.text))
    if not found:
        raise value.refused(Code.NOT_A_PART)
    try:
        length = length_ms(Value(found.group("length"), value.span))
    except NotUnderstood as refusal:
        if refusal.code is Code.NOT_A_LENGTH:
            raise value.refused(Code.NOT_A_PART) from None
        raise
    return (length, None) if found.group("end") in _FIRST else (None, length)


def _part_of(found: re.Match[str], name: str) -> int | None:
    """None of what was not written."""
    written = (found.group(name + which) for which in ("", "2", "3"))
    return next((int(number) for number in written if number), None)


def _number(written: str) -> Decimal | None:
    """Figures, Chinese numerals below a hundred, or a half."""
    if written == "半":
        return Decimal("0.5")
    if written[0].isdecimal():
        return Decimal(written)
    written = written.replace("两", "二")
    if "十" not in written:
        return Decimal(_DIGITS[written]) if len(written) == 1 else None
    tens, _, ones = written.partition("十")
    if not all(part == "" or part in _DIGITS for part in (tens, ones)):
        return None
    return Decimal(_DIGITS.get(tens, 1) * 10 + _DIGITS.get(ones, 0))


def _counted_back(value: Value, found: re.Match[str], today: date) -> Days:
    """So many days, weeks, months or years that end today."""
    number = _number(found.group("number") or "1")
    unit = found.group("unit")
    if number is None:
        raise value.refused(Code.NOT_A_PERIOD)
    if unit[0] in "dw天日周星":
        days_back = number * (7 if unit[0] in "w周星" else 1)
    elif unit[0] in "m月" and number == Decimal("0.5"):
        days_back = Decimal(15)
    else:
        months = number * (12 if unit[0] in "y年" else 1)
        if months % 1 or not 0 < months <= 1200:
            raise value.refused(Code.NO_SUCH_DAY if months else Code.NOT_A_PERIOD)
        return _months_before(today, int(months)) + timedelta(days=1), today
    if days_back % 1 or not days_back:
        raise value.refused(Code.NOT_A_PERIOD)
    return _days_back(value, today, days_back - 1)[0], today


def _days_back(value: Value, today: date, count: int | Decimal) -> Days:
    if count > 36_600:
        raise value.refused(Code.NO_SUCH_DAY)
    day = today - timedelta(days=int(count))
    return day, day


def _months_before(day: date, count: int) -> date:
    """The same day so many months before, or the last of that month."""
    months = day.year * 12 + day.month - 1 - count
    year, month = months // 12, months % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def _last_of(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])
