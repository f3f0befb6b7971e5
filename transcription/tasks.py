"""What the queue calls: an id in, a service call out.

``run_job``, ``run_evaluation`` and so on, as ``RunKind.task`` names them. The id says
what the queue entry was made for; what is done is the next in turn.
"""

import logging
from collections.abc import Callable

from django.db import DatabaseError, close_old_connections

from transcription.forms.saved_searches import question_of
from transcription.services.kinds import KINDS, work_on_next
from transcription.services.recogniser.reporting import at_work
from transcription.services.saved_searches.waiting import match_waiting

logger = logging.getLogger(__name__)

# New transcripts are told to the saved searches between two runs; what is left over is
# the janitor's.
MATCHED_AT_ONCE = 20
MATCHING_SECONDS = 1.0


def __getattr__(name: str) -> Callable[[int], None]:
    for kind in KINDS:
        if kind.task == f"{__name__}.{name}":
            break
    else:
        raise AttributeError(f"{__name__} has no task {name!r}.")

    def run(run_id: int) -> None:
        with at_work():
            work_on_next(kind, run_id)
            _tell_saved_searches()

    return run


def _tell_saved_searches() -> None:
    try:
        match_waiting(question_of, limit=MATCHED_AT_ONCE, seconds=MATCHING_SECONDS)
    except DatabaseError:  # the run has ended, whatever comes of this
        logger.exception("New transcripts wait for the janitor.")
        close_old_connections()
