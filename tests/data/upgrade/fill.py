"""What ``make`` runs in the tree of an old version, with that version's own services.

Neither ruff nor mypy reads this file: it imports what is there no more.
"""

import os
import signal
import time
from pathlib import Path

import django

django.setup()

from django.core.management import call_command
from django.db import connections
from django.test import Client
from django.urls import reverse
from django_q.brokers import get_broker
from django_q.models import OrmQ

from accounts.access import Role
from accounts.audit import Origin
from accounts.models import Membership, User
from accounts.services.invitations import invite
from accounts.services.tokens import create_token
from tests.people import PASSWORD
from transcription import tasks
from transcription.models import (
    EvaluationRun,
    Recording,
    Rehearing,
    Segment,
    TranscriptionJob,
    VadRun,
)
from transcription.pipeline.hotword_rules import parse_spec
from transcription.services.evaluation_libraries import library_of
from transcription.services.evaluations import order_run
from transcription.services.hotword_revisions import revise
from transcription.services.hotword_versions import publish_list
from transcription.services.hotwords import add_words, create_list
from transcription.services.recordings import (
    CallDetails,
    UploadOptions,
    edit_recording,
    upload_recording,
)
from transcription.services.reference_sets import add_corrected, create_set
from transcription.services.rehearings import order_rehearing
from transcription.services.transcripts import correct_segment
from transcription.services.uploads import hashed_copy
from transcription.services.vad_runs import VadParameters, order_vad

CLIPS = Path("tests/data/clips")
ANSWER_SECONDS = 60


def main():
    call_command("demo", stdout=open(os.devnull, "w"))
    sunli = User.objects.get(username="sunli")
    sunli.set_password(PASSWORD)
    sunli.save()
    for job in TranscriptionJob.objects.all():
        tasks.run_job(job.pk)
        assert state_of(job) == "succeeded"
    company = Company(Membership.objects.get(user=sunli))
    company.use_everything()
    company.finish_one_of_each_kind()
    empty_queues()
    company.leave_one_of_each_kind_running()
    empty_queues()  # the workers that died had taken these
    company.leave_one_of_each_kind_waiting()
    begin_installation()


class Company:
    """The demo company's department ``wealth``, and what its admin orders."""

    def __init__(self, member):
        self.member = member
        self.origin = Origin(user=member.user, ip_address="192.0.2.7")
        self.call = Recording.objects.get(department=member.department)

    def use_everything(self):
        browser = Client(headers={"host": "localhost"}, REMOTE_ADDR="192.0.2.7")
        form = {"username": self.member.user.username, "password": PASSWORD}
        assert browser.post(reverse("accounts:login"), form).status_code == 302
        create_token(membership=self.member, origin=self.origin, name="dialler")
        invite(membership=self.member, origin=self.origin, role=Role.MEMBER, note="new")
        words = create_list(
            department=self.member.department, origin=self.origin, name="产品"
        )
        add_words(hotword_list=words, origin=self.origin, text="稳健增利\n年化收益率")
        publish_list(hotword_list=words, origin=self.origin)
        details = CallDetails(
            title=self.call.title, agent="孙丽", tags=("理财", "投诉")
        )
        edit_recording(recording=self.call, origin=self.origin, details=details)
        self.correct("怎么又将了", "怎么又降了")
        self.set = create_set(
            department=self.member.department, origin=self.origin, name="回归"
        )
        add_corrected(reference_set=self.set, recording=self.call, origin=self.origin)
        revise(
            membership=self.member,
            origin=self.origin,
            **self.word("再考虑一下|再考虑考虑"),
        )

    def correct(self, heard, said):
        segment = self.segment(heard)
        correct_segment(
            segment=segment,
            membership=self.member,
            origin=self.origin,
            text=segment.text.replace(heard, said),
        )

    def segment(self, heard):
        return Segment.objects.get(
            department=self.member.department, text_raw__contains=heard
        )

    def word(self, line):
        heard = line.split("|")[1]
        return {"word": parse_spec(line), "segment_ids": [self.segment(heard).pk]}

    def finish_one_of_each_kind(self):
        tasks.run_vad(self.order_vad(self.call).pk)
        tasks.run_evaluation(self.order_evaluation().pk)
        tasks.run_rehearing(self.order_rehearing("到期时候|到的时候").pk)

    def leave_one_of_each_kind_running(self):
        job = self.upload("s01.flac")
        die_at_work(tasks.run_job, job)
        die_at_work(tasks.run_vad, self.order_vad(job.recording))
        die_at_work(tasks.run_evaluation, self.order_evaluation())
        die_at_work(tasks.run_rehearing, self.order_rehearing("零二八|灵儿把"))

    def leave_one_of_each_kind_waiting(self):
        job = self.upload("s04.flac")
        self.order_vad(job.recording)
        self.order_evaluation()
        self.order_rehearing("稳健增利|文件曾")

    def upload(self, name):
        return upload_recording(
            membership=self.member,
            origin=self.origin,
            file=hashed_copy(CLIPS / name),
            options=UploadOptions("zh", True),
            details=CallDetails(),
        ).job

    def order_vad(self, recording):
        return order_vad(
            recording=recording, origin=self.origin, parameters=VadParameters()
        )

    def order_evaluation(self):
        library = library_of(self.member.department, "jobs")
        return order_run(reference_set=self.set, origin=self.origin, library=library)

    def order_rehearing(self, line):
        return order_rehearing(
            membership=self.member, origin=self.origin, **self.word(line)
        )


def die_at_work(task, run):
    """Let a process of its own begin the run, and kill it."""
    connections.close_all()
    pid = os.fork()
    if not pid:
        task(run.pk)
        os._exit(0)
    deadline = time.monotonic() + ANSWER_SECONDS
    while state_of(run) == "queued":
        assert time.monotonic() < deadline
        time.sleep(0.01)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    assert state_of(run) == "running", state_of(run)


def state_of(run):
    return type(run)._default_manager.values_list("state", flat=True).get(pk=run.pk)


def empty_queues():
    OrmQ.objects.all().delete()
    for queue in ("interactive", "batch"):
        get_broker(queue).purge_queue()


def begin_installation():
    try:
        from transcription.services import installation
    except ImportError:
        return  # 462a6fe has none
    installation.begin_installation()


main()
for model in (TranscriptionJob, VadRun, EvaluationRun, Rehearing):
    states = sorted(model._default_manager.values_list("state", flat=True))
    assert {"queued", "running", "succeeded"} <= set(states), (model, states)
