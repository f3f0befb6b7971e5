"""What platform admins order: requests to workers, and the end of a pause."""

from datetime import timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models.audit.events import AuditAction
from accounts.services.audit.writing import Origin, record
from transcription.models.recogniser import (
    EngineRequest,
    EngineWorker,
    RequestState,
)
from transcription.services.runs.cluster.workers import is_dead

SILENT_SECONDS: Final = 60  # loading a model can keep the thread from reporting
GONE_SECONDS: Final = 600


def ask_worker(
    *, worker: EngineWorker, action: str, language: str, origin: Origin
) -> bool:
    """Leave a request; the worker does it when it has no task. False when the same
    waits already."""
    try:
        with transaction.atomic():
            EngineRequest.objects.create(
                worker=worker,
                action=action,
                language=language,
                requested_by=origin.user,
            )
            record(
                AuditAction.ENGINE,
                origin,
                worker.audit_subject,
                what=f"engine_{action}",
            )
    except IntegrityError:
        same = worker.requests.filter(action=action, language=language)
        if not same.filter(state=RequestState.PENDING).exists():
            raise
        return False
    return True


def forget_lost_workers() -> int:
    """The janitor's duty: rows of processes that are no more; how many."""
    long_ago = timezone.now() - timedelta(seconds=GONE_SECONDS)
    gone = [
        worker.pk
        for worker in EngineWorker.objects.all()
        if worker.seen_at < long_ago or is_dead(worker.name)
    ]
    EngineWorker.objects.filter(pk__in=gone).delete()
    return len(gone)
