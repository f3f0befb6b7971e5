"""Recordings in another department: all of them, and nothing where they were."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import models
from django.test import Client

from accounts.models.audit.events import AuditAction, AuditEvent
from accounts.models.departments import Department
from accounts.models.members import Membership
from accounts.models.people import User
from accounts.roles import Role
from accounts.services.audit.writing import Origin, record
from accounts.services.refusal import Refused
from tests.factories import make_job, make_recording, make_transcript, make_vad_run
from tests.people import join, make_user
from transcription.models.bulk import BulkChange
from transcription.models.corrections import Correction
from transcription.models.drafts import Draft, DraftKind
from transcription.models.evaluation import ReferenceItem, ReferenceSet
from transcription.models.hotwords.uncertain import UncertainPlace, UncertainSpan
from transcription.models.listening import Listening
from transcription.models.notices import Notice, NoticeKind
from transcription.models.recordings import Recording, Tag
from transcription.models.rehearings import Rehearing, RehearingItem
from transcription.models.revisions import HotwordRevision, RevisedSegment
from transcription.models.runs import JobQueue, JobState
from transcription.models.transcripts import Speaker
from transcription.services.jobs.options import UploadOptions
from transcription.services.jobs.orders import order_job
from transcription.services.readers.people import readers
from transcription.services.recordings.selection.moved_rows import MOVED
from transcription.services.search.index import index_transcript

ClientOf = Callable[[User], Client]
MOVE = "/d/sales/move/"
pytestmark = pytest.mark.django_db


def relations() -> Iterator[models.ForeignObject[Any, Any]]:
    """Every column that leads to a recording, and to what hangs on one."""
    seen: list[type[models.Model]] = [Recording]
    for model in seen:
        for field in model._meta.get_fields(include_hidden=True):
            if not field.auto_created or field.concrete or field.many_to_many:
                continue
            column = field.field  # type: ignore[union-attr]
            yield column
            if column.model not in seen:
                seen.append(column.model)


def test_for_every_column_it_is_decided_what_becomes_of_it() -> None:
    """A new table that hangs on a recording wants a line in ``MOVED`` and, where it has
    a department of its own, one in ``Move``."""
    found = {f"{one.model.__name__}.{one.name}" for one in relations()}
    assert found == set(MOVED)


@pytest.fixture
def frank(sales: Department, support: Department) -> User:
    """Administers both."""
    person = join(make_user("frank"), sales, Role.ADMIN)
    return join(person, support, Role.ADMIN)


@pytest.fixture
def call(sales: Department, alice: User) -> Recording:
    """One of Alice's, with something in every table."""
    made = make_recording(sales, alice, title="来电 投诉")
    transcript = make_transcript(made)
    segment = transcript.segments.all()[0]
    segment.speaker = Speaker.objects.create(transcript=transcript, label="0")
    segment.save()
    index_transcript(transcript)
    Correction.objects.create(segment=segment, before="您", after="你")
    make_vad_run(made)
    made.tags.add(Tag.objects.create(department=sales, name="投诉", colour="blue"))
    Draft.objects.create(
        department=sales, user=alice, kind=DraftKind.RECORDING, key=str(made.uuid)
    )
    Listening.objects.create(recording=made, user=alice, stretches=[[0, 900]])
    Notice.objects.create(
        department=sales, recipient=alice, kind=NoticeKind.JOB, job=transcript.job
    )
    revision = HotwordRevision.objects.create(department=sales, hotword="利率")
    RevisedSegment.objects.create(
        revision=revision, segment=segment, before={}, after="您好"
    )
    again = Rehearing.objects.create(department=sales, hotword="利率")
    RehearingItem.objects.create(rehearing=again, segment=segment, before="您好")
    span = UncertainSpan.objects.create(department=sales, sound="li lv")
    UncertainPlace.objects.create(span=span, segment=segment, start=0, heard="利率")
    return made


def move(
    client: Client, *recordings: Recording, target: str = "support", **over: str
) -> str:
    """What the list says afterwards."""
    chosen = [str(one.uuid) for one in recordings]
    fields = {"recording": chosen, "confirmed": "1", "target": target, **over}
    response = client.post(MOVE, fields, follow=True)
    assert response.status_code == 200
    changed = response.context["changed"]
    return str(changed["text"]) if changed else ""


def undo(client: Client) -> str:
    change = BulkChange.objects.latest("pk").uuid
    response = client.post("/d/sales/bulk/undo/", {"change": change}, follow=True)
    return " ".join(str(message) for message in response.context["messages"])


def departments_of(recording: Recording) -> set[str]:
    """Of all rows that lead to the recording."""
    paths: dict[type[models.Model], str] = {Recording: "pk"}
    own = Recording.objects.filter(pk=recording.pk)
    found = set(own.values_list("department__slug"))
    for column in relations():
        parent = paths.get(column.related_model)
        if parent is None or column.model in paths:
            continue
        path = f"{column.name}__{parent}".removesuffix("__pk")
        paths[column.model] = path
        if any(field.name == "department" for field in column.model._meta.fields):
            rows = column.model._default_manager.filter(**{path: recording.pk})
            found |= set(rows.values_list("department__slug"))
    return {slug for (slug,) in found}


def finds(client: Client, department: str, word: str) -> bool:
    page = client.get(f"/d/{department}/search/", {"q": word}).content.decode()
    return "来电 投诉" in page


def test_all_that_hangs_on_it_goes_and_nothing_of_it_is_left_behind(
    call: Recording, frank: User, alice: User, client_of: ClientOf
) -> None:
    client = client_of(frank)
    assert departments_of(call) == {"sales"}
    assert finds(client, "sales", "利率")
    said = move(client, call)
    assert said == "1 条录音已移到客服部。"
    assert departments_of(call) == {"support"}
    assert not finds(client, "sales", "利率") and finds(client, "support", "利率")
    assert client.get(f"/d/sales/recordings/{call.uuid}/").status_code == 404
    assert client.get(f"/d/support/recordings/{call.uuid}/").status_code == 200
    sound = client.get(f"/d/support/recordings/{call.uuid}/media/")
    assert (sound.status_code, sound.getvalue()[:4]) == (200, b"RIFF")
    tag = call.tags.get()
    assert (tag.department.slug, tag.name, tag.colour) == ("support", "投诉", "blue")
    assert Draft.objects.get().department.slug == "support"
    for gone in (Notice, RevisedSegment, RehearingItem, UncertainPlace, Listening):
        assert not gone._default_manager.exists()
    assert Correction.objects.exists()


def test_the_auditors_of_both_departments_read_of_it_and_who_heard_it(
    call: Recording, frank: User, alice: User, dave: User, client_of: ClientOf
) -> None:
    record(AuditAction.VIEW, Origin(user=alice), call.audit_subject)
    move(client_of(frank), call)
    moved = AuditEvent.objects.filter(action=AuditAction.EDIT)
    told = {event.department.slug: event.detail for event in moved if event.department}
    assert told == {
        "sales": {"what": "move_out", "other_department": "客服部"},
        "support": {"what": "move_in", "other_department": "销售部"},
    }
    heard = AuditEvent.objects.get(action=AuditAction.PLAY, detail__has_key="heard")
    assert heard.department and heard.department.slug == "sales"
    call.refresh_from_db()
    assert {reader.username: reader.views for reader in readers(call)}["alice"] == 1
    page = client_of(dave).get("/d/sales/audit/").content.decode()
    assert "移到其他部门" in page
    assert f"/d/sales/recordings/{call.uuid}/" not in page


def test_an_agent_who_is_a_member_there_stays_one_and_another_stays_a_name(
    call: Recording,
    frank: User,
    alice: User,
    bob: User,
    client_of: ClientOf,
    sales: Department,
    support: Department,
) -> None:
    other = make_recording(sales, alice)
    join(bob, support, Role.MEMBER)
    for recording, person in ((call, alice), (other, bob)):
        member = Membership.objects.get(user=person, department=sales)
        Recording.objects.filter(pk=recording.pk).update(
            agent="工号 7", agent_member=member
        )
    client = client_of(frank)
    move(client, call, other)
    call.refresh_from_db()
    other.refresh_from_db()
    assert (call.agent, call.agent_member) == ("Alice", None)
    assert other.agent_member == Membership.objects.get(user=bob, department=support)
    undo(client)
    for recording, person in ((call, alice), (other, bob)):
        recording.refresh_from_db()
        member = Membership.objects.get(user=person, department=sales)
        assert (recording.agent, recording.agent_member) == ("工号 7", member)


def test_undo_brings_them_back_as_they_were(
    call: Recording, frank: User, client_of: ClientOf, support: Department
) -> None:
    client, tag = client_of(frank), call.tags.get()
    move(client, call)
    assert "1 条录音已恢复" in undo(client)
    assert departments_of(call) == {"sales"}
    assert call.tags.get() == tag
    assert not support.tags.exists()
    assert finds(client, "sales", "利率") and not finds(client, "support", "利率")


def test_undo_wants_both_rights_still(
    call: Recording, frank: User, client_of: ClientOf
) -> None:
    client = client_of(frank)
    move(client, call)
    Membership.objects.filter(user=frank, department__slug="support").update(
        role=Role.SUPERVISOR
    )
    assert "须由同时管理两个部门的人来移动" in undo(client)
    assert departments_of(call) == {"support"}


def test_what_is_worked_on_measured_or_private_stays_and_is_counted(
    sales: Department,
    support: Department,
    frank: User,
    alice: User,
    bob: User,
    client_of: ClientOf,
) -> None:
    busy, tried, measured, hidden, known, free = (
        make_recording(sales, person) for person in (bob, bob, bob, alice, bob, alice)
    )
    make_job(busy, JobState.QUEUED)
    make_vad_run(tried, JobState.RUNNING)
    made = ReferenceSet.objects.create(department=sales, name="回归")
    ReferenceItem.objects.create(
        reference_set=made,
        name="1",
        text="1",
        language="zh",
        recording=measured,
        start_ms=0,
        end_ms=9,
    )
    join(bob, support, Role.MEMBER)
    private = Recording.objects.filter(pk__in=[hidden.pk, known.pk])
    private.update(is_private=True)
    client = client_of(frank)
    chosen = [busy, tried, measured, hidden, known, free]
    asked = client.post(MOVE, {"recording": [str(one.uuid) for one in chosen]})
    assert asked.context["choices"][0][1].moved == 2
    assert "以及另外 1 条录音" in asked.content.decode()  # five are named
    said = move(client, *chosen)
    assert "2 条录音已移到客服部" in said
    assert "2 条正在转写，留在原处" in said
    assert "1 条在评测集里，留在原处" in said
    assert "1 条是私密录音，上传人不是那个部门的成员，留在原处" in said
    there = set(Recording.objects.filter(department=support))
    assert there == {known, free}
    known.refresh_from_db()
    assert known.is_private


def test_where_nothing_can_be_moved_there_is_no_button_for_it(
    call: Recording, frank: User, client_of: ClientOf
) -> None:
    client = client_of(frank)
    chosen = {"recording": str(call.uuid)}
    assert client.post(MOVE, chosen).context["can_move"]
    make_job(call, JobState.QUEUED)
    asked = client.post(MOVE, chosen)
    content = asked.content.decode()
    assert not asked.context["can_move"]
    assert "选中的录音现在都不能移动" in content
    assert "1 条正在转写，留在原处" in content
    assert "返回录音列表" in content
    assert ">移动</button>" not in content


def test_only_somebody_who_administers_both_moves_anything(
    call: Recording, carol: User, support: Department, client_of: ClientOf
) -> None:
    client = client_of(carol)
    fields = {"recording": str(call.uuid), "confirmed": "1"}
    asked = client.post(MOVE, {"recording": str(call.uuid)}).content.decode()
    assert f"<li>{call.title}</li>" in asked and "以及另外" not in asked
    assert "您没有管理其他部门" in asked
    for target in ("support", "sales", "nowhere", ""):
        assert client.post(MOVE, fields | {"target": target}).status_code == 404
    join(carol, support, Role.SUPERVISOR)
    assert client.post(MOVE, fields | {"target": "support"}).status_code == 403
    assert departments_of(call) == {"sales"}


def test_the_button_is_there_for_whom_it_does_something(
    call: Recording, frank: User, carol: User, client_of: ClientOf
) -> None:
    for address in ("/d/sales/", f"/d/sales/recordings/{call.uuid}/"):
        assert MOVE in client_of(frank).get(address).content.decode()
        assert MOVE not in client_of(carol).get(address).content.decode()


def test_all_that_match_are_moved_and_the_rest_is_left_alone(
    sales: Department,
    support: Department,
    alice: User,
    frank: User,
    client_of: ClientOf,
) -> None:
    wanted = [make_recording(sales, alice, title=f"通话 {n}") for n in range(3)]
    other = make_recording(sales, alice, title="会议")
    client_of(frank).post(
        f"{MOVE}?q=通话", {"all": "1", "confirmed": "1", "target": "support"}
    )
    assert set(Recording.objects.filter(department=support)) == set(wanted)
    assert Recording.objects.get(department=sales) == other


def test_a_job_that_is_ordered_while_it_moves_is_refused(
    call: Recording, frank: User, client_of: ClientOf
) -> None:
    """The person's page still had it in the old department."""
    seen = Recording.objects.get(pk=call.pk)
    move(client_of(frank), call)
    with pytest.raises(Refused) as refused:
        order_job(
            recording=seen,
            requested_by=frank,
            options=UploadOptions(language="zh", use_itn=True),
            queue=JobQueue.BATCH,
        )
    assert refused.value.code == "moved"
    assert not call.jobs.filter(state=JobState.QUEUED).exists()
