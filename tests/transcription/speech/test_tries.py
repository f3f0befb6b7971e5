"""A trial run of the VAD that fails on what may pass is tried again, as others are."""

import os
import signal
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from django_q.models import OrmQ
from pytest_django import Settings

from accounts.models.departments import Department
from accounts.models.people import User
from accounts.services.audit.writing import SYSTEM
from tests.factories import make_recording
from tests.transcription.conftest import sound
from tests.transcription.speech.conftest import FakeDetector
from transcription.engine.base import EngineError, ErrorCode
from transcription.models.runs import JobState
from transcription.models.speech import VadRun
from transcription.pipeline.audio import decode
from transcription.services.recogniser.detectors import VadParameters
from transcription.services.runs.cluster.stopping import WorkerStopping
from transcription.services.runs.cluster.workers import this_machine
from transcription.services.runs.folders import work_root
from transcription.services.runs.reaper import reap
from transcription.services.runs.tries import DEATH_PAUSES, MAX_ATTEMPTS, PAUSES
from transcription.services.speech import runs
from transcription.services.speech.runs import (
    VAD_RUNS,
    cancel_vad,
    order_vad,
    run_vad,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(sales: Department, alice: User, detector: FakeDetector) -> VadRun:
    recording = make_recording(sales, alice, content=sound(3))
    return order_vad(recording=recording, origin=SYSTEM, parameters=VadParameters())


def facts(run: VadRun) -> tuple[str, str, int, int]:
    run.refresh_from_db()
    return run.state, run.error_code, run.attempts, run.deaths


def end_pause() -> tuple[int, ...]:
    VadRun.objects.exclude(try_again_at=None).update(try_again_at=timezone.now())
    return reap(VAD_RUNS).enqueued_again


def assert_waits(run: VadRun, since: datetime, pause: timedelta) -> None:
    assert run.waits_to_try_again and run.try_again_at is not None
    assert since + pause <= run.try_again_at <= timezone.now() + pause


@pytest.fixture
def fills_the_disk(settings: Settings) -> str:
    settings.DISK_RESERVE_BYTES = 2**60
    return ErrorCode.DISK_FULL


@pytest.fixture
def kills_its_decoder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    script = tmp_path / "decoder.py"
    script.write_text("import os\nos.kill(os.getpid(), 9)\n")
    monkeypatch.setattr(decode, "_WORKER", script)
    return ErrorCode.DECODER_LOST


@pytest.mark.parametrize("fault", ["fills_the_disk", "kills_its_decoder"])
def test_what_may_pass_is_tried_again_after_growing_pauses(
    run: VadRun, fault: str, request: pytest.FixtureRequest
) -> None:
    code = request.getfixturevalue(fault)
    for attempt, pause in enumerate(PAUSES, start=1):
        before = timezone.now()
        run_vad(run.pk)
        assert facts(run) == (JobState.QUEUED, code, attempt, 0)
        assert_waits(run, before, pause)
        run_vad(run.pk)  # an entry that came twice
        assert facts(run)[2] == attempt
        assert end_pause() == (run.pk,)
    run_vad(run.pk)
    assert facts(run) == (JobState.FAILED, code, MAX_ATTEMPTS, 0)
    assert not list(work_root().glob("*"))


def test_a_look_that_works_the_second_time_has_its_result(
    run: VadRun, settings: Settings
) -> None:
    reserve, settings.DISK_RESERVE_BYTES = settings.DISK_RESERVE_BYTES, 2**60
    run_vad(run.pk)
    settings.DISK_RESERVE_BYTES = reserve
    end_pause()
    run_vad(run.pk)
    assert facts(run) == (JobState.SUCCEEDED, "", 2, 0)
    assert (run.percent, run.audio_ms, len(run.tracks)) == (100, 3_000, 1)


def test_workers_that_die_over_it_make_it_wait_longer_each_time(
    run: VadRun, detector: FakeDetector
) -> None:
    detector.before = die
    for deaths, pause in enumerate(DEATH_PAUSES, start=1):
        before = timezone.now()
        killed(run)
        assert facts(run) == (JobState.QUEUED, ErrorCode.WORKER_LOST, 0, deaths)
        if pause:
            assert_waits(run, before, pause)
            end_pause()
    killed(run)
    assert facts(run)[:2] == (JobState.FAILED, ErrorCode.WORKER_LOST)


def die() -> None:
    raise KeyboardInterrupt  # nobody tidies up after it


def killed(run: VadRun) -> None:
    """A worker takes the run and is killed; the reaper sees it."""
    with pytest.raises(KeyboardInterrupt):
        run_vad(run.pk)
    VadRun.objects.update(worker=f"{this_machine()}:4194303:1")
    reap(VAD_RUNS)


def test_a_worker_that_is_told_to_end_gives_it_back_and_that_was_no_try(
    run: VadRun, detector: FakeDetector
) -> None:
    OrmQ.objects.all().delete()

    def is_told_to_end() -> None:
        threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGTERM)).start()
        time.sleep(60)

    detector.before = is_told_to_end
    with pytest.raises(WorkerStopping):
        run_vad(run.pk)
    assert facts(run) == (JobState.QUEUED, "", 0, 0)
    entry = OrmQ.objects.get()
    assert (entry.key, entry.task["args"]) == ("interactive", (run.pk,))


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (SystemExit("Task exceeded maximum timeout value"), ErrorCode.ENGINE_FAILED),
        (
            EngineError(ErrorCode.DEVICE_FAILED, permanent=False),
            ErrorCode.DEVICE_FAILED,
        ),
    ],
)
def test_what_ends_the_process_does_not_end_the_run(
    run: VadRun,
    error: BaseException,
    code: ErrorCode,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(runs, "detector", raising(error))
    with pytest.raises(SystemExit):
        run_vad(run.pk)
    assert facts(run) == (JobState.QUEUED, code, 1, 0)
    assert run.waits_to_try_again


def raising(error: BaseException) -> Callable[[VadParameters], None]:
    def do(parameters: VadParameters) -> None:
        raise error

    return do


def test_it_is_canceled_while_it_waits_to_be_tried_again(
    run: VadRun, fills_the_disk: str
) -> None:
    run_vad(run.pk)
    assert cancel_vad(run=run, origin=SYSTEM)
    assert end_pause() == ()
    assert facts(run)[0] == JobState.CANCELED
