"""The hits of a search as a file to take away: every place in every recording found."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Final

from django.conf import settings
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from accounts.access import require
from accounts.models.audit.events import AuditAction
from accounts.models.members import Membership
from accounts.roles import Capability
from accounts.services.audit.words import filters as filters_in_words
from accounts.services.audit.writing import Origin, record
from transcription.services.search.asking import understood
from transcription.services.search.export.cells import Cell, Heading, Table
from transcription.services.search.export.files import csv_table, workbook_table
from transcription.services.search.export.rows import (
    AddressOf,
    Place,
    heading,
    places_of,
    rows_of,
)
from transcription.services.search.filters import RecordingFilters
from transcription.services.search.finding import candidates_for
from transcription.services.search.reach import asked_by
from transcription.services.search.searching import noted
from transcription.services.search.trail import search_detail, search_subject

RECORDINGS_MAX: Final = 10_000
PLACES_MAX: Final = 50_000  # seconds of one core: a web process writes the file

_Writer = Callable[[IO[bytes], Heading, Path], AbstractContextManager[Table]]
_WRITERS: Final[dict[str, tuple[_Writer, str]]] = {
    "xlsx": (
        workbook_table,
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    "csv": (csv_table, "text/csv; charset=utf-8"),
}
FORMATS: Final = tuple(_WRITERS)


@dataclass(slots=True)
class HitsFile:
    """A file without a name: it is gone when it is closed. ``is_cut``: there was more
    than a file may hold."""

    file: IO[bytes]
    content_type: str
    recordings: int = 0
    places: int = 0
    is_cut: bool = False


def export_hits(
    *,
    membership: Membership,
    origin: Origin,
    query: str,
    fmt: str,
    address_of: AddressOf,
    filters: RecordingFilters | None = None,
    by_sound: bool = False,
) -> HitsFile:
    """The whole file, with its trace in the audit log, or ``Refused``. ``fmt`` is one
    of ``FORMATS``. Newest recordings first, ``RECORDINGS_MAX`` of them and
    ``PLACES_MAX`` places at most."""
    require(membership, Capability.SEARCH)
    require(membership, Capability.READ)  # to export what one may open
    filters = filters or RecordingFilters()
    tree = understood(query, membership, by_sound=by_sound)
    ids = candidates_for(asked_by(membership, tree, filters), RECORDINGS_MAX + 1)
    writer, content_type = _WRITERS[fmt]
    folder = Path(settings.FILE_UPLOAD_TEMP_DIR)
    made = HitsFile(TemporaryFile(dir=folder), content_type)  # noqa: SIM115 - the caller's
    try:
        made.is_cut = len(ids) > RECORDINGS_MAX
        narrowed_to = noted(membership, filters)
        with writer(made.file, heading(), folder) as table:
            found = places_of(membership, tree, ids[:RECORDINGS_MAX])
            _write(table, made, islice(found, PLACES_MAX), address_of)
            made.is_cut = made.is_cut or next(found, None) is not None
            about = _about(query, narrowed_to, membership, made, by_sound=by_sound)
            table.end(about, _note() if made.is_cut else "")
        made.file.seek(0)
    except BaseException:
        made.file.close()
        raise
    detail: dict[str, object] = {
        "format": fmt,
        "recordings": made.recordings,
        "places": made.places,
    } | search_detail(narrowed_to, by_sound=by_sound)
    if made.is_cut:
        detail["cut"] = True
    record(AuditAction.EXPORT, origin, search_subject(membership, query), **detail)
    return made


def _write(
    table: Table, made: HitsFile, places: Iterable[Place], address_of: AddressOf
) -> None:
    """A row for each place, counted."""
    last = None
    for (recording, hit), cells in rows_of(places, address_of):
        table.row(cells)
        made.places += hit is not None
        made.recordings += recording.pk != last
        last = recording.pk


def _about(
    query: str,
    narrowed_to: dict[str, str],
    membership: Membership,
    made: HitsFile,
    *,
    by_sound: bool,
) -> Sequence[tuple[str, Cell]]:
    now = timezone.localtime().replace(tzinfo=None)
    return [
        (_("Searched for"), query),
        *([(_("Also what sounds like it"), _("yes"))] if by_sound else []),
        *filters_in_words({"filters": narrowed_to}),
        (_("Department"), membership.department.name),
        (_("Recordings"), made.recordings),
        (_("Places"), made.places),
        (_("Exported by"), str(membership.user)),
        (_("Exported at"), now),
        *([(_("Not complete"), _note())] if made.is_cut else []),
    ]


def _note() -> str:
    limits = {
        "recordings": number_format(RECORDINGS_MAX, force_grouping=True),
        "places": number_format(PLACES_MAX, force_grouping=True),
    }
    return (
        _(
            "There is more than this file holds: the newest %(recordings)s recordings "
            "and %(places)s places at most. Narrow the time to export the rest."
        )
        % limits
    )
