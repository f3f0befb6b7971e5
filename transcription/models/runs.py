"""What all orders have in common that a worker carries out under a lease."""

import uuid
from collections.abc import Iterable
from typing import Final

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.people import User


class JobState(models.TextChoices):
    """``queued → running → succeeded | failed | canceled``."""

    QUEUED = "queued", _("Waiting")
    RUNNING = "running", _("Transcribing")
    SUCCEEDED = "succeeded", _("Done")
    FAILED = "failed", _("Failed")
    CANCELED = "canceled", _("Canceled")


ACTIVE_STATES = (JobState.QUEUED, JobState.RUNNING)


class JobQueue(models.TextChoices):
    """Which cluster runs it. Of the two that recognise people wait for the first, and
    nobody for the second; the third is for what needs no recogniser."""

    INTERACTIVE = "interactive", _("Interactive")
    BATCH = "batch", _("Batch")
    CHORES = "chores", _("Chores")


# Whose clusters load models, and which a pause of the intake stops.
RECOGNISING: Final = (JobQueue.INTERACTIVE, JobQueue.BATCH)


class LeasedRun(models.Model):
    """An order that belongs to whoever holds its lease.

    Only ``transcription.services.runs`` writes the state, always by compare-and-set. A
    running one belongs to whoever holds ``lease_token`` until ``lease_until``;
    afterwards the reaper requeues it. Nobody claims a queued run that has a
    ``try_again_at``: its last try ended, with ``error_code``, on what may pass.
    ``attempts`` counts tries, ``deaths`` the processes that died over it.
    """

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    requested_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+"
    )
    engine = models.CharField(max_length=40, blank=True)
    model_name = models.CharField(max_length=80, blank=True)
    queue = models.CharField(
        max_length=16, choices=JobQueue.choices, default=JobQueue.BATCH
    )
    state = models.CharField(
        max_length=16, choices=JobState.choices, default=JobState.QUEUED
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    deaths = models.PositiveSmallIntegerField(default=0)
    lease_token = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    worker = models.CharField(max_length=120, blank=True)
    cancel_requested_at = models.DateTimeField(null=True)
    error_code = models.CharField(max_length=40, blank=True)
    error_detail = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    enqueued_at = models.DateTimeField(default=timezone.now)
    try_again_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True

    @property
    def is_active(self) -> bool:
        return self.state in ACTIVE_STATES

    @property
    def waits_to_try_again(self) -> bool:
        return self.state == JobState.QUEUED and self.try_again_at is not None

    @property
    def percent(self) -> int:
        """How far it is."""
        raise NotImplementedError


def queue_in(queues: Iterable[JobQueue]) -> Q:
    """The condition of a constraint: one of these queues and no other."""
    return Q(queue__in=[queue.value for queue in queues])


def run_constraints(
    kind: str, queues: Iterable[JobQueue]
) -> list[models.CheckConstraint]:
    """What the database refuses of every run. ``kind`` begins the names; ``queues`` are
    its ``RunKind``'s: the cluster of another could not carry it out."""
    return [
        models.CheckConstraint(
            condition=Q(state__in=JobState.values), name=f"{kind}_state_known"
        ),
        models.CheckConstraint(condition=queue_in(queues), name=f"{kind}_queue_known"),
        models.CheckConstraint(
            condition=Q(state=JobState.RUNNING, lease_token__isnull=False)
            | (~Q(state=JobState.RUNNING) & Q(lease_token=None)),
            name=f"{kind}_running_has_lease",
        ),
    ]


class SteppedRun(LeasedRun):
    """A run of many small steps, each of them stored when it is done: a killed worker's
    successor goes on where it stopped.

    ``item_count`` is how many steps there are, ``done_count`` how many are done; every
    one of them sets ``attempts`` and ``deaths`` back.
    """

    item_count = models.PositiveIntegerField(default=0)
    done_count = models.PositiveIntegerField(default=0)

    class Meta:
        abstract = True

    @property
    def percent(self) -> int:
        return self.done_count * 100 // max(self.item_count, 1)
