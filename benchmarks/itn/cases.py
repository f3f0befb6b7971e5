"""Spoken figures and what they are in writing, from a TSV; a line without a kind gets
one by its words."""

import csv
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

OWN: Final = Path("tests/data/figures/chinese.tsv")

_N: Final = "[零一二两三四五六七八九十百千万亿]"
# The first that fits names a line without a kind.
KINDS: Final = (
    ("letter and figure", "[A-Za-z]"),
    ("percent", "[百千万]分之|百分点"),
    ("fraction", "分之"),
    ("festival", "正月|中秋|大年|国庆|双十|情人节|十月一|大促|十九大"),
    (
        "code",
        "幺|[号码]是|尾号|卡号|后四位|密码|验证码|工号|邮编|胶水|邮箱|工作制|地址是一",
    ),
    ("phone", "电话|热线|客服|急|火警|投诉|订票|分机|请按"),
    (
        "price per thing",
        f"[块元{_N[1:-1]}]一?[晚位斤天年次件]$|{_N}[块]?{_N}[斤件个]|块一|一个月",
    ),
    ("price per thing", "[八五]一[斤晚]"),
    ("money", "[块元毛角]|[万亿]|贷|月租"),
    ("score and ratio", "比|加|满意度|评分|分您|打八|扣"),
    (
        "clock",
        "[点时](?:[零一二三四五六七八九十]+分?|半|一刻|多)|早上|晚上|下午|上午|点开会|八点",
    ),
    ("date", "[年月][^轻]|[号日]|后$|月"),
    ("address", "[号栋层楼室厅]|路|航站|线$"),
    ("decimal", f"点{_N}"),
    ("measure", "[米斤度伏克升码平]|毫|[兆]"),
    ("range", "到"),
    ("approximate", f"[来几多余]|{_N}{{2}}[十百千个岁]"),
    ("duration", "天|小时|分钟|秒|刻"),
    ("ordinal", "第"),
)


@dataclass(frozen=True, slots=True)
class Case:
    kind: str
    spoken: str
    accepted: list[str]


def read(path: Path) -> dict[str, list[Case]]:
    """The cases of a file by their half; "" where it has none."""
    halves: dict[str, list[Case]] = {}
    with path.open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            accepted = [form.strip() for form in row["expected"].split("|")]
            case = Case(
                row.get("kind") or kind_of(row["spoken"]), row["spoken"], accepted
            )
            halves.setdefault(row.get("half") or "", []).append(case)
    return halves


def kind_of(spoken: str) -> str:
    return next((kind for kind, sign in KINDS if re.search(sign, spoken)), "other")
