"""Which stretches of spoken Chinese are figures to a reader, and how they are written.

A number becomes figures when it is ten or more, has a decimal, or stands where readers
expect figures (dates, times, prices, codes, telephones). Small counts (三个部门),
idioms and approximations (七八十, 十几个) stay as they were said: where in doubt, leave
it. Rules are tried in order at every position; a numeral that none of them takes is
passed over whole, so that half of it is never rewritten.
"""

import re
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from transcription.pipeline.figures.numbers import (
    DIGITS,
    cardinal,
    figures,
    spell_digits,
)

_D: Final = "零〇一二三四五六七八九"
_S: Final = "一二两三四五六七八九"
_N: Final = f"[{_D}两十百千万亿]+"
_RUN: Final = re.compile(f"[{_D}两幺十百千万亿]+")
_MONTH: Final = "十[一二]?|[一二三四五六七八九]"
_DAY: Final = (
    "三十一?|二十[一二三四五六七八九]?|十[一二三四五六七八九]?|[一二三四五六七八九]"
)
_HOUR: Final = "二十[一二三四]?|十[一二三四五六七八九]?|[零一二两三四五六七八九]"
_LONG_MINUTE: Final = "[零〇][一二三四五六七八九]|[二三四五]?十[一二三四五六七八九]?"

# Words that look like numbers and are none. Single figures never change by themselves,
# so only words with 十, 百, 千, 万 or a decimal 点 behind a figure need a place here.
_PROTECTED: Final = re.compile(
    "十有八九|十之八九|十全十美|十万火急|十万八千里|十恶不赦|十拿九稳|十字|十足|十来|十几"
    "|十分(?!钟|之|[一二三四五六七八九十]+秒)|一五一十|五十步笑百步|三十而立|四十不惑"
    "|不管三七二十一|三七二十一|九九八十一|三十六计|七十二变|十八般|十三陵|双十[一二]"
    "|三百六十行|二百五(?!十)|一百八十度大|一千零一夜|一刻千金|千[金斤]|百分百|一百来|十面"
    "|大年三十|年三十|三六九等|一二三木头人|一点一滴|一点一点|两点一线|三点一线"
    "|(?:星期|礼拜|周)[一二三四五六日天]|初(?:十|[一二三四五六七八九])|第[一二三四五六七八九]点"
    f"|[几数]十[{_D}百千万亿]*|[{_S}]{{2}}(?=年代)|百十"
)
_PERIOD: Final = re.compile(
    "(?:凌晨|清晨|早晨|早上|早间|上午|中午|正午|午间|下午|午后|傍晚|晚上|晚间|夜里|夜间|半夜|深夜"
    "|今晚|明晚|昨晚|当晚|今早|明早|时间[是为]?)$"
)
_DAY_WORD: Final = re.compile(
    "(?:今天|明天|后天|昨天|每天|当天|早|晚|(?:星期|礼拜|周)[一二三四五六日天]|[号日])$"
)
_CODE_BEFORE: Final = re.compile(
    "(?:工号|尾号|房间号?|编号|号码|代码|验证码|密码|分机|航班|车牌|单号|区号|邮编|卡号|账号)"
    "[是为]?$"
)
_MEASURE: Final = (
    "个位名人条件张台辆次遍回份篇页行列层级栋座间套组批箱包瓶桶袋盒本支枚颗粒头只匹棵朵"
    "座项门款种类样期届轮场集部封通笔单号室班秒分钟天日周月年岁代后元块毛角美欧英港日人"
    "公千毫厘米里斤吨克升度倍成折点米平亩尺寸小多余万亿家户口字节课句段首幅艘架片双对万"
)
_BARE_TEN: Final = re.compile(f"十(?=[{_MEASURE}]|(?:到|至)[{_D}两十])")
_COIN: Final = re.compile(
    f"({_N})(?:块([一二三四五六七八九])(?:[毛角]([一二三四五六七八九])?分?)?"
    f"|元([一二三四五六七八九])角(?:([一二三四五六七八九])分)?)钱?"
    f"(?![{_D}两十百千万亿点个块])"
)
_UNIT_NAMES: Final = {
    "吉字节": "GB",
    "兆字节": "MB",
    "太字节": "TB",
    "千字节": "KB",
    "摄氏度": "℃",
}


class Replacement(NamedTuple):
    """``text[start:end]`` is to be written as ``figures``."""

    start: int
    end: int
    figures: str


class _Found(NamedTuple):
    end: int
    figures: str
    is_time: bool = False


class _Place(NamedTuple):
    """The position that is examined and what stands before it."""

    text: str
    at: int
    follows_time: bool

    @property
    def before(self) -> str:
        return self.text[max(0, self.at - 8) : self.at]


def replacements(text: str) -> Iterator[Replacement]:
    """What to rewrite, in order, never overlapping."""
    at = time_end = 0
    while at < len(text):
        protected = _PROTECTED.match(text, at)
        if protected:
            at = protected.end()
            continue
        joins_time = time_end > 0 and text[time_end:at].strip() in ("到", "至")
        place = _Place(text, at, joins_time)
        found = next((f for rule in _RULES if (f := rule(place))), None)
        if found is not None:
            yield Replacement(at, found.end, found.figures)
            at = found.end
            time_end = at if found.is_time else 0
            continue
        run = _RUN.match(text, at)
        at = run.end() if run else at + 1


def _amount(whole: str, decimals: str | None = None) -> str | None:
    """A number with or without decimals as figures."""
    value = cardinal(whole)
    if value is None:
        return None
    if decimals:
        return f"{value}.{spell_digits(decimals)}"
    return figures(value, whole)


def _date(place: _Place) -> _Found | None:
    match = _DATE.match(place.text, place.at)
    if not match:
        return None
    year, month, day = match["year"], match["month"], match["day"]
    if not month and not _is_year(year):
        return None
    written = f"{spell_digits(year)}年"
    if month:
        written += f"{cardinal(month)}月"
    if day:
        written += f"{cardinal(day)}日"
    return _Found(match.end(), written)


_DATE: Final = re.compile(
    f"(?P<year>[{_D}]{{4}}|[{_D}]{{2}})年"
    f"(?:(?P<month>{_MONTH})月(?:份)?(?:(?P<day>{_DAY})[号日])?)?"
)


def _is_year(figures: str) -> bool:
    """九八年 is a year; 三五年 and 七八年 are a few."""
    if len(figures) == 4:
        return True
    first, second = (DIGITS[character] for character in figures)
    if figures in ("三五", "一二"):
        return False
    return first in (0, 1, 2, 9, 8, 7, 6, 5) and second != first + 1


def _month(place: _Place) -> _Found | None:
    match = _MONTH_DAY.match(place.text, place.at)
    if not match or place.before.endswith(("个", "几", "第")):
        return None
    written = f"{cardinal(match['month'])}月"
    if match["day"]:
        written += f"{cardinal(match['day'])}日"
    return _Found(match.end(), written)


_MONTH_DAY: Final = re.compile(f"(?P<month>{_MONTH})月(?:(?P<day>{_DAY})[号日])?")


def _time(place: _Place) -> _Found | None:
    match = _TIME.match(place.text, place.at)
    if not match or place.before.endswith(("第", "有", "几", "百", "千", "万")):
        return None
    hour = cardinal(match["hour"])
    if hour is None or hour > 24:
        return None
    if match["minute"]:
        minute = cardinal(match["minute"].lstrip("零〇"))
        written = f"{hour}:{minute:02d}"
        if match["second"]:
            written += f":{cardinal(match['second'].lstrip('零〇')):02d}"
        return _Found(match.end(), written, is_time=True)
    if match["tail"] or _is_time_of_day(place, match["hour"], match.end()):
        return _Found(match.end(), f"{hour}点{match['tail'] or ''}", is_time=True)
    return None


_TIME: Final = re.compile(
    f"(?P<hour>{_HOUR})点(?:(?P<minute>(?:{_LONG_MINUTE})(?=分|(?![{_D}十百千万亿点个]))"
    f"|[{_S}](?=分))(?:分(?!之|钟)(?:(?P<second>{_LONG_MINUTE}|[{_S}])秒)?)?"
    "|(?P<tail>半|钟|整|一刻|三刻))?"
)
_ANOTHER_TIME: Final = re.compile(f"[到至](?:{_PERIOD.pattern[:-1]})?(?:{_HOUR})点")


def _is_time_of_day(place: _Place, hour: str, end: int) -> bool:
    """点 alone: nine o'clock, or a bit, or a dot?"""
    text = place.text
    following = text[end : end + 1]
    if hour == "一" and following and following in "都也儿不没点些":
        return False
    if place.follows_time or _PERIOD.search(place.before):
        return True
    if _ANOTHER_TIME.match(text, end) and hour != "一":
        return True
    if following and following in DIGITS:
        return False  # a decimal, or nothing that we know
    if len(hour) > 1 or hour == "十":
        return True
    return hour not in "一两" and bool(_DAY_WORD.search(place.before))


def _percent(place: _Place) -> _Found | None:
    match = _PERCENT.match(place.text, place.at)
    if not match:
        return None
    if match["whole"] == "百":
        amount: str | None = "100"
    else:
        amount = _amount(match["whole"], match["decimals"])
    # 百分之三点而: a decimal, wrongly recognised; half of it must not become figures.
    if amount is None or place.text[match.end() : match.end() + 1] in ("几", "点"):
        return None
    sign = "-" if match["minus"] else ""
    return _Found(match.end(), sign + amount + ("%" if match["of"] == "百" else "‰"))


_PERCENT: Final = re.compile(
    f"(?P<minus>负)?(?P<of>[百千])分之(?P<whole>{_N})(?:点(?P<decimals>[{_D}]+))?"
)


def _fraction(place: _Place) -> _Found | None:
    match = re.compile(f"({_N})分之({_N})").match(place.text, place.at)
    if not match:
        return None
    below, above = cardinal(match[1]), cardinal(match[2])
    if not below or not above or below < 2:
        return None
    return _Found(match.end(), f"{above}/{below}")


def _money(place: _Place) -> _Found | None:
    match = _COIN.match(place.text, place.at)
    if not match:
        return None
    value = cardinal(match[1])
    if value is None:
        return None
    tenths, hundredths = match[2] or match[4], match[3] or match[5]
    cents = DIGITS[tenths] * 10 + (DIGITS[hundredths] if hundredths else 0)
    decimals = f"{cents:02d}".rstrip("0")
    return _Found(match.end(), f"{value}.{decimals}元")


def _small_with_unit(place: _Place) -> _Found | None:
    """One figure where readers expect figures all the same."""
    match = _SMALL.match(place.text, place.at)
    if match and not place.before.endswith(("第", "几", "十", "百")):
        return _Found(match.end(), str(DIGITS[match[0]]))
    return None


_SMALL: Final = re.compile(
    f"[{_S}](?=(?:[万亿]?元|美元|欧元|英镑|港币|人民币)(?![桥里一复论化素组次方件酸牛店])"
    "|号(?:楼|线|门|院|桌|床|机|柜|库|店|厅|车|口|馆|窗|通道|航站|会议|键|专线)"
    f"|个?小时零?{_N}分|分钟?{_N}秒)"
)


def _metres(place: _Place) -> _Found | None:
    match = re.compile(f"([{_S}])米([{_D}]{{1,2}})(?![{_D}十百千米])").match(
        place.text, place.at
    )
    if not match:
        return None
    return _Found(match.end(), f"{DIGITS[match[1]]}米{spell_digits(match[2])}")


def _with_unit_name(place: _Place) -> _Found | None:
    match = _UNIT.match(place.text, place.at)
    amount = match and _amount(match["whole"], match["decimals"])
    if not match or amount is None:
        return None
    return _Found(match.end(), amount + _UNIT_NAMES[match["unit"]])


_UNIT: Final = re.compile(
    f"(?P<whole>{_N})(?:点(?P<decimals>[{_D}]+))?(?P<unit>{'|'.join(_UNIT_NAMES)})"
)


def _decimal(place: _Place) -> _Found | None:
    match = _DECIMAL.match(place.text, place.at)
    if not match or place.before.endswith("第") or _PERIOD.search(place.before):
        return None
    amount = _amount(match["whole"], match["decimals"])
    if amount is None:
        return None
    return _Found(match.end(), amount + (match["group"] or ""))


_DECIMAL: Final = re.compile(
    f"(?P<whole>[{_D}两十百千]+)点(?P<decimals>[{_D}]+)(?P<group>[万亿])?(?![十百千分点刻])"
)


def _range(place: _Place) -> _Found | None:
    """五到十天: figures on one side want figures on the other."""
    match = re.compile(f"([{_S}])([到至])({_N})(?=[{_MEASURE}])").match(
        place.text, place.at
    )
    value = match and cardinal(match[3])
    if not match or not value or value < 10:
        return None
    written = f"{DIGITS[match[1]]}{match[2]}{figures(value, match[3])}"
    return _Found(match.end(), written)


def _code(place: _Place) -> _Found | None:
    """Telephone numbers, orders, door numbers: figure by figure."""
    run = _RUN.match(place.text, place.at)
    if not run or any(c not in _D and c != "幺" for c in run[0]):
        return None
    said = run[0]
    follows = place.text[run.end() : run.end() + 1]
    if len(said) < 3:
        is_key = place.before.endswith(("请按", "请拨")) and (
            not follows or follows not in "下次个定般直样点些遍种张"
        )
        is_code = len(said) == 2 and _CODE_BEFORE.search(place.before)
        is_decade = len(said) == 2 and said[1] in "零〇" and follows == "后"
        if not (is_key or is_code or is_decade):
            return None
    elif "一二三四五六七八九".startswith(said):
        return None  # somebody is counting
    return _Found(run.end(), spell_digits(said))


def _count(place: _Place) -> _Found | None:
    sign = 1 if place.text[place.at] == "负" else 0
    run = _RUN.match(place.text, place.at + sign)
    if not run or (sign and place.before.endswith(("胜", "自", "背", "抱", "肩"))):
        return None
    said, follows = run[0], place.text[run.end() : run.end() + 2]
    if follows.startswith("几") or follows == "分之":
        return None
    if said == "十" and not sign and not _BARE_TEN.match(place.text, run.start()):
        return None
    if place.before.endswith(("几", "数")) and said[0] in "十百千万亿":
        return None
    value = cardinal(said)
    if value is None or (value < 10 and not sign):
        return None
    return _Found(run.end(), "-" * sign + figures(value, said))


_RULES: Final[tuple[Callable[[_Place], _Found | None], ...]] = (
    _date,
    _month,
    _percent,
    _fraction,
    _with_unit_name,
    _time,
    _money,
    _decimal,
    _range,
    _metres,
    _small_with_unit,
    _code,
    _count,
)
