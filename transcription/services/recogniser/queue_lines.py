"""How much waits for the workers and how much they have in hand, for pages."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Min, Q
from django.utils.translation import gettext as _

from transcription.models.evaluation import EvaluationRun
from transcription.models.jobs import TranscriptionJob
from transcription.models.rehearings import Rehearing
from transcription.models.runs import ACTIVE_STATES, JobQueue, JobState

_IS_WAITING = Q(state=JobState.QUEUED)
_COUNTS = {
    "waiting": Count("pk", filter=_IS_WAITING),
    "running": Count("pk", filter=~_IS_WAITING),
    "since": Min("created_at", filter=_IS_WAITING),
}


@dataclass(frozen=True, slots=True)
class QueueLine:
    """One queue's jobs, the evaluations, or the sentences to be heard again: how many
    wait and run, and since when the first waits."""

    queue: str
    label: str
    waiting: int
    running: int
    waiting_since: datetime | None


def queue_lines() -> tuple[QueueLine, ...]:
    """The queues with their jobs, and what stands between those of the batch queue."""
    jobs = TranscriptionJob.objects.filter(state__in=ACTIVE_STATES).order_by()
    rows = {row["queue"]: row for row in jobs.values("queue").annotate(**_COUNTS)}
    nothing = {"waiting": 0, "running": 0, "since": None}
    evaluations = EvaluationRun.objects.filter(state__in=ACTIVE_STATES)
    rehearings = Rehearing.objects.filter(state__in=ACTIVE_STATES)
    return (
        *(
            _line(queue.value, str(queue.label), rows.get(queue.value, nothing))
            for queue in JobQueue
        ),
        _line("evaluation", _("Evaluations"), evaluations.aggregate(**_COUNTS)),
        _line("rehearing", _("Heard again"), rehearings.aggregate(**_COUNTS)),
    )


def _line(queue: str, label: str, counts: Mapping[str, Any]) -> QueueLine:
    return QueueLine(
        queue, label, counts["waiting"], counts["running"], counts["since"]
    )
