"""How much waits for the workers and how much they have in hand, for pages."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Min, Q, QuerySet, Value

from transcription.models.runs import ACTIVE_STATES, RECOGNISING, JobState
from transcription.services.runs.kind import RunKind

_IS_WAITING = Q(state=JobState.QUEUED)
_COUNTS = {
    "waiting": Count("pk", filter=_IS_WAITING),
    "running": Count("pk", filter=~_IS_WAITING),
    "since": Min("created_at", filter=_IS_WAITING),
}


@dataclass(frozen=True, slots=True)
class QueueLine:
    """One queue's jobs, or the runs of another kind: how many wait and run, and since
    when the first waits."""

    queue: str
    label: str
    waiting: int
    running: int
    waiting_since: datetime | None


def queue_lines(kinds: Iterable[RunKind[Any]]) -> tuple[QueueLine, ...]:
    """Of what needs the recogniser: a line for each queue of what is numerous, then one
    for each other kind."""
    kinds = [kind for kind in kinds if kind.recognises]
    lines: list[QueueLine] = []
    for kind in kinds:
        if kind.is_numerous:
            lines += _by_queue(_active(kind).values("queue").annotate(**_COUNTS))
    return (*lines, *_by_kind([kind for kind in kinds if not kind.is_numerous]))


def chore_lines(kinds: Iterable[RunKind[Any]]) -> tuple[QueueLine, ...]:
    """A line for each kind that needs no recogniser."""
    return tuple(_by_kind([kind for kind in kinds if not kind.recognises]))


def _active(kind: RunKind[Any]) -> QuerySet[Any]:
    return kind.rows().filter(state__in=ACTIVE_STATES).order_by()


def _by_queue(counted: Iterable[Mapping[str, Any]]) -> list[QueueLine]:
    rows = {row["queue"]: row for row in counted}
    nothing = {"waiting": 0, "running": 0, "since": None}
    return [
        _line(queue.value, str(queue.label), rows.get(queue.value, nothing))
        for queue in RECOGNISING
    ]


def _by_kind(kinds: Sequence[RunKind[Any]]) -> list[QueueLine]:
    """One query, however many kinds there are."""
    if not kinds:
        return []
    first, *others = (
        _active(kind).values(number=Value(number)).annotate(**_COUNTS)
        for number, kind in enumerate(kinds)
    )
    rows = {row["number"]: row for row in first.union(*others, all=True)}
    return [
        _line(kind.name, str(kind.title), rows[number])
        for number, kind in enumerate(kinds)
    ]


def _line(queue: str, label: str, counts: Mapping[str, Any]) -> QueueLine:
    return QueueLine(
        queue, label, counts["waiting"], counts["running"], counts["since"]
    )
