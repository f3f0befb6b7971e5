"""Departments take turns at the workers, however much each has ordered."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models.departments import Department
from accounts.services.audit.writing import SYSTEM
from tests.factories import (
    make_evaluation,
    make_job,
    make_recording,
    make_vad_run,
)
from tests.jobs import claim
from transcription import tasks
from transcription.models.evaluation import EvaluationRun
from transcription.models.jobs import TranscriptionJob
from transcription.models.recordings import Recording
from transcription.models.rehearings import Rehearing
from transcription.models.runs import JobState
from transcription.models.speech import VadRun
from transcription.models.turns import DepartmentTurn
from transcription.services import kinds
from transcription.services.evaluation.runs import EVALUATIONS
from transcription.services.jobs.concurrency import claim_concurrent
from transcription.services.jobs.kind import JOBS
from transcription.services.kinds import KINDS, next_turn
from transcription.services.revisions.orders import RE_RECOGNITIONS
from transcription.services.runs.kind import RunKind
from transcription.services.runs.leases import carry_out
from transcription.services.runs.queue.pause import pause_intake
from transcription.services.runs.queue.turns import Turn
from transcription.services.runs.work import Work
from transcription.services.speech.runs import VAD_RUNS

pytestmark = pytest.mark.django_db

INTERACTIVE, BATCH = "interactive", "batch"


@pytest.fixture
def support(db: None) -> Department:
    return Department.objects.create(slug="support", name="Support")


def waiting(department: Department, count: int = 1, **over: object) -> list[int]:
    """So many jobs of the department that have waited for a minute, oldest first."""
    over.setdefault("enqueued_at", timezone.now() - timedelta(minutes=1))
    return [
        make_job(make_recording(department), JobState.QUEUED, **over).pk
        for _ in range(count)
    ]


def waiting_by_the_hundred(department: Department, count: int) -> None:
    recordings = Recording.objects.bulk_create(
        Recording(
            department=department, title=str(number), sha256=str(number), size_bytes=1
        )
        for number in range(count)
    )
    TranscriptionJob.objects.bulk_create(
        TranscriptionJob(
            department=department,
            recording=recording,
            language="zh",
            use_itn=False,
            queue=INTERACTIVE,
        )
        for recording in recordings
    )


def served(queue: str = INTERACTIVE) -> int:
    """What the queue's next entry leads to; it is in hand then."""
    turn = next_turn(queue)
    assert turn is not None and turn.kind is JOBS
    assert claim(turn.pk) is not None
    return turn.pk


def end(*jobs: int) -> None:
    TranscriptionJob.objects.filter(pk__in=jobs).update(
        state=JobState.SUCCEEDED, lease_token=None
    )


def test_one_job_after_300_of_another_department_is_next(
    sales: Department, support: Department
) -> None:
    waiting_by_the_hundred(sales, 300)
    end(served())  # sales has had its turn
    (clip,) = waiting(support)
    assert served() == clip


def test_departments_are_served_one_after_the_other(
    sales: Department, support: Department
) -> None:
    a, b = waiting(sales, 3), waiting(support, 2)
    order = []
    for _ in range(5):
        order.append(served())
        end(order[-1])
    assert order == [a[0], b[0], a[1], b[1], a[2]]


def order_of(count: int, *departments: tuple[Department, list[int]]) -> str:
    """Whose runs a single worker takes, by the first letter of the department."""
    owners = {
        job: department.slug[0] for department, jobs in departments for job in jobs
    }
    order = ""
    for _ in range(count):
        job = served()
        order += owners[job]
        end(job)
    return order


def test_a_weight_is_a_share_of_the_turns(
    sales: Department, support: Department
) -> None:
    support.slug, support.queue_weight = "weighty", 3
    support.save()
    order = order_of(16, (sales, waiting(sales, 8)), (support, waiting(support, 16)))
    assert order.count("w") == 12
    assert "sss" not in order and "wwwwww" not in order


def test_whoever_ordered_nothing_has_no_turns_to_make_up_for(
    sales: Department, support: Department
) -> None:
    sales.queue_weight = 2
    sales.save()
    first = waiting(sales, 30)
    assert order_of(12, (sales, first)) == "s" * 12
    support.slug = "late"
    support.save()
    late = waiting(support, 12)
    order = order_of(12, (sales, first), (support, late))
    assert order[0] == "l"  # at once, and then no more often than its share
    assert order.count("l") in (4, 5)


def test_what_is_in_hand_counts_by_weight(
    sales: Department, support: Department
) -> None:
    support.queue_weight = 2
    support.save()
    a, b = waiting(sales, 3), waiting(support, 4)
    taken = [served() for _ in range(6)]  # by six workers, none of which is done yet
    assert len(set(taken) & set(a)) == 2
    assert len(set(taken) & set(b)) == 4


def test_who_has_less_in_hand_goes_first(
    sales: Department, support: Department
) -> None:
    a = waiting(sales, 3)
    assert served() == a[0]  # and goes on for hours
    b = waiting(support, 2)
    assert served() == b[0]
    end(b[0])
    assert served() == b[1]  # though it was served last
    assert served() == a[1]


def test_each_queue_has_its_own_line(sales: Department, support: Department) -> None:
    waiting(sales, 2)
    (long,) = waiting(support, queue=BATCH)
    served()
    assert served(BATCH) == long
    assert next_turn(BATCH) is None


def test_what_is_to_be_tried_later_has_no_turn(sales: Department) -> None:
    waiting(sales, try_again_at=timezone.now() + timedelta(minutes=1))
    assert next_turn(INTERACTIVE) is None


def test_evaluations_take_turns_with_other_departments_recordings(
    sales: Department, support: Department
) -> None:
    make_evaluation(sales)
    ordered = [queued_evaluation(sales) for _ in range(3)]
    (job,) = waiting(support, queue=BATCH)
    assert next_turn(BATCH) == Turn(sales.pk, EVALUATIONS, ordered[0].pk)
    EvaluationRun.objects.filter(pk=ordered[0].pk).update(
        state=JobState.RUNNING, lease_token=ordered[0].uuid
    )
    assert next_turn(BATCH) == Turn(support.pk, JOBS, job)


def test_re_recognitions_wait_behind_older_orders_of_their_department_alone(
    sales: Department, support: Department
) -> None:
    waiting(sales, 5, queue=BATCH)
    mine = Rehearing.objects.create(department=support, hotword="词")
    served(BATCH)
    assert next_turn(BATCH) == Turn(support.pk, RE_RECOGNITIONS, mine.pk)


def queued_evaluation(department: Department) -> EvaluationRun:
    run = make_evaluation(department)
    EvaluationRun.objects.filter(pk=run.pk).update(
        state=JobState.QUEUED, finished_at=None
    )
    return run


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[tuple[RunKind[Any], int]]:
    """What workers have done: nothing is recognised here."""
    done: list[tuple[RunKind[Any], int]] = []

    def doing(kind: RunKind[Any]) -> Callable[[int], bool]:
        def do(pk: int) -> bool:
            done.append((kind, pk))
            if kind is JOBS:
                assert claim(pk) is not None
                end(pk)
            if kind is VAD_RUNS:
                assert carry_out(VAD_RUNS, pk, ends)
            return True

        return do

    monkeypatch.setattr(kinds, "KINDS", {kind: doing(kind) for kind in KINDS})
    return done


def test_every_entry_leads_to_the_work_that_is_next_in_turn(
    sales: Department, support: Department, done: list[tuple[RunKind[Any], int]]
) -> None:
    a, b = waiting(sales, 3), waiting(support)
    for job_id in (*a, *b):  # the entries come in the order of the orders
        tasks.run_job(job_id)
    assert [pk for _kind, pk in done] == [a[0], b[0], a[1], a[2]]
    tasks.run_job(a[0])  # one too many does no harm
    assert len(done) == 4


def ends(work: Work[VadRun]) -> bool:
    work.succeed()
    return True


def queued_trial_runs(
    department: Department, count: int = 1, **over: object
) -> list[int]:
    """So many trial runs that have waited for a minute, oldest first."""
    since = timezone.now() - timedelta(minutes=1)
    return [
        make_vad_run(
            make_recording(department), JobState.QUEUED, enqueued_at=since, **over
        ).pk
        for _ in range(count)
    ]


def test_trial_runs_take_turns_with_other_departments_and_with_jobs(
    sales: Department, support: Department, done: list[tuple[RunKind[Any], int]]
) -> None:
    trials, (job,) = queued_trial_runs(sales, 4), waiting(support)
    (trial,) = queued_trial_runs(support)
    for pk in (*trials, trial):
        tasks.run_vad(pk)
    tasks.run_job(job)
    vad = VAD_RUNS
    assert done == [
        (vad, trials[0]),
        (JOBS, job),
        (vad, trials[1]),
        (vad, trial),
        (vad, trials[2]),
        (vad, trials[3]),
    ]


def test_a_trial_run_that_is_in_hand_counts_in_its_own_queue(
    sales: Department, support: Department
) -> None:
    make_vad_run(make_recording(sales), JobState.RUNNING)
    waiting(sales)
    DepartmentTurn.objects.create(department=support, queue=INTERACTIVE)
    (trial,) = queued_trial_runs(support)
    (long,) = queued_trial_runs(sales, queue=BATCH)
    assert next_turn(INTERACTIVE) == Turn(support.pk, VAD_RUNS, trial)
    assert next_turn(BATCH) == Turn(sales.pk, VAD_RUNS, long)


def test_an_entry_for_a_run_may_lead_to_a_recording(
    sales: Department, support: Department, done: list[tuple[RunKind[Any], int]]
) -> None:
    run = queued_evaluation(sales)
    DepartmentTurn.objects.create(department=sales, queue=BATCH)
    (job,) = waiting(support, queue=BATCH)
    tasks.run_evaluation(run.pk)
    assert done == [(JOBS, job)]


def test_an_entry_that_was_left_behind_takes_nothing_of_another_queue(
    sales: Department,
    done: list[tuple[RunKind[Any], int]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (moved,) = waiting(sales, queue=BATCH)
    monkeypatch.setenv("Q_CLUSTER_NAME", INTERACTIVE)
    tasks.run_job(moved)
    assert done == []


def test_somebody_quicker_leaves_the_entry_to_the_next_in_turn(
    sales: Department, monkeypatch: pytest.MonkeyPatch
) -> None:
    a = waiting(sales, 2)
    taken: list[int] = []

    def slow(pk: int) -> bool:
        if not taken:
            claim(pk)  # another worker
            taken.append(pk)
        return claim(pk) is not None

    monkeypatch.setattr(kinds, "KINDS", {JOBS: slow})
    tasks.run_job(a[0])
    states = TranscriptionJob.objects.values_list("state", flat=True)
    assert set(states) == {JobState.RUNNING}


def test_a_paused_intake_has_no_turns(
    sales: Department, done: list[tuple[RunKind[Any], int]]
) -> None:
    (job,) = waiting(sales)
    pause_intake(origin=SYSTEM, reason="")
    tasks.run_job(job)
    assert done == []


def test_concurrent_jobs_take_turns_too(sales: Department, support: Department) -> None:
    a = waiting(sales, 3)
    first = TranscriptionJob.objects.get(pk=served())
    (b,) = waiting(support)
    lease = claim_concurrent(first)
    assert lease is not None and lease.run.pk == b
    lease = claim_concurrent(first)
    assert lease is not None and lease.run.pk == a[1]


def test_a_free_worker_is_left_to_the_department_whose_turn_it_is(
    sales: Department, support: Department
) -> None:
    """Its clip is in another language, or long: it cannot join them."""
    waiting(sales, 3)
    first = TranscriptionJob.objects.get(pk=served())
    (english,) = waiting(support, language="en")
    assert claim_concurrent(first, next_turn) is None
    assert claim_concurrent(first) is not None  # beside a job that is going on anyway
    assert served() == english


def test_a_turn_costs_one_query_for_recordings_and_one_for_runs(
    sales: Department,
    support: Department,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    waiting(sales, 3)
    waiting(support)
    for queue in (INTERACTIVE, BATCH):
        with django_assert_num_queries(2):
            next_turn(queue)


def test_what_an_import_brought_waits_for_what_people_send(sales: Department) -> None:
    first, second = waiting(sales, 2, queue=BATCH, is_background=True)
    (persons,) = waiting(sales, queue=BATCH)
    like = TranscriptionJob.objects.get(pk=persons)
    turn = next_turn(BATCH)
    assert turn is not None and turn.pk == persons
    for expected in (persons, first, second):
        concurrent = claim_concurrent(like)
        assert concurrent is not None and concurrent.run.pk == expected
