"""What the queue calls: an id in, a service call out.

``run_job``, ``run_evaluation`` and so on, as ``RunKind.task`` names them. The id says
what the queue entry was made for; what is done is the next in turn.
"""

from collections.abc import Callable

from transcription.services.kinds import KINDS, work_on_next
from transcription.services.recogniser.reporting import at_work


def __getattr__(name: str) -> Callable[[int], None]:
    for kind in KINDS:
        if kind.task == f"{__name__}.{name}":
            break
    else:
        raise AttributeError(f"{__name__} has no task {name!r}.")

    def run(run_id: int) -> None:
        with at_work():
            work_on_next(kind, run_id)

    return run
