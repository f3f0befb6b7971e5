"""Files of this machine are taken in, line by line."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from accounts.models.members import Membership
from accounts.services.audit.writing import Origin
from transcription.engine.base import ErrorCode
from transcription.models.imports import ArchiveImport, ImportLine
from transcription.pipeline.audio.sniff import known_but_not_read, sniff
from transcription.services.media.uploads import hashed_copy
from transcription.services.recordings.importing.columns import Column
from transcription.services.recordings.importing.ending import finish
from transcription.services.recordings.importing.folders import FileRefused, Folder
from transcription.services.recordings.importing.problems import Problem
from transcription.services.recordings.importing.reading import waiting_lines
from transcription.services.recordings.importing.taking import fail_line, take_line
from transcription.services.runs.errors import sentence

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Place:
    """Whose files come from where."""

    membership: Membership
    origin: Origin
    folder: Folder


def import_files(
    *, archive_import: ArchiveImport, place: Place, tell: Callable[[ImportLine], None]
) -> None:
    """Take what waits; ``tell`` is called after each line. Raises ``Refused`` where
    no file could be taken, as on a full disk: what is left waits."""
    for line in _waiting(archive_import):
        try:
            source = checked_file(place.folder, line.file_path)
        except FileRefused as refused:
            fail_line(line=line, problem=refused.problem)
            line.refresh_from_db()
        else:
            line = take_line(
                line=line,
                membership=place.membership,
                origin=place.origin,
                file=hashed_copy(source, name=Path(line.file_path).name),
            )
        tell(line)
    finish(archive_import=archive_import, origin=place.origin)


def checked_file(folder: Folder, path: str) -> Path:
    """The file that a line names, before it is copied. Raises ``FileRefused``."""
    found = folder.find(path)
    try:
        size = found.stat().st_size
        with found.open("rb") as file:
            is_media = size > 0 and sniff(file) is not None
            detail = "" if is_media else known_but_not_read(file)
    except OSError as error:
        said = error.strerror or type(error).__name__
        raise FileRefused(Problem(Column.FILE, "unreadable", said)) from error
    if size == 0:
        raise _refused(ErrorCode.EMPTY_FILE)
    if size > settings.UPLOAD_MAX_BYTES:
        raise _refused(ErrorCode.TOO_LARGE)
    if not is_media:
        raise _refused(ErrorCode.UNSUPPORTED_FORMAT, detail)
    return found


def _refused(code: ErrorCode, detail: str = "") -> FileRefused:
    return FileRefused(Problem(Column.FILE, code.value, sentence(code, detail)))


def _waiting(archive_import: ArchiveImport) -> Iterator[ImportLine]:
    """In the list's order, a few hundred at a time; none twice."""
    last = 0
    while True:
        lines = list(waiting_lines(archive_import).filter(number__gt=last)[:_AT_ONCE])
        for line in lines:
            line.archive_import = archive_import
            yield line
        if not lines:
            return
        last = lines[-1].number
