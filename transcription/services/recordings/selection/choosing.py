"""Which recordings somebody has chosen, and which of them they may change."""

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from accounts.models.members import Membership
from transcription.access.recordings import editable_by
from transcription.models.bulk import BulkChange, BulkKind
from transcription.models.recordings import Recording, RecordingQuerySet
from transcription.services.search.filters import RecordingFilters, narrowed
from transcription.services.write_turns import WriteTurns

MOST: Final = 3_000  # that one order changes
BATCH: Final = 200  # that one transaction changes
SECONDS: Final = 15.0  # after which an order leaves the rest for the next one


@dataclass(frozen=True, slots=True)
class Selection:
    """Recordings that somebody ticked, or with ``filters`` all that they let through
    when it is done."""

    uuids: tuple[UUID, ...] = ()
    filters: RecordingFilters | None = None

    def recordings(self, membership: Membership) -> QuerySet[Recording]:
        """Those of them that the membership may know of, not in the trash."""
        known = Recording.objects.visible_to(membership).kept().order_by("pk")
        if self.filters is None:
            return known.filter(uuid__in=self.uuids)
        return narrowed(known, self.filters)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an order. ``refused`` are not the person's to change, ``left`` are
    for another order; others were so already. ``change`` undoes it."""

    chosen: int
    changed: int
    refused: int = 0
    left: int = 0
    change: BulkChange | None = None

    @property
    def as_before(self) -> int:
        return self.chosen - self.changed - self.refused - self.left


@dataclass(frozen=True, slots=True)
class PutBack:
    """How many are as they were before, and for how many there was no time: the same
    order again does those. ``is_searched_later``: the janitor makes them searchable,
    2,000 a minute."""

    done: int
    left: int
    is_searched_later: bool = False


Batch = Callable[[list[int]], list[int]]


def change_each(
    *,
    membership: Membership,
    chosen: QuerySet[Recording],
    kind: BulkKind,
    detail: dict[str, object],
    wanted: QuerySet[Recording],
    do: Callable[[BulkChange], Batch],
) -> Outcome:
    """Change those of the ``chosen`` that are ``wanted`` and the person's to change,
    and note which they were. ``do`` changes a batch in a transaction and says whom."""
    count = chosen.count()
    allowed = chosen.filter(editable_by(membership)).count()
    ids = list(
        wanted.filter(editable_by(membership)).values_list("pk", flat=True)[: MOST + 1]
    )
    more = wanted.filter(editable_by(membership)).count() - MOST if ids[MOST:] else 0
    change = BulkChange(
        department=membership.department, user=membership.user, kind=kind, detail=detail
    )
    batch = do(change)

    def noted(some: list[int]) -> list[int]:
        done = batch(some)
        if done:
            change.recordings = [*change.recordings, *done]
            change.save()
        return done

    changed, left = in_batches(ids[:MOST], noted)
    return Outcome(
        chosen=count,
        changed=changed,
        refused=count - allowed,
        left=left + more,
        change=change if changed else None,
    )


def in_batches(ids: list[int], do: Batch) -> tuple[int, int]:
    """How many were changed, and how many there was no time for. Each batch is a
    transaction: a process that dies leaves whole ones behind."""
    ends_at = monotonic() + SECONDS
    turns = WriteTurns()
    changed = 0
    for start in range(0, len(ids), BATCH):
        if start and monotonic() > ends_at:
            return changed, len(ids) - start
        with transaction.atomic():
            changed += len(do(ids[start : start + BATCH]))
        turns.after_transaction()
    return changed, 0


def locked(ids: list[int]) -> RecordingQuerySet:
    """These recordings as they are now, for the rest of the transaction."""
    return (
        Recording.objects.filter(pk__in=ids)
        .select_for_update(of=("self",))
        .only("uuid", "title", "department_id", "deleted_at")
        .order_by("pk")
    )
