"""Lists as people have them: CSV of every encoding, XLSX, and what is neither."""

import io
import struct
import tracemalloc
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime
from datetime import time as time_of_day
from pathlib import Path

import pytest
import xlsxwriter

from accounts.services.refusal import Refused
from tests.transcription.recordings.importing.archives import HEADER, write_list
from transcription.services.recordings.importing import workbooks
from transcription.services.recordings.importing.lists import open_list

Rows = list[tuple[int, list[str]]]


def rows(path: Path, encoding: str = "") -> tuple[tuple[str, ...], Rows]:
    with open_list(path, encoding) as opened:
        return opened.header, list(opened.rows)


def refusal(path: Path) -> str:
    with pytest.raises(Refused) as refused:
        rows(path)
    assert refused.value.sentence
    return refused.value.code


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"]
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_an_encoding_and_a_separator_are_found_out(
    tmp_path: Path, encoding: str, delimiter: str
) -> None:
    row = ["录音/a.wav", "标题，有；逗号", "王芳"]
    path = write_list(
        tmp_path / "list.csv", [row], HEADER[:3], encoding=encoding, delimiter=delimiter
    )
    assert rows(path) == (HEADER[:3], [(2, row)])


def test_an_encoding_that_is_not_guessed_can_be_said(tmp_path: Path) -> None:
    path = write_list(tmp_path / "list.csv", [["é.wav"]], ["file"], encoding="cp1252")
    assert rows(path, "cp1252")[1] == [(2, ["é.wav"])]
    with pytest.raises(Refused) as refused:
        rows(path, "klingon")
    assert refused.value.code == "encoding_unknown"


def test_excels_word_for_its_separator_is_no_line(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("sep=;\n文件;标题\na,b.wav;一\n")
    assert rows(path) == (("文件", "标题"), [(2, ["a,b.wav", "一"])])


def test_empty_lines_are_counted_and_left_out(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text('文件,标题\n\na.wav,"两\n行"\n,,\nb.wav,\n')
    assert [number for number, _row in rows(path)[1]] == [3, 5]


def test_what_was_kept_from_being_a_formula_is_read_as_it_was(tmp_path: Path) -> None:
    path = write_list(tmp_path / "list.csv", [["'-a.wav", "\t007"]], ["文件", "号码"])
    assert rows(path)[1] == [(2, ["-a.wav", "007"])]


@pytest.fixture
def workbook(tmp_path: Path) -> Iterator[Path]:
    """Two lines as Excel keeps them, the headings in the second row."""
    path = tmp_path / "list.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    formats = ["yyyy-mm-dd hh:mm:ss", "yyyy-mm-dd", "hh:mm"]
    whole, day, time = (book.add_format({"num_format": one}) for one in formats)
    sheet.write_row(1, 0, ["文件", "号码", "通话时间", "日期", "时间", "标签"])
    sheet.write_row(2, 0, ["a.wav", 13800138000])
    sheet.write_datetime(2, 2, datetime(2024, 3, 1, 14, 5, 9), whole)
    sheet.write_datetime(2, 3, date(2024, 3, 1), day)
    sheet.write_datetime(2, 4, time_of_day(14, 5), time)
    sheet.write_row(4, 0, ["b.wav", "007"])
    sheet.write(4, 5, 1.5)
    book.close()
    yield path


def test_a_workbooks_cells_are_what_it_shows(workbook: Path) -> None:
    header, found = rows(workbook)
    assert header[:3] == ("文件", "号码", "通话时间")
    assert found == [
        (
            3,
            [
                "a.wav",
                "13800138000",
                "2024-03-01 14:05:09",
                "2024-03-01",
                "14:05:00",
                "",
            ],
        ),
        (5, ["b.wav", "007", "", "", "", "1.5"]),
    ]


def test_a_broken_workbook_is_said_to_be_broken(workbook: Path) -> None:
    content = workbook.read_bytes()
    for cut in (len(content) // 2, 100, 10):
        workbook.write_bytes(content[:cut])
        assert refusal(workbook) == "workbook_broken"
    with zipfile.ZipFile(workbook, "w") as archive:
        archive.writestr("hello.txt", "no workbook")
    assert refusal(workbook) == "workbook_broken"


def test_an_old_workbook_is_told_from_text(tmp_path: Path) -> None:
    path = tmp_path / "list.xls"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1000))
    assert refusal(path) == "workbook_old"


def test_what_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(b"RIFF" + bytes(range(256)) * 9)
    assert refusal(path) == "file_not_text"
    path.write_bytes(b"\n\n")
    assert refusal(path) == "list_empty"


def changed(workbook: Path, name: str, content: bytes) -> None:
    """The workbook with other bytes in one of its parts."""
    with zipfile.ZipFile(workbook) as archive:
        parts = {one: archive.read(one) for one in archive.namelist()}
    parts[name] = content
    with zipfile.ZipFile(workbook, "w", zipfile.ZIP_DEFLATED) as archive:
        for one, part in parts.items():
            archive.writestr(one, part)


def test_a_lone_cell_far_off_does_not_fill_the_memory(workbook: Path) -> None:
    cells = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    sheet = b"<worksheet><sheetData>%s</sheetData></worksheet>" % cells
    changed(workbook, "xl/worksheets/sheet1.xml", sheet)
    assert refusal(workbook) == "workbook_too_large"


def test_a_workbook_that_unpacks_to_gigabytes_is_refused(
    workbook: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbooks, "MAX_UNPACKED", 8 * 2**20)
    changed(workbook, "xl/sharedStrings.xml", bytes(64 * 2**20))
    tracemalloc.start()
    assert refusal(workbook) == "workbook_too_large"
    assert tracemalloc.get_traced_memory()[1] < 8 * 2**20
    tracemalloc.stop()


def test_a_workbook_that_lies_about_its_size_is_refused(
    workbook: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbooks, "MAX_UNPACKED", 8 * 2**20)
    big = bytes(64 * 2**20)
    changed(workbook, "xl/sharedStrings.xml", big)
    content = workbook.read_bytes()
    true = struct.pack("<I", len(big)), struct.pack("<I", zlib.crc32(big))
    lies = struct.pack("<I", 10), struct.pack("<I", zlib.crc32(big[:10]))
    for said, lie in zip(true, lies, strict=True):
        content = content.replace(said, lie)
    workbook.write_bytes(content)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.read("xl/sharedStrings.xml") == bytes(10)  # as it declares
    assert refusal(workbook) in ("workbook_too_large", "workbook_broken")
