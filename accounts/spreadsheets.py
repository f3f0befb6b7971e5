"""Tables for spreadsheets, which show a cell and do not run it."""

import csv
import io
from collections.abc import Iterable, Sequence

# What makes Excel, WPS or LibreOffice read a cell as a formula. The full-width forms
# count too: a Chinese or Japanese Excel accepts them.
_FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")


def formula_safe(value: object) -> str:
    """The cell as text: a spreadsheet shows a leading apostrophe as "this is text"."""
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def as_csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A table as Excel and WPS open it: UTF-8 with a byte order mark, without
    which they guess GBK, and lines that end as RFC 4180 has them."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(map(_cells, rows))
    return out.getvalue().encode("utf-8-sig")


def _cells(row: Sequence[object]) -> list[object]:
    return [
        cell if isinstance(cell, int | float) else formula_safe(cell) for cell in row
    ]
