"""Whose job it is: claims, leases that run out, results that come too late."""

import threading
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from django_q.models import OrmQ
from pytest_django import Settings

from accounts.models.departments import Department
from accounts.models.people import User
from tests.factories import make_job, make_recording
from tests.jobs import claim, reap_jobs, run_job
from tests.transcription.conftest import Upload
from tests.transcription.engines import FakeEngine
from transcription.models.jobs import TranscriptionJob
from transcription.models.runs import JobState
from transcription.models.transcripts import Transcript
from transcription.services.kinds import requeue_orphans
from transcription.services.runs import reaper
from transcription.services.runs.cluster.workers import (
    is_dead,
    this_machine,
    worker_name,
)
from transcription.services.runs.folders import work_root
from transcription.services.runs.heartbeat import Heartbeat
from transcription.services.runs.leases import requeue
from transcription.services.runs.reaper import ReapReport
from transcription.services.runs.tries import DEATH_PAUSES
from transcription.services.runs.work import RunLost, Work

pytestmark = pytest.mark.django_db

LONG_AGO = timedelta(hours=1)


def dead_worker() -> str:
    """The name of a process of this machine that is no more."""
    return f"{this_machine()}:4194303:1"


def steal(job: TranscriptionJob) -> None:
    """Somebody else has the job now."""
    TranscriptionJob.objects.filter(pk=job.pk).update(lease_token=uuid.uuid4())


def test_a_job_is_claimed_once(sales: Department) -> None:
    job = make_job(make_recording(sales), JobState.QUEUED)
    lease = claim(job.pk)
    assert lease is not None
    assert claim(job.pk) is None
    job.refresh_from_db()
    assert (job.state, job.attempts, job.worker) == ("running", 1, worker_name())
    assert job.lease_token == lease.token


@pytest.mark.parametrize("state", ["running", "succeeded", "failed", "canceled"])
def test_only_a_queued_job_can_be_claimed(sales: Department, state: str) -> None:
    job = make_job(make_recording(sales), JobState(state))
    assert claim(job.pk) is None


def test_a_claim_of_nothing_is_nothing(db: None) -> None:
    assert claim(4711) is None
    run_job(4711)


@pytest.mark.django_db(transaction=True)
def test_of_many_claimers_one_wins(sales: Department) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("In-memory SQLite has one connection; see tests/chaos.")
    job = make_job(make_recording(sales), JobState.QUEUED)
    start = threading.Barrier(8)
    won: list[Work[TranscriptionJob]] = []

    def compete() -> None:
        try:
            start.wait()
            lease = claim(job.pk)
            if lease is not None:
                won.append(lease)
        finally:
            connection.close()

    threads = [threading.Thread(target=compete) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1


def test_a_lost_lease_stores_nothing(
    alice: User, upload: Upload, engine: FakeEngine
) -> None:
    done = upload(alice)
    engine.before = lambda: steal(done.job)
    run_job(done.job.pk)
    assert not Transcript.objects.exists()
    done.job.refresh_from_db()
    assert done.job.state == JobState.RUNNING  # its new owner's business
    assert not list(work_root().glob("*"))


def test_a_job_purged_in_mid_work_stores_nothing(
    alice: User, upload: Upload, engine: FakeEngine
) -> None:
    done = upload(alice)

    def purge() -> None:
        done.recording.delete()

    engine.before = purge
    run_job(done.job.pk)
    assert not Transcript.objects.exists()


def test_an_expired_lease_goes_back_to_the_queue(sales: Department) -> None:
    job = make_job(
        make_recording(sales),
        JobState.RUNNING,
        worker="elsewhere:1:2:3:4",
        lease_until=timezone.now() - LONG_AGO,
    )
    assert reap_jobs().requeued == (job.pk,)
    job.refresh_from_db()
    assert (job.state, job.lease_token) == ("queued", None)
    assert (job.attempts, job.deaths) == (0, 1)
    assert OrmQ.objects.count() == 1
    assert reap_jobs().requeued == ()


def test_a_living_lease_is_left_alone(sales: Department) -> None:
    make_job(make_recording(sales), JobState.RUNNING, worker=worker_name())
    make_job(make_recording(sales), JobState.RUNNING, worker="elsewhere:1:2:3:4")
    assert reap_jobs() == type(reap_jobs())()


def test_a_dead_worker_of_this_machine_is_not_waited_for(sales: Department) -> None:
    job = make_job(make_recording(sales), JobState.RUNNING, worker=dead_worker())
    assert requeue_orphans().requeued == (job.pk,)


def test_workers_that_were_stopped_on_purpose_cost_no_attempt(
    sales: Department, settings: Settings
) -> None:
    job = make_job(
        make_recording(sales),
        JobState.RUNNING,
        worker=dead_worker(),
        attempts=settings.JOB_MAX_ATTEMPTS,
    )
    requeue_orphans(counts=False)
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("queued", settings.JOB_MAX_ATTEMPTS - 1)


def test_a_canceled_job_of_a_dead_worker_ends_canceled(sales: Department) -> None:
    job = make_job(
        make_recording(sales),
        JobState.RUNNING,
        worker=dead_worker(),
        cancel_requested_at=timezone.now(),
    )
    reap_jobs()
    job.refresh_from_db()
    assert job.state == JobState.CANCELED


def test_the_heartbeat_extends_the_lease_and_sees_the_cancel(
    sales: Department, settings: Settings
) -> None:
    job = make_job(make_recording(sales), JobState.QUEUED)
    lease = claim(job.pk)
    assert lease is not None
    settings.JOB_LEASE_SECONDS = 600
    lease.extend()
    job.refresh_from_db()
    assert job.lease_until is not None
    assert job.lease_until > timezone.now() + timedelta(minutes=9)
    assert not lease.lost.is_set()
    TranscriptionJob.objects.filter(pk=job.pk).update(
        cancel_requested_at=timezone.now()
    )
    lease.extend()
    assert lease.cancel_requested.is_set()
    steal(job)
    lease.extend()
    with pytest.raises(RunLost):
        lease.check()


@pytest.mark.django_db(transaction=True)
def test_the_heartbeat_beats_in_its_own_thread(
    sales: Department, settings: Settings
) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("In-memory SQLite has one connection; see tests/chaos.")
    settings.JOB_LEASE_SECONDS = 2
    job = make_job(make_recording(sales), JobState.QUEUED)
    lease = claim(job.pk)
    assert lease is not None
    before = TranscriptionJob.objects.get(pk=job.pk).lease_until
    with Heartbeat(lease):
        threading.Event().wait(1.2)
    after = TranscriptionJob.objects.get(pk=job.pk).lease_until
    assert before is not None
    assert after is not None
    assert after > before


@pytest.mark.parametrize("deaths", [0, len(DEATH_PAUSES)])
def test_a_heartbeat_after_the_reapers_look_saves_the_job(
    sales: Department, deaths: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = make_job(make_recording(sales), JobState.QUEUED, deaths=deaths)
    lease = claim(job.pk)
    assert lease is not None
    TranscriptionJob.objects.update(lease_until=timezone.now() - LONG_AGO)

    def look(worker: str) -> bool:
        lease.extend()  # the heartbeat comes after the reaper has read its list
        return True

    monkeypatch.setattr(reaper, "is_dead", look)
    assert reap_jobs() == ReapReport()
    job.refresh_from_db()
    assert job.state == JobState.RUNNING


def test_what_was_lost_cannot_be_given_back(sales: Department) -> None:
    job = make_job(make_recording(sales), JobState.QUEUED)
    lease = claim(job.pk)
    assert lease is not None
    steal(job)
    assert not requeue(lease, counts=True)
    assert not OrmQ.objects.exists()


def test_a_process_is_dead_only_where_that_is_known() -> None:
    assert not is_dead(worker_name())
    assert is_dead(dead_worker())
    assert is_dead(worker_name().rpartition(":")[0] + ":1")  # the pid, used again
    assert not is_dead("another-host:1:2:4194303:1")
    assert not is_dead("")
