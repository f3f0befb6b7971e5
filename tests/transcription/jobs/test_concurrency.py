"""Several jobs in one worker: together they are faster, and none of them notices."""

import threading
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from accounts.models.people import User
from accounts.services.audit.writing import SYSTEM
from tests.jobs import claim, run_job
from tests.transcription.conftest import OPTIONS, Upload, sound
from tests.transcription.engines import FakeEngine
from transcription.engine.base import EngineError, ErrorCode
from transcription.models.jobs import TranscriptionJob
from transcription.models.runs import JobState
from transcription.models.transcripts import Transcript
from transcription.services.jobs import concurrency, working
from transcription.services.jobs.concurrency import NextTurn, claim_concurrent
from transcription.services.jobs.orders import cancel_job
from transcription.services.recogniser.holder import turn_wanted
from transcription.services.recordings.keeping import UploadOptions
from transcription.services.runs import leases
from transcription.services.runs.cluster.stopping import WorkerStopping
from transcription.services.runs.folders import work_root
from transcription.services.runs.work import Work

together = pytest.mark.django_db(transaction=True)
alone = pytest.mark.django_db
LATER = timezone.now() + timedelta(hours=1)


@pytest.fixture
def two_at_once(settings: Settings) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("In-memory SQLite has one connection; see tests/chaos.")
    settings.JOBS_AT_ONCE = 2


@pytest.fixture
def waiting(alice: User, upload: Upload) -> Callable[..., TranscriptionJob]:
    """A job that has waited for a minute."""
    numbers = iter(range(100))

    def make(content: bytes | None = None, **changes: object) -> TranscriptionJob:
        if content is None:
            content = sound(2, seed=next(numbers))
        job = upload(alice, content, options=changes.pop("options", OPTIONS)).job
        changes.setdefault("enqueued_at", timezone.now() - timedelta(minutes=1))
        TranscriptionJob.objects.filter(pk=job.pk).update(**changes)
        job.refresh_from_db()
        return job

    return make


Waiting = Callable[..., TranscriptionJob]


def state(job: TranscriptionJob) -> str:
    return TranscriptionJob.objects.values_list("state", flat=True).get(pk=job.pk)


def facts(job: TranscriptionJob) -> tuple[str, int]:
    job.refresh_from_db()
    return job.state, job.attempts


def until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, "It did not happen in time."
        time.sleep(0.02)


def let_run_beside(job: TranscriptionJob) -> None:
    """Called by the delivered job in the engine: from now on the other may be claimed,
    and it waits at the engine."""
    long_ago = timezone.now() - timedelta(hours=1)
    TranscriptionJob.objects.filter(pk=job.pk).update(enqueued_at=long_ago)
    until(lambda: state(job) == "running")


@alone
def test_what_was_ordered_first_is_claimed_first(waiting: Waiting) -> None:
    first, second = waiting(), waiting()
    third = waiting(enqueued_at=timezone.now() - timedelta(hours=1))
    claim(first.pk)
    lease = claim_concurrent(first)
    assert lease is not None
    assert (lease.run.pk, state(second)) == (second.pk, "running")
    lease = claim_concurrent(first)
    assert lease is not None and lease.run.pk == third.pk
    assert claim_concurrent(first) is None


@alone
@pytest.mark.parametrize(
    "changes",
    [
        {"queue": "batch"},
        {"attempts": 1},  # it may be what ended a worker
        {"enqueued_at": LATER},  # somebody is free
        {"options": UploadOptions("en", False)},
    ],
)
def test_others_are_not_claimed_beside_it(
    waiting: Waiting, changes: dict[str, object]
) -> None:
    first = waiting()
    claim(first.pk)
    waiting(**changes)
    assert claim_concurrent(first) is None


@alone
def test_what_is_known_to_be_long_or_large_is_worked_on_alone(waiting: Waiting) -> None:
    first, long, large = waiting(), waiting(), waiting()
    claim(first.pk)
    recording = long.recording
    recording.duration_ms = 31 * 60_000
    recording.save()
    recording = large.recording
    recording.size_bytes = 65 * 2**20
    recording.save()
    assert claim_concurrent(first) is None


@alone
def test_what_turns_out_to_be_long_gets_a_worker_of_its_own(
    waiting: Waiting, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, other = waiting(), waiting()
    claim(first.pk)
    lease = claim_concurrent(first)
    assert lease is not None
    monkeypatch.setattr(working, "CONCURRENT_MAX_MS", 1000)
    working._to_an_end(lease, is_concurrent=True)
    assert facts(other) == ("queued", 0)
    assert engine.calls == 0
    monkeypatch.undo()


@together
def test_a_job_that_waits_is_done_beside_the_delivered_one(
    two_at_once: None, waiting: Waiting, engine: FakeEngine
) -> None:
    first, second = waiting(), waiting()
    engine.before = lambda: until(lambda: state(second) != "queued")
    run_job(first.pk)
    assert facts(first) == facts(second) == ("succeeded", 1)
    run_job(second.pk)  # its own queue entry
    assert Transcript.objects.count() == 2
    assert not list(work_root().glob("*"))


@together
def test_many_that_wait_are_done_by_one_worker(
    two_at_once: None, waiting: Waiting, engine: FakeEngine, settings: Settings
) -> None:
    settings.JOBS_AT_ONCE = 3
    jobs = [waiting() for _ in range(7)]
    run_job(jobs[0].pk)
    assert {facts(job) for job in jobs} == {("succeeded", 1)}
    assert Transcript.objects.count() == 7


@together
def test_a_job_that_was_tried_before_is_worked_on_alone(
    two_at_once: None, waiting: Waiting, engine: FakeEngine
) -> None:
    first, second = waiting(attempts=1), waiting()
    run_job(first.pk)
    assert (facts(first)[0], facts(second)) == ("succeeded", ("queued", 0))


@together
def test_where_one_attempt_is_all_there_is_everybody_works_alone(
    two_at_once: None, waiting: Waiting, engine: FakeEngine, settings: Settings
) -> None:
    settings.JOB_MAX_ATTEMPTS = 1
    first, second = waiting(), waiting()
    run_job(first.pk)
    assert (facts(first), facts(second)) == (("succeeded", 1), ("queued", 0))


@together
def test_a_bad_recording_fails_and_those_beside_it_do_not(
    two_at_once: None, waiting: Waiting, engine: FakeEngine
) -> None:
    first = waiting()
    bad = waiting(b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(20))
    good = waiting()
    run_job(first.pk)
    assert facts(first)[0] == facts(good)[0] == "succeeded"
    assert facts(bad)[0] == "failed"


@together
def test_a_concurrent_job_that_is_canceled_stops_and_the_other_does_not(
    two_at_once: None, waiting: Waiting, engine: FakeEngine, settings: Settings
) -> None:
    settings.JOB_LEASE_SECONDS = 1  # the heartbeat looks four times as often
    first, second = waiting(), waiting(enqueued_at=LATER)

    def cancel_the_second() -> None:
        let_run_beside(second)
        cancel_job(job=second, origin=SYSTEM)
        until(lambda: state(second) == "canceled")

    engine.before = cancel_the_second
    run_job(first.pk)
    assert (facts(first)[0], facts(second)[0]) == ("succeeded", "canceled")


@together
@pytest.mark.parametrize(
    ("ending", "attempts"),
    [(WorkerStopping(0), 0), (SystemExit("Task exceeded maximum timeout value"), 1)],
)
def test_a_worker_that_has_to_end_gives_all_its_jobs_back(
    two_at_once: None,
    waiting: Waiting,
    engine: FakeEngine,
    ending: SystemExit,
    attempts: int,
) -> None:
    first, second = waiting(), waiting(enqueued_at=LATER)

    def end() -> None:
        let_run_beside(second)
        raise ending

    engine.before = end
    with pytest.raises(SystemExit):
        run_job(first.pk)
    assert facts(first) == facts(second) == ("queued", attempts)
    assert not Transcript.objects.exists()


@together
def test_a_job_that_is_just_being_claimed_is_given_back_too(
    two_at_once: None,
    waiting: Waiting,
    engine: FakeEngine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first, second = waiting(), waiting()

    def slowly(
        like: TranscriptionJob, next_turn: NextTurn | None
    ) -> Work[TranscriptionJob] | None:
        lease = claim_concurrent(like, next_turn)
        until(lambda: is_ending.is_set())
        time.sleep(0.2)
        return lease

    def end() -> None:
        until(lambda: state(second) == "running")
        is_ending.set()
        raise WorkerStopping(0)

    is_ending = threading.Event()
    monkeypatch.setattr(concurrency, "claim_concurrent", slowly)
    engine.before = end
    with pytest.raises(SystemExit):
        run_job(first.pk)
    assert facts(first) == facts(second) == ("queued", 0)


@alone
def test_a_worker_that_has_to_end_before_it_begins_gives_its_job_back(
    waiting: Waiting, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def end(lease: Work[TranscriptionJob]) -> None:
        raise WorkerStopping(0)

    job = waiting()
    monkeypatch.setattr(leases, "Heartbeat", end)
    with pytest.raises(SystemExit):
        run_job(job.pk)
    assert facts(job) == ("queued", 0)


@together
def test_a_broken_card_ends_the_process_and_none_of_the_jobs(
    two_at_once: None, waiting: Waiting, engine: FakeEngine
) -> None:
    first, second = waiting(), waiting(enqueued_at=LATER)

    def break_down() -> None:
        let_run_beside(second)
        raise EngineError(ErrorCode.DEVICE_FAILED, permanent=False)

    engine.before = break_down
    with pytest.raises(SystemExit):
        run_job(first.pk)
    assert facts(first) == facts(second) == (JobState.QUEUED, 1)


@together
def test_while_a_request_waits_the_worker_claims_no_more(
    two_at_once: None, waiting: Waiting, engine: FakeEngine
) -> None:
    first, second = waiting(), waiting(enqueued_at=LATER)

    def ask() -> None:
        turn_wanted.set()
        long_ago = timezone.now() - timedelta(hours=1)
        TranscriptionJob.objects.filter(pk=second.pk).update(enqueued_at=long_ago)

    engine.before = ask
    try:
        run_job(first.pk)
    finally:
        turn_wanted.clear()
    assert (state(first), state(second)) == ("succeeded", "queued")
