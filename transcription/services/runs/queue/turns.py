"""Whose turn it is: departments are served one after the other, however much each has
ordered.

A queue entry does not say what is to be done: the worker that receives one takes the
next run of the department that has the least in hand, and among those of the one whose
turn it is. Inside a department the oldest goes first, and what an import brought goes
last.

Turns are counted in a time of the queue's own (start-time fair queueing; Goyal, Vin and
Cheng, 1996): a run lasts 1 ÷ the department's weight in it, the next of the department
begins there, but not before what the queue took last, and what begins first is next. So
two departments of weights 2 and 1 have two runs and one, and whoever ordered nothing
for a year has no year of turns to make up for.

Everything that begins to wait has an entry, and each leads to one claim, so there are
never more runs than entries.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from django.db.models import (
    Count,
    FloatField,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce, Greatest

from accounts.models.departments import Department
from transcription.models.runs import JobState
from transcription.models.turns import DepartmentTurn
from transcription.services.runs.kind import Run, RunKind

_NEVER: Final = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Turn:
    """What a free worker takes next."""

    department_id: int
    kind: RunKind[Any]
    pk: int


@dataclass(slots=True)
class _Department:
    """A department in the line; ``first`` is what it has waited for the longest."""

    id: int
    weight: int = 1
    in_hand: int = 0
    begins: float = 0.0
    served_at: datetime = _NEVER
    first: tuple[datetime, RunKind[Any], int] | None = None

    def wants(self, since: datetime, kind: RunKind[Any], pk: int) -> None:
        if self.first is None or since < self.first[0]:
            self.first = (since, kind, pk)

    @property
    def rank(self) -> tuple[int, float, datetime, int]:
        # Where there are few workers, less than its weight in hand is as good as none.
        return (self.in_hand // self.weight, self.begins, self.served_at, self.id)


def next_turn(kinds: Iterable[RunKind[Any]], queue: str) -> Turn | None:
    """What the queue's next free worker is to take; None when nothing waits."""
    kinds = [kind for kind in kinds if queue in kind.queues]
    few = _few([kind for kind in kinds if not kind.is_numerous], queue)
    many = [
        (kind, kind.claimable().filter(queue=queue))
        for kind in kinds
        if kind.is_numerous
    ]
    line = _line(queue, many, {run.department_id for run in few})
    for run in few:
        place = line[run.department_id]
        if run.is_running:
            place.in_hand += 1
        else:
            place.wants(run.since, run.kind, run.pk)
    for place in sorted(line.values(), key=lambda place: place.rank):
        if place.first is not None:
            _since, kind, pk = place.first
            return Turn(place.id, kind, pk)
    return None


def in_turn(kind: RunKind[Run], queue: str, among: QuerySet[Run]) -> list[int]:
    """The first run of every department that has one ``among`` these, in turn."""
    places = _line(queue, [(kind, among)], set()).values()
    return [
        place.first[2]
        for place in sorted(places, key=lambda place: place.rank)
        if place.first is not None
    ]


def note_served(kind: RunKind[Run], run: Run) -> None:
    """A worker has taken the run; part of its claim."""
    ids = kind.rows().values_list(kind.department, flat=True)
    found = Department.objects.filter(pk=ids.get(pk=run.pk))
    department, weight, begins = (
        found.annotate(begins=_begins(run.queue))
        .values_list("pk", "queue_weight", "begins")
        .get()
    )
    turn = DepartmentTurn(
        department_id=department,
        queue=run.queue,
        began=begins,
        ended=begins + 1 / weight,
    )
    DepartmentTurn.objects.bulk_create(
        [turn],
        update_conflicts=True,
        unique_fields=["department", "queue"],
        update_fields=["served_at", "began", "ended"],
    )


@dataclass(frozen=True, slots=True)
class _Run:
    department_id: int
    kind: RunKind[Any]
    pk: int
    since: datetime
    is_running: bool


def _few(kinds: Sequence[RunKind[Any]], queue: str) -> list[_Run]:
    """Their runs, waiting or in hand; one query, however many kinds there are."""
    if not kinds:
        return []
    in_line = Q(state=JobState.RUNNING) | Q(state=JobState.QUEUED, try_again_at=None)
    first, *others = (
        kind.rows()
        .filter(in_line, queue=queue)
        .order_by()
        .values_list(Value(number), kind.department, "pk", "enqueued_at", "state")
        for number, kind in enumerate(kinds)
    )
    runs = [
        _Run(department_id, kinds[number], pk, since, state == JobState.RUNNING)
        for number, department_id, pk, since, state in first.union(*others, all=True)
    ]
    return sorted(runs, key=lambda run: run.pk)


def _line(
    queue: str,
    waiting: Sequence[tuple[RunKind[Any], QuerySet[Any]]],
    others: Iterable[int],
) -> dict[int, _Department]:
    """Departments that have some of the ``waiting``, and the ``others``. The index
    finds each department's first run, however many wait behind it."""
    firsts: dict[str, Any] = {}
    facts: dict[str, Any] = {}
    for n, (kind, runs) in enumerate(waiting):
        own = runs.filter(**{kind.department: OuterRef("pk")}).order_by(*kind.order)
        firsts[f"first_{n}"] = Subquery(own.values("pk")[:1])
        facts[f"since_{n}"] = Subquery(own.values("enqueued_at")[:1])
        facts[f"in_hand_{n}"] = _in_hand(kind, queue)
    has_one = Q(pk__in=others)
    for first in firsts:
        has_one |= Q(**{f"{first}__isnull": False})
    turns = DepartmentTurn.objects.filter(queue=queue, department=OuterRef("pk"))
    facts["served_at"] = Subquery(turns.values("served_at")[:1])
    facts["begins"] = _begins(queue)
    departments = Department.objects.order_by().annotate(**firsts).filter(has_one)
    line = {}
    found = departments.annotate(**facts)
    for row in found.values("pk", "queue_weight", *firsts, *facts):
        place = _Department(
            row["pk"],
            weight=row["queue_weight"],
            begins=row["begins"],
            served_at=row["served_at"] or _NEVER,
        )
        for n, (kind, _runs) in enumerate(waiting):
            place.in_hand += row[f"in_hand_{n}"]
            if row[f"first_{n}"] is not None:
                place.wants(row[f"since_{n}"], kind, row[f"first_{n}"])
        line[place.id] = place
    return line


def _begins(queue: str) -> Greatest:
    """Where in the queue's time a department's next run would begin."""
    turns = DepartmentTurn.objects.filter(queue=queue)
    own = turns.filter(department=OuterRef("pk")).values("ended")[:1]
    newest = turns.order_by("-began").values("began")[:1]
    none = Value(0.0, output_field=FloatField())
    return Greatest(Coalesce(Subquery(own), none), Coalesce(Subquery(newest), none))


def _in_hand(kind: RunKind[Any], queue: str) -> Coalesce:
    """How many of a department's runs are being worked on."""
    department = {kind.department: OuterRef("pk")}
    running = kind.rows().filter(state=JobState.RUNNING, queue=queue, **department)
    counted = running.order_by().values(kind.department).annotate(count=Count("pk"))
    return Coalesce(Subquery(counted.values("count")), 0, output_field=IntegerField())
