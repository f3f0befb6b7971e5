"""A document in both languages says the same: whoever changes one side alone is told.

Prose is a translator's; what can be compared part by part is compared: headings, table
rows and list items, commands, names in code, links, figures.
"""

import re
from collections import Counter
from pathlib import Path

import pytest

from tests.portal.test_documentation import ROOT, VARIABLE

CHINESE = sorted([*ROOT.glob("*.zh-CN.md"), *ROOT.glob("docs/**/*.zh-CN.md")])
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`([^`]+)`")
LINK = re.compile(r"\]\((?!https?:)([^)]+)\)")
HEADING = re.compile(r"^(#+) (.+)$", re.MULTILINE)
# What follows code as a remark, behind ``#`` or in a column of its own.
REMARK = re.compile(r"(?<=\S) {2,}.*$| *#.*$", re.MULTILINE)
CARDINALS = "one two three four five six seven eight nine ten fifteen twenty fifty"
NUMBERS = dict(
    zip(
        CARDINALS.split(),
        ("1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "15", "20", "50"),
        strict=True,
    )
)
UNITS = {
    "seconds": "s",
    "second": "s",
    "秒": "s",
    "毫秒": "ms",
    "minutes": "min",
    "minute": "min",
    "分钟": "min",
    "hours": "h",
    "hour": "h",
    "小时": "h",
}
PLAIN_UNITS = ("TB", "GB", "MB", "KB", "ms", "s", "h", "min", "%", "kHz", "×")
UNIT = "|".join([*UNITS, *(rf"{unit}(?![A-Za-z])" for unit in PLAIN_UNITS)])
FIGURE = re.compile(rf"(?<![\w.-])(\d+(?:,\d{3})*(?:\.\d+)*)\s*({UNIT})?")
# "five minutes" of the English side; "five programs" is prose.
SPELT = re.compile(rf"\b({'|'.join(NUMBERS)})(?= (?:{'|'.join(UNITS)})\b)")


def english_of(document: Path) -> Path:
    return document.with_name(document.name.replace(".zh-CN.md", ".md"))


def parts(document: Path) -> list[str]:
    """Its text from heading to heading."""
    text = document.read_text("utf-8")
    fenced = [match.span() for match in BLOCK.finditer(text)]
    begins = [
        match.start()
        for match in HEADING.finditer(text)
        if not any(start < match.start() < end for start, end in fenced)
    ]
    return [
        text[begin:end]
        for begin, end in zip(begins, [*begins[1:], len(text)], strict=True)
    ]


def facts(part: str, document: Path) -> dict[str, object]:
    """What a translation must not change."""
    blocks = [
        (language, [line.split() for line in REMARK.sub("", body).splitlines()])
        for language, body in BLOCK.findall(part)
    ]
    prose = BLOCK.sub("", part)
    lines = prose.splitlines()
    targets = [
        link.replace(".zh-CN.md", ".md").partition("#")[0]
        for link in LINK.findall(prose)
    ]
    own = english_of(document).name
    words = LINK.sub("]", CODE.sub("`", prose))
    figures = SPELT.sub(lambda match: NUMBERS[match[1]], words)
    return {
        "level": len(part) - len(part.lstrip("#")),
        "commands": blocks,
        "rows": [line.count("|") for line in lines if line.startswith("|")],
        "items": sum(line.startswith("- ") for line in lines),
        "code": Counter(" ".join(code.split()) for code in CODE.findall(prose)),
        "variables": Counter(VARIABLE.findall(part)),
        "links": Counter(target for target in targets if target != own),
        "figures": Counter(
            (number, UNITS.get(unit, unit)) for number, unit in FIGURE.findall(figures)
        ),
    }


def anchor(heading: str) -> str:
    """As GitHub makes it of a heading."""
    kept = re.sub(r"[^\w\- ]", "", heading.lower())
    return kept.replace(" ", "-")


def differences(ours: dict[str, object], theirs: dict[str, object]) -> list[str]:
    """By name, and of what is counted only what one side has more of."""
    found = []
    for what, here in ours.items():
        there = theirs[what]
        if isinstance(here, Counter) and isinstance(there, Counter):
            more, fewer = dict(here - there), dict(there - here)
            if more or fewer:
                found.append(f"{what}: only Chinese {more}, only English {fewer}")
        elif here != there:
            found.append(f"{what}: Chinese {here}, English {there}")
    return found


def test_what_a_newcomer_and_an_operator_read_is_there_in_chinese() -> None:
    names = {english_of(document).name for document in CHINESE}
    assert names >= {"README.md", "deployment.md", "operations.md", "backup.md"}


@pytest.mark.parametrize("chinese", CHINESE, ids=lambda path: path.name)
def test_both_languages_say_the_same(chinese: Path) -> None:
    english = english_of(chinese)
    ours, theirs = parts(chinese), parts(english)
    assert len(ours) == len(theirs), "other headings"
    differing = [
        f"{our_part.partition(chr(10))[0]}: {difference}"
        for our_part, their_part in zip(ours, theirs, strict=True)
        for difference in differences(
            facts(our_part, chinese), facts(their_part, english)
        )
    ]
    assert not differing, "\n".join(differing)


@pytest.mark.parametrize("chinese", CHINESE, ids=lambda path: path.name)
def test_each_side_leads_to_the_other_at_its_head(chinese: Path) -> None:
    english = english_of(chinese)
    assert f"[English]({english.name})" in parts(chinese)[0]
    assert f"[中文]({chinese.name})" in parts(english)[0]


@pytest.mark.parametrize("chinese", CHINESE, ids=lambda path: path.name)
def test_chinese_readers_are_led_to_chinese_pages(chinese: Path) -> None:
    own = english_of(chinese).name
    left = [
        link
        for link in LINK.findall(chinese.read_text("utf-8"))
        if link != own
        and (chinese.parent / link.partition("#")[0].replace(".md", ".zh-CN.md"))
        in CHINESE
    ]
    assert left == []


def test_anchors_in_links_are_headings() -> None:
    broken = []
    documents = [*CHINESE, *map(english_of, CHINESE)]
    for document in documents:
        for link in LINK.findall(document.read_text("utf-8")):
            file, sharp, name = link.partition("#")
            target = document.parent / file if file else document
            if sharp and name not in {
                anchor(heading)
                for _, heading in HEADING.findall(target.read_text("utf-8"))
            }:
                broken.append(f"{document.name}: {link}")
    assert broken == []
