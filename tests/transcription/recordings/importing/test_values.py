"""What a line says, and what is wrong with it."""

from collections.abc import Sequence

import pytest

from accounts.services.refusal import Refused
from tests.transcription.recordings.importing.archives import HEADER, SHANGHAI
from transcription.services.recordings.importing.columns import (
    TEMPLATES,
    Column,
    guess_columns,
    named_columns,
)
from transcription.services.recordings.importing.values import Line, read_line


def read(cells: Sequence[str], header: Sequence[str] = HEADER) -> Line:
    return read_line(cells, guess_columns(header), SHANGHAI, is_private=None)


def codes(line: Line) -> list[tuple[str, str]]:
    return [(problem.column.value, problem.code) for problem in line.problems]


def test_a_whole_line_is_a_calls_details() -> None:
    line = read(
        [
            r"2024\03\a001.wav",
            "退货 咨询",
            "王芳",
            "013800138000",
            "呼入",
            "2024-03-01 14:05",
            "投诉；退款;回访，VIP|重要、投诉",
        ]
    )
    assert line.path == "2024/03/a001.wav"
    details = line.details
    assert (details.title, details.agent) == ("退货 咨询", "王芳")
    assert (details.phone_number, details.direction) == ("013800138000", "inbound")
    assert details.tags == ("投诉", "退款", "回访", "VIP", "重要")
    assert details.recorded_at is not None and not line.problems


@pytest.mark.parametrize(
    ("text", "direction"),
    [
        *((text, "inbound") for text in ("呼入", "IN", "Inbound", "来电")),
        *((text, "outbound") for text in ("呼出", "out", "OUTBOUND", "外呼")),
        *((text, "") for text in ("", "-", "N/A", "无")),
    ],
)
def test_a_direction_is_written_in_many_ways(text: str, direction: str) -> None:
    line = read(["a.wav", "", "", "", text])
    assert line.details.direction == direction and not line.problems


def test_every_problem_of_a_line_is_said() -> None:
    line = read(["", "长" * 201, "名" * 65, "1.38E+10", "内部", "昨天", "标" * 33])
    assert codes(line) == [
        ("file", "no_file"),
        ("title", "title_too_long"),
        ("agent", "agent_too_long"),
        ("number", "number_shortened"),
        ("direction", "direction_unknown"),
        ("time", "time_unknown"),
        ("tags", "tag_too_long"),
    ]
    for problem in line.problems:
        assert problem.sentence and "%(" not in problem.sentence


@pytest.mark.parametrize("text", ["13800138000", "007", "+86 10-8888 0000", "*100#"])
def test_a_number_stays_as_it_is_written(text: str) -> None:
    assert read(["a.wav", "", "", text]).details.phone_number == text


@pytest.mark.parametrize("text", ["王芳", "--+", "1.38e10"])
def test_what_is_no_number_is_refused(text: str) -> None:
    assert codes(read(["a.wav", "", "", text]))[0][0] == "number"


def test_a_day_and_its_time_may_stand_in_two_columns() -> None:
    header = ["文件名", "日期", "时间"]
    expected = read(["a.wav", "", "", "", "", "2024-03-01 14:05:09"])
    for day, time in [
        ("2024-03-01", "14:05:09"),
        ("2024/3/1", "14:05:09"),
        ("2024-03-01 00:00:00", "14:05:09"),
        ("2024-03-01", "2024-03-01 14:05:09"),
        ("20240301", "140509"),
    ]:
        line = read(["a.wav", day, time], header)
        assert line.details.recorded_at == expected.details.recorded_at, (day, time)


def test_columns_are_known_by_chinese_and_english_headings() -> None:
    for header, example in TEMPLATES.values():
        assert [*guess_columns(header)] == [
            *(Column.FILE, Column.TITLE, Column.AGENT, Column.NUMBER),
            *(Column.DIRECTION, Column.TIME, Column.TAGS),
        ]
        assert not read(example, header).problems
    found = guess_columns(["序号", "錄音文件", "Call_Time", "Phone Number", "客户号码"])
    assert found == {Column.FILE: 1, Column.TIME: 2, Column.NUMBER: 3}


def test_a_heading_can_be_said_to_mean_something_else() -> None:
    header = ["名称", "内部编号", "电话"]
    pairs = [("内部编号", Column.FILE), ("名称", Column.AGENT)]
    assert named_columns(header, pairs) == {
        Column.FILE: 1,
        Column.AGENT: 0,
        Column.NUMBER: 2,
    }
    with pytest.raises(Refused):
        named_columns(header, [("没有", Column.FILE)])
