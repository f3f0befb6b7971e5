"""Many recordings at once: who may, what is said, and how it is undone."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models.audit.events import AuditAction, AuditEvent
from accounts.models.departments import Department
from accounts.models.people import User
from accounts.roles import Role
from accounts.services.audit.writing import SYSTEM
from tests.factories import make_job, make_recording, make_transcript
from tests.people import join, make_user, membership
from transcription.models.bulk import BulkChange
from transcription.models.jobs import TranscriptionJob
from transcription.models.recordings import Recording, Tag
from transcription.models.runs import JobQueue, JobState
from transcription.models.transcripts import Segment
from transcription.services.recordings.details import TAGS_MAX
from transcription.services.recordings.selection import choosing, trashing
from transcription.services.recordings.selection.changing import tag_recordings
from transcription.services.recordings.selection.choosing import Selection
from transcription.services.recordings.selection.undoing import forget_old_changes
from transcription.services.search.filters import RecordingFilters
from transcription.services.search.upkeep import index_missing

ClientOf = Callable[[User], Client]
BULK, LIST = "/d/sales/bulk/", "/d/sales/"


@pytest.fixture
def erin(sales: Department) -> User:
    return join(make_user("erin"), sales, Role.MEMBER)


@pytest.fixture
def calls(sales: Department, alice: User, bob: User) -> list[Recording]:
    """Two of Alice's, one of Bob's."""
    people = (alice, alice, bob)
    return [
        make_recording(sales, one, title=f"来电 {n}") for n, one in enumerate(people)
    ]


def do(client: Client, *recordings: Recording, **fields: str) -> str:
    """What the list says afterwards."""
    chosen = [str(one.uuid) for one in recordings]
    response = client.post(BULK, {"recording": chosen, **fields}, follow=True)
    assert response.status_code == 200
    changed = response.context["changed"]
    said = [str(message) for message in response.context["messages"]]
    return changed["text"] if changed else " ".join(said)


def undo(client: Client) -> str:
    change = BulkChange.objects.latest("pk").uuid
    response = client.post(f"{BULK}undo/", {"change": str(change)}, follow=True)
    return " ".join(str(message) for message in response.context["messages"])


def tagged(name: str = "投诉") -> set[Recording]:
    return set(Recording.objects.filter(tags__name=name))


def test_a_tag_is_given_to_ones_own_and_others_are_counted(
    calls: list[Recording], alice: User, client_of: ClientOf
) -> None:
    client = client_of(alice)
    calls[1].tags.add(Tag.objects.create(department=calls[1].department, name="投诉"))
    said = do(client, *calls, action="tag", tag=" 投诉 ")
    assert tagged() == set(calls[:2])
    assert "1 条录音已加上标签“投诉”" in said
    assert "1 条不是自己的" in said
    assert "1 条保持原样" in said
    events = AuditEvent.objects.filter(action=AuditAction.EDIT)
    assert [event.object_id for event in events] == [str(calls[0].uuid)]
    assert events[0].detail == {"what": "tag", "tag": "投诉"}
    assert "1 条录音已恢复" in undo(client)
    assert tagged() == {calls[1]}  # which had it before


def test_a_new_tag_goes_with_its_undo(
    calls: list[Recording], alice: User, client_of: ClientOf
) -> None:
    client = client_of(alice)
    do(client, calls[0], action="tag", tag="新的")
    assert Tag.objects.filter(name="新的").exists()
    undo(client)
    assert not Tag.objects.exists()
    do(client, calls[2], action="tag", tag="新的")  # not hers
    assert not Tag.objects.exists()


def test_a_tag_is_taken_and_comes_back_though_it_is_gone(
    calls: list[Recording], bob: User, client_of: ClientOf
) -> None:
    client = client_of(bob)
    do(client, *calls, action="tag", tag="投诉")
    do(client, calls[0], calls[1], action="untag", tag="投诉")
    assert tagged() == {calls[2]}
    Tag.objects.all().delete()
    undo(client)
    assert tagged() == set(calls[:2])


@pytest.mark.parametrize("name", ["", " ", "a,b", "甲、乙", "长" * 33])
def test_a_name_that_no_tag_can_have_is_explained(
    calls: list[Recording], alice: User, client_of: ClientOf, name: str
) -> None:
    assert do(client_of(alice), *calls, action="tag", tag=name)
    assert not Tag.objects.exists()


def test_a_recording_with_as_many_tags_as_it_can_have_stays_as_it_is(
    calls: list[Recording], alice: User, client_of: ClientOf
) -> None:
    for number in range(TAGS_MAX):
        calls[0].tags.create(department=calls[0].department, name=f"{number}")
    assert "1 条保持原样" in do(client_of(alice), *calls[:2], action="tag", tag="多")
    assert tagged("多") == {calls[1]}


def test_what_was_deleted_comes_back_and_nothing_else(
    calls: list[Recording], bob: User, client_of: ClientOf
) -> None:
    job = make_job(calls[1], JobState.QUEUED)
    Recording.objects.filter(pk=calls[2].pk).update(deleted_at=timezone.now())
    client = client_of(bob)
    assert "2 条录音已移到回收站" in do(client, *calls, action="delete")
    job.refresh_from_db()
    assert job.state == JobState.CANCELED
    assert not Recording.objects.kept().exists()
    assert AuditEvent.objects.filter(action=AuditAction.DELETE).count() == 2
    undo(client)
    assert set(Recording.objects.kept()) == set(calls[:2])
    assert "已经撤销过" in undo(client)


def test_private_and_open_again(
    calls: list[Recording], bob: User, erin: User, client_of: ClientOf
) -> None:
    Recording.objects.filter(pk=calls[0].pk).update(is_private=True)
    client = client_of(bob)
    assert "1 条保持原样" in do(client, *calls, action="private")
    assert Recording.objects.filter(is_private=True).count() == 3
    undo(client)
    assert set(Recording.objects.filter(is_private=True)) == {calls[0]}
    do(client, *calls, action="open")
    assert not Recording.objects.filter(is_private=True).exists()


def test_what_a_person_may_not_know_of_is_not_counted(
    calls: list[Recording], erin: User, client_of: ClientOf
) -> None:
    Recording.objects.update(is_private=True)
    client = client_of(erin)
    for fields in ({}, {"all": "1"}):
        said = do(client, *calls, action="tag", tag="投诉", **fields)
        assert said == "没有改动任何录音。"
    name = Tag.objects.create(department=calls[0].department, name="保密").name
    calls[0].tags.add(Tag.objects.get())
    told = do(client, *calls, action="untag", tag=name)
    assert told == do(client, *calls, action="untag", tag="从来没有")


def test_all_that_match_are_counted_when_it_is_done(
    sales: Department, bob: User, client_of: ClientOf
) -> None:
    for number in range(60):
        make_recording(sales, bob, title="投诉" if number % 2 else "别的")
    client = client_of(bob)
    make_recording(sales, bob, title="投诉，后来的")
    client.post(f"{BULK}?q=投诉", {"action": "tag", "tag": "甲", "all": "1"})
    assert len(tagged("甲")) == 31
    response = client.get(LIST, {"q": "投诉"})
    assert "31 条录音已加上标签“甲”" in response.content.decode()


def test_more_than_one_order_takes_is_said_and_the_next_goes_on(
    calls: list[Recording], bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(choosing, "MOST", 2)
    for changed, left in ((2, 1), (1, 0)):
        outcome = tag_recordings(
            membership=membership(bob),
            origin=SYSTEM,
            selection=Selection(filters=RecordingFilters()),
            name="投诉",
        )
        assert (outcome.changed, outcome.left) == (changed, left)
    assert tagged() == set(calls)


@pytest.mark.parametrize(
    "fields", [{}, {"action": "burn"}, {"action": "tag", "tag": "x", "recording": "y"}]
)
def test_an_order_without_sense_changes_nothing(
    calls: list[Recording], alice: User, client_of: ClientOf, fields: dict[str, str]
) -> None:
    response = client_of(alice).post(BULK, fields, follow=True)
    assert response.status_code == 200
    assert not BulkChange.objects.exists()


def test_nobody_undoes_what_somebody_else_did(
    calls: list[Recording], bob: User, carol: User, client_of: ClientOf
) -> None:
    do(client_of(bob), *calls, action="private")
    assert "已经撤销过" in undo(client_of(carol))
    for change in ("", "x", str(uuid4())):
        response = client_of(carol).post(f"{BULK}undo/", {"change": change})
        assert response.status_code == 302
    assert Recording.objects.filter(is_private=True).count() == 3


def test_what_nobody_undid_for_a_month_is_forgotten(
    calls: list[Recording], bob: User, client_of: ClientOf
) -> None:
    do(client_of(bob), *calls, action="private")
    assert forget_old_changes() == 0
    BulkChange.objects.update(created_at=timezone.now() - timedelta(days=31))
    assert forget_old_changes() == 1
    assert (
        "已经撤销过"
        in client_of(bob)
        .post(f"{BULK}undo/", {"change": str(uuid4())}, follow=True)
        .content.decode()
    )


def test_transcribing_again_is_asked_first_and_leaves_corrections_alone(
    calls: list[Recording], bob: User, client_of: ClientOf
) -> None:
    for call in calls:
        make_transcript(call)
    Segment.objects.filter(transcript__recording=calls[1]).update(
        edited_at=timezone.now()
    )
    client = client_of(bob)
    data = {"action": "retry", "recording": [str(call.uuid) for call in calls]}
    page = client.post(BULK, data)
    about = page.context["about"]
    assert (about.count, about.length_ms, about.corrected) == (3, 27_000, 1)
    assert not TranscriptionJob.objects.filter(state=JobState.QUEUED).exists()
    assert "2 条录音已排队" in do(client, *calls, action="retry", confirmed="1")
    queued = TranscriptionJob.objects.filter(state=JobState.QUEUED)
    assert {job.recording for job in queued} == {calls[0], calls[2]}
    assert {job.queue for job in queued} == {JobQueue.BATCH}
    said = do(client, *calls, action="retry", confirmed="1", with_corrected="1")
    assert "1 条录音已排队" in said
    assert queued.all().count() == 3


def test_several_come_out_of_the_trash(
    calls: list[Recording], alice: User, client_of: ClientOf
) -> None:
    Recording.objects.update(deleted_at=timezone.now())
    client = client_of(alice)
    assert 'name="recording"' in client.get("/d/sales/trash/").content.decode()
    data = {"recording": [str(call.uuid) for call in calls]}
    client.post("/d/sales/trash/restore/", data)
    assert set(Recording.objects.kept()) == set(calls[:2])


@pytest.mark.parametrize("action", ["tag", "untag", "private", "delete"])
def test_the_number_of_queries_does_not_grow(
    sales: Department,
    bob: User,
    client_of: ClientOf,
    action: str,
    django_assert_max_num_queries: Any,
) -> None:
    tag = Tag.objects.create(department=sales, name="有")
    recordings = [make_recording(sales, bob) for _number in range(30)]
    for recording in recordings:
        recording.tags.add(tag)
    client = client_of(bob)
    client.get(LIST)
    data = {"recording": [str(one.uuid) for one in recordings], "action": action}
    data["tag"] = "有" if action == "untag" else "新"
    with django_assert_max_num_queries(45):
        client.post(BULK, data)
    assert len(BulkChange.objects.get().recordings) == 30


def test_very_many_come_back_at_once_and_are_searched_soon(
    client_of: ClientOf,
    alice: User,
    calls: list[Recording],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(trashing, "INDEXED_AT_ONCE", 1)
    assert index_missing(100) == len(calls)
    client = client_of(alice)
    do(client, *calls[:2], action="delete")
    said = undo(client)
    assert "2 条录音已恢复原样。一两分钟后即可再次搜索到。" in said
    assert index_missing(100) == 2  # the janitor's duty
    one = calls[0]
    do(client, one, action="delete")
    assert "再次搜索" not in undo(client)
    assert index_missing(100) == 0


def test_what_a_deletion_stopped_goes_on(
    client_of: ClientOf, alice: User, calls: list[Recording]
) -> None:
    done, waiting = calls[:2]
    make_job(done, state=JobState.SUCCEEDED)
    make_job(waiting, state=JobState.QUEUED)
    client = client_of(alice)
    do(client, done, waiting, action="delete")
    undo(client)
    jobs = TranscriptionJob.objects.order_by("pk").values_list("recording", "state")
    assert list(jobs) == [
        (done.pk, "succeeded"),
        (waiting.pk, "canceled"),
        (waiting.pk, "queued"),
    ]
