"""What has to be known of a kind of run to carry its runs out."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import QuerySet
from django.utils.functional import Promise

from transcription.engine.base import ErrorCode
from transcription.models.runs import RECOGNISING, JobQueue, JobState, LeasedRun
from transcription.services.runs.log import describe_run, log_end
from transcription.services.runs.queue.entries import put
from transcription.services.runs.tries import MAX_ATTEMPTS

Run = TypeVar("Run", bound=LeasedRun)


def _keeps_nothing(run_id: int) -> None:
    """Most kinds have nothing but their row."""


def _tells_nobody(run_id: int, state: JobState) -> None:
    """Whoever waits for it looks at its page."""


@dataclass(frozen=True, slots=True, eq=False)  # a title differs by language
class RunKind(Generic[Run]):
    """A kind of run, as the room that orders it describes it. ``services.kinds`` lists
    all of them.

    ``name`` begins the names of its work folders, ``title`` is for people; ``task`` is
    what the queue calls with an id; ``queues`` are those that its runs may be in, as
    its table's constraint has them: ``RECOGNISING``, or chores alone; ``department`` is
    the path from a run to its department. A failed try is followed by a pause, where
    ``pauses_after`` names codes by these only. ``running_columns`` are empty in any
    other state. ``forget`` is called with the id of a run that ends, and ``tell`` with
    its state too, in the transaction that ends it.
    """

    name: str
    title: Promise | str
    model: type[Run]
    task: str
    queues: tuple[JobQueue, ...]
    department: str = "department"
    max_attempts: Callable[[], int] = lambda: MAX_ATTEMPTS
    pauses_after: frozenset[ErrorCode] | None = None
    lost_decoder_is_death: bool = False
    # Thousands may wait: ``turns`` finds each department's first by an index.
    is_numerous: bool = False
    # Which of a department's runs goes first.
    order: tuple[str, ...] = ("pk",)
    running_columns: tuple[str, ...] = ()
    forget: Callable[[int], None] = _keeps_nothing
    tell: Callable[[int, JobState], None] = _tells_nobody
    describe: Callable[[Run], str] = describe_run

    @property
    def recognises(self) -> bool:
        """Whether workers that load models carry it out."""
        return any(queue in RECOGNISING for queue in self.queues)

    def rows(self) -> QuerySet[Run]:
        return QuerySet(self.model)

    def claimable(self) -> QuerySet[Run]:
        """Those that wait for nothing but a worker."""
        return self.rows().filter(state=JobState.QUEUED, try_again_at=None)

    def enqueue(self, run: Run) -> None:
        """Put a queued run's entry into its queue, in the caller's transaction."""
        put(self.task, run.pk, run.queue)

    def log_end(self, run_id: int, *, worker: str = "") -> None:
        log_end(self.rows(), run_id, self.describe, worker=worker)
