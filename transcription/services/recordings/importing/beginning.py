"""An import begins: its list is read and every line is looked at, before anything is
taken in. The same list, brought again by the same person, is the same import."""

import hashlib
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Final
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models.members import Membership
from accounts.services.refusal import Refused
from transcription.models.imports import ArchiveImport, ImportLine, LineState
from transcription.services.media.cleaning import clean_line
from transcription.services.recordings.importing.columns import (
    Column,
    Columns,
    named_columns,
)
from transcription.services.recordings.importing.folders import Folder
from transcription.services.recordings.importing.lists import (
    OpenList,
    fingerprint_of,
    open_list,
    short_header,
)
from transcription.services.recordings.importing.pattern import NamePattern
from transcription.services.recordings.importing.problems import Problem
from transcription.services.recordings.importing.values import (
    Line,
    base_name,
    read_line,
)

LINES_AT_ONCE: Final = 1000

NumberedRow = tuple[int, list[str]]
FOLDER_COLUMNS: Final = {column: at for at, column in enumerate(Column)}


@dataclass(frozen=True, slots=True)
class Manner:
    """How an import's lines are understood, and what holds for all of them.
    ``is_private=None``: as the department wants it."""

    zone: ZoneInfo
    language: str
    is_private: bool | None = None
    encoding: str = ""


@dataclass(frozen=True, slots=True)
class CheckedLine:
    """A row of the list, as its columns are understood."""

    number: int
    cells: list[str]
    line: Line


def check_rows(
    rows: Iterable[NumberedRow],
    columns: Columns,
    manner: Manner,
    pattern: NamePattern | None = None,
) -> Iterator[CheckedLine]:
    """Every line with what is wrong with it: a file that an earlier line names is, and
    a name that does not fit the pattern. Of the lines before only a digest of the path
    is kept."""
    earlier: dict[int, int] = {}
    for number, cells in rows:
        line = read_line(cells, columns, manner.zone, is_private=manner.is_private)
        name = base_name(line.path)
        problems = list(line.problems)
        if name:
            first = earlier.setdefault(path_key(line.path), number)
            if first != number:
                problems.insert(0, Problem(Column.FILE, "file_twice", str(first)))
        if pattern is not None and pattern.read(name) is None:
            problems.insert(0, Problem(Column.FILE, "no_pattern", name[:100]))
        yield CheckedLine(number, cells, replace(line, problems=tuple(problems)))


def folder_rows(
    folder: Folder,
    pattern: NamePattern | None,
    *,
    known: Container[int] = (),
    last: int = 0,
) -> Iterator[NumberedRow]:
    """A row for every recording below the folder, as if a list had it
    (``FOLDER_COLUMNS``), but for the ``known`` (by ``path_key``)."""
    number = last
    for path in folder.media():
        if path_key(path) in known:
            continue
        said: Mapping[Column, str] = {}
        if pattern is not None:
            said = pattern.read(base_name(path)) or {}
        number += 1
        yield (
            number,
            [
                path if column is Column.FILE else said.get(column, "")
                for column in FOLDER_COLUMNS
            ],
        )


def path_key(path: str) -> int:
    """A number for a path, however it is written."""
    name = PurePosixPath(path).as_posix().encode()
    return int.from_bytes(hashlib.blake2b(name, digest_size=8).digest())


def begin_with_list(
    *,
    membership: Membership,
    path: Path,
    name: str,
    manner: Manner,
    pairs: Sequence[tuple[str, Column]] = (),
    most_lines: int | None = None,
) -> tuple[ArchiveImport, bool]:
    """The import of this list, and whether it is new; an unfinished reading is begun
    anew. ``pairs`` are headings and what they mean, where that is not to be guessed.
    Raises ``Refused``, and keeps nothing then."""
    found, is_read = _import_of(membership, name, fingerprint_of(path), manner)
    if is_read:
        if pairs and found.started_at is None:
            columns = named_columns(found.header, pairs)
            set_columns(archive_import=found, columns=columns)
        return found, False
    try:
        with open_list(path, manner.encoding) as opened:
            columns = named_columns(opened.header, pairs)
            found.header = short_header(opened.header)
            _store(found, columns, _at_most(opened, most_lines))
    except Refused:
        found.delete()
        raise
    except IntegrityError:
        raise Refused(
            "list_being_read",
            _("This list is being read already. Wait a moment and open the import."),
        ) from None
    return found, True


def begin_with_folder(
    *,
    membership: Membership,
    folder: Folder,
    pattern: NamePattern | None,
    template: str,
    manner: Manner,
) -> tuple[ArchiveImport, bool]:
    """The import of every recording below the folder, and whether it is new. What has
    come into the folder since it was read is added."""
    whole = f"folder\0{folder.root}\0{template}".encode()
    digest = hashlib.sha256(whole).hexdigest()
    found, is_read = _import_of(membership, str(folder.root), digest, manner)
    found.header = [column.value for column in FOLDER_COLUMNS]
    known: set[int] = set()
    last = 0
    if is_read:
        for number, path in found.lines.values_list("number", "file_path").iterator():
            known.add(path_key(path))
            last = number
    rows = folder_rows(folder, pattern, known=known, last=last)
    _store(found, FOLDER_COLUMNS, rows, known=len(known), pattern=pattern)
    return found, not is_read


def set_columns(*, archive_import: ArchiveImport, columns: Columns) -> None:
    """Read the lines anew. Raises ``Refused`` once the import has been started."""
    with transaction.atomic():
        locked = ArchiveImport.objects.select_for_update().get(pk=archive_import.pk)
        if locked.started_at is not None:
            raise Refused(
                "import_started",
                _("The import has been started: its columns stay as they are."),
            )
        rows = list(locked.lines.values_list("number", "cells"))
        locked.lines.all().delete()
        _store(locked, columns, rows)
    archive_import.refresh_from_db()


def columns_of(archive_import: ArchiveImport) -> dict[Column, int]:
    """Where each thing stands in the import's list."""
    return {Column(name): at for name, at in archive_import.columns.items()}


def manner_of(archive_import: ArchiveImport) -> Manner:
    """As it was when the import began."""
    return Manner(
        zone=ZoneInfo(archive_import.time_zone),
        language=archive_import.language,
        is_private=archive_import.is_private,
    )


def start(*, archive_import: ArchiveImport) -> bool:
    """From now on its files are taken. False when it was started before. Raises
    ``Refused`` where no column names the files."""
    if Column.FILE not in columns_of(archive_import):
        raise no_file_column()
    unstarted = ArchiveImport.objects.filter(pk=archive_import.pk, started_at=None)
    is_now = bool(unstarted.update(started_at=timezone.now()))
    archive_import.refresh_from_db()
    return is_now


def no_file_column() -> Refused:
    return Refused(
        "no_file_column",
        _("No column of the list names the files. Say which one does."),
    )


def _import_of(
    membership: Membership, name: str, fingerprint: str, manner: Manner
) -> tuple[ArchiveImport, bool]:
    """The import, and whether its list has been read to the end."""
    found, _is_new = ArchiveImport.objects.get_or_create(
        department=membership.department,
        user=membership.user,
        fingerprint=fingerprint,
        defaults={
            "name": clean_line(name, 255) or "?",
            "time_zone": str(manner.zone),
            "language": manner.language,
            "is_private": manner.is_private,
        },
    )
    return found, found.line_count is not None


def _at_most(opened: OpenList, most: int | None) -> Iterator[NumberedRow]:
    for count, row in enumerate(opened.rows, 1):
        if most is not None and count > most:
            raise Refused(
                "list_too_long",
                _(
                    "The list has more than %(count)s lines. Split it, or let the "
                    "operator import it on the server (manage.py import_archive)."
                )
                % {"count": most},
            )
        yield row


def _store(
    found: ArchiveImport,
    columns: Columns,
    rows: Iterable[NumberedRow],
    *,
    known: int = 0,
    pattern: NamePattern | None = None,
) -> None:
    """Put the rows beside those that are ``known``; without any, in the place of all
    that an unfinished reading has left."""
    if not known:
        found.lines.all().delete()
    count = known
    checked = check_rows(rows, columns, manner_of(found), pattern)
    while some := [_line_of(found, one) for one in islice(checked, LINES_AT_ONCE)]:
        ImportLine.objects.bulk_create(some)
        count += len(some)
    if not count:
        raise Refused("list_empty", _("There is no line in the list."))
    found.columns = {column.value: at for column, at in columns.items()}
    found.line_count = count
    found.save(update_fields=["header", "columns", "line_count"])


def _line_of(found: ArchiveImport, one: CheckedLine) -> ImportLine:
    problems = [problem.row for problem in one.line.problems]
    return ImportLine(
        archive_import=found,
        number=one.number,
        file_path=one.line.path,
        cells=one.cells,
        state=LineState.REFUSED if problems else LineState.WAITING,
        problems=problems,
    )
