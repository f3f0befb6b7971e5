"""How often a run is tried, and how long it rests in between."""

from datetime import timedelta
from typing import Any, Final

MAX_ATTEMPTS: Final = 3  # of one step
# Before the second try and later ones: a service may be loading its model anew.
PAUSES = (timedelta(minutes=1), timedelta(minutes=5))
# Before a job goes on whose process died, so often since its last finished window. The
# first may have died of a job beside it; from then on the job is alone, and a storm of
# kills has to last for fifty minutes to look like a recording that kills its workers.
DEATH_PAUSES = tuple(timedelta(minutes=minutes) for minutes in (0, 1, 5, 15, 30))


def error_fields(code: str, detail: str = "") -> dict[str, Any]:
    """What became of a try, as columns of a job or run; PostgreSQL stores no NUL."""
    return {"error_code": code, "error_detail": detail.replace("\0", "")[:500]}


def pause_before(attempts: int) -> timedelta:
    """How long what has failed so many times on what may pass is left alone."""
    return PAUSES[min(max(attempts, 1), len(PAUSES)) - 1]
