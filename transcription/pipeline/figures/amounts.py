"""Percentages, fractions, money, measures, counts."""

import re
from decimal import Decimal
from typing import Final

from transcription.pipeline.figures.numbers import DIGITS, cardinal, spell_digits
from transcription.pipeline.figures.scan import (
    AFTER_ONE,
    D,
    N,
    Number,
    Place,
    Replacement,
    S,
    Token,
    is_numeral,
    number_at,
)
from transcription.pipeline.figures.words import (
    AFTER_A_NUMBER,
    CURRENCY,
    KILO,
    MEASURES,
    PER_THING,
    SCORE_AFTER,
    SCORE_BEFORE,
    SCORE_VERBS,
    UNIT_SIGNS,
)

_PERCENT: Final = re.compile("(?P<of>[百千])分之(?P<minus>负)?")
_TO_PERCENT: Final = re.compile("[到至](?P<again>[百千]分之)?(?P<minus>负)?")
_OTHER_SHARE: Final = re.compile(
    f"[百千]?[万亿]分之[{N}点]*|[几数][十百千万]*分之[几{N}]*"
)
_NOT_PERCENT: Final = re.compile("[几点来]|个百?分?点")
_OF_THINGS: Final = re.compile("个(?!百分点|点)|天|月|年|号|块|元|人|点|次")
_FRACTION: Final = re.compile(f"(?P<below>[{N}]+)分之(?P<above>[{N}]+)")


def percent(place: Place) -> Token | None:
    """百分之三, 百分之三到五, 负百分之三."""
    text, minus = place.text, place.text[place.at] == "负"
    other = _OTHER_SHARE.match(text, place.at)
    if other:
        return Token(other.end())
    match = _PERCENT.match(text, place.at + minus)
    if not match:
        return None
    first = _share(text, match.end())
    if first is None:
        return Token(_end_of_numeral(text, match.end()))
    sign = "%" if match["of"] == "百" else "‰"
    written = ("-" if minus or match["minus"] else "") + first.written + sign
    parts = [Replacement(place.at, first.end, written)]
    joint = _TO_PERCENT.match(text, first.end)
    if not joint or not (joint["again"] or is_numeral(text, joint.end())):
        return Token(first.end, tuple(parts))
    second = _share(text, joint.end())
    if second is None:
        return Token(_end_of_numeral(text, joint.end()))
    if joint["again"] or _OF_THINGS.match(text, second.end):
        return Token(first.end, tuple(parts))
    written = ("-" if joint["minus"] else "") + second.written + sign
    parts.append(Replacement(joint.end() - bool(joint["minus"]), second.end, written))
    return Token(second.end, tuple(parts))


def _share(text: str, at: int) -> Number | None:
    number = number_at(text, at)
    if number is None:
        return None
    if number.said == "百":
        return number._replace(value=Decimal(100), written="100")
    # 百分之三点而: a decimal, wrongly recognised; half of it must not become figures.
    if number.value is None or _NOT_PERCENT.match(text, number.end):
        return None
    return number


def _end_of_numeral(text: str, at: int) -> int:
    while at < len(text) and (is_numeral(text, at) or text[at] in "点几"):
        at += 1
    return at


def fraction(place: Place) -> Token | None:
    minus = place.text[place.at] == "负"
    match = _FRACTION.match(place.text, place.at + minus)
    if not match:
        return None
    end = match.end()
    below, above = cardinal(match["below"]), cardinal(match["above"])
    is_part = place.before.endswith(("又", "点", "几")) or place.text.startswith(
        "点", end
    )
    if is_part or not below or not above or not 2 <= below >= above:
        return Token(end)
    return place.write(end, f"{'-' * minus}{above}/{below}")


_NO_COIN: Final = "(?![恋剧形关债洲函情裤区铁龙])"
_COIN: Final = re.compile(
    f"(?P<whole>[{N}]+)(?:"
    f"块零(?P<only_cents>[{S}])分(?!钟)"
    f"|块零?(?P<tenths>[{S}])(?:(?P<coin>毛|角{_NO_COIN})(?:(?P<cents>[{S}])分?)?)?"
    f"|元零?(?P<jiao>[{S}])(?:毛|角{_NO_COIN})(?:(?P<fen>[{S}])分)?"
    f"|元零?(?P<only_fen>[{S}])分(?!钟)"
    ")"
)
_AFTER_COIN: Final = re.compile(
    f"一{PER_THING}|包[邮月年夜场]|钱|(?![{N}点几]|{MEASURES}|{PER_THING}|块)"
)


def money(place: Place) -> Token | None:
    """十二块五毛 and all that is said like it. 三块五斤 and 八块一斤 are none."""
    match = _COIN.match(place.text, place.at)
    value = match and cardinal(match["whole"])
    if not match or value is None:
        return None
    if match["tenths"] and not match["coin"]:
        if "零" in place.text[match.end("whole") : match.end()]:
            return Token(match.end())  # 十块零五: 10.05 or 10.5
        if not _AFTER_COIN.match(place.text, match.end()):
            return None
        may_be_next_words = match["tenths"] in "一两"
        if may_be_next_words and not _AFTER_LAST_ONE.match(place.text, match.end()):
            return None
    tenths = match["tenths"] or match["jiao"]
    hundredths = (
        match["cents"] or match["fen"] or match["only_cents"] or match["only_fen"]
    )
    decimals = spell_digits((tenths or "零") + (hundredths or ""))
    end = match.end()
    if place.text[end : end + 1] == "钱":
        end += 1
    return place.write(end, f"{value}.{decimals}元")


_AFTER_LAST_ONE: Final = re.compile(f"一{PER_THING}|{AFTER_ONE.pattern}")
_PAIR_OF_COINS: Final = re.compile(f"([{N}]+)块钱?([{N}]+)块")


def loose_coins(place: Place) -> Token | None:
    """十块八块, 三百块两百块: said loosely, and left so."""
    match = _PAIR_OF_COINS.match(place.text, place.at)
    if not match:
        return None
    first, second = cardinal(match[1]), cardinal(match[2])
    if first and second and first < second and second >= 10 * first:
        return None
    return Token(match.end())


_SMALL: Final = re.compile(
    f"(?P<figure>[{S}])(?=(?P<currency>{CURRENCY})|个?小时零?[{N}]+分(?!之)|分钟?[{N}]+秒)"
)


def small(place: Place) -> Token | None:
    """One figure where readers expect figures all the same."""
    match = _SMALL.match(place.text, place.at)
    if not match or place.before.endswith(("第", "几", "十", "百")):
        return None
    parts = [Replacement(place.at, match.end(), str(DIGITS[match["figure"]]))]
    rest = _PARTS_OF_TIME.match(place.text, match.end())
    if rest is None:
        return Token(match.end(), tuple(parts))
    for name in ("minutes", "seconds"):
        value = cardinal((rest[name] or "").lstrip("零〇"))
        if rest[name] and value is None:
            return Token(rest.end())
        if rest[name]:
            parts.append(Replacement(rest.start(name), rest.end(name), str(value)))
    return Token(rest.end(), tuple(parts))


_PARTS_OF_TIME: Final = re.compile(
    f"(?:个?小时零?(?P<minutes>[{N}]+)分钟?零?)?(?:分钟?)?(?:(?P<seconds>[{N}]+)秒)?"
)
_FINE: Final = (
    f"[{N}]+(?:米|度)(?:[{D}]{{1,2}}(?![{N}几点]|米|(?!的|高|宽|长){MEASURES}))?"
)
_FINE_MEASURES: Final = re.compile(f"{_FINE}(?:[到至乘]{_FINE})*")
_FINE_PART: Final = re.compile(f"(?P<whole>[{N}]+)(?:米|度)(?P<fine>[{D}]*)")


def fine_measure(place: Place) -> Token | None:
    """一米七五, 三十七度二 and several of them: figures on one side want figures on
    the other."""
    series = _FINE_MEASURES.match(place.text, place.at)
    if not series or place.before.endswith(("几", "第")):
        return None
    found = list(_FINE_PART.finditer(place.text, place.at, series.end()))
    values = [cardinal(match["whole"]) for match in found]
    if None in values or not any(match["fine"] for match in found):
        return None
    is_worthy = any(
        (value or 0) >= 10 or len(match["fine"]) > 1
        for value, match in zip(values, found, strict=True)
    )
    if not is_worthy:
        return Token(series.end())
    parts: list[Replacement] = []
    for value, match in zip(values, found, strict=True):
        parts.append(Replacement(match.start(), match.end("whole"), str(value)))
        if match["fine"]:
            fine = spell_digits(match["fine"])
            parts.append(Replacement(match.start("fine"), match.end(), fine))
    return Token(series.end(), tuple(parts))


_NOT_MINUS: Final = re.compile(f"[胜自背抱肩正]负[{N}]+.?$|负[{S}][层楼]$")
_ABOUT: Final = re.compile("几|来(?![自了电访到说看源])")
_UNIT_SIGN: Final = re.compile("|".join(UNIT_SIGNS))
_NAMES_A_NUMBER: Final = re.compile("(?:[第号A-Za-z]|号[是为])$")
_BEFORE_A_TEN: Final = re.compile(f"{MEASURES}|{KILO}|[A-Z]{{1,2}}(?![A-Za-z])")
_AFTER_A_TEEN: Final = re.compile(
    rf"$|[^\u4e00-\u9fff]|{MEASURES}|{AFTER_A_NUMBER}|[{N}]"
)


def count(place: Place) -> Token | None:
    """Any other number: ten and more, decimals, and what has a sign."""
    text, minus = place.text, place.text[place.at] == "负"
    number = number_at(text, place.at + minus)
    if number is None:
        return None
    unit = _UNIT_SIGN.match(text, number.end)
    if number.value is None or _ABOUT.match(text, number.end):
        return Token(number.end)
    if minus and _NOT_MINUS.search(
        place.before + "负" + text[number.start : number.end + 1]
    ):
        return Token(number.end)
    if not (unit or minus or _is_worthy(place, number)):
        return Token(number.end)
    parts = [Replacement(place.at, number.end, "-" * minus + number.written)]
    if unit is None:
        return Token(number.end, tuple(parts))
    parts.append(Replacement(unit.start(), unit.end(), UNIT_SIGNS[unit[0]]))
    return Token(unit.end(), tuple(parts))


def _is_worthy(place: Place, number: Number) -> bool:
    text, end = place.text, number.end
    if number.is_small or number.value is None:
        return False
    if number.is_decimal:
        return text[end : end + 1] not in ("分", "刻", "点")
    names_a_number = _NAMES_A_NUMBER.search(place.before)
    if number.said == "十" or (number.said == "十一" and not names_a_number):
        return _BEFORE_A_TEN.match(text, end) is not None
    if number.value <= 20 and not names_a_number:
        return _AFTER_A_TEEN.match(text, end) is not None
    return True


_SCORE_AFTER: Final = re.compile(SCORE_AFTER)
_SCORE_BEFORE: Final = re.compile(
    f"(?:{SCORE_BEFORE}|{SCORE_VERBS})[了是为有到只才就给]{{0,2}}$"
)


def score(place: Place) -> Token | None:
    """满意度九点五分: a decimal before 分."""
    number = number_at(place.text, place.at)
    if number is None or number.value is None or not number.is_decimal:
        return None
    if place.text[number.end : number.end + 1] != "分":
        return None
    after = place.text[number.end + 1 : number.end + 2]
    if after == "之" or (after == "钟" and number.value >= 1):
        return Token(number.end + 1)
    if (
        not 1 <= number.value < 25
        or _SCORE_BEFORE.search(place.before)
        or _SCORE_AFTER.match(place.text, number.end)
    ):
        return Token(number.end, (number.replacement(),))
    return Token(number.end + 1)
