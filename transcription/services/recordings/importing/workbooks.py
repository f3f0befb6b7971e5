"""XLSX files of people, looked at before a library unpacks them whole.

The library makes a cell for every place up to the last one that is filled in: a file of
a few kilobytes can ask for gigabytes, by what it unpacks to or by a lone cell far off.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Final

from django.utils.translation import gettext as _
from python_calamine import (
    CalamineError,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from accounts.services.refusal import Refused

MAX_UNPACKED: Final = 400 * 2**20
MAX_CELLS: Final = 12_000_000  # 300,000 lines of 40 columns

_CHUNK: Final = 2**20
_PLACE: Final = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{1,3})(\d{1,7})["']""")
_LONGEST_PLACE: Final = 64


def rows_of(path: Path) -> Iterator[list[str]]:
    """The rows of the first sheet that is shown, from the sheet's first, as text.
    Raises ``Refused``."""
    _look_at(path)
    try:
        book = CalamineWorkbook.from_path(path)
        names = [
            sheet.name
            for sheet in book.sheets_metadata
            if sheet.typ == SheetTypeEnum.WorkSheet
            and sheet.visible == SheetVisibleEnum.Visible
        ]
        if not names:
            raise Refused("list_empty", _("There is no line in the list."))
        rows = book.get_sheet_by_name(names[0]).iter_rows()
    except PasswordError:
        raise _protected() from None
    except (CalamineError, OSError, ValueError) as error:
        raise _broken() from error
    except BaseException as error:
        # What the library's own language calls a panic is no ``Exception``.
        if type(error).__name__ != "PanicException":
            raise
        raise _broken() from error
    for row in rows:
        yield [_text(cell) for cell in row]


def _look_at(path: Path) -> None:
    """What it unpacks to, by unpacking it: what its directory says may be wrong."""
    left = MAX_UNPACKED
    try:
        with zipfile.ZipFile(path) as archive:
            if "EncryptedPackage" in archive.namelist():
                raise _protected()
            for member in archive.infolist():
                if member.flag_bits & 1:
                    raise _protected()
                member.file_size = MAX_UNPACKED + 1  # to the end, whatever is declared
                is_sheet = member.filename.lower().startswith("xl/worksheets/")
                last_row = last_column = 0
                tail = b""
                with archive.open(member) as file:
                    while chunk := file.read(_CHUNK):
                        left -= len(chunk)
                        if left < 0:
                            raise _too_large()
                        if not is_sheet:
                            continue
                        chunk = tail + chunk
                        for letters, digits in _PLACE.findall(chunk):
                            last_row = max(last_row, int(digits))
                            last_column = max(last_column, _column(letters))
                        if last_row * last_column > MAX_CELLS:
                            raise _too_large()
                        tail = chunk[-_LONGEST_PLACE:]
    except (
        *(zipfile.BadZipFile, zlib.error, OSError, EOFError),
        *(ValueError, NotImplementedError, RuntimeError),
    ) as error:
        raise _broken() from error


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - ord("A") + 1
    return number


def _text(cell: object) -> str:
    """As the spreadsheet shows it: a number without its ``.0``, no 1.38E+10."""
    match cell:
        case bool():
            return "TRUE" if cell else "FALSE"
        case float() if cell.is_integer() and abs(cell) < 1e15:
            return str(int(cell))
        case datetime():
            return f"{cell.replace(microsecond=0):%Y-%m-%d %H:%M:%S}"
        case date():
            return f"{cell:%Y-%m-%d}"
        case time():
            return f"{cell:%H:%M:%S}"
        case timedelta():
            return str(cell)
        case _:
            return str(cell)


def _broken() -> Refused:
    return Refused(
        "workbook_broken",
        _("This XLSX file cannot be read. Open it in Excel or WPS and save it again."),
    )


def _protected() -> Refused:
    return Refused(
        "workbook_protected",
        _("This file is protected by a password. Save it without one."),
    )


def _too_large() -> Refused:
    return Refused(
        "workbook_too_large",
        _("This XLSX file unpacks to too much. Save the list as CSV."),
    )
