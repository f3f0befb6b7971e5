"""How far an import is, and what is wrong with which lines."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from itertools import islice
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from accounts.models.members import Membership
from accounts.spreadsheets import csv_parts
from transcription.models.imports import ArchiveImport, ImportLine, LineState
from transcription.models.recordings import Direction, Recording
from transcription.services.recordings.importing.beginning import (
    columns_of,
    manner_of,
)
from transcription.services.recordings.importing.problems import Problem
from transcription.services.recordings.importing.values import (
    Line,
    base_name,
    read_line,
)

_PAGE = 1000


@dataclass(frozen=True, slots=True)
class Counts:
    """Of lines, by what became of them."""

    waiting: int = 0
    done: int = 0
    duplicate: int = 0
    refused: int = 0
    failed: int = 0

    @property
    def total(self) -> int:
        return sum(getattr(self, one.name) for one in fields(self))

    @property
    def wrong(self) -> int:
        return self.refused + self.failed

    @property
    def settled(self) -> int:
        return self.total - self.waiting

    @property
    def percent(self) -> int:
        return 100 * self.settled // max(self.total, 1)

    def as_dict(self) -> dict[str, int]:
        return {one.name: getattr(self, one.name) for one in fields(self)}


@dataclass(frozen=True, slots=True)
class WrongLine:
    """A line that was not taken, and why."""

    number: int
    file_path: str
    cells: Sequence[str]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class ReadLine:
    """A line and what it says of a call."""

    number: int
    line: Line
    is_refused: bool

    @property
    def direction(self) -> str:
        """For people."""
        said = self.line.details.direction
        return str(Direction(said).label) if said else ""


def counts_of(archive_import: ArchiveImport) -> Counts:
    rows = archive_import.lines.order_by().values_list("state")
    return Counts(**dict(rows.annotate(count=Count("pk"))))


def wrong_lines(archive_import: ArchiveImport) -> Iterator[WrongLine]:
    """Those that were refused or failed, in the list's order."""
    for row in _rows(archive_import).iterator(chunk_size=_PAGE):
        yield _wrong_line(*row)


def first_wrong_lines(archive_import: ArchiveImport, most: int) -> list[WrongLine]:
    """The first of them, for a page."""
    return [_wrong_line(*row) for row in _rows(archive_import)[:most]]


def wrong_lines_csv(archive_import: ArchiveImport) -> Iterator[bytes]:
    """The lines as they are in the list, with two columns in front that say where they
    stand there and what is wrong: mended, they are a list again."""
    header = [_("Line"), _("What is wrong"), *archive_import.header]
    lines = wrong_lines(archive_import)

    def pages() -> Iterator[list[list[object]]]:
        while some := list(islice(lines, _PAGE)):
            yield [
                [one.number, " ".join(map(str, one.problems)), *one.cells]
                for one in some
            ]

    return csv_parts(header, pages())


def first_lines(archive_import: ArchiveImport, most: int) -> list[ReadLine]:
    """The first lines as their columns are understood, for a page."""
    columns, manner = columns_of(archive_import), manner_of(archive_import)
    found = archive_import.lines.order_by("number").values_list(
        "number", "cells", "state"
    )
    return [
        ReadLine(
            number,
            read_line(cells, columns, manner.zone, is_private=None),
            is_refused=state == LineState.REFUSED,
        )
        for number, cells, state in found[:most]
    ]


def waiting_lines(archive_import: ArchiveImport) -> QuerySet[ImportLine]:
    """Those whose files are to come, in the list's order."""
    return archive_import.lines.filter(state=LineState.WAITING).order_by("number")


def named_alike(archive_import: ArchiveImport, membership: Membership) -> int:
    """How many recordings that the membership may know of came from a file called as
    one of the list's: they may be the same. Only what they hold says so for sure."""
    paths = archive_import.lines.values_list("file_path", flat=True)
    names = {base_name(path) for path in paths.iterator()}
    known = Recording.objects.visible_to(membership).kept().order_by()
    found = known.values_list("original_name", flat=True).iterator(chunk_size=5000)
    return len({name for name in found if name in names})


def _rows(archive_import: ArchiveImport) -> QuerySet[ImportLine, tuple[Any, ...]]:
    states = (LineState.REFUSED, LineState.FAILED)
    wrong = archive_import.lines.filter(state__in=states).order_by("number")
    return wrong.values_list("number", "file_path", "cells", "problems")


def _wrong_line(
    number: int, path: str, cells: list[str], problems: list[list[str]]
) -> WrongLine:
    return WrongLine(number, path, cells, tuple(map(Problem.stored, problems)))
