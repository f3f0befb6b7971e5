"""The log says how every job ended, and nothing of what was said in it."""

import logging
import re

import pytest

from accounts.models.departments import Department
from accounts.models.people import User
from accounts.services.audit.writing import SYSTEM
from tests.factories import make_evaluation, make_job, make_recording
from tests.jobs import reap_jobs, run_job
from tests.transcription.conftest import Upload
from tests.transcription.engines import FakeEngine
from transcription.models.runs import JobState
from transcription.services.evaluation.runs import EVALUATIONS
from transcription.services.jobs.orders import cancel_job
from transcription.services.runs.cluster.workers import this_machine
from transcription.services.runs.reaper import reap
from transcription.services.runs.tries import DEATH_PAUSES

pytestmark = pytest.mark.django_db

DEAD = f"{this_machine()}:4194303:1"


@pytest.fixture
def said(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.INFO, logger="transcription.services.runs.log")
    return caplog


def lines(said: pytest.LogCaptureFixture) -> list[str]:
    return [
        record.getMessage()
        for record in said.records
        if record.name == "transcription.services.runs.log"
    ]


def test_a_finished_job_says_how_long_it_took_and_no_word(
    alice: User, upload: Upload, engine: FakeEngine, said: pytest.LogCaptureFixture
) -> None:
    done = upload(alice, name="秘密谈话.wav")
    run_job(done.job.pk)
    (line,) = lines(said)
    assert re.fullmatch(
        rf"Job {done.job.uuid} succeeded: recording={done.recording.uuid} "
        rf"department={done.recording.department_id} queue=interactive attempts=1 "
        r"deaths=0 waited_s=\d+\.\d took_s=\d+\.\d audio_s=1\.0 rtf=\d+\.\d{3} "
        r"engine=vosk code=-",
        line,
    )
    assert "秘密" not in line and engine.text not in line


def test_a_failed_job_says_its_code(
    alice: User, upload: Upload, engine: FakeEngine, said: pytest.LogCaptureFixture
) -> None:
    run_job(upload(alice, b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(20)).job.pk)
    (line,) = lines(said)
    assert "failed" in line and line.endswith("code=corrupt_audio")


def test_a_job_that_goes_back_to_the_queue_says_nothing_yet(
    alice: User, upload: Upload, engine: FakeEngine, said: pytest.LogCaptureFixture
) -> None:
    engine.before = _fail
    run_job(upload(alice).job.pk)
    assert lines(said) == []


def _fail() -> None:
    raise KeyError("surprise")


def test_what_the_reaper_and_people_end_is_said_too(
    sales: Department, said: pytest.LogCaptureFixture
) -> None:
    make_job(
        make_recording(sales),
        JobState.RUNNING,
        worker=DEAD,
        deaths=len(DEATH_PAUSES),
    )
    reap_jobs()
    cancel_job(job=make_job(make_recording(sales), JobState.QUEUED), origin=SYSTEM)
    make_evaluation(sales, JobState.RUNNING, worker=DEAD, deaths=len(DEATH_PAUSES))
    reap(EVALUATIONS)
    ends = [line.split(":")[0].split(" ")[::2] for line in lines(said)]
    assert ends == [["Job", "failed"], ["Job", "canceled"], ["EvaluationRun", "failed"]]
