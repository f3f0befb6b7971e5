"""Orders: one at a time, canceled, repeated, failed."""

import uuid
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from django.utils import timezone
from django_q.models import OrmQ
from pytest_django import Settings

from accounts.models.audit.events import AuditAction, AuditEvent
from accounts.models.people import User
from accounts.services.audit.writing import SYSTEM
from accounts.services.refusal import Refused
from tests.jobs import run_job
from tests.transcription.conftest import OPTIONS, Upload, sound
from tests.transcription.engines import FakeEngine
from transcription.engine.base import EngineError, ErrorCode
from transcription.models.jobs import JobWindow, TranscriptionJob
from transcription.models.runs import JobState
from transcription.services.jobs import orders, working
from transcription.services.jobs.kind import JOBS
from transcription.services.jobs.orders import (
    cancel_job,
    order_job,
    retry_job,
)
from transcription.services.recordings.keeping import UploadOptions
from transcription.services.runs.cluster.stopping import WorkerStopping
from transcription.services.runs.folders import remove_left_sound, work_root

pytestmark = pytest.mark.django_db


def raising(error: BaseException) -> "Raise":
    return Raise(error)


class Raise:
    def __init__(self, error: BaseException) -> None:
        self.error = error

    def __call__(self) -> None:
        raise self.error


def test_a_recording_has_one_active_job(alice: User, upload: Upload) -> None:
    done = upload(alice)
    with pytest.raises(Refused) as refused:
        order_job(
            recording=done.recording,
            requested_by=alice,
            options=OPTIONS,
            queue="batch",
        )
    assert refused.value.code == "job_active"
    again = retry_job(job=done.job, origin=SYSTEM)
    assert again == done.job


@pytest.mark.parametrize("options", [None, OPTIONS])
def test_two_who_retry_at_the_same_moment_get_one_job(
    alice: User,
    upload: Upload,
    engine: FakeEngine,
    monkeypatch: pytest.MonkeyPatch,
    options: UploadOptions | None,
) -> None:
    done = upload(alice)
    run_job(done.job.pk)
    theirs = retry_job(job=done.job, origin=SYSTEM)
    look = orders.active_job
    too_early = [True]
    monkeypatch.setattr(
        orders,
        "active_job",
        lambda r: None if too_early and too_early.pop() else look(r),
    )
    ours = retry_job(job=done.job, origin=SYSTEM, options=options)
    assert ours == theirs
    assert done.recording.jobs.count() == 2
    retries = AuditEvent.objects.filter(action=AuditAction.JOB)
    assert retries.count() == 1


def test_a_queued_job_is_canceled_at_once(
    alice: User, upload: Upload, engine: FakeEngine
) -> None:
    done = upload(alice)
    assert cancel_job(job=done.job, origin=SYSTEM)
    assert done.job.state == JobState.CANCELED
    assert not cancel_job(job=done.job, origin=SYSTEM)
    run_job(done.job.pk)  # its queue entry arrives all the same
    assert engine.calls == 0
    assert AuditEvent.objects.filter(action=AuditAction.JOB).count() == 1


def test_a_running_job_stops_at_its_next_report(
    alice: User,
    upload: Upload,
    engine: FakeEngine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(working, "PROGRESS_SECONDS", 0)
    done = upload(alice, sound(60))

    def cancel() -> None:
        cancel_job(job=done.job, origin=SYSTEM)

    engine.before = cancel
    run_job(done.job.pk)
    done.job.refresh_from_db()
    assert done.job.state == JobState.CANCELED
    assert done.job.lease_token is None
    assert engine.calls == 1


def test_a_permanent_error_fails_the_job_with_its_code(
    alice: User, upload: Upload, engine: FakeEngine
) -> None:
    engine.before = raising(EngineError(ErrorCode.LANGUAGE_UNSUPPORTED, "ja"))
    done = upload(alice)
    run_job(done.job.pk)
    done.job.refresh_from_db()
    assert (done.job.state, done.job.attempts) == (JobState.FAILED, 1)
    assert (done.job.error_code, done.job.error_detail) == (
        "language_unsupported",
        "ja",
    )


def test_a_broken_card_ends_the_process_and_not_the_job(
    alice: User, upload: Upload, engine: FakeEngine
) -> None:
    engine.before = raising(EngineError(ErrorCode.DEVICE_FAILED, permanent=False))
    done = upload(alice)
    with pytest.raises(SystemExit):
        run_job(done.job.pk)
    done.job.refresh_from_db()
    assert (done.job.state, done.job.error_code) == ("queued", "device_failed")


def test_what_turns_out_to_be_long_goes_to_the_batch_cluster(
    alice: User, upload: Upload, engine: FakeEngine, settings: Settings
) -> None:
    settings.INTERACTIVE_MAX_MINUTES = 1
    done = upload(alice, sound(61))
    assert done.job.queue == "interactive"
    run_job(done.job.pk)
    done.job.refresh_from_db()
    assert (done.job.state, done.job.queue) == ("queued", "batch")
    assert (done.job.attempts, engine.calls) == (0, 0)
    assert OrmQ.objects.filter(key="batch").count() == 1
    run_job(done.job.pk)
    done.job.refresh_from_db()
    assert done.job.state == JobState.SUCCEEDED


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (EngineError(ErrorCode.OUT_OF_MEMORY, permanent=False), "out_of_memory"),
        (MemoryError(), "out_of_memory"),
        (OSError(28, "No space left"), "disk_full"),
        (OSError(5, "Input/output error"), "storage_failed"),
        (KeyError("surprise"), "engine_failed"),
    ],
)
def test_other_errors_are_tried_again_until_attempts_run_out(
    alice: User,
    upload: Upload,
    engine: FakeEngine,
    settings: Settings,
    error: Exception,
    code: str,
) -> None:
    engine.before = raising(error)
    done = upload(alice)
    for attempt in range(1, settings.JOB_MAX_ATTEMPTS + 1):
        done.job.refresh_from_db()
        assert (done.job.state, done.job.attempts) == ("queued", attempt - 1)
        run_job(done.job.pk)
        TranscriptionJob.objects.update(try_again_at=None)  # the pause is over
    done.job.refresh_from_db()
    assert (done.job.state, done.job.error_code) == (JobState.FAILED, code)
    assert not list(work_root().glob("*"))


def test_a_file_that_cannot_be_decoded_fails_with_a_sentence(
    alice: User, upload: Upload, engine: FakeEngine
) -> None:
    done = upload(alice, b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(20))
    run_job(done.job.pk)
    done.job.refresh_from_db()
    assert done.job.state == JobState.FAILED
    assert done.job.error_code in {"corrupt_audio", "no_audio"}
    assert engine.calls == 0


def test_a_worker_told_to_stop_gives_the_job_back(
    alice: User, upload: Upload, engine: FakeEngine
) -> None:
    engine.before = raising(WorkerStopping(0))
    done = upload(alice)
    with pytest.raises(SystemExit):
        run_job(done.job.pk)
    done.job.refresh_from_db()
    assert (done.job.state, done.job.attempts) == (JobState.QUEUED, 0)


def test_a_task_that_ran_out_of_time_counts_as_an_attempt(
    alice: User, upload: Upload, engine: FakeEngine
) -> None:
    engine.before = raising(SystemExit("Task exceeded maximum timeout value"))
    done = upload(alice)
    with pytest.raises(SystemExit):
        run_job(done.job.pk)
    done.job.refresh_from_db()
    assert (done.job.state, done.job.attempts) == (JobState.QUEUED, 1)


def test_a_retry_keeps_the_snapshot_or_takes_new_options(
    alice: User, upload: Upload, engine: FakeEngine
) -> None:
    first = upload(
        alice, options=UploadOptions("zh", False, extra_hotwords=("理财通",))
    )
    assert first.job.hotwords == ["理财通"]
    run_job(first.job.pk)
    second = retry_job(job=first.job, origin=SYSTEM)
    assert (second.language, second.hotwords) == ("zh", ["理财通"])
    run_job(second.pk)
    third = retry_job(
        job=second,
        origin=SYSTEM,
        options=UploadOptions("en", True),
        queue="batch",
    )
    assert (third.language, third.use_itn, third.queue) == ("en", True, "batch")
    assert third.hotwords == []


def test_a_successor_continues_after_the_finished_windows(
    alice: User, upload: Upload, engine: FakeEngine
) -> None:
    done = upload(alice, sound(20 * 60), queue="batch")

    def fail_in_the_second_window() -> None:
        if JobWindow.objects.exists():
            raise KeyError("crash")

    engine.before = fail_in_the_second_window
    run_job(done.job.pk)
    first_calls = engine.calls
    done.job.refresh_from_db()
    assert (done.job.state, done.job.windows.count()) == (JobState.QUEUED, 1)

    engine.before = None
    run_job(done.job.pk)
    done.job.refresh_from_db()
    assert done.job.state == JobState.SUCCEEDED
    assert engine.calls - first_calls < first_calls + 5
    times = list(
        done.recording.transcripts.get().segments.values_list("start_ms", "end_ms")
    )
    assert (times[0][0], times[-1][1]) == (0, 20 * 60_000)
    for former, following in pairwise(times):  # nothing missing, nothing twice
        assert 0 <= following[0] - former[1] < 1000
    assert not JobWindow.objects.exists()


def test_progress_and_time_left_are_written(
    alice: User,
    upload: Upload,
    engine: FakeEngine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(working, "PROGRESS_SECONDS", 0)
    done = upload(alice, sound(60))
    seen: list[tuple[int, int | None]] = []
    engine.before = lambda: seen.append(
        TranscriptionJob.objects.values_list("progress_percent", "eta_ms").get(
            pk=done.job.pk
        )
    )
    run_job(done.job.pk)
    assert seen[0] == (0, None)
    percents = [percent for percent, _ in seen]
    assert percents == sorted(set(percents))
    assert seen[-1][1] is not None


def test_the_recording_can_be_played_when_recognition_failed(
    alice: User, upload: Upload, engine: FakeEngine
) -> None:
    engine.before = raising(EngineError(ErrorCode.MODEL_BROKEN))
    done = upload(alice)
    run_job(done.job.pk)
    done.recording.refresh_from_db()
    assert done.recording.duration_ms == 1000
    assert done.recording.waveform


def test_a_dead_workers_folder_is_removed(settings: Settings) -> None:
    folder = work_root() / f"job-7-{uuid.uuid4()}"
    folder.mkdir(parents=True)
    (folder / "track-0.s16").write_bytes(b"x")
    odd = Path(work_root()) / "odd"
    odd.mkdir()
    remove_left_sound(JOBS)
    assert not folder.exists()
    assert odd.exists()  # not ours to judge


def test_the_cancel_time_of_a_former_run_does_not_stop_the_next(
    alice: User, upload: Upload, engine: FakeEngine
) -> None:
    done = upload(alice)
    cancel_job(job=done.job, origin=SYSTEM)
    again = retry_job(job=done.job, origin=SYSTEM)
    run_job(again.pk)
    again.refresh_from_db()
    assert again.state == JobState.SUCCEEDED
    assert timezone.now() - again.created_at < timedelta(minutes=1)
