"""The right to work on a run: what its holder may read and write."""

import time
import uuid
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Event
from typing import Final, Generic, Protocol

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from transcription.engine.base import EngineError, ErrorCode
from transcription.models.runs import JobState
from transcription.services.runs.kind import Run, RunKind

REPORT_SECONDS: Final = 1.0

# What every other step would meet too.
NOT_CAUSED_BY_AUDIO: Final = frozenset(
    {
        ErrorCode.MODEL_MISSING,
        ErrorCode.MODEL_BROKEN,
        ErrorCode.OUT_OF_MEMORY,
        ErrorCode.DEVICE_FAILED,
        ErrorCode.SERVICE_FAILED,
        ErrorCode.LANGUAGE_UNSUPPORTED,
        ErrorCode.WORKER_LOST,
        ErrorCode.DISK_FULL,
    }
)


class RunLost(Exception):
    """It was canceled, taken away or deleted: stop, and store nothing."""


class ReportProgress(Protocol):
    """``Work.report_progress``, perhaps not each time that it is called."""

    def __call__(self, **fields: object) -> None: ...


@dataclass(slots=True)
class Work(Generic[Run]):
    """A lease. The row says who holds it: every write names the ``token`` and looks at
    the row count. ``lost`` and ``cancel_requested`` are what the heartbeat has seen."""

    kind: RunKind[Run]
    run: Run  # as it was claimed
    token: uuid.UUID
    lost: Event = field(default_factory=Event)
    cancel_requested: Event = field(default_factory=Event)

    def rows(self) -> QuerySet[Run]:
        """The run, as long as it is ours."""
        return self.kind.rows().filter(
            pk=self.run.pk, state=JobState.RUNNING, lease_token=self.token
        )

    def check(self) -> None:
        """Raises ``RunLost`` when the heartbeat has seen that it is."""
        if self.lost.is_set() or self.cancel_requested.is_set():
            raise RunLost

    def extend(self) -> None:
        """Prolong the lease and look for news."""
        if not self.rows().update(**lease_until()):
            self.lost.set()
        elif self.rows().exclude(cancel_requested_at=None).exists():
            self.cancel_requested.set()

    def report_progress(self, **fields: object) -> None:
        """Prolong the lease and store how far the run is; raises ``RunLost`` when the
        lease is lost or the run is to be canceled."""
        if not self._wanted().update(**lease_until(), **fields):
            raise RunLost

    def throttled_progress(self) -> ReportProgress:
        """``report_progress`` for what calls it many times a second: once a second."""
        last = time.monotonic()

        def report(**fields: object) -> None:
            nonlocal last
            if time.monotonic() - last >= REPORT_SECONDS:
                last = time.monotonic()
                self.report_progress(**fields)

        return report

    def with_another_try(self) -> Run | None:
        """The run as it is now, if it may be tried once more."""
        return self.rows().filter(attempts__lt=self.kind.max_attempts()).first()

    def is_worth_another_try(self, error: EngineError) -> bool:
        """Whether a decoder was lost, which at the last try is the one file's fault."""
        is_lost = error.code is ErrorCode.DECODER_LOST
        return is_lost and self.run.attempts < self.kind.max_attempts()

    def succeed(self, **fields: object) -> None:
        """Its last step. Raises ``RunLost`` like ``report_progress``: a cancel that was
        accepted is kept."""
        self._finish(JobState.SUCCEEDED, **fields)

    def fail(self, code: str) -> None:
        """The same, when all that was to be done is done and none of it came out."""
        self._finish(JobState.FAILED, error_code=code)

    def _finish(self, state: JobState, **fields: object) -> None:
        if not end(self.kind, self._wanted(), self.run.pk, state, **fields):
            raise RunLost

    def _wanted(self) -> QuerySet[Run]:
        return self.rows().filter(cancel_requested_at=None)


class SeenWork(Work[Run]):
    """The run as the reaper saw it: a lease that was prolonged since then shows that
    somebody lives (a dead worker's stands still)."""

    def rows(self) -> QuerySet[Run]:
        return super().rows().filter(lease_until=self.run.lease_until)


def end(
    kind: RunKind[Run],
    rows: QuerySet[Run],
    run_id: int,
    state: JobState,
    **fields: object,
) -> bool:
    """``→ succeeded | failed | canceled`` for the run, if it is still among ``rows``;
    False when it is not."""
    with transaction.atomic():
        ended = rows.update(
            **dict.fromkeys(("lease_token", "lease_until", *kind.running_columns)),
            state=state,
            finished_at=timezone.now(),
            **fields,
        )
        if ended:
            kind.forget(run_id)
            kind.tell(run_id, state)
    return bool(ended)


def lease_until() -> dict[str, object]:
    """When a lease runs out that is prolonged now, as a column."""
    seconds = timedelta(seconds=settings.JOB_LEASE_SECONDS)
    return {"lease_until": timezone.now() + seconds}
