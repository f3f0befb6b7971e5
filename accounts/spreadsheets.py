"""Tables for spreadsheets, which show a cell and do not run it."""

import csv
import io
import re
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator, Sequence

# What makes Excel, WPS or LibreOffice read a cell as a formula. The full-width forms
# count too: a Chinese or Japanese Excel accepts them.
_FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")
# What they read as a number or a day without a year, and keep as that: a telephone
# number becomes 1.38E+10, 007 becomes 7, and 3-5 the fifth of March. Whole days
# (2026-03-05) and times (0:05) are read as what they are.
_MONTHS = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    "sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
)
_AS_A_NUMBER = re.compile(
    rf"""(?=.*\d)(
    [(]?[$¥￥€£]?\s*[(]?[\d.][\d.,/\-–%\s]*[)]?
    |[\d.,]+[eEdD][+\-]?\d+
    |\d{{1,4}}年(\d{{1,2}}月)?|\d{{1,2}}月(\d{{1,2}}[日号]?)?
    |(\d{{1,4}}[\s\-/.]?)?({_MONTHS})[\s\-/.,]*\d{{0,4}}
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_AS_IT_IS = re.compile(r"\d{4}-\d{2}-\d{2}|\d+(\.\d+){3}")  # a whole day, an IP address


def as_text(value: object) -> str:
    """The cell as the text that it is. An apostrophe before what would be run is shown,
    so that somebody sees it; the tab before what would be reckoned with is not."""
    text = str(value)
    if text.startswith(_FORMULA_STARTS):
        return f"'{text}"
    whole = text.strip()
    if _AS_A_NUMBER.fullmatch(whole) and not _AS_IT_IS.fullmatch(whole):
        return f"\t{text}"
    return text


def as_csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A table as Excel and WPS open it: UTF-8 with a byte order mark, without
    which they guess GBK, and lines that end as RFC 4180 has them."""
    return b"".join(csv_parts(header, [rows]))


def csv_parts(
    header: Sequence[str], pages: Iterable[Iterable[Sequence[object]]]
) -> Iterator[bytes]:
    """The same, a part for each page of rows: a long table is never whole in memory."""
    yield BOM_UTF8 + _lines([header])
    for rows in pages:
        yield _lines(rows)


def _lines(rows: Iterable[Sequence[object]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows(map(_cells, rows))
    return out.getvalue().encode()


def _cells(row: Sequence[object]) -> list[object]:
    return [cell if isinstance(cell, int | float) else as_text(cell) for cell in row]
