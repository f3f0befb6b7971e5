"""What concerns runs of all kinds at once."""

from django.db import transaction

from accounts.services.audit.writing import Origin
from transcription.models.recogniser import (
    IntakePause,
)
from transcription.services.evaluation.runs import EVALUATIONS
from transcription.services.jobs.orders import ring_waiting as ring_waiting_jobs
from transcription.services.jobs.orders import without_bell as jobs_without_bell
from transcription.services.revisions.orders import REHEARINGS
from transcription.services.runs.leases import ring_waiting, without_bell
from transcription.services.runs.pause import note_intake
from transcription.services.speech.runs import VAD_RUNS


def resume_intake(*, origin: Origin) -> bool:
    """Workers claim again, and hear of what has waited meanwhile. False when nothing
    was paused."""
    with transaction.atomic():
        deleted, _per_model = IntakePause.objects.all().delete()
        if not deleted:
            return False
        note_intake(origin, "intake_resumed")
    # All are found before any is rung for: a new entry looks as if none were lost.
    jobs, evaluations = jobs_without_bell(), without_bell(EVALUATIONS)
    rehearings, looks = without_bell(REHEARINGS), without_bell(VAD_RUNS)
    ring_waiting_jobs(jobs)
    ring_waiting(EVALUATIONS, evaluations)
    ring_waiting(REHEARINGS, rehearings)
    ring_waiting(VAD_RUNS, looks)
    return True
