"""A database that comes out of a backup: whoever was at work then is so no more."""

from datetime import timedelta
from importlib import import_module

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils import timezone
from django_q.models import OrmQ

from transcription.models.recogniser import EngineWorker
from transcription.models.runs import JobState
from transcription.services.evaluation.runs import EVALUATIONS
from transcription.services.jobs.orders import reap_jobs
from transcription.services.revisions.orders import REHEARINGS
from transcription.services.runs.leases import reap
from transcription.services.speech.runs import VAD_RUNS


def begin_anew() -> tuple[int, int]:
    """End all sessions and give what was running back to the queue; how many of each.
    Part of the caller's transaction.

    The leases run out at once, and the janitor's own duties do the rest: they know what
    a kind of run needs.
    """
    store = import_module(settings.SESSION_ENGINE).SessionStore
    sessions, _kinds = store.get_model_class().objects.all().delete()
    EngineWorker.objects.all().delete()
    running = sum(_let_leases_run_out(model) for model in _leased_models())
    reap_jobs()
    reap(EVALUATIONS)
    reap(REHEARINGS)
    reap(VAD_RUNS)
    # Last: what was just put in is signed with the key of this process, which is not
    # the restored one. The janitor rings for what waits.
    OrmQ.objects.all().delete()
    return sessions, running


def _leased_models() -> list[type[models.Model]]:
    """Every kind of run, by what all of them have."""
    return [
        model
        for model in apps.get_app_config("transcription").get_models()
        if {"state", "lease_until"} <= {field.name for field in model._meta.fields}
    ]


def _let_leases_run_out(model: type[models.Model]) -> int:
    running = model._default_manager.filter(state=JobState.RUNNING)
    names = {field.name for field in model._meta.fields}
    again = {"attempts": Greatest(F("attempts") - 1, 0)} if "attempts" in names else {}
    return running.update(lease_until=timezone.now() - timedelta(days=1), **again)
