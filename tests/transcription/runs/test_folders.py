"""Decoded audio of runs: where it lies, and what becomes of a killed worker's."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts.models.departments import Department
from accounts.models.people import User
from accounts.services.audit.writing import SYSTEM
from tests.factories import make_job, make_recording
from transcription.models.evaluation import EvaluationRun, LibraryKind
from transcription.models.exports import RecordingExport
from transcription.models.rehearings import Rehearing
from transcription.models.runs import JobQueue, JobState, LeasedRun
from transcription.models.speech import VadRun
from transcription.services.evaluation.runs import EVALUATIONS
from transcription.services.evaluation.sets import create_set
from transcription.services.jobs.kind import JOBS
from transcription.services.kinds import KINDS
from transcription.services.recordings.exporting.orders import EXPORTS
from transcription.services.revisions.orders import RE_RECOGNITIONS
from transcription.services.runs.folders import work_folder, work_root
from transcription.services.runs.kind import RunKind
from transcription.services.runs.leases import claim
from transcription.services.speech.runs import VAD_RUNS


def a_look_for_speech(department: Department) -> VadRun:
    return VadRun.objects.create(
        department=department,
        recording=make_recording(department),
        end_silence_ms=500,
        max_segment_ms=30_000,
        gap_ms=200,
        pad_ms=120,
        queue=JobQueue.BATCH,
    )


def a_re_recognition(department: Department) -> Rehearing:
    return Rehearing.objects.create(department=department, hotword="利率")


def an_evaluation(department: Department) -> EvaluationRun:
    made = create_set(department=department, origin=SYSTEM, name="回归")
    return EvaluationRun.objects.create(reference_set=made, library=LibraryKind.JOBS)


def an_export(department: Department) -> RecordingExport:
    return RecordingExport.objects.create(department=department, language="en")


MAKERS: dict[RunKind[Any], Callable[[Department], LeasedRun]] = {
    JOBS: lambda department: make_job(make_recording(department), JobState.QUEUED),
    VAD_RUNS: a_look_for_speech,
    RE_RECOGNITIONS: a_re_recognition,
    EVALUATIONS: an_evaluation,
    EXPORTS: an_export,
}


def set_state(run: LeasedRun, state: JobState) -> None:
    is_running = state == JobState.RUNNING
    run.state = state
    run.lease_token = run.uuid if is_running else None
    run.lease_until = timezone.now() + timedelta(minutes=15) if is_running else None
    run.save()


@pytest.mark.django_db(transaction=True)  # the janitor looks after its connection
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_the_janitor_removes_what_a_killed_worker_left(
    kind: RunKind[Any], sales: Department, alice: User
) -> None:
    run = MAKERS[kind](sales)
    name = f"{kind.name}-{run.pk}"
    own, former = work_root() / f"{name}-{run.uuid}", work_root() / f"{name}-x1"
    other = work_root() / f"{kind.name}-x-1"
    for folder in (own, former, other):
        folder.mkdir(parents=True)
    set_state(run, JobState.RUNNING)
    call_command("janitor", once=True)
    assert own.exists() and not former.exists()
    set_state(run, JobState.FAILED)
    call_command("janitor", once=True)
    assert not own.exists()
    assert other.exists()


@pytest.mark.django_db
def test_a_folder_ends_with_the_work_and_takes_what_was_left_with_it(
    sales: Department,
) -> None:
    work = claim(EVALUATIONS, an_evaluation(sales).pk)
    assert work is not None
    left = work_root() / f"evaluation-{work.run.pk}-killed"
    another = work_root() / f"evaluation-{work.run.pk}7-at-work"
    for folder in (left, another):
        folder.mkdir(parents=True)
    with work_folder(work) as folder:
        assert folder.parent == work_root()
        (folder / "0.pcm").write_bytes(b"sound")
        assert not left.exists()
    assert list(work_root().iterdir()) == [Path(another)]
