"""Decoded audio of runs: where it lies, and what becomes of a killed worker's."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts.models.departments import Department
from accounts.models.people import User
from accounts.services.audit.writing import SYSTEM
from tests.factories import make_recording
from transcription.models.evaluation import EvaluationRun, LibraryKind
from transcription.models.rehearings import Rehearing
from transcription.models.runs import JobQueue, JobState, LeasedRun
from transcription.models.speech import VadRun
from transcription.services.evaluation.sets import create_set
from transcription.services.runs.folders import WorkKind, work_folder, work_root


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


def a_rehearing(department: Department) -> Rehearing:
    return Rehearing.objects.create(department=department, hotword="利率")


def an_evaluation(department: Department) -> EvaluationRun:
    made = create_set(department=department, origin=SYSTEM, name="回归")
    return EvaluationRun.objects.create(reference_set=made, library=LibraryKind.JOBS)


MAKERS: dict[WorkKind, Callable[[Department], VadRun | LeasedRun]] = {
    WorkKind.VAD: a_look_for_speech,
    WorkKind.REHEARING: a_rehearing,
    WorkKind.EVALUATION: an_evaluation,
}


def set_state(run: VadRun | LeasedRun, state: JobState) -> None:
    is_running = state == JobState.RUNNING
    run.state = state
    run.lease_token = run.uuid if is_running else None
    run.lease_until = timezone.now() + timedelta(minutes=15) if is_running else None
    run.save()


@pytest.mark.django_db(transaction=True)  # the janitor looks after its connection
@pytest.mark.parametrize("kind", WorkKind)
def test_the_janitor_removes_what_a_killed_worker_left(
    kind: WorkKind, sales: Department, alice: User
) -> None:
    run = MAKERS[kind](sales)
    left, other = work_root() / f"{kind}-{run.pk}-x1", work_root() / f"{kind}-x-1"
    left.mkdir(parents=True)
    other.mkdir()
    set_state(run, JobState.RUNNING)
    call_command("janitor", once=True)
    assert left.exists()
    set_state(run, JobState.FAILED)
    call_command("janitor", once=True)
    assert not left.exists()
    assert other.exists()


def test_a_folder_ends_with_the_work_and_takes_what_was_left_with_it() -> None:
    left = work_root() / "evaluation-7-killed"
    another = work_root() / "evaluation-77-at-work"
    for folder in (left, another):
        folder.mkdir(parents=True)
    with work_folder(WorkKind.EVALUATION, 7) as folder:
        assert folder.parent == work_root()
        (folder / "0.pcm").write_bytes(b"sound")
        assert not left.exists()
    assert list(work_root().iterdir()) == [Path(another)]
