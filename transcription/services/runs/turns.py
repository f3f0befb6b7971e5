"""Whose turn it is: departments are served one after the other, however much each has
ordered.

An entry of the queue is a bell, not an order to do what it was rung for: whoever hears
it takes the next work of the department that has the least in hand and was served the
longest ago. Inside a department the oldest goes first. A bell is rung for everything
that begins to wait, and hearing one takes one thing, so work never outnumbers bells.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

from django.db.models import (
    Count,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce

from accounts.models.departments import Department
from transcription.models.evaluation import EvaluationRun
from transcription.models.jobs import TranscriptionJob
from transcription.models.rehearings import Rehearing
from transcription.models.runs import JobState, LeasedRun
from transcription.models.speech import VadRun
from transcription.models.turns import DepartmentTurn

_NEVER: Final = datetime.min.replace(tzinfo=UTC)


class WaitingKind(StrEnum):
    """What takes turns in a queue."""

    JOB = "job"
    EVALUATION = "evaluation"
    REHEARING = "rehearing"
    VAD = "vad"


_RUNS: Final[dict[WaitingKind, tuple[type[LeasedRun], str]]] = {
    WaitingKind.EVALUATION: (EvaluationRun, "reference_set__department"),
    WaitingKind.REHEARING: (Rehearing, "department"),
    WaitingKind.VAD: (VadRun, "department"),
}


@dataclass(frozen=True, slots=True)
class Turn:
    """What a free worker takes next."""

    department_id: int
    kind: WaitingKind
    pk: int


@dataclass(slots=True)
class _Department:
    """A department in the line; ``first`` is what it has waited for the longest."""

    id: int
    in_hand: int
    served_at: datetime
    first: tuple[datetime, WaitingKind, int] | None = None

    def wants(self, since: datetime, kind: WaitingKind, pk: int) -> None:
        if self.first is None or since < self.first[0]:
            self.first = (since, kind, pk)

    @property
    def rank(self) -> tuple[int, datetime, int]:
        return (self.in_hand, self.served_at, self.id)


def claimable_jobs(queue: str) -> "QuerySet[TranscriptionJob]":
    """Those of a queue that wait for nothing but a worker."""
    return TranscriptionJob.objects.filter(
        state=JobState.QUEUED, queue=queue, try_again_at=None
    )


def next_turn(queue: str) -> Turn | None:
    """What the queue's next free worker is to take; None when nothing waits."""
    runs = _runs_of(queue)
    line = _line(queue, claimable_jobs(queue), {run.department_id for run in runs})
    for run in runs:
        place = line[run.department_id]
        if run.is_running:
            place.in_hand += 1
        else:
            place.wants(run.since, run.kind, run.pk)
    waiting = [place for place in line.values() if place.first is not None]
    if not waiting:
        return None
    place = min(waiting, key=lambda place: place.rank)
    assert place.first is not None  # noqa: S101 - for the type checker
    _since, kind, pk = place.first
    return Turn(place.id, kind, pk)


def jobs_in_turn(queue: str, among: "QuerySet[TranscriptionJob]") -> list[int]:
    """The first job of every department that has one ``among`` these, in turn."""
    line = _line(queue, among, set())
    waiting = [place for place in line.values() if place.first is not None]
    waiting.sort(key=lambda place: place.rank)
    return [place.first[2] for place in waiting if place.first is not None]


def note_served(department_id: int, queue: str) -> None:
    """A worker has taken something of the department's; part of its claim."""
    DepartmentTurn.objects.bulk_create(
        [DepartmentTurn(department_id=department_id, queue=queue)],
        update_conflicts=True,
        unique_fields=["department", "queue"],
        update_fields=["served_at"],
    )


def note_run_served(model: type[LeasedRun], pk: int) -> None:
    """The same for a run."""
    path = next(path for known, path in _RUNS.values() if known is model)
    note_served(*model._default_manager.values_list(path, "queue").get(pk=pk))


@dataclass(frozen=True, slots=True)
class _Run:
    department_id: int
    kind: WaitingKind
    pk: int
    since: datetime
    is_running: bool


def _runs_of(queue: str) -> list[_Run]:
    """Runs of a queue, waiting or in hand; one query, however many kinds there are."""
    first, *others = (
        model._default_manager.filter(
            Q(state=JobState.RUNNING) | Q(state=JobState.QUEUED, try_again_at=None),
            queue=queue,
        )
        .order_by()
        .values_list(Value(kind.value), department, "pk", "enqueued_at", "state")
        for kind, (model, department) in _RUNS.items()
    )
    runs = [
        _Run(department_id, WaitingKind(kind), pk, since, state == JobState.RUNNING)
        for kind, department_id, pk, since, state in first.union(*others, all=True)
    ]
    return sorted(runs, key=lambda run: run.pk)


def _line(
    queue: str, jobs: "QuerySet[TranscriptionJob]", others: Iterable[int]
) -> dict[int, _Department]:
    """Departments that have some of the ``jobs``, and the ``others``. The index finds
    each department's first job, however many wait behind it."""
    own = jobs.filter(department=OuterRef("pk")).order_by("pk")
    running = TranscriptionJob.objects.filter(
        state=JobState.RUNNING, queue=queue, department=OuterRef("pk")
    )
    turns = DepartmentTurn.objects.filter(queue=queue, department=OuterRef("pk"))
    departments = (
        Department.objects.order_by()
        .annotate(first_job=Subquery(own.values("pk")[:1]))
        .filter(Q(first_job__isnull=False) | Q(pk__in=others))
        .annotate(
            since=Subquery(own.values("enqueued_at")[:1]),
            in_hand=Coalesce(
                Subquery(
                    running.order_by()
                    .values("department")
                    .annotate(count=Count("pk"))
                    .values("count")
                ),
                0,
                output_field=IntegerField(),
            ),
            served_at=Subquery(turns.values("served_at")[:1]),
        )
    )
    line = {}
    for pk, first_job, since, in_hand, served_at in departments.values_list(
        "pk", "first_job", "since", "in_hand", "served_at"
    ):
        line[pk] = _Department(pk, in_hand, served_at or _NEVER)
        if first_job is not None:
            line[pk].wants(since, WaitingKind.JOB, first_job)
    return line
