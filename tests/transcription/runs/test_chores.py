"""What needs no recogniser has a line of its own, at the workers and on the pages."""

from collections.abc import Callable, Iterator

import pytest
from django.db import IntegrityError
from django.test import Client
from django_q.models import OrmQ

from accounts.models.departments import Department
from accounts.models.people import User
from accounts.services.audit.writing import SYSTEM
from tests.factories import make_job, make_recording, make_worker
from tests.transcription.runs.every_kind import MAKERS, facts, succeeds
from tests.transcription.runs.toys import TOY_CHORES
from transcription.models.runs import JobQueue, JobState, LeasedRun
from transcription.models.turns import DepartmentTurn
from transcription.services import kinds
from transcription.services.jobs.kind import JOBS
from transcription.services.kinds import next_turn, resume_intake, work_on_next
from transcription.services.recogniser.load.queue_lines import chore_lines, queue_lines
from transcription.services.runs.leases import carry_out, claim
from transcription.services.runs.queue.pause import open_queues, pause_intake
from transcription.views.recogniser import platform

ClientOf = Callable[[User], Client]
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def with_chores(
    table_of_toys: None, db: None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """The portal has a kind of chore."""
    table = {
        **kinds.KINDS,
        TOY_CHORES: lambda run_id: carry_out(TOY_CHORES, run_id, succeeds),
    }
    for module in (kinds, platform):
        monkeypatch.setattr(module, "KINDS", table)
    yield


@pytest.fixture
def chore(sales: Department) -> LeasedRun:
    return MAKERS[TOY_CHORES](sales)


def test_its_worker_does_it_and_leaves_what_waits_for_a_recogniser(
    sales: Department, chore: LeasedRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("Q_CLUSTER_NAME", "chores")
    jobs = [
        make_job(make_recording(sales), JobState.QUEUED, queue=queue)
        for queue in ("interactive", "batch")
    ]
    for _entry in range(3):
        work_on_next(TOY_CHORES, chore.pk)
    assert facts(chore)[0] == JobState.SUCCEEDED
    assert [facts(job)[0] for job in jobs] == [JobState.QUEUED] * 2


def test_during_a_pause_it_is_done_and_resuming_enqueues_nothing_of_it(
    sales: Department, chore: LeasedRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = make_job(make_recording(sales), JobState.QUEUED)
    pause_intake(origin=SYSTEM, reason="")
    assert open_queues() == [JobQueue.CHORES]
    for queue, run, kind in (
        ("chores", chore, TOY_CHORES),
        ("interactive", job, JOBS),
    ):
        monkeypatch.setenv("Q_CLUSTER_NAME", queue)
        work_on_next(kind, run.pk)
    assert facts(chore)[0] == JobState.SUCCEEDED
    assert facts(job)[0] == JobState.QUEUED
    resume_intake(origin=SYSTEM)
    assert open_queues() == list(JobQueue)
    assert [entry.task["func"] for entry in OrmQ.objects.all()] == [JOBS.task]


def test_hours_of_sound_in_hand_cost_a_department_no_turn_here(
    sales: Department, support: Department
) -> None:
    for _ in range(3):
        make_job(make_recording(sales), JobState.RUNNING, queue="batch")
    DepartmentTurn.objects.create(department=sales, queue="batch")
    first = MAKERS[TOY_CHORES](sales)
    MAKERS[TOY_CHORES](support)
    turn = next_turn("chores")
    assert turn is not None and turn.pk == first.pk
    assert claim(TOY_CHORES, first.pk)
    turn = next_turn("chores")
    assert turn is not None and turn.department_id == support.pk
    served = DepartmentTurn.objects.filter(department=sales, queue="chores")
    assert served.count() == 1


def test_the_platform_counts_it_apart_from_what_the_recogniser_does(
    root: User, chore: LeasedRun, client_of: ClientOf
) -> None:
    *_own, line = chore_lines(kinds.KINDS)
    assert (line.queue, line.waiting, line.running) == ("toy_chore", 1, 0)
    queues = {line.queue for line in queue_lines(kinds.KINDS)}
    assert queues == {"interactive", "batch", "evaluation", "rehearing", "vad"}
    content = client_of(root).get("/platform/engine/").content.decode()
    chores = content.split("<h2>辅助任务</h2>")[1].split("</section>")[0]
    assert "Toy chores" in chores
    assert "暂停任务领取时照常进行" in chores
    assert "Toy chores" not in content.split("<h2>队列</h2>")[1].split("</section>")[0]


def test_a_platform_without_chores_says_nothing_of_them(
    root: User, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = {kind: run for kind, run in kinds.KINDS.items() if kind.recognises}
    monkeypatch.setattr(platform, "KINDS", others)
    assert chore_lines(others) == ()
    assert "辅助任务" not in client_of(root).get("/platform/engine/").content.decode()


def test_a_process_of_chores_cannot_be_written_down_as_a_recogniser() -> None:
    with pytest.raises(IntegrityError, match="engine_worker_queue_known"):
        make_worker(queue="chores")
