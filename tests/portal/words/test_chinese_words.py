"""How Chinese is written on the pages: its words, marks and spaces."""

import re
from collections.abc import Iterator

import pytest
from django.conf import settings

from portal.installation.translations import catalogue_paths, read_catalogue, texts
from tests.portal.words.glossary import words_not_to_use

HAN = "[\u4e00-\u9fff]"
WIDE = "[，。；：！？、（）“”‘’《》]"
PLACE = r"(?:%\(\w+\)[sd]|\{\w+\})"
# Chinese text of their own, written without a space; a name may be Latin.
FLUSH = r"(?:%\((?:department|role|why)\)s|\{(?:department|role)\})"
FAULTS = {
    "a half-width mark beside Chinese": rf"{HAN}[,;:!?.()]|[,;:!?()]{HAN}",
    "no space between Chinese and letters or figures": (
        rf"{HAN}[A-Za-z0-9]|(?<!\))[A-Za-z0-9]{HAN}"
    ),
    "no space between Chinese and what is filled in": (
        rf"{HAN}(?!{FLUSH}){PLACE}|(?!{FLUSH}){PLACE}{HAN}"
    ),
    "a space between Chinese and a department or role": (
        rf"{HAN} {FLUSH}|{FLUSH} {HAN}"
    ),
    "a space beside a wide mark": rf" {WIDE}|{WIDE} ",
    "a space too many": rf"  |{HAN} {HAN}",
    "dots that are no ellipsis": r"\.\.\.|。。|(?<!…)…(?!…)",
    "straight quotation marks": rf"{HAN}\"|\"{HAN}",
}
# What a person types into the search, where a space would make two words.
EXAMPLES = {
    "退款 投诉",
    "退款 或 退货",
    "退款 -投诉",
    "退款 邻近/二十秒 投诉",
    "说话人：%(name)s 退款",
    "位置：开头三十秒 您好",
    "之后：“转人工” 退款",
    "范围：一句 退款 投诉",
    "最近：一个月 标签：%(name)s",
    "坐席：%(name)s 方向：呼入 长于：五分钟",
    "退款 -（说话人：%(name)s （抱歉 或 对不起））",
    "1299元",
}


def chinese() -> Iterator[str]:
    for path in catalogue_paths(settings.LOCALE_PATHS):
        for message in read_catalogue(path):
            if message.id:
                yield from texts(message.string)


def wrong(pattern: str) -> list[str]:
    return [text for text in chinese() if re.search(pattern, text)]


@pytest.mark.parametrize("fault", FAULTS)
def test_marks_and_spaces_are_written_one_way(fault: str) -> None:
    assert set(wrong(FAULTS[fault])) - EXAMPLES == set()


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        ("a half-width mark beside Chinese", "已保存,请刷新"),
        ("no space between Chinese and letters or figures", "保留7 天"),
        ("no space between Chinese and what is filled in", "由%(name)s 撤销"),
        ("no space between Chinese and what is filled in", "共 {count}个"),
        ("a space between Chinese and a department or role", "加入 %(department)s"),
        ("a space beside a wide mark", "完成。 请查看"),
        ("a space too many", "转写 完成"),
        ("dots that are no ellipsis", "正在试用..."),
        ("straight quotation marks", '删除"它"'),
    ],
)
def test_each_fault_is_seen(fault: str, text: str) -> None:
    assert re.search(FAULTS[fault], text)


def test_the_pages_use_no_word_that_the_glossary_replaces() -> None:
    """``词表`` alone, not in ``热词表``: a row says so in brackets."""
    words = [re.sub("（.*）", "", word) for word in words_not_to_use()]
    assert len(words) > 5
    pages = [text.replace("热词表", "") for text in (*chinese(), *manual())]
    assert [(w, text) for w in words for text in pages if w in text] == []


def manual() -> Iterator[str]:
    folder = settings.BASE_DIR / "templates" / "help" / "zh"
    for path in sorted(folder.glob("*.html")):
        yield path.read_text(encoding="utf-8")
