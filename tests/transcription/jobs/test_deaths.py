"""Processes that die under a job: a storm of kills ends none, a poisonous one ends."""

import signal
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from django_q.models import OrmQ
from pytest_django import Settings

from accounts.models.departments import Department
from accounts.models.people import User
from tests.factories import make_job, make_recording
from tests.jobs import claim, reap_jobs, run_job
from tests.transcription.conftest import Upload
from tests.transcription.engines import FakeEngine
from transcription.engine.base import EngineError, ErrorCode
from transcription.models.jobs import JobWindow, TranscriptionJob
from transcription.models.runs import JobState
from transcription.pipeline.audio import decode
from transcription.pipeline.pooling import EnginePool
from transcription.services.jobs import working
from transcription.services.jobs.concurrency import claim_concurrent
from transcription.services.jobs.working import Progress
from transcription.services.runs.cluster.workers import this_machine
from transcription.services.runs.errors import sentence
from transcription.services.runs.folders import work_root
from transcription.services.runs.tries import DEATH_PAUSES
from transcription.services.runs.work import Work

pytestmark = pytest.mark.django_db

DEAD = f"{this_machine()}:4194303:1"


def facts(job: TranscriptionJob) -> tuple[str, int, int]:
    job.refresh_from_db()
    return job.state, job.attempts, job.deaths


def claimed(job: TranscriptionJob) -> Work[TranscriptionJob]:
    """As when its pause is over and its entry comes out of the queue."""
    TranscriptionJob.objects.filter(pk=job.pk).update(try_again_at=None)
    lease = claim(job.pk)
    assert lease is not None
    return lease


def die(job: TranscriptionJob) -> None:
    """A worker takes the job and dies; the reaper sees it."""
    claimed(job)
    TranscriptionJob.objects.filter(pk=job.pk).update(worker=DEAD)
    reap_jobs()


def test_the_first_death_costs_no_time_and_each_next_one_more(
    sales: Department,
) -> None:
    job = make_job(make_recording(sales), JobState.QUEUED)
    for deaths, pause in enumerate(DEATH_PAUSES, start=1):
        OrmQ.objects.all().delete()
        before = timezone.now()
        die(job)
        assert facts(job) == ("queued", 0, deaths)
        if pause == timedelta(0):
            assert (job.try_again_at, OrmQ.objects.count()) == (None, 1)
            continue
        assert OrmQ.objects.count() == 0  # the reaper rings when the pause is over
        assert job.try_again_at is not None
        assert before + pause <= job.try_again_at <= timezone.now() + pause
        assert job.error_code == ErrorCode.WORKER_LOST


def test_only_a_job_that_goes_on_killing_workers_alone_ends(sales: Department) -> None:
    job = make_job(make_recording(sales), JobState.QUEUED)
    for _ in DEATH_PAUSES:
        die(job)
    JobWindow.objects.create(job=job, channel=0, index=0, segments=[])
    die(job)
    assert facts(job) == ("failed", 1, len(DEATH_PAUSES) + 1)
    assert (job.error_code, job.windows.count()) == ("worker_lost", 0)
    assert sentence(job.error_code) == "处理这条录音时程序多次意外中断。请告诉管理员。"


def test_tries_that_failed_are_counted_apart_from_deaths(
    sales: Department, settings: Settings
) -> None:
    job = make_job(
        make_recording(sales), JobState.QUEUED, attempts=settings.JOB_MAX_ATTEMPTS - 1
    )
    die(job)
    assert facts(job) == ("queued", settings.JOB_MAX_ATTEMPTS - 1, 1)


def test_a_job_over_which_a_worker_died_is_worked_on_alone(
    sales: Department,
) -> None:
    first = make_job(make_recording(sales), JobState.QUEUED)
    claim(first.pk)
    long_ago = timezone.now() - timedelta(hours=1)
    job = make_job(make_recording(sales), JobState.QUEUED, enqueued_at=long_ago)
    die(job)
    TranscriptionJob.objects.filter(pk=job.pk).update(enqueued_at=long_ago)
    assert claim_concurrent(first) is None


def test_a_finished_window_forgives_the_deaths_before_it(
    alice: User, upload: Upload, engine: FakeEngine
) -> None:
    job = upload(alice).job
    die(job)
    die(job)
    lease = claimed(job)
    job.refresh_from_db()
    Progress(lease, job, EnginePool(engine).for_recording()).keep_window(0, 0, ())
    assert facts(job) == ("running", 1, 0)


@pytest.fixture
def decoder_that(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Callable[[str], None]:
    """``decoder_that("abort()")``: the decoder does that and nothing else."""

    def make(does: str) -> None:
        script = tmp_path / "decoder.py"
        script.write_text(f"import os, sys\n{does}\n")
        monkeypatch.setattr(decode, "_WORKER", script)

    return make


KILLED = f"os.kill(os.getpid(), {int(signal.SIGKILL)})"


@pytest.mark.parametrize(
    ("does", "detail"),
    [
        (KILLED, "SIGKILL"),
        ("os.abort()", "SIGABRT"),
        ("sys.exit('no codec')", "no codec"),
        ("pass", ""),
    ],
)
def test_a_decoder_that_leaves_no_report_is_no_verdict_on_the_file(
    alice: User,
    upload: Upload,
    engine: FakeEngine,
    decoder_that: Callable[[str], None],
    does: str,
    detail: str,
) -> None:
    job = upload(alice).job
    decoder_that(does)
    run_job(job.pk)
    assert facts(job) == ("queued", 0, 1)
    assert (job.error_code, job.error_detail) == ("decoder_lost", detail)


def test_a_killed_decoders_file_is_decoded_the_next_time(
    alice: User, upload: Upload, engine: FakeEngine, tmp_path: Path
) -> None:
    job = upload(alice).job
    with pytest.MonkeyPatch.context() as patch:
        script = tmp_path / "decoder.py"
        script.write_text(f"import os\n{KILLED}\n")
        patch.setattr(decode, "_WORKER", script)
        run_job(job.pk)
    run_job(job.pk)
    assert facts(job) == ("succeeded", 1, 0)  # a window was finished


def test_a_file_that_kills_its_decoder_every_time_ends_with_a_sentence(
    alice: User,
    upload: Upload,
    engine: FakeEngine,
    decoder_that: Callable[[str], None],
) -> None:
    job = upload(alice).job
    decoder_that(KILLED)
    for _ in range(len(DEATH_PAUSES) + 1):
        assert facts(job)[0] == "queued"
        TranscriptionJob.objects.update(try_again_at=None)
        run_job(job.pk)
    assert facts(job)[0] == "failed"
    assert (job.error_code, job.error_detail) == ("decoder_lost", "SIGKILL")
    assert "内存不够" in sentence(job.error_code)
    assert not list(work_root().glob("*"))


def test_memory_that_a_decoder_lacks_is_asked_for_again_later(
    alice: User, upload: Upload, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def small(*args: Any, **options: Any) -> None:
        raise EngineError(ErrorCode.DECODE_LIMIT, permanent=False)

    job = upload(alice).job
    monkeypatch.setattr(working, "decode_file", small)
    run_job(job.pk)
    assert facts(job) == ("queued", 1, 0)
    assert job.waits_to_try_again


def test_a_full_disk_uses_up_no_try_and_says_so(
    alice: User, upload: Upload, engine: FakeEngine
) -> None:
    job = upload(alice).job
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(working, "has_room", lambda folder: False)
        run_job(job.pk)
    assert facts(job) == ("queued", 0, 0)
    assert (job.error_code, job.waits_to_try_again) == ("disk_full", True)
    TranscriptionJob.objects.update(try_again_at=None)
    run_job(job.pk)
    assert facts(job) == ("succeeded", 1, 0)


def test_a_disk_that_fills_while_decoding_is_a_try_and_no_verdict(
    alice: User, upload: Upload, engine: FakeEngine, settings: Settings
) -> None:
    job = upload(alice).job
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(working, "has_room", lambda folder: True)
        settings.DISK_RESERVE_BYTES = 2**60
        run_job(job.pk)
    assert facts(job) == ("queued", 1, 0)
    assert (job.error_code, job.waits_to_try_again) == ("disk_full", True)
    assert not list(work_root().glob("*"))
    assert Path(job.recording.file.path).exists()
