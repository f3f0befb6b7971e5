"""A pause: uploads wait, workers claim nothing, and afterwards nothing is lost."""

from collections.abc import Callable

import pytest
from django.test import Client
from django_q.models import OrmQ

from accounts.models.audit.events import AuditEvent
from accounts.models.departments import Department
from accounts.models.people import User
from accounts.services.audit.writing import Origin
from tests.factories import make_job, make_recording, make_vad_run
from tests.jobs import claim, reap_jobs
from tests.transcription.pages import url_of
from transcription.models.recogniser import IntakePause
from transcription.models.runs import JobState
from transcription.services.kinds import resume_intake
from transcription.services.runs.queue.pause import is_paused, pause_intake
from transcription.services.runs.reaper import reap
from transcription.services.speech.runs import VAD_RUNS, run_vad

ClientOf = Callable[[User], Client]
pytestmark = pytest.mark.django_db


def pause(user: User, reason: str = "") -> bool:
    return pause_intake(origin=Origin(user=user), reason=reason)


def test_workers_claim_nothing_during_a_pause(sales: Department, root: User) -> None:
    job = make_job(make_recording(sales), JobState.QUEUED)
    run = make_vad_run(make_recording(sales), JobState.QUEUED)
    assert pause(root)
    assert claim(job.pk) is None
    run_vad(run.pk)
    for waiting in (job, run):
        waiting.refresh_from_db()
        assert waiting.state == JobState.QUEUED
    assert resume_intake(origin=Origin(user=root))
    assert claim(job.pk) is not None


def test_what_was_dropped_meanwhile_is_enqueued_again(
    sales: Department, root: User
) -> None:
    job = make_job(make_recording(sales), JobState.QUEUED)
    run = make_vad_run(make_recording(sales), JobState.QUEUED)
    pause(root)
    reap_jobs()
    reap(VAD_RUNS)
    assert not OrmQ.objects.exists()
    resume_intake(origin=Origin(user=root))
    tasks = [entry.task for entry in OrmQ.objects.all()]
    assert sorted((task["func"], task["args"]) for task in tasks) == [
        ("transcription.tasks.run_job", (job.pk,)),
        ("transcription.tasks.run_vad", (run.pk,)),
    ]


def test_a_pause_is_one_and_says_who_ordered_it(root: User, alice: User) -> None:
    assert pause(root, "换显卡")
    assert not pause(alice)
    assert IntakePause.objects.get().paused_by == root
    assert resume_intake(origin=Origin(user=root))
    assert not resume_intake(origin=Origin(user=root))
    assert not is_paused()
    assert [event.detail for event in AuditEvent.objects.order_by("pk")] == [
        {"what": "intake_paused", "reason": "换显卡"},
        {"what": "intake_resumed"},
    ]


def test_who_runs_the_platform_reads_it_on_every_page(
    root: User, client_of: ClientOf
) -> None:
    client = client_of(root)
    assert "任务领取已暂停" not in client.get("/platform/users/").content.decode()
    response = client.post("/platform/engine/pause/", {"reason": "维护"}, follow=True)
    assert "已暂停" in response.content.decode()
    content = client.get("/platform/users/").content.decode()
    assert "任务领取已暂停" in content
    assert "原因：维护" in content
    client.post("/platform/engine/resume/")
    assert "任务领取已暂停" not in client.get("/platform/users/").content.decode()


def test_who_uploads_is_told_and_may(
    sales: Department, root: User, alice: User, client_of: ClientOf
) -> None:
    pause(root, "今晚维护")
    client = client_of(alice)
    assert "平台管理员暂停了转写" in client.get("/d/sales/upload/").content.decode()
    waiting = make_recording(sales, alice)
    make_job(waiting, JobState.QUEUED)
    content = client.get(url_of(waiting)).content.decode()
    assert "平台管理员暂停了转写" in content
    assert "今晚维护" in content
    done = make_recording(sales, alice)
    make_job(done)
    assert "平台管理员暂停了转写" not in client.get(url_of(done)).content.decode()


def test_a_reason_that_is_no_sentence_is_sent_back(
    root: User, client_of: ClientOf
) -> None:
    response = client_of(root).post("/platform/engine/pause/", {"reason": "很" * 201})
    assert response.status_code == 422
    assert not is_paused()
