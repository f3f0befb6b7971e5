"""Waiting for a job."""

import time

import pytest

from accounts.models.departments import Department
from tests.factories import make_job, make_recording
from transcription.api import waiting
from transcription.models.jobs import TranscriptionJob
from transcription.models.runs import JobState


@pytest.fixture
def job(sales: Department) -> TranscriptionJob:
    return make_job(make_recording(sales), JobState.QUEUED)


def test_a_finished_job_is_not_waited_for(job: TranscriptionJob) -> None:
    TranscriptionJob.objects.update(state=JobState.FAILED, error_code="no_audio")
    assert waiting.wait_until_finished(job, 60)
    assert (job.state, job.error_code) == (JobState.FAILED, "no_audio")


def test_patience_ends(job: TranscriptionJob) -> None:
    began = time.monotonic()
    assert not waiting.wait_until_finished(job, 0.2)
    assert 0.2 <= time.monotonic() - began < 1


def test_it_looks_seldom_and_sees_soon(
    job: TranscriptionJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, looks = [0.0], []

    def sleep(seconds: float) -> None:
        looks.append(seconds)
        clock[0] += seconds
        if clock[0] > 20:
            TranscriptionJob.objects.update(state=JobState.CANCELED)

    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    monkeypatch.setattr(time, "sleep", sleep)
    assert waiting.wait_until_finished(job, 30)
    assert clock[0] < 20.5, "seen within two per cent and a half"
    assert len(looks) < 250


def test_a_purged_recording_ends_the_wait(job: TranscriptionJob) -> None:
    TranscriptionJob.objects.all().delete()
    with pytest.raises(TranscriptionJob.DoesNotExist):
        waiting.wait_until_finished(job, 60)


def test_the_more_wait_the_less_each_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    assert waiting._pause(0) == waiting.SHORTEST_SECONDS
    monkeypatch.setattr(waiting, "_waiting", set(range(200)))
    assert waiting._pause(0) == waiting._pause(20) == 4


def test_whoever_waits_for_hours_looks_every_few_seconds() -> None:
    assert waiting._pause(29) == 0.5
    assert waiting._pause(100) == 2
    assert waiting._pause(3600) == 5
