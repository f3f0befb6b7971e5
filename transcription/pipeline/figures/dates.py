"""Years, months, days, and times of day."""

import re
from typing import Final

from transcription.pipeline.figures.names import LEFT_ALONE
from transcription.pipeline.figures.numbers import DIGITS, cardinal, spell_digits
from transcription.pipeline.figures.scan import (
    D,
    Kind,
    N,
    Place,
    S,
    Token,
    is_numeral,
    number_at,
)
from transcription.pipeline.figures.words import (
    CLOCK_AFTER,
    DAY_AFTER,
    DAY_BEFORE,
    DECIMAL_BEFORE,
    DECIMAL_UNITS,
    MEASURES,
    NO_MINUTES,
    NUMBERED_PLACES,
    PERIODS,
    POINTS,
    SCORE_AFTER,
    SCORE_BEFORE,
    SCORE_VERBS,
)

_MONTH: Final = "十[一二]?|[一二三四五六七八九]"
_DAY: Final = (
    "三十一?|二十[一二三四五六七八九]?|十[一二三四五六七八九]?|[一二三四五六七八九]"
)
_HOUR: Final = "二十[一二三四]?|十[一二三四五六七八九]?|[零一二两三四五六七八九]"
_MINUTE: Final = "[零〇][一二三四五六七八九]|[二三四五]?十[一二三四五六七八九]?"
_TO: Final = re.compile(r"\s*(?:到|至|和|或|、|-)?\s*")

_YEAR: Final = re.compile(
    f"(?P<year>[{D}]{{4}}|[{D}]{{2}})年(?![华级轻龄头终货])"
    f"(?:(?P<month>{_MONTH})月(?:(?P<day>{_DAY})(?P<sign>[号日]|(?![{N}]|{MEASURES})))?)?"
)
_MONTH_DAY: Final = re.compile(
    f"(?P<month>{_MONTH})月(?:(?P<day>{_DAY})(?P<sign>[号日]|(?![{N}]|{MEASURES})))?"
)
_CENTURY: Final = re.compile("一[四五六七八九]|二[零〇一]")
_DAY_SIGN: Final = re.compile(f"(?P<day>{_DAY})(?P<sign>[号日])(?!{NUMBERED_PLACES})")
_EVERY_MONTHS: Final = re.compile("一[次付换检结更遍趟回聚会修测洗查缴交还]")
_FOR_A_MONTH: Final = re.compile("(?:不到|了|满|每|近|整|足)$")
_DECADE: Final = re.compile(f"[{D}][零〇五](?=后(?![天来面续])|年代)")
_TO_A_DAY: Final = re.compile(f"[到至](?:(?:{_MONTH})月)?(?:{_DAY})[号日]")
_DAY_BEFORE: Final = re.compile(f"(?:{DAY_BEFORE})是?$")
_DAY_AFTER: Final = re.compile(
    f"(?:[到至](?:{_DAY})[号日](?!{NUMBERED_PLACES})|{DAY_AFTER})"
)
_LEFT_ALONE: Final = re.compile(LEFT_ALONE)


def year(place: Place) -> Token | None:
    match = _YEAR.match(place.text, place.at)
    if not match:
        return None
    said = match["year"]
    if len(said) == 4 and not _CENTURY.match(said):
        return Token(match.end("year"))  # 九五九六年: two years
    if not match["month"] and not _is_year(said):
        return None
    written = f"{spell_digits(said)}年"
    end = match.end("year") + 1
    if match["month"]:
        written += f"{cardinal(match['month'])}月"
        end = match.end("month") + 1
    if match["day"] and (match["sign"] or len(match["day"]) > 1):
        written += f"{cardinal(match['day'])}{'日' if match['sign'] else ''}"
        end = match.end()
    return place.write(end, written, Kind.DATE)


def _is_year(said: str) -> bool:
    """九八年 is a year; 三五年 and 七八年 are a few."""
    if len(said) == 4:
        return True
    first, second = (DIGITS[character] for character in said)
    if said in ("三五", "一二"):
        return False
    return first in (0, 1, 2, 9, 8, 7, 6, 5) and second != first + 1


def month(place: Place) -> Token | None:
    match = _MONTH_DAY.match(place.text, place.at)
    if not match or place.before.endswith(("几", "第", "半")):
        return None
    if not match["day"] and place.before.endswith("个"):
        return None
    after_month = match.end("month") + 1
    if match["month"] == "一" and _FOR_A_MONTH.search(place.before):
        return Token(after_month)
    if _EVERY_MONTHS.match(place.text, after_month):
        return Token(after_month)
    written = f"{cardinal(match['month'])}月"
    day = match["day"]
    if not day or (not match["sign"] and _LEFT_ALONE.match(place.text, after_month)):
        return place.write(after_month, written, Kind.DATE)
    if match["sign"]:
        return place.write(match.end(), f"{written}{cardinal(day)}日", Kind.DATE)
    if len(day) == 1 and not _TO_A_DAY.match(place.text, match.end()):
        return Token(match.end())  # 十月一, 三月三: festivals
    return place.write(match.end(), f"{written}{cardinal(day)}", Kind.DATE)


def day(place: Place) -> Token | None:
    """五号 is a day beside words for days; else anybody's number."""
    match = _DAY_SIGN.match(place.text, place.at)
    if not match or place.before.endswith(("第", "几")):
        return None
    value = cardinal(match["day"])
    if place.follows(Kind.DATE, _TO):
        return place.write(match.end(), f"{value}日", Kind.DATE)
    if match["sign"] == "日":
        return None
    is_day = (
        len(match["day"]) > 1
        or place.follows(Kind.DAY, _TO)
        or _DAY_BEFORE.search(place.before)
        or _DAY_AFTER.match(place.text, match.end())
    )
    if not is_day:
        return None
    return place.write(match.end("day"), str(value), Kind.DAY)._replace(end=match.end())


def decade(place: Place) -> Token | None:
    match = _DECADE.match(place.text, place.at)
    if not match:
        return None
    return place.write(match.end(), spell_digits(match[0]))


_NO_SHARE: Final = f"(?!钟|之[{N}])"  # 三分钟, 三分之一
_TIME: Final = re.compile(
    f"(?P<hour>{_HOUR})(?P<sign>[点时])"
    f"(?:(?P<minute>(?:{_MINUTE})(?=分{_NO_SHARE}|(?![{N}点]|{NO_MINUTES}))|[{S}](?=分))"
    f"(?P<unit>分{_NO_SHARE}(?:(?P<second>{_MINUTE}|[{S}])秒)?)?"
    "|(?P<tail>半(?!天|个|点)|钟(?!头)|整(?![改理体个治顿合])|一刻(?!钟)|三刻))?"
)
_PERIOD: Final = re.compile(f"(?:{PERIODS})$")
_DAY_WORD: Final = re.compile(
    "(?:今天|明天|后天|昨天|每天|当天|早|晚|(?:星期|礼拜|周)[一二三四五六日天]|[号日])$"
)
_ANOTHER_TIME: Final = re.compile(f"[到至](?:{PERIODS})?(?:{_HOUR})点(?![{D}]*[分%])")
_UNTIL: Final = re.compile(rf"\s*(?:到|至|和|跟|或者?|、)(?:{PERIODS})?\s*")
_CLOCK_AFTER: Final = re.compile(CLOCK_AFTER)
_NOT_HOURS: Final = re.compile("[候间代常刻期髦机装光空速限长事而时节令差段]")
_POINTS_BEFORE: Final = re.compile("(?:以下|这|那|下面|如下|共|列|提|讲|谈|其他|有)$")
_POINTS: Final = re.compile(POINTS)
_SCORE_BEFORE: Final = re.compile(f"(?:{SCORE_BEFORE})[了是为有到只才就给]{{0,2}}$")
_SCORE_VERBS: Final = re.compile(f"{SCORE_VERBS}[了是为有到只才就给]{{0,2}}$")
_DECIMAL_BEFORE: Final = re.compile(f"(?:{DECIMAL_BEFORE})[了是为有到在约]?$")
_SCORE_AFTER: Final = re.compile(SCORE_AFTER)
_DECIMAL_UNITS: Final = re.compile(DECIMAL_UNITS)


def time(place: Place) -> Token | None:
    """A time of day; where it may as well be a score or a decimal, what stands beside
    it decides, or it is left as it was said."""
    match = _TIME.match(place.text, place.at)
    if not match or place.before.endswith(("第", "几", "百", "千", "万")):
        return None
    hour = cardinal(match["hour"])
    if hour is None or hour > 24:
        return None
    if match["sign"] == "时":
        return _official_time(place, match, hour)
    if match["minute"]:
        return _to_the_minute(place, match, hour)
    if match["tail"] or _is_time_of_day(place, match["hour"], match.end()):
        written = place.write(match.end("hour"), str(hour), Kind.TIME)
        return written._replace(end=match.end())
    return _open(place, match.end())


def _open(place: Place, end: int) -> Token | None:
    """八点四十五人 is 8:45, or eight o'clock and 45 people."""
    whole, number = number_at(place.text, place.at), number_at(place.text, end)
    if (whole and whole.is_decimal) or number is None or number.value is None:
        return None
    return None if number.is_small else Token(number.end)


def _to_the_minute(place: Place, match: re.Match[str], hour: int) -> Token | None:
    minute_said, end = match["minute"], match.end()
    is_period = bool(_PERIOD.search(place.before)) or place.follows(Kind.TIME, _UNTIL)
    may_be_decimal = minute_said[0] in "零〇" or (
        len(minute_said) == 1 and minute_said != "十"
    )
    if may_be_decimal and not is_period:
        if _is_decimal(place, match):
            return None
        is_clear = len(minute_said) > 1 and (
            match["unit"] or _CLOCK_AFTER.match(place.text, end)
        )
        if not is_clear or hour == 0:
            return Token(end)
    minute = cardinal(minute_said.lstrip("零〇"))
    written = f"{hour}:{minute:02d}"
    if match["second"]:
        written += f":{cardinal(match['second'].lstrip('零〇')):02d}"
    return place.write(end, written, Kind.TIME)


def _is_decimal(place: Place, match: re.Match[str]) -> bool:
    """零点零三元, 评分四点八分, 利率七点零六: the 点 is a decimal point."""
    if _SCORE_BEFORE.search(place.before) or _DECIMAL_BEFORE.search(place.before):
        return True
    is_brief = match["unit"] and len(match["minute"]) == 1
    if is_brief and _SCORE_VERBS.search(place.before):
        return True
    after = match.end("minute")
    if _DECIMAL_UNITS.match(place.text, after) or _SCORE_AFTER.match(place.text, after):
        return True
    return match["hour"] in "零" and not place.follows(Kind.TIME, _UNTIL)


def _official_time(place: Place, match: re.Match[str], hour: int) -> Token | None:
    """八时三十分; 时 alone only after a word for a part of the day."""
    minute = match["minute"]
    if minute and match["unit"]:
        text = f"{hour}时{_as_said(minute)}分"
        if match["second"]:
            text += f"{_as_said(match['second'])}秒"
        return place.write(match.end(), text, Kind.TIME)
    if hour == 1 or _NOT_HOURS.match(place.text, match.end("sign")):
        return None  # 一时兴起, 十时代
    is_day = _PERIOD.search(place.before) or _DAY_WORD.search(place.before)
    if not is_day and hour < 10:
        return None
    return place.write(match.end("sign"), f"{hour}时", Kind.TIME)


def _as_said(minute: str) -> str:
    """零五 is 05, 五 is 5."""
    value = cardinal(minute.lstrip("零〇"))
    return f"{value:02d}" if minute[0] in "零〇" else str(value)


def _is_time_of_day(place: Place, hour: str, end: int) -> bool:
    """点 alone: nine o'clock, or a bit, or a dot?"""
    text = place.text
    if _POINTS.match(text, end) or _POINTS_BEFORE.search(place.before):
        return False
    number = number_at(text, place.at)
    if number and number.is_decimal and _DECIMAL_UNITS.match(text, number.end):
        return False
    joins_time = place.follows(Kind.TIME, _UNTIL)
    is_clear = bool(_CLOCK_AFTER.match(text, end))
    if hour == "一":
        is_last = end == len(text) or text[end] in "，。？,、"
        return (is_clear or is_last) and (
            joins_time or bool(_PERIOD.search(place.before))
        )
    if joins_time or _PERIOD.search(place.before) or _ANOTHER_TIME.match(text, end):
        return True
    if is_numeral(text, end):
        return False  # a decimal, or nothing that we know
    if len(hour) > 1 or hour == "十":
        return True
    if _DAY_WORD.search(place.before):
        return hour != "两" or is_clear
    return hour != "两" and is_clear
