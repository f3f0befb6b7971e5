"""A database that comes out of a backup: whoever was at work then is so no more."""

from datetime import timedelta
from importlib import import_module
from typing import Any

from django.conf import settings
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils import timezone
from django_q.models import OrmQ

from transcription.models.recogniser import EngineWorker
from transcription.models.runs import JobState
from transcription.services.kinds import KINDS, reap_all
from transcription.services.recordings.exporting.upkeep import end_all_exports
from transcription.services.runs.kind import RunKind


def begin_anew() -> tuple[int, int]:
    """End all sessions and give what was running back to the queue; how many of each.
    Part of the caller's transaction.

    The leases run out at once, and the janitor's own duties do the rest: they know what
    a kind of run needs.
    """
    store = import_module(settings.SESSION_ENGINE).SessionStore
    sessions, _kinds = store.get_model_class().objects.all().delete()
    EngineWorker.objects.all().delete()
    running = sum(_let_leases_run_out(kind) for kind in KINDS)
    reap_all()
    end_all_exports()
    # Last: what was just put in is signed with the key of this process, which is not
    # the restored one. The janitor rings for what waits.
    OrmQ.objects.all().delete()
    return sessions, running


def _let_leases_run_out(kind: RunKind[Any]) -> int:
    return (
        kind.rows()
        .filter(state=JobState.RUNNING)
        .update(
            lease_until=timezone.now() - timedelta(days=1),
            attempts=Greatest(F("attempts") - 1, 0),
        )
    )
