"""What stands in which column of a list."""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.services.refusal import Refused
from transcription.search.folding import fold


class Column(StrEnum):
    """What a list can say of a call."""

    FILE = "file"
    TITLE = "title"
    AGENT = "agent"
    NUMBER = "number"
    DIRECTION = "direction"
    TIME = "time"
    DATE = "date"  # where it stands apart from the time of day
    TAGS = "tags"


Columns = Mapping[Column, int]

TITLES: Final = {
    Column.FILE: gettext_lazy("File"),
    Column.TITLE: gettext_lazy("Title"),
    Column.AGENT: gettext_lazy("Agent"),
    Column.NUMBER: gettext_lazy("Number"),
    Column.DIRECTION: gettext_lazy("Direction"),
    Column.TIME: gettext_lazy("Time of the call"),
    Column.DATE: gettext_lazy("Date, if in a column of its own"),
    Column.TAGS: gettext_lazy("Tags"),
}

# As spreadsheets and call recorders call them; folded, without signs.
_NAMES: Final[Mapping[Column, str]] = {
    Column.FILE: (
        "文件 文件名 文件名称 文件路径 录音 录音文件 录音文件名 录音路径 录音地址 "
        "路径 音频 音频文件 "
        "file filename filepath path recording recordingfile audio audiofile wav"
    ),
    Column.TITLE: "标题 名称 主题 录音名称 录音标题 title name subject",
    Column.AGENT: (
        "坐席 座席 坐席姓名 座席姓名 坐席名称 客服 客服姓名 员工 员工姓名 姓名 业务员 "
        "agent agentname operator employee user username"
    ),
    Column.NUMBER: (
        "号码 电话 电话号码 手机 手机号 手机号码 客户号码 客户电话 对方号码 主叫号码 "
        "被叫号码 来电号码 number phone phonenumber telephone tel mobile caller "
        "callerid customer"
    ),
    Column.DIRECTION: (
        "方向 呼叫方向 通话方向 呼叫类型 通话类型 呼入呼出 "
        "direction calldirection calltype type"
    ),
    Column.TIME: (
        "时间 通话时间 呼叫时间 开始时间 录音时间 通话开始时间 录音开始时间 日期时间 "
        "time calltime starttime datetime calledat recordedat timeofthecall timestamp"
    ),
    Column.DATE: "日期 通话日期 呼叫日期 录音日期 date calldate day",
    Column.TAGS: "标签 标记 分类 类别 tag tags label labels category categories",
}
_BY_NAME: Final = {
    name: column for column, names in _NAMES.items() for name in names.split()
}

_CHINESE_HEADS: Final = ("文件", "标题", "坐席", "号码", "方向", "通话时间", "标签")
_ENGLISH_HEADS: Final = (
    *("File", "Title", "Agent", "Number", "Direction", "Time of the call", "Tags"),
)
_CHINESE_EXAMPLE: Final = (
    *("2024/03/a001.wav", "退货咨询", "王芳", "13800138000", "呼入"),
    *("2024-03-01 14:05:09", "投诉；退款"),
)
_ENGLISH_EXAMPLE: Final = (
    *("2024/03/a001.wav", "Return of goods", "Jane Wang", "13800138000", "inbound"),
    *("2024-03-01 14:05:09", "complaint; refund"),
)
# The list to fill in: what its columns are called, and a line as it can look.
TEMPLATES: Final = {
    "zh": (_CHINESE_HEADS, _CHINESE_EXAMPLE),
    "en": (_ENGLISH_HEADS, _ENGLISH_EXAMPLE),
}


def guess_columns(header: Sequence[str]) -> dict[Column, int]:
    """Which columns these headings mean; of two that mean the same the first."""
    found: dict[Column, int] = {}
    for at, head in enumerate(header):
        column = _BY_NAME.get(_key(head))
        if column is not None:
            found.setdefault(column, at)
    return found


def named_columns(
    header: Sequence[str], pairs: Iterable[tuple[str, Column]]
) -> dict[Column, int]:
    """The guess, corrected: ``pairs`` are a heading and what it means. Raises
    ``Refused`` for a heading that the list does not have."""
    found = guess_columns(header)
    places = {_key(head): at for at, head in reversed([*enumerate(header)])}
    for head, column in pairs:
        if _key(head) not in places:
            raise Refused(
                "heading_unknown",
                _("The list has no column “%(name)s”.") % {"name": head},
            )
        at = places[_key(head)]
        found = {key: value for key, value in found.items() if value != at}
        found[column] = at
    return found


def _key(head: str) -> str:
    """Case, width, script, spaces and signs make no difference."""
    return "".join(filter(str.isalnum, fold(head)[0]))
