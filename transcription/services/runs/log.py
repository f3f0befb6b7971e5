"""One line in the log for every run that comes to an end: ids, times, figures, the
outcome's code. Never a title, a file's name or a word of what was said."""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from django.db import DatabaseError
from django.db.models import QuerySet

from transcription.models.runs import ACTIVE_STATES, LeasedRun

logger = logging.getLogger(__name__)

Run = TypeVar("Run", bound=LeasedRun)


def log_end(
    runs: QuerySet[Run],
    run_id: int,
    describe: Callable[[Run], str],
    *,
    worker: str = "",
) -> None:
    """Nothing while the run is active, or when it ended in another ``worker``'s hands.
    Called at the very end of a worker's work: it raises nothing."""
    ended = runs.exclude(state__in=ACTIVE_STATES)
    if worker:
        ended = ended.filter(worker=worker)
    try:
        run = ended.filter(pk=run_id).first()
        line = describe(run) if run else ""
    except DatabaseError:
        logger.exception("%s %s has ended or not.", runs.model.__name__, run_id)
        return
    if line:
        logger.info("%s", line)


def describe_run(run: LeasedRun) -> str:
    """What is to be said of a run whose kind has nothing of its own to say."""
    took = seconds_between(run.created_at, run.finished_at)
    return (
        f"{type(run).__name__} {run.uuid} {run.state}: done={run.percent}% "
        f"attempts={run.attempts} deaths={run.deaths} took_s={took} "
        f"engine={run.engine or '-'} code={run.error_code or '-'}"
    )


def seconds_between(since: datetime | None, until: datetime | None) -> str:
    if since is None or until is None:
        return "-"
    return f"{(until - since).total_seconds():.1f}"
