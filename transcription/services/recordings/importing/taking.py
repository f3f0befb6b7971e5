"""A line becomes a recording: once, whatever ends the process that takes it."""

from typing import Final

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models.members import Membership
from accounts.services.audit.writing import Origin
from accounts.services.refusal import Refused
from transcription.engine.base import ErrorCode
from transcription.models.imports import ArchiveImport, ImportLine, LineState
from transcription.models.recordings import Recording
from transcription.models.runs import JobQueue
from transcription.services.jobs.options import UploadOptions
from transcription.services.media.cleaning import clean_line
from transcription.services.media.uploads import HashedUpload
from transcription.services.recordings.importing.beginning import (
    columns_of,
    manner_of,
)
from transcription.services.recordings.importing.columns import Column
from transcription.services.recordings.importing.problems import Problem
from transcription.services.recordings.importing.values import base_name, read_line
from transcription.services.recordings.keeping import upload_recording

# What is wrong with a file; of anything else the line waits for another try.
_OF_THE_FILE: Final = frozenset(
    {ErrorCode.EMPTY_FILE, ErrorCode.UNSUPPORTED_FORMAT, ErrorCode.TOO_LARGE}
)


class _TakenMeanwhile(Exception):
    """Another process has made a recording of the line."""


def take_line(
    *, line: ImportLine, membership: Membership, origin: Origin, file: HashedUpload
) -> ImportLine:
    """What became of the line, with ``file`` as what it names. Closes ``file``. Raises
    ``Refused`` where the file is not at fault; the line waits then."""
    if line.state != LineState.WAITING:
        file.close()
        return line
    found = line.archive_import
    manner = manner_of(found)
    read = read_line(
        line.cells, columns_of(found), manner.zone, is_private=manner.is_private
    )

    def keep(recording: Recording) -> None:
        if not _settle(line, LineState.DONE, recording):
            raise _TakenMeanwhile

    try:
        taken = upload_recording(
            membership=membership,
            origin=origin,
            file=file,
            options=options_of(found),
            details=read.details,
            queue=JobQueue.BATCH,
            on_kept=keep,
        )
    except _TakenMeanwhile:
        pass
    except Refused as refused:
        if refused.code not in _OF_THE_FILE:
            raise
        problem = Problem(Column.FILE, str(refused.code), refused.sentence)
        fail_line(line=line, problem=problem)
    else:
        if taken.is_duplicate:
            _settle(line, LineState.DUPLICATE, taken.recording)
    line.refresh_from_db()
    return line


def take_file(
    *,
    archive_import: ArchiveImport,
    number: int,
    membership: Membership,
    origin: Origin,
    file: HashedUpload,
) -> ImportLine:
    """``take_line`` for a file that a person sends for the line of this number. Raises
    ``Refused`` too where it is called otherwise than the line's."""
    lines = archive_import.lines.select_related("archive_import__department")
    line = lines.filter(number=number).first()
    try:
        if archive_import.started_at is None or line is None:
            raise Refused("no_line", _("There is no such line in a started import."))
        if _folded(file.name or "") != _folded(base_name(line.file_path)):
            raise Refused(
                "other_file",
                _("Line %(number)d names the file “%(name)s”, not this one.")
                % {"number": number, "name": base_name(line.file_path)},
            )
    except Refused:
        file.close()
        raise
    return take_line(line=line, membership=membership, origin=origin, file=file)


def _folded(name: str) -> str:
    """As file systems compare names: a Mac takes letters and accents apart."""
    return clean_line(name, 255).casefold()


def fail_line(*, line: ImportLine, problem: Problem) -> None:
    """The line's file cannot be taken; another one may be."""
    _waiting(line).update(state=LineState.FAILED, problems=[problem.row])


def options_of(archive_import: ArchiveImport) -> UploadOptions:
    """As the department has it. Nobody waits for thousands of notices."""
    department = archive_import.department
    return UploadOptions(
        language=archive_import.language,
        use_itn=department.default_itn,
        use_punctuation=department.default_punctuation,
        notifies=False,
        is_background=True,
    )


def _settle(line: ImportLine, state: LineState, recording: Recording) -> bool:
    return bool(_waiting(line).update(state=state, recording=recording, problems=[]))


def _waiting(line: ImportLine) -> QuerySet[ImportLine]:
    return ImportLine.objects.filter(pk=line.pk, state=LineState.WAITING)
