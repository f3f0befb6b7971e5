"""Whether workers may take something new. Uploads are accepted either way.

What is paused is recognition: chores need no recogniser and go on.
"""

from django.db import transaction

from accounts.models.audit.events import AuditAction
from accounts.models.audit.subjects import Subject
from accounts.services.audit.writing import Origin, record
from transcription.models.recogniser import IntakePause
from transcription.models.runs import RECOGNISING, JobQueue


def intake_pause() -> IntakePause | None:
    """The pause that is on, with who ordered it; None in the normal case."""
    return IntakePause.objects.select_related("paused_by").first()


def is_paused() -> bool:
    return IntakePause.objects.exists()


def open_queues() -> list[JobQueue]:
    """Those whose workers may take something new."""
    if not is_paused():
        return list(JobQueue)
    return [queue for queue in JobQueue if queue not in RECOGNISING]


def pause_intake(*, origin: Origin, reason: str) -> bool:
    """From now on workers that recognise finish what they have and claim nothing. False
    when somebody was quicker."""
    with transaction.atomic():
        _pause, is_new = IntakePause.objects.get_or_create(
            is_only=True, defaults={"reason": reason, "paused_by": origin.user}
        )
        if is_new:
            note_intake(origin, "intake_paused", reason)
    return is_new


def note_intake(origin: Origin, what: str, reason: str = "") -> None:
    """The trace in the audit trail."""
    detail: dict[str, object] = {"what": what}
    if reason:
        detail["reason"] = reason
    record(AuditAction.ENGINE, origin, Subject("engine"), **detail)
