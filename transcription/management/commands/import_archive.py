"""``manage.py import_archive``: an archive on the server's disk into a department."""

import time
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from accounts.models.members import Membership
from accounts.roles import Capability
from accounts.services.audit.writing import Origin
from accounts.services.refusal import Refused
from transcription.models.imports import ArchiveImport, ImportLine
from transcription.models.recordings import Language
from transcription.services.recordings.importing.beginning import (
    FOLDER_COLUMNS,
    CheckedLine,
    Manner,
    begin_with_folder,
    begin_with_list,
    check_rows,
    folder_rows,
    no_file_column,
    start,
)
from transcription.services.recordings.importing.columns import Column, named_columns
from transcription.services.recordings.importing.ending import go_on
from transcription.services.recordings.importing.folders import Folder
from transcription.services.recordings.importing.lists import open_list
from transcription.services.recordings.importing.pattern import NamePattern
from transcription.services.recordings.importing.problems import Problem
from transcription.services.recordings.importing.reading import (
    Counts,
    counts_of,
    first_wrong_lines,
    wrong_lines_csv,
)
from transcription.services.recordings.importing.running import Place, import_files
from transcription.services.recordings.importing.trying import try_lines

SAID_MOST: Final = 50
SECONDS_BETWEEN: Final = 5.0


class Command(BaseCommand):
    """Import an existing archive of recordings."""

    help = (
        "Import recordings from a folder of this machine, with or without a list "
        "(CSV or XLSX) that says what is known about each."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("list", nargs="?", type=Path, metavar="LIST")
        parser.add_argument("--folder", type=Path, required=True, metavar="DIR")
        parser.add_argument("--department", required=True, metavar="SLUG")
        parser.add_argument("--as", required=True, metavar="USERNAME", dest="username")
        parser.add_argument(
            "--dry-run", action="store_true", help="look at everything, keep nothing"
        )
        parser.add_argument(
            "--resume",
            action="store_true",
            help="go on with the same list, and try again what could not be taken",
        )
        parser.add_argument("--encoding", default="", help="of a CSV; else it is found")
        parser.add_argument(
            "--map",
            action="append",
            default=[],
            metavar="HEADING=COLUMN",
            help=f"what a column of the list is: {', '.join(Column)}",
        )
        parser.add_argument(
            "--pattern",
            default="",
            help="without a list, what the files' names say: "
            "{agent}_{number}_{date}-{time}_{direction}.wav",
        )
        parser.add_argument("--time-zone", default=settings.TIME_ZONE)
        parser.add_argument("--language", choices=Language.values)
        parser.add_argument(
            "--private", action="store_true", help="for the people involved only"
        )
        parser.add_argument(
            "--errors", type=Path, metavar="FILE", help="the lines not taken, as CSV"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        self.said_problems, self.said_at = 0, time.monotonic()
        self.told = self.left = 0
        membership = _membership(options["department"], options["username"])
        if options["list"] and options["pattern"]:
            raise CommandError(_("--pattern is for a folder without a list."))
        with _refusals():
            folder = Folder(options["folder"])
            if options["dry_run"]:
                self._try(membership, folder, options)
            else:
                self._import(membership, folder, options)

    def _try(
        self, membership: Membership, folder: Folder, options: dict[str, Any]
    ) -> None:
        counts: Counter[str] = Counter()
        with _lines(membership, folder, options) as lines:
            for tried in try_lines(lines, membership=membership, folder=folder):
                kind = (
                    "wrong" if tried.problems else "there" if tried.is_there else "new"
                )
                counts[kind] += 1
                self._say_problems(tried.number, tried.problems)
                self._say_progress(counts.total(), None)
        self.stdout.write(
            _(
                "Dry run: of %(lines)d lines %(new)d would be imported, %(there)d are "
                "there already, %(wrong)d cannot be taken. Nothing was kept."
            )
            % {
                "lines": counts.total(),
                "new": counts["new"],
                "there": counts["there"],
                "wrong": counts["wrong"],
            }
        )

    def _import(
        self, membership: Membership, folder: Folder, options: dict[str, Any]
    ) -> None:
        found, is_new = _begin(membership, folder, options)
        before = counts_of(found)
        if found.started_at is not None and not options["resume"] and not is_new:
            self._stop_where_it_was_begun(found, before)
            if not before.waiting:
                self._say_wrong(found)
                self._fail_if_any_is_wrong(before)
                return
        start(archive_import=found)
        if not is_new:
            go_on(archive_import=found)
        origin = Origin(user=membership.user, user_agent="system")
        place = Place(membership, origin, folder)
        self.left = counts_of(found).waiting
        self._say_wrong(found)
        import_files(archive_import=found, place=place, tell=self._tell)
        self._sum_up(found, before, options["errors"])

    def _stop_where_it_was_begun(self, found: ArchiveImport, counts: Counts) -> None:
        said = {
            "day": f"{found.created_at:%Y-%m-%d}",
            "settled": counts.settled,
            "total": counts.total,
        }
        if found.finished_at is None:
            raise CommandError(
                _(
                    "This list was begun on %(day)s: %(settled)d of %(total)d lines "
                    "are done. Add --resume to go on."
                )
                % said
            )
        self.stdout.write(
            _(
                "This was imported on %(day)s: %(settled)d of %(total)d lines are done "
                "already. With --resume, files that could not be taken are tried again."
            )
            % said
        )

    def _tell(self, line: ImportLine) -> None:
        self.told += 1
        self._say_problems(line.number, map(Problem.stored, line.problems))
        self._say_progress(self.told, self.left)

    def _say_wrong(self, found: ArchiveImport) -> None:
        """The lines of which it is known already, as when the list was read."""
        for line in first_wrong_lines(found, SAID_MOST + 1):
            self._say_problems(line.number, line.problems)

    def _say_problems(self, number: int, problems: Iterable[Problem]) -> None:
        for problem in problems:
            self.said_problems += 1
            if self.said_problems <= SAID_MOST:
                said = {"number": number, "problem": problem}
                self.stderr.write(_("Line %(number)d: %(problem)s") % said)
            elif self.said_problems == SAID_MOST + 1:
                self.stderr.write("…")

    def _say_progress(self, count: int, of: int | None) -> None:
        if time.monotonic() - self.said_at >= SECONDS_BETWEEN:
            self.said_at = time.monotonic()
            self.stderr.write(f"{count}" if of is None else f"{count} / {of}")

    def _sum_up(
        self, found: ArchiveImport, before: Counts, errors: Path | None
    ) -> None:
        counts = counts_of(found)
        self.stdout.write(
            _(
                "%(new)d recordings imported now, %(done)d of %(total)d altogether; "
                "%(duplicate)d were there already, %(wrong)d lines were not taken."
            )
            % {
                "new": counts.done - before.done,
                "done": counts.done,
                "total": counts.total,
                "duplicate": counts.duplicate,
                "wrong": counts.wrong,
            }
        )
        if errors is not None:
            with errors.open("wb") as file:
                file.writelines(wrong_lines_csv(found))
        self._fail_if_any_is_wrong(counts)

    def _fail_if_any_is_wrong(self, counts: Counts) -> None:
        if counts.wrong:
            raise CommandError(
                _("%(failed)d of %(total)d lines were not taken.")
                % {"failed": counts.wrong, "total": counts.total}
            )


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except Refused as refused:
        raise CommandError(refused.sentence) from refused
    except OSError as error:
        raise CommandError(f"{error.filename}: {error.strerror}") from error


def _membership(slug: str, username: str) -> Membership:
    found = (
        Membership.objects.filter(is_active=True, user__is_active=True)
        .select_related("department", "user")
        .filter(department__slug=slug, user__username=username)
        .first()
    )
    if found is None or not found.can(Capability.UPLOAD):
        raise CommandError(
            _("%(name)s is no member of %(department)s who may upload.")
            % {"name": username, "department": slug}
        )
    return found


def _manner(membership: Membership, options: Mapping[str, Any]) -> Manner:
    try:
        zone = ZoneInfo(options["time_zone"])
    except (ValueError, OSError, ZoneInfoNotFoundError):
        raise CommandError(
            _("There is no time zone “%(name)s”.") % {"name": options["time_zone"]}
        ) from None
    return Manner(
        zone=zone,
        language=options["language"] or membership.department.default_language,
        is_private=True if options["private"] else None,
        encoding=options["encoding"],
    )


def _pairs(options: Mapping[str, Any]) -> list[tuple[str, Column]]:
    pairs = []
    for pair in options["map"]:
        heading, _sign, name = pair.rpartition("=")
        if not heading or name not in [*Column]:
            raise CommandError(
                _("--map wants HEADING=COLUMN with one of: %(columns)s")
                % {"columns": ", ".join(Column)}
            )
        pairs.append((heading, Column(name)))
    return pairs


def _pattern(options: Mapping[str, Any]) -> NamePattern | None:
    return NamePattern(options["pattern"]) if options["pattern"] else None


def _begin(
    membership: Membership, folder: Folder, options: Mapping[str, Any]
) -> tuple[ArchiveImport, bool]:
    manner, path = _manner(membership, options), options["list"]
    if path is None:
        return begin_with_folder(
            membership=membership,
            folder=folder,
            pattern=_pattern(options),
            template=options["pattern"],
            manner=manner,
        )
    return begin_with_list(
        membership=membership,
        path=path,
        name=path.name,
        manner=manner,
        pairs=_pairs(options),
    )


@contextmanager
def _lines(
    membership: Membership, folder: Folder, options: Mapping[str, Any]
) -> Iterator[Iterator[CheckedLine]]:
    """As ``_begin`` would store them."""
    manner = _manner(membership, options)
    if options["list"] is None:
        pattern = _pattern(options)
        yield check_rows(folder_rows(folder, pattern), FOLDER_COLUMNS, manner, pattern)
        return
    with open_list(options["list"], manner.encoding) as opened:
        columns = named_columns(opened.header, _pairs(options))
        if Column.FILE not in columns:
            raise no_file_column()
        yield check_rows(opened.rows, columns, manner)
