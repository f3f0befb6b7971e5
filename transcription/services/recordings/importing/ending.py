"""An import ends: nothing of it waits any more. It can go on later all the same."""

from datetime import timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models.audit.events import AuditAction
from accounts.services.audit.writing import Origin, record
from transcription.models.imports import ArchiveImport, ImportLine, LineState
from transcription.services.recordings.importing.columns import Column
from transcription.services.recordings.importing.problems import Problem
from transcription.services.recordings.importing.reading import counts_of
from transcription.services.write_turns import WriteTurns

LISTED_DAYS: Final = 30  # after its end, or after it was looked at and not begun
_AT_ONCE: Final = 500  # lines that are removed in one transaction


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


def forget_old_imports() -> int:
    """Lists that ended so long ago that nobody goes on with them, and those that were
    only looked at: their lines hold names and numbers. What they brought stays, and a
    file that is brought again is known by its bytes. Returns how many."""
    oldest = timezone.now() - timedelta(days=LISTED_DAYS)
    looked_at = Q(started_at=None, created_at__lt=oldest)
    old = ArchiveImport.objects.filter(Q(finished_at__lt=oldest) | looked_at)
    turns, count = WriteTurns(), 0
    for archive_import in old:
        while ids := list(archive_import.lines.values_list("pk", flat=True)[:_AT_ONCE]):
            ImportLine.objects.filter(pk__in=ids).delete()
            turns.after_transaction()
        archive_import.delete()
        count += 1
    return count
