"""Numbers said in pairs: ranges, scores, sizes, sums. Both become figures, or neither.

三到五百 may be 3 and may be 300: where numbers share a unit that only the last one
has, all are left as they were said.
"""

import re
from typing import Final

from transcription.pipeline.figures.scan import (
    N,
    Number,
    Place,
    Replacement,
    Token,
    is_numeral,
    number_at,
)
from transcription.pipeline.figures.words import CURRENCY, UNIT_SIGNS

_JOINTS: Final = re.compile("到|至|乘以?|加上?|减去?|除以|比")
_UNIT: Final = re.compile(rf"[^{N}\W到至乘加减除比点号月]{{1,2}}?(?=到|至|乘)")
_RANGE: Final = frozenset("到至")
_MORE: Final = re.compile("[几来多余]")
_LARGE: Final = re.compile("[百千万亿]")
_GROUP: Final = re.compile("[万亿]+$")
_CURRENCY: Final = re.compile(CURRENCY)
_UNIT_SIGN: Final = re.compile("|".join(UNIT_SIGNS))


def chain(place: Place) -> Token | None:
    found = _numbers(place)
    if len(found) < 2:
        return None
    text, end = place.text, found[-1].end
    if all(number.is_digits and len(number.said) > 2 for number in found):
        return None  # codes and years, each by itself
    if place.before.endswith("几"):
        return Token(end)
    if any(number.value is None for number in found) or _MORE.match(text, end):
        return Token(end)
    if found[-1].is_small and text.startswith("千", end):
        return Token(end)  # 三千五到四千克
    if text[found[0].end] in _RANGE and _shares_a_unit(found):
        return Token(end)
    unit = _UNIT_SIGN.match(text, end)
    is_worthy = unit or any(not number.is_small for number in found)
    if not (is_worthy or _CURRENCY.match(text, end)):
        return Token(end)
    parts = [number.replacement() for number in found]
    if unit:
        parts.append(Replacement(unit.start(), unit.end(), UNIT_SIGNS[unit[0]]))
        end = unit.end()
    return Token(end, tuple(parts))


def _numbers(place: Place) -> list[Number]:
    text = place.text
    found: list[Number] = []
    at = place.at
    while (number := number_at(text, at)) is not None:
        if text[number.end : number.end + 1] == "点":
            break  # a time of day
        found.append(number)
        unit = _UNIT.match(text, number.end)
        joint = _JOINTS.match(text, unit.end() if unit else number.end)
        if joint is None or not is_numeral(text, joint.end()):
            break
        if unit and not _has_unit(text, joint.end(), unit[0]):
            break
        at = joint.end()
    return found


def _has_unit(text: str, at: int, unit: str) -> bool:
    number = number_at(text, at)
    return number is not None and text.startswith(unit, number.end)


def _shares_a_unit(found: list[Number]) -> bool:
    """三到五百: whether a listener hears three hundred. 三到五万 stays as open in
    figures as it was (3到5万)."""
    first, last = found[0], found[-1]
    if first.value is None or last.value is None or _LARGE.search(first.said):
        return False
    head = number_at(_GROUP.sub("", last.said), 0)
    if head is None or head.value is None or not _LARGE.search(head.said):
        return False
    leading = number_at(last.said[:1], 0)
    return (
        first.value < 10
        and leading is not None
        and leading.value is not None
        and first.value < leading.value
    )
