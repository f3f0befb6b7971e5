"""The words of the language: operators, and the names before a colon."""

import re
import unicodedata
from enum import StrEnum
from typing import Final

from rapidfuzz.distance import OSA

from transcription.search.folding import fold
from transcription.search.language.tree import FactName


class WhereName(StrEnum):
    """What may be asked of where words are said."""

    AFTER = "after"
    SCOPE = "scope"
    SPEAKER = "speaker"
    WITHIN = "within"


class PeriodName(StrEnum):
    """Days that are counted from today."""

    LAST = "last"


FieldName = FactName | WhereName | PeriodName

_CHINESE: Final[dict[FieldName, tuple[str, ...]]] = {
    FactName.AGENT: ("坐席", "座席"),
    FactName.DIRECTION: ("方向", "呼叫方向"),
    FactName.FROM: ("从",),
    FactName.LANGUAGE: ("语言",),
    FactName.LONGER: ("长于",),
    FactName.NUMBER: ("号码",),
    FactName.SHORTER: ("短于",),
    FactName.STATUS: ("状态",),
    FactName.TAG: ("标签",),
    FactName.TITLE: ("标题",),
    FactName.TO: ("到",),
    FactName.UPLOADER: ("上传人", "上传者"),
    PeriodName.LAST: ("最近",),
    WhereName.AFTER: ("之后",),
    WhereName.SCOPE: ("范围",),
    WhereName.SPEAKER: ("说话人", "发言人"),
    WhereName.WITHIN: ("位置",),
}
FIELDS: Final[dict[str, FieldName]] = {
    name: field for field, names in _CHINESE.items() for name in (field.value, *names)
} | {"tags": FactName.TAG}

# Words that people write before a colon and that are no slips of ours.
_ORDINARY = re.compile(
    "方[案法式面]|短[信期]|标[准记注]|语[音气速]|状况|最[后高低新终]|长[度期途]|范例|之间|位[数于]"
)
# Names that other searches have.
_ELSEWHERE: Final[dict[str, FieldName]] = {
    "since": FactName.FROM,
    "until": FactName.TO,
    "before": FactName.TO,
    "phone": FactName.NUMBER,
}

_LATIN_OPERATORS = {"AND": "and", "OR": "or", "NOT": "not"}
_CHINESE_OPERATORS = {
    "并且": "and",
    "或": "or",
    "或者": "or",
    "非": "not",
    "不含": "not",
}
OPERATORS: Final = (
    *_LATIN_OPERATORS,
    *_CHINESE_OPERATORS,
    *("NEAR", "邻近", "並且", "鄰近"),
)
_NEAR = re.compile(r"(?:NEAR|邻近|鄰近)/(.*)|(?i:near)/(\d.*)", re.DOTALL)
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")


def key(text: str) -> str:
    """The word without what people write now this way, now that."""
    return fold(_INVISIBLE.sub("", text))[0].strip()


def operator(text: str) -> str | None:
    """``and``, ``or``, ``not`` or ``near`` if the whole text is one."""
    plain = _plain(text)
    if found := _LATIN_OPERATORS.get(plain) or _CHINESE_OPERATORS.get(key(text)):
        return found
    is_near = plain == "NEAR" or key(text) == "邻近" or near_time(text) is not None
    return "near" if is_near else None


def near_time(text: str) -> str | None:
    """What stands behind the stroke of ``NEAR/20s``."""
    found = _NEAR.fullmatch(_plain(text))
    return (found.group(1) or found.group(2) or "") if found else None


def _plain(text: str) -> str:
    """Capitals are kept, unlike in ``key``."""
    return unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))


def is_chinese(text: str) -> bool:
    """Whether somebody who typed this reads Chinese names."""
    return not text.isascii() and not key(text).isascii()


def similar(name: str) -> str:
    """The known name that is likely meant by an unknown one, or nothing."""
    wanted = key(name)
    if len(wanted) < 2 or _ORDINARY.fullmatch(wanted):
        return ""
    if wanted in _ELSEWHERE:
        return _ELSEWHERE[wanted].value
    return next((known for known in FIELDS if _is_slip(wanted, known)), "")


def _is_slip(typed: str, known: str) -> bool:
    """Letters that changed places, one too many, too few or wrong; of short names only
    what is hardly a word of its own."""
    if len(known) < 2 or typed.isascii() != known.isascii():
        return False
    distance = OSA.distance(typed, known)
    if not known.isascii():
        return distance == 1 and (len(known) > 2 or typed[0] == known[0])
    if len(known) > 5:
        return distance <= 2
    if len(known) > 4:
        return distance <= 1
    if sorted(typed) == sorted(known):
        return True
    return len(known) == 4 and distance == 1 and len(typed) != len(known)
