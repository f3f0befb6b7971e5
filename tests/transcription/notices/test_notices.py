"""Long work says when it is done: to whoever ordered it, in the transaction that ends
it, and in words that are made when they are read."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from accounts.models.departments import Department
from accounts.models.members import Membership
from accounts.models.people import User
from accounts.roles import Role
from accounts.services.audit.writing import SYSTEM, Origin
from tests.factories import make_job, make_recording
from tests.jobs import claim
from tests.people import join, make_user, membership
from transcription.engine.base import EngineError, ErrorCode
from transcription.models.evaluation import EvaluationRun, LibraryKind, ReferenceSet
from transcription.models.jobs import TranscriptionJob
from transcription.models.notices import Notice, NoticeKind
from transcription.models.rehearings import Rehearing
from transcription.models.runs import JobState
from transcription.services.evaluation.runs import EVALUATIONS
from transcription.services.jobs import kind as job_kind
from transcription.services.jobs.kind import JOBS
from transcription.services.jobs.orders import cancel_job, retry_job
from transcription.services.notices.reading import count_notices, notices_of
from transcription.services.notices.sentences import lines_of
from transcription.services.notices.upkeep import forget_old_notices
from transcription.services.revisions.orders import RE_RECOGNITIONS
from transcription.services.runs import leases
from transcription.services.runs.work import RunLost, Work

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User], Client]
PAGE = "/d/sales/notices/"


@pytest.fixture
def job(sales: Department, alice: User) -> TranscriptionJob:
    recording = make_recording(sales, alice, title="客户来电")
    return make_job(recording, JobState.QUEUED)


def succeed(job: TranscriptionJob) -> None:
    work = claim(job.pk)
    assert work is not None
    work.succeed()


def fail(job: TranscriptionJob) -> None:
    def do(work: Work[TranscriptionJob]) -> bool:
        raise EngineError(ErrorCode.CORRUPT_AUDIO, "Invalid data", permanent=True)

    leases.carry_out(JOBS, job.pk, do)


def texts(person: User) -> list[str]:
    me = membership(person)
    return [line.text for line in lines_of(notices_of(me), me)]


def test_whoever_ordered_it_is_told_that_it_is_done(
    job: TranscriptionJob, alice: User, bob: User
) -> None:
    assert count_notices(membership(alice)).awaits
    succeed(job)
    (line,) = lines_of(notices_of(membership(alice)), membership(alice))
    assert line.text == "“客户来电”转写完成。"
    assert (line.is_failure, line.is_new, line.reason) == (False, True, "")
    assert line.url == f"/d/sales/recordings/{job.recording.uuid}/"
    counted = count_notices(membership(alice))
    assert (counted.unread, counted.awaits) == (1, False)
    assert texts(bob) == []
    assert count_notices(membership(bob)).unread == 0


def test_a_failure_says_why(job: TranscriptionJob, alice: User) -> None:
    fail(job)
    (line,) = lines_of(notices_of(membership(alice)), membership(alice))
    assert line.text == "“客户来电”转写失败。"
    assert line.is_failure
    assert line.reason == "文件已损坏，打不开。请重新导出或换一个文件。"


def test_a_job_that_goes_back_to_the_queue_says_nothing(
    job: TranscriptionJob, alice: User
) -> None:
    work = claim(job.pk)
    assert work is not None
    leases.requeue(work)
    assert not Notice.objects.exists()
    succeed(job)
    assert Notice.objects.count() == 1


def test_whoever_cancels_it_knows(job: TranscriptionJob, alice: User) -> None:
    cancel_job(job=job, origin=SYSTEM)
    assert not Notice.objects.exists()


def test_a_program_asks_by_itself(sales: Department, alice: User) -> None:
    job = make_job(make_recording(sales, alice), JobState.QUEUED, notifies=False)
    assert not count_notices(membership(alice)).awaits
    succeed(job)
    assert not Notice.objects.exists()


def test_whoever_orders_it_again_is_told_and_not_the_first(
    job: TranscriptionJob, alice: User, bob: User
) -> None:
    fail(job)
    again = retry_job(job=job, origin=Origin(user=bob))
    succeed(again)
    assert texts(alice) == ["“客户来电”转写失败。"]
    assert texts(bob) == ["“客户来电”转写完成。"]


def test_the_end_and_its_notice_are_stored_together_or_not_at_all(
    job: TranscriptionJob, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_off(*_args: object, **_fields: object) -> None:
        raise RuntimeError("the power went")

    monkeypatch.setattr(Notice.objects, "create", break_off)
    work = claim(job.pk)
    assert work is not None
    assert work.kind is job_kind.JOBS
    with pytest.raises(RuntimeError), transaction.atomic():
        work.succeed()
    job.refresh_from_db()
    assert job.state == JobState.RUNNING


def test_a_worker_that_lost_it_tells_nobody(job: TranscriptionJob) -> None:
    work = claim(job.pk)
    assert work is not None
    TranscriptionJob.objects.filter(pk=job.pk).update(lease_token=job.uuid)
    with pytest.raises(RunLost):
        work.succeed()
    assert not Notice.objects.exists()


def test_evaluations_and_re_recognitions_say_so_too(
    sales: Department, carol: User
) -> None:
    reference_set = ReferenceSet.objects.create(
        department=sales, name="投诉电话", created_by=carol
    )
    run = EvaluationRun.objects.create(
        reference_set=reference_set,
        requested_by=carol,
        library=LibraryKind.NONE,
        item_count=1,
    )
    again = Rehearing.objects.create(
        department=sales, hotword="稳健增利|稳健增力", requested_by=carol
    )
    assert count_notices(membership(carol)).awaits
    evaluating = leases.claim(EVALUATIONS, run.pk)
    assert evaluating is not None
    evaluating.succeed()
    recognising = leases.claim(RE_RECOGNITIONS, again.pk)
    assert recognising is not None
    recognising.succeed()
    assert texts(carol) == [
        "用“稳健增利”重新识别完成。",
        "评测集“投诉电话”的评测完成。",
    ]
    # Without the right to open them there is nothing to tell.
    Membership.objects.filter(user=carol).update(role=Role.MEMBER)
    assert texts(carol) == ["评测集“投诉电话”的评测完成。"]


def test_what_may_not_be_opened_any_more_is_not_told(
    job: TranscriptionJob, sales: Department, alice: User, bob: User
) -> None:
    succeed(job)
    job.recording.deleted_at = timezone.now()
    job.recording.save()
    assert texts(alice) == []
    assert count_notices(membership(alice)).unread == 0
    job.recording.deleted_at = None
    job.recording.uploaded_by = bob
    job.recording.is_private = True
    job.recording.save()
    assert texts(alice) == []
    job.recording.delete()
    assert not Notice.objects.exists()


def test_a_title_is_said_as_it_is_now(job: TranscriptionJob, alice: User) -> None:
    succeed(job)
    job.recording.title = "新名字"
    job.recording.save()
    assert texts(alice) == ["“新名字”转写完成。"]


def test_the_database_refuses_a_notice_without_its_subject(
    sales: Department, alice: User
) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.create(
            kind=NoticeKind.JOB, department=sales, recipient=alice, job=None
        )


def test_after_ninety_days_they_are_forgotten(
    job: TranscriptionJob, alice: User
) -> None:
    succeed(job)
    Notice.objects.update(created_at=timezone.now() - timedelta(days=89, hours=23))
    assert forget_old_notices() == 0
    Notice.objects.update(created_at=timezone.now() - timedelta(days=90, seconds=1))
    assert forget_old_notices() == 1


def test_the_stranger_in_another_department_sees_none_of_them(
    job: TranscriptionJob, support: Department, alice: User, client_of: ClientOf
) -> None:
    succeed(job)
    Membership.objects.create(user=alice, department=support, role=Role.MEMBER)
    page = client_of(alice).get("/d/support/notices/").content.decode()
    assert "客户来电" not in page
    assert "还没有通知" in page


def test_only_ones_own_is_marked_as_read(
    job: TranscriptionJob, sales: Department, alice: User, client_of: ClientOf
) -> None:
    succeed(job)
    notice = Notice.objects.get()
    other = client_of(join(make_user("frank"), sales, Role.ADMIN))
    data = {"notice": str(notice.uuid)}
    assert other.post(f"{PAGE}read/", data).status_code == 404
    assert other.post(f"{PAGE}read/", {"notice": "x"}).status_code == 404
    assert other.post(f"{PAGE}read/").status_code == 302  # all of none
    notice.refresh_from_db()
    assert notice.read_at is None
    assert client_of(alice).post(f"{PAGE}read/", data).status_code == 302
    notice.refresh_from_db()
    assert notice.read_at is not None
