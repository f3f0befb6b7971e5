"""What is read figure by figure: telephones, orders, plates, letters with figures,
addresses, keys."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from transcription.pipeline.figures.numbers import DIGITS, cardinal, spell_digits
from transcription.pipeline.figures.scan import (
    RUN,
    D,
    Kind,
    N,
    Number,
    Place,
    Replacement,
    S,
    Token,
    number_at,
)
from transcription.pipeline.figures.words import (
    AFTER_LETTERS,
    BEFORE_LETTERS,
    CODE_AFTER,
    CODE_BEFORE,
    LIST_OF,
    MEASURES,
    NUMBERED_PLACES,
)

_DIGITS: Final = re.compile(f"[{D}幺]+")
_CODE_BEFORE: Final = re.compile(
    f"{CODE_BEFORE}(?:后[四六]位|前三位|号码?|数字?)?"
    "(?:(?:就|也|都|还|不|应该|好像|是不)?是|为|叫|：|:|改成|改为|设成|设为|输入|填)?$"
)
_DIAL: Final = re.compile("(?:打|拨|拨打|转|按|致电|呼叫|回拨)$")
_CODE_AFTER: Final = re.compile(f"{CODE_AFTER}|转[{D}]")
_LIST_OF: Final = re.compile(LIST_OF)
_MEASURE: Final = re.compile(MEASURES)
_BETWEEN: Final = re.compile(r"[\s，,、。-]{1,2}|[杠和跟与或]")
_LETTER: Final = re.compile("[A-Za-z]$")


def digits(place: Place) -> Token | None:
    """Three and more in a row are a code, unless they are a list (二三四线), a count
    (一二三) or a word (七七八八) and nothing beside them says what they are."""
    run = RUN.match(place.text, place.at)
    if not run or not _DIGITS.fullmatch(run[0]):
        return None
    said, end = run[0], run.end()
    has_cue = _has_cue(place, said, end)
    if len(said) == 1:
        return None
    if len(said) == 2 and not has_cue and "幺" not in said:
        return None
    if not has_cue and _is_list(said, place.text, end):
        return Token(end)
    return place.write(end, spell_digits(said), Kind.CODE)


def _has_cue(place: Place, said: str, end: int) -> bool:
    text = place.text
    is_pair = len(said) == 2 and DIGITS[said[1]] - DIGITS[said[0]] == 1
    if len(said) > 1 and not is_pair and _CODE_AFTER.match(text, end):
        return True
    if _LIST_OF.match(text, end) or _is_about(said, text, end):
        return False
    if len(said) == 2 and said[0] in "零〇" and text[end : end + 1] in ("号", "款"):
        return True
    if _CODE_BEFORE.search(place.before):
        return True
    if len(said) > 2 and _DIAL.search(place.before):
        return True
    if len(said) > 1 and _LETTER.search(place.before):
        return True
    is_alone = end == len(text) or not "\u4e00" <= text[end] <= "\u9fff"
    return place.follows(Kind.CODE, _BETWEEN) and (is_alone or len(said) > 2)


def _is_about(said: str, text: str, end: int) -> bool:
    """电话五六通: a few, whatever stands before."""
    return (
        all(DIGITS[after] - DIGITS[one] == 1 for one, after in pairwise(said))
        and _MEASURE.match(text, end) is not None
        and text[end] not in "号室房路次"
    )


def _is_list(said: str, text: str, end: int) -> bool:
    if len(said) > 3 and set(said[1::2]) == {"零"} and text[end : end + 1] == "后":
        return True  # 七零八零后
    if "零" in said or "〇" in said or "幺" in said:
        return False
    values = [DIGITS[character] for character in said]
    steps = {after - before for before, after in pairwise(values)}
    if steps in ({1}, {2}):
        return True
    if len(said) > 4:
        return False
    if steps == {-1}:
        return True
    if all(step > 0 for step in steps) or _LIST_OF.match(text, end):
        return True
    return said == "一二一" or (len(said) == 4 and said[0::2] == said[1::2])


_KEY: Final = re.compile(
    f"(?P<key>[{D}])(?![{N}下次个定般直样点些遍种张秒会星层年比到至加减乘]|号[线楼]|[{S}])"
)
_PRESS: Final = re.compile("(?:请|直接|请您|请再|请先)[按拨](?:数字)?键?$")
_PRESS_AND_GO: Final = re.compile("按(?:数字)?键?$")
_AFTER_KEY: Final = re.compile(
    "$|[，。；,;]|号?键|转|进入|选择|返回|重听|查询|办理|不?满意|其他"
)
_LAST_FIGURES: Final = re.compile(f"[{D}](?:(?:和|或|跟|与|、)[{D}])+(?![{N}])")


def key(place: Place) -> Token | None:
    """请按一; 尾号一和六."""
    match = _KEY.match(place.text, place.at)
    if match and _is_pressed(place, match.end()):
        return place.write(match.end(), str(DIGITS[match["key"]]))
    several = _LAST_FIGURES.match(place.text, place.at)
    if not several or not _CODE_BEFORE.search(place.before):
        return None
    parts = tuple(
        Replacement(at, at + 1, str(DIGITS[place.text[at]]))
        for at in range(place.at, several.end())
        if place.text[at] in DIGITS
    )
    return Token(several.end(), parts)


def _is_pressed(place: Place, end: int) -> bool:
    if _PRESS.search(place.before):
        return True
    is_all = _AFTER_KEY.match(place.text, end) is not None
    return is_all and _PRESS_AND_GO.search(place.before) is not None


_DOTTED: Final = re.compile(f"[{N}幺]+(?:点[{N}幺]+){{2,}}(?!点|[半分刻钟])")
_VERSION: Final = re.compile(
    r"(?:版本|版本号|系统|地址|IP|ip|安卓|固件|软件|网关|升级到?|更新到?|[A-Za-z])[是为到]?$"
)


def dotted(place: Place) -> Token | None:
    """一九二点一六八点一点一, and versions."""
    match = _DOTTED.match(place.text, place.at)
    if not match:
        return None
    groups = match[0].split("点")
    written = [_group(group) for group in groups]
    is_address = len(groups) == 4 and any(len(group) > 1 for group in groups)
    if not (is_address or _VERSION.search(place.before)) or None in written:
        return Token(match.end())
    return place.write(match.end(), ".".join(str(group) for group in written))


def _group(said: str) -> str | None:
    value = cardinal(said)
    if value is not None:
        return str(value)
    return spell_digits(said) if _DIGITS.fullmatch(said) else None


_PLATE: Final = re.compile(
    "[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z]"
    f"(?P<tail>(?:[A-Z0-9]|[{D}幺]){{5,6}})(?![{N}A-Z])"
)
_FLIGHT: Final = re.compile(f"[{S}][A-Z](?=[{D}幺]{{4}}(?![{N}]))")
_LETTER_AFTER: Final = re.compile(AFTER_LETTERS)
_FIGURES_OF_LETTER: Final = re.compile("|".join(BEFORE_LETTERS))
_LONGEST_NAME: Final = 8


def plate(place: Place) -> Token | None:
    """沪A一二三四五: from the first figure on."""
    start = place.at - 2
    match = _PLATE.match(place.text, start) if start >= 0 else None
    if not match:
        return None
    parts = tuple(
        Replacement(run.start(), run.end(), spell_digits(run[0]))
        for run in _DIGITS.finditer(place.text, match.start("tail"), match.end())
    )
    return Token(match.end(), parts, Kind.CODE)


def beside_letters(place: Place) -> Token | None:
    """五G, A四纸, PM二点五: figures that belong to letters."""
    text = place.text
    if _FLIGHT.match(text, place.at):
        return place.write(place.at + 1, str(DIGITS[text[place.at]]))
    number = number_at(text, place.at)
    if number is None or (number.value is None and not number.is_digits):
        return None
    if not _LETTER.search(place.before):
        if number.value is None or not _LETTER_AFTER.match(text, number.end):
            return None
        return Token(number.end, (number.replacement(),))
    if number.is_digits and _is_about(number.said, text, number.end):
        return None
    for match in _FIGURES_OF_LETTER.finditer(text, max(0, place.at - _LONGEST_NAME)):
        if match.start() >= place.at:
            break
        if match.end() >= number.end:
            return Token(number.end, (_letters_figures(number),), Kind.CODE)
    return None


def _letters_figures(number: Number) -> Replacement:
    if number.value is not None:
        return number.replacement()
    return Replacement(number.start, number.end, spell_digits(number.said))


_FIRST_PLACE: Final = (
    "(?:号楼|号院|号|弄|栋|幢|单元|楼(?=[零一二三四五六七八九十百幺]+[号室房]))"
)
_NEXT_PLACE: Final = f"(?:号楼|号院|号|栋|幢|单元|门|楼|室|房|层(?=[{N}]))"
_ADDRESS: Final = re.compile(
    f"[{N}幺]+{_FIRST_PLACE}(?:[{N}幺]+{_NEXT_PLACE})+"
    f"(?:[{N}幺]+(?![{N}]|{MEASURES}))?"
    f"|[{N}幺]+(?:单元|栋|幢|号楼|号院)[{N}幺]+(?![{N}]|{MEASURES})"
    f"|[{N}]+(?:车厢?|排)[{N}]+(?=[号座A-F])"
    f"|[{S}]楼[{D}幺]{{3,4}}(?![{N}]|{MEASURES})"
    f"|[{N}]+号?[到至和][{N}]+(?=号{NUMBERED_PLACES})"
)
_ROAD: Final = re.compile("(?:路|街|大道|弄|巷|胡同|里)$")
_HOUSE: Final = re.compile(
    f"(?P<number>[{S}]|十)号(?=$|[，。？,.\\s]|[{N}]|楼|院|门|附|乙|甲|小区|大厦|[A-Z]|的?店)"
)
_NUMBERED: Final = re.compile(f"[{S}](?=号{NUMBERED_PLACES})")


def address(place: Place) -> Token | None:
    """三栋二单元六零一室: all of it, for half a pair in figures reads badly."""
    if place.before.endswith(("第", "几")):
        return None
    match = _ADDRESS.match(place.text, place.at)
    if match:
        parts = tuple(_address_parts(place.text, match.start(), match.end()))
        return Token(match.end(), parts)
    house = _HOUSE.match(place.text, place.at)
    if house and _ROAD.search(place.before):
        return place.write(house.end("number"), str(cardinal(house["number"])))
    if _NUMBERED.match(place.text, place.at):
        return place.write(place.at + 1, str(DIGITS[place.text[place.at]]))
    return None


def _address_parts(text: str, start: int, end: int) -> Iterator[Replacement]:
    at = start
    while at < end:
        number = number_at(text, at)
        if number is None:
            at += 1
            continue
        if number.value is not None:
            yield number.replacement()
        elif number.is_digits:
            yield _letters_figures(number)
        at = number.end
