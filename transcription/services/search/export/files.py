"""A table of hits as CSV or as a workbook, written row by row: a long one is never
whole in memory."""

import csv
import io
import re
from codecs import BOM_UTF8
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Final

from xlsxwriter import Workbook
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.format import Format

from accounts.spreadsheets import as_text
from transcription.search.highlight import Part
from transcription.services.search.export.cells import (
    Cell,
    Heading,
    Length,
    Link,
    Marked,
    Table,
)

CELL_MAX: Final = 32_767  # characters, says Excel
# A sheet may have 65,530 links; each is in memory until the end. Further addresses are
# text.
LINKS_MAX: Final = 20_000
_MS_PER_DAY: Final = 86_400_000
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_NO_SHEET_NAME = re.compile(r"[\[\]:*?/\\']")


@contextmanager
def csv_table(file: IO[bytes], heading: Heading, folder: Path) -> Iterator[Table]:
    """As Excel and WPS open it (``accounts.spreadsheets``)."""
    file.write(BOM_UTF8)
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    table = _CsvTable(text)
    table.row([name for name, _width in heading.columns])
    try:
        yield table
    finally:
        text.detach()  # the file stays open


class _CsvTable:
    def __init__(self, file: io.TextIOWrapper) -> None:
        self._writer = csv.writer(file, lineterminator="\r\n")

    def row(self, cells: Sequence[Cell]) -> None:
        self._writer.writerow([_plain(cell) for cell in cells])

    def end(self, about: Sequence[tuple[str, Cell]], note: str) -> None:
        if note:
            self.row([note])


def _plain(cell: Cell) -> object:
    match cell:
        case None:
            return ""
        case int() | float():
            return cell
        case datetime():
            return f"{cell:%Y-%m-%d %H:%M}"
        case _:
            return as_text(cell)


@contextmanager
def workbook_table(file: IO[bytes], heading: Heading, folder: Path) -> Iterator[Table]:
    """A sheet of hits, and one that says what they are. Text stays text: nothing in it
    is run or reckoned with. Its parts lie in ``folder`` until it is whole."""
    with TemporaryDirectory(dir=folder, prefix="hits-") as parts:
        options = {"constant_memory": True, "tmpdir": parts}
        try:
            with Workbook(file, options) as book:
                yield _WorkbookTable(book, heading)
        except FileCreateError as error:
            # A full disk is told to whoever waits as what it is (``services.trouble``).
            raise error.__cause__ or error from None


class _WorkbookTable:
    def __init__(self, book: Workbook, heading: Heading) -> None:
        self._bold = book.add_format({"bold": True})
        self._found = book.add_format({"bold": True, "font_color": "#B3261E"})
        self._day = book.add_format({"num_format": "yyyy-mm-dd hh:mm", "align": "left"})
        self._length = book.add_format({"num_format": "[h]:mm:ss"})
        self._hits = book.add_worksheet(_sheet_name(heading.table))
        self._about = book.add_worksheet(_sheet_name(heading.about))
        self._row = 0
        self._links = 0
        self._hits.freeze_panes(1, 0)
        for number, (name, width) in enumerate(heading.columns):
            self._hits.set_column(number, number, width)
            self._hits.write_string(0, number, name, self._bold)

    def row(self, cells: Sequence[Cell]) -> None:
        self._row += 1
        for column, cell in enumerate(cells):
            self._write(column, cell)

    def _write(self, column: int, cell: Cell) -> None:
        sheet, row = self._hits, self._row
        match cell:
            case None | "":
                return
            case datetime():
                sheet.write_datetime(row, column, cell, self._day)
            case Length(ms):
                sheet.write_number(row, column, ms / _MS_PER_DAY, self._length)
            case int() | float():
                sheet.write_number(row, column, cell)
            case Marked(parts):
                self._write_marked(column, _clipped(parts))
            case Link(url) if self._links < LINKS_MAX:
                self._links += 1
                sheet.write_url(row, column, url)
            case _:
                sheet.write_string(row, column, _clean(str(cell)))

    def _write_marked(self, column: int, parts: Sequence[Part]) -> None:
        pieces: list[str | Format] = []
        for text, is_hit in parts:
            pieces += [self._found, text] if is_hit else [text]
        if len(parts) > 1:
            self._hits.write_rich_string(self._row, column, *pieces)
        elif parts:
            [(text, is_hit)] = parts
            style = self._found if is_hit else None
            self._hits.write_string(self._row, column, text, style)

    def end(self, about: Sequence[tuple[str, Cell]], note: str) -> None:
        if note:
            self._row += 1
            self._hits.write_string(self._row, 0, note, self._bold)
        self._about.set_column(0, 0, 20)
        self._about.set_column(1, 1, 80)
        for row, (name, cell) in enumerate(about):
            self._about.write_string(row, 0, name, self._bold)
            match cell:
                case datetime():
                    self._about.write_datetime(row, 1, cell, self._day)
                case int() | float():
                    self._about.write_number(row, 1, cell)
                case _:
                    self._about.write_string(row, 1, _clean(str(cell)))


def _clean(text: str) -> str:
    """What XML and a cell can hold of it."""
    return _NO_XML.sub("", text)[:CELL_MAX]


def _clipped(parts: Sequence[Part]) -> list[Part]:
    """The same of pieces; those that hold nothing are left out."""
    kept: list[Part] = []
    room = CELL_MAX
    for text, is_hit in parts:
        clean = _clean(text)[:room]
        room -= len(clean)
        if clean and kept and kept[-1][1] == is_hit:
            kept[-1] = kept[-1][0] + clean, is_hit
        elif clean:
            kept.append((clean, is_hit))
    return kept


def _sheet_name(name: str) -> str:
    return _NO_SHEET_NAME.sub(" ", name)[:31]
