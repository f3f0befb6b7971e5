"""The list of an archive: CSV or XLSX, a row at a time."""

import csv
import hashlib
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Final

from django.utils.translation import gettext as _

from accounts.services.refusal import Refused
from transcription.services.media.text_files import encoding_of
from transcription.services.recordings.importing.workbooks import rows_of

MAX_COLUMNS: Final = 100
CELL_MAX: Final = 2000

_ZIP: Final = b"PK\x03\x04"
_OLD_EXCEL: Final = b"\xd0\xcf\x11\xe0"
_DELIMITERS: Final = ",;\t，；"
# What a spreadsheet is told by, so that it takes a cell as text (``as_text``).
_KEPT_AS_TEXT: Final = tuple("=+-@＝＋－＠")


@dataclass(frozen=True, slots=True)
class OpenList:
    """A list that is being read. ``rows`` are numbered as a spreadsheet does, the
    header's being 1 or a later one; empty ones are left out."""

    header: tuple[str, ...]
    rows: Iterator[tuple[int, list[str]]]


@contextmanager
def open_list(path: Path, encoding: str = "") -> Iterator[OpenList]:
    """By its bytes, whatever it is called. ``encoding``: where one is known that would
    not be guessed. Raises ``Refused``, also while it is read."""
    with path.open("rb") as file:
        head = file.read(8)
        if head.startswith(_OLD_EXCEL):
            raise Refused(
                "workbook_old",
                _(
                    "This is an XLS file of an old Excel, or one with a password. Save "
                    "it as XLSX or CSV without one."
                ),
            )
        if head.startswith(_ZIP):
            yield _opened(rows_of(path))
            return
        try:
            text = io.TextIOWrapper(
                file, encoding=encoding or encoding_of(file), newline=""
            )
        except LookupError:
            raise Refused(
                "encoding_unknown",
                _("There is no encoding “%(name)s”.") % {"name": encoding},
            ) from None
        try:
            yield _opened(_csv_rows(text))
        finally:
            text.detach()


def fingerprint_of(path: Path) -> str:
    """The same for the same list, whatever it is called."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _opened(rows: Iterator[list[str]]) -> OpenList:
    numbered = _filled(rows)
    first = next(numbered, None)
    if first is None:
        raise Refused("list_empty", _("There is no line in the list."))
    return OpenList(tuple(first[1]), numbered)


def _filled(rows: Iterator[list[str]]) -> Iterator[tuple[int, list[str]]]:
    for number, row in enumerate(rows, 1):
        cells = [_cell(cell) for cell in row[:MAX_COLUMNS]]
        if any(cells):
            yield number, cells


def _cell(text: str) -> str:
    text = text.strip()
    if text.startswith("'") and text[1:].startswith(_KEPT_AS_TEXT):
        text = text[1:]
    return text[:CELL_MAX]


def _csv_rows(text: io.TextIOWrapper) -> Iterator[list[str]]:
    text.seek(0)
    try:
        first = text.readline(2**16)
        rows: Iterator[list[str]]
        if first.lower().startswith("sep=") and len(first.strip()) == 5:
            # Excel's own word for it, a line that the spreadsheet does not count.
            rows = csv.reader(text, delimiter=first.strip()[4])
        else:
            rows = csv.reader(chain([first], text), delimiter=_delimiter(first))
        yield from rows
    except csv.Error:
        raise Refused(
            "csv_broken",
            _("This CSV file cannot be read: a quotation mark is not closed."),
        ) from None
    except UnicodeError:
        raise Refused(
            "file_not_text", _("This is not a text file in that encoding.")
        ) from None


def _delimiter(line: str) -> str:
    """The sign that is commonest outside of quotation marks."""
    outside = "".join(line.split('"')[::2])
    return max(_DELIMITERS, key=outside.count)


def short_header(header: Sequence[str]) -> list[str]:
    """As it is kept and shown."""
    return [head[:60] for head in header]
