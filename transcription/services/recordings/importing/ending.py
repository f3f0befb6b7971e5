"""An import ends: nothing of it waits any more. It can go on later all the same."""

from django.db import transaction
from django.utils import timezone

from accounts.models.audit.events import AuditAction
from accounts.services.audit.writing import Origin, record
from transcription.models.imports import ArchiveImport, LineState
from transcription.services.recordings.importing.columns import Column
from transcription.services.recordings.importing.problems import Problem
from transcription.services.recordings.importing.reading import counts_of


def finish(
    *, archive_import: ArchiveImport, origin: Origin, gives_up: bool = False
) -> bool:
    """Say that it is done, once, in the audit log. False while lines wait, unless the
    person ``gives_up`` their files: then those have failed."""
    with transaction.atomic():
        locked = ArchiveImport.objects.select_for_update().get(pk=archive_import.pk)
        if locked.started_at is None or locked.finished_at is not None:
            return False
        waiting = locked.lines.filter(state=LineState.WAITING)
        if gives_up:
            problem = Problem(Column.FILE, "file_not_sent")
            waiting.update(state=LineState.FAILED, problems=[problem.row])
        elif waiting.exists():
            return False
        locked.finished_at = timezone.now()
        locked.save(update_fields=["finished_at"])
        counts = counts_of(locked)
        record(
            AuditAction.UPLOAD,
            origin,
            locked.audit_subject,
            what="import",
            lines=counts.total,
            imported=counts.done,
            there_before=counts.duplicate,
            not_taken=counts.wrong,
        )
    archive_import.finished_at = locked.finished_at
    return True


def go_on(*, archive_import: ArchiveImport) -> int:
    """Lines whose files could not be taken wait again; how many those are."""
    with transaction.atomic():
        locked = ArchiveImport.objects.select_for_update().get(pk=archive_import.pk)
        failed = locked.lines.filter(state=LineState.FAILED)
        count = failed.update(state=LineState.WAITING, problems=[])
        if locked.lines.filter(state=LineState.WAITING).exists():
            locked.finished_at = None
            locked.save(update_fields=["finished_at"])
    archive_import.finished_at = locked.finished_at
    return count


def forget(*, archive_import: ArchiveImport) -> None:
    """Its lines are no longer kept; the recordings that it made stay."""
    archive_import.delete()
