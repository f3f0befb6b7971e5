"""A job whose recogniser's service does not answer waits before it is tried again."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django_q.models import OrmQ
from pytest_django import Settings

from accounts.models.people import User
from accounts.services.audit.writing import SYSTEM
from tests.jobs import reap_jobs, run_job
from tests.transcription.conftest import Upload
from tests.transcription.engines import FakeEngine
from transcription.engine.base import EngineError, ErrorCode
from transcription.models.jobs import TranscriptionJob
from transcription.models.runs import JobState
from transcription.services.jobs.kind import JOBS
from transcription.services.jobs.orders import cancel_job
from transcription.services.runs.queue.pause import pause_intake
from transcription.services.runs.reaper import overdue
from transcription.services.runs.tries import PAUSES

pytestmark = pytest.mark.django_db


def is_away() -> None:
    raise EngineError(ErrorCode.SERVICE_FAILED, "refused\0", permanent=False)


@pytest.fixture
def job(alice: User, upload: Upload, engine: FakeEngine) -> TranscriptionJob:
    """Waits, and its recogniser's service does not answer."""
    engine.before = is_away
    return upload(alice).job


def tried(job: TranscriptionJob) -> TranscriptionJob:
    """As when its entry comes out of the queue."""
    OrmQ.objects.all().delete()
    run_job(job.pk)
    job.refresh_from_db()
    return job


def end_pause(job: TranscriptionJob) -> None:
    TranscriptionJob.objects.filter(pk=job.pk).update(try_again_at=timezone.now())


def test_each_next_try_comes_after_a_longer_pause(
    job: TranscriptionJob, settings: Settings
) -> None:
    settings.JOB_MAX_ATTEMPTS = len(PAUSES) + 2
    for pause in (*PAUSES, PAUSES[-1]):
        before = timezone.now()
        assert tried(job).waits_to_try_again
        assert job.try_again_at
        assert before + pause <= job.try_again_at <= timezone.now() + pause
        assert (job.error_code, job.error_detail) == ("service_failed", "refused")
        end_pause(job)
        assert reap_jobs().enqueued_again == (job.pk,)
    assert tried(job).state == JobState.FAILED


def test_nobody_takes_it_before(job: TranscriptionJob, engine: FakeEngine) -> None:
    tried(job)
    assert not OrmQ.objects.exists()
    TranscriptionJob.objects.update(enqueued_at=timezone.now() - timedelta(hours=1))
    assert reap_jobs().enqueued_again == ()
    assert overdue(JOBS, timedelta(0)) == []
    engine.before = lambda: None
    assert tried(job).state == JobState.QUEUED  # an entry came twice
    end_pause(job)
    assert reap_jobs().enqueued_again == (job.pk,)
    (entry,) = OrmQ.objects.filter(key=job.queue)
    assert entry.task["args"] == (job.pk,)
    assert reap_jobs().enqueued_again == ()
    assert tried(job).state == JobState.SUCCEEDED


def test_a_paused_intake_keeps_it_waiting(job: TranscriptionJob) -> None:
    tried(job)
    end_pause(job)
    pause_intake(origin=SYSTEM, reason="")
    assert reap_jobs().enqueued_again == ()
    job.refresh_from_db()
    assert job.waits_to_try_again


def test_it_is_canceled_while_it_waits(job: TranscriptionJob) -> None:
    tried(job)
    cancel_job(job=job, origin=SYSTEM)
    end_pause(job)
    assert reap_jobs().enqueued_again == ()
    assert tried(job).state == JobState.CANCELED
