"""A run that failed on what may pass is tried again, after a pause."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from django_q.models import OrmQ

from accounts.models.departments import Department
from accounts.services.audit.writing import SYSTEM
from transcription.engine.base import EngineError, ErrorCode
from transcription.models.rehearings import Rehearing
from transcription.models.runs import JobState
from transcription.services.kinds import resume_intake
from transcription.services.revisions.orders import RE_RECOGNITIONS
from transcription.services.runs.cluster.workers import this_machine
from transcription.services.runs.leases import carry_out, request_cancel
from transcription.services.runs.queue.pause import pause_intake
from transcription.services.runs.reaper import ReapReport, reap
from transcription.services.runs.tries import DEATH_PAUSES, MAX_ATTEMPTS, PAUSES
from transcription.services.runs.work import Work

pytestmark = pytest.mark.django_db

Do = Callable[[Work[Rehearing]], bool]


@pytest.fixture
def run(sales: Department) -> Rehearing:
    return Rehearing.objects.create(department=sales, hotword="稳健增利")


def is_away(work: Work[Rehearing]) -> bool:
    raise EngineError(ErrorCode.SERVICE_FAILED, "refused\0", permanent=False)


def ends(work: Work[Rehearing]) -> bool:
    work.succeed()
    return True


def tried(run: Rehearing, do: Do) -> str:
    carry_out(RE_RECOGNITIONS, run.pk, do)
    run.refresh_from_db()
    return run.state


def end_pause() -> tuple[int, ...]:
    Rehearing.objects.exclude(try_again_at=None).update(try_again_at=timezone.now())
    return reap(RE_RECOGNITIONS).enqueued_again


def test_the_next_try_waits_longer_each_time(run: Rehearing) -> None:
    assert len(PAUSES) == MAX_ATTEMPTS - 1
    for pause in PAUSES:
        before = timezone.now()
        assert tried(run, is_away) == JobState.QUEUED
        assert run.waits_to_try_again
        assert run.try_again_at
        assert before + pause <= run.try_again_at <= timezone.now() + pause
        assert (run.error_code, run.error_detail) == ("service_failed", "refused")
        assert end_pause() == (run.pk,)
    assert tried(run, is_away) == JobState.FAILED


def test_nobody_takes_it_before(run: Rehearing) -> None:
    tried(run, is_away)
    assert not OrmQ.objects.exists()
    Rehearing.objects.update(enqueued_at=timezone.now() - timedelta(hours=1))
    assert reap(RE_RECOGNITIONS) == ReapReport()
    assert tried(run, ends) == JobState.QUEUED  # an entry came twice
    assert end_pause() == (run.pk,)
    (entry,) = OrmQ.objects.filter(key="batch")
    assert entry.task["args"] == (run.pk,)
    assert reap(RE_RECOGNITIONS) == ReapReport()
    assert tried(run, ends) == JobState.SUCCEEDED
    assert (run.error_code, run.error_detail) == ("", "")


def test_a_step_in_between_begins_the_count_anew(run: Rehearing) -> None:
    def goes_a_step(work: Work[Rehearing]) -> bool:
        work.report_progress(attempts=0)
        return is_away(work)

    for _try in range(MAX_ATTEMPTS + 1):
        assert tried(run, goes_a_step) == JobState.QUEUED
        assert run.try_again_at
        assert run.try_again_at < timezone.now() + PAUSES[0]
        end_pause()


def test_it_is_canceled_while_it_waits(run: Rehearing) -> None:
    tried(run, is_away)
    assert request_cancel(RE_RECOGNITIONS, run)
    assert end_pause() == ()
    assert tried(run, ends) == JobState.CANCELED


def test_who_is_canceled_while_he_fails_does_not_wait(run: Rehearing) -> None:
    def is_canceled(work: Work[Rehearing]) -> bool:
        request_cancel(RE_RECOGNITIONS, work.run)
        return is_away(work)

    assert tried(run, is_canceled) == JobState.CANCELED
    assert run.lease_token is None


def test_the_end_of_an_intakes_pause_does_not_end_its_own(run: Rehearing) -> None:
    tried(run, is_away)
    pause_intake(origin=SYSTEM, reason="")
    resume_intake(origin=SYSTEM)
    assert not OrmQ.objects.exists()
    run.refresh_from_db()
    assert run.waits_to_try_again


def test_workers_that_die_over_it_are_no_tries_and_each_makes_it_wait_longer(
    run: Rehearing,
) -> None:
    for deaths, pause in enumerate(DEATH_PAUSES, start=1):
        before = timezone.now()
        die(run)
        assert (run.state, run.attempts, run.deaths) == (JobState.QUEUED, 0, deaths)
        if not pause:
            assert run.try_again_at is None
            continue
        assert run.try_again_at
        assert before + pause <= run.try_again_at <= timezone.now() + pause
        assert run.error_code == ErrorCode.WORKER_LOST
        end_pause()
    die(run)
    assert (run.state, run.error_code) == (JobState.FAILED, ErrorCode.WORKER_LOST)


def die(run: Rehearing) -> None:
    """A worker takes the run and is killed; the reaper sees it."""
    with pytest.raises(KeyboardInterrupt):
        carry_out(RE_RECOGNITIONS, run.pk, killed)
    Rehearing.objects.update(worker=f"{this_machine()}:4194303:1")
    reap(RE_RECOGNITIONS)
    run.refresh_from_db()


def killed(work: Work[Rehearing]) -> bool:
    raise KeyboardInterrupt  # nobody tidies up after it


def test_a_decoder_that_is_lost_is_the_files_fault_at_the_last_try_only(
    run: Rehearing,
) -> None:
    lost = EngineError(ErrorCode.DECODER_LOST, "SIGKILL", permanent=False)
    seen: list[bool] = []

    def loses_its_decoder(work: Work[Rehearing]) -> bool:
        seen.append(work.is_worth_another_try(lost))
        if seen[-1]:
            raise lost
        return ends(work)  # the one sentence is said to have no sound

    for _try in range(MAX_ATTEMPTS):
        tried(run, loses_its_decoder)
        end_pause()
    assert seen == [True, True, False]
    run.refresh_from_db()
    assert run.state == JobState.SUCCEEDED
