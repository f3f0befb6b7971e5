"""A transcript is told to the saved searches once, whatever dies in between, and those
who asked for it are told of what they may know."""

import pytest
from django.db import IntegrityError, OperationalError, transaction

from accounts.models.departments import Department
from accounts.models.members import Membership
from accounts.models.people import User
from accounts.roles import Role
from accounts.services.audit.writing import SYSTEM
from tests.factories import make_job, make_recording, make_transcript
from tests.jobs import claim
from tests.people import join, make_user, membership
from tests.transcription.saved_searches.saving import arrive, hits, match, save
from transcription.models.notices import Notice, NoticeKind
from transcription.models.recordings import Recording
from transcription.models.runs import JobState
from transcription.models.saved_searches import (
    SavedSearchHit,
    SavedSearchReader,
    UnmatchedRecording,
)
from transcription.pipeline.types import PipelineResult
from transcription.services.jobs.results import store_result
from transcription.services.notices.reading import (
    count_notices,
    mark_read,
    notices_of,
)
from transcription.services.notices.sentences import lines_of
from transcription.services.notices.writing import tell_search_answered
from transcription.services.recordings.keeping import (
    restore_recording,
    trash_recording,
)
from transcription.services.saved_searches import waiting
from transcription.services.saved_searches.listing import saved_searches_of
from transcription.services.saved_searches.matching import searches_answered
from transcription.services.saved_searches.waiting import TRIES, await_matching
from transcription.services.search.index import index_transcript

pytestmark = pytest.mark.django_db


def texts(person: User) -> list[str]:
    me = membership(person)
    return [line.text for line in lines_of(notices_of(me), me)]


def new_hits(person: User) -> dict[str, int]:
    found = saved_searches_of(membership(person))
    return {search.name: vars(search)["new_hits"] for search in found}


def transcribed_again(recording: Recording, texts: list[str]) -> None:
    recording.transcripts.update(is_current=False)
    index_transcript(make_transcript(recording, texts))
    await_matching(recording)


def test_the_result_of_a_job_is_told(alice: User, sales: Department) -> None:
    save(alice, "退款")
    recording = make_recording(sales, alice)
    work = claim(make_job(recording, JobState.QUEUED).pk)
    assert work is not None
    result = PipelineResult(segments=(), language="zh")
    store_result(work=work, job=work.run, result=result, audio_ms=1, processing_ms=1)
    assert UnmatchedRecording.objects.get().recording == recording
    assert match() == 1
    assert not UnmatchedRecording.objects.exists()


def test_where_nobody_saves_searches_nothing_waits(
    charlie: User, sales: Department
) -> None:
    save(charlie, "退款")
    arrive(sales, ["退款"])
    assert not UnmatchedRecording.objects.exists()


def test_a_recording_counts_once_however_often_it_is_transcribed(
    alice: User, sales: Department
) -> None:
    search = save(alice, "退款", alerts=True)
    recording = arrive(sales, ["退款"], title="一")
    await_matching(recording)  # stored twice before anybody looked
    match()
    transcribed_again(recording, ["还是退款"])
    match()
    assert hits(search) == ["一"]
    assert Notice.objects.count() == 1


def test_what_is_first_found_when_transcribed_again_counts(
    alice: User, sales: Department
) -> None:
    search = save(alice, "退款")
    recording = arrive(sales, ["推宽"], title="一")
    match()
    assert hits(search) == []
    transcribed_again(recording, ["退款"])
    match()
    assert hits(search) == ["一"]


def test_killed_in_the_middle_it_is_counted_once(
    alice: User, sales: Department, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process dies after the hits are written and before the commit."""
    search = save(alice, "退款", alerts=True)
    arrive(sales, ["退款"], title="一")
    tell = tell_search_answered

    def die(*args: object) -> None:
        tell(*args)  # type: ignore[arg-type]
        raise SystemExit(1)

    monkeypatch.setattr(waiting, "tell_search_answered", die)
    with pytest.raises(SystemExit), transaction.atomic():
        match()
    assert (hits(search), Notice.objects.count()) == ([], 0)
    monkeypatch.setattr(waiting, "tell_search_answered", tell)
    assert match() == 1
    assert match() == 0
    assert (hits(search), Notice.objects.count()) == (["一"], 1)


def test_what_fails_is_tried_again_and_not_for_ever(
    alice: User, sales: Department, monkeypatch: pytest.MonkeyPatch
) -> None:
    search = save(alice, "退款")
    arrive(sales, ["退款"], title="一")
    good = searches_answered

    def fail(*args: object) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr(waiting, "searches_answered", fail)
    assert match() == 0
    arrive(sales, ["退款"], title="二")
    for _round in range(TRIES - 2):
        match()
    assert UnmatchedRecording.objects.count() == 2
    monkeypatch.setattr(waiting, "searches_answered", good)
    assert match() == 2
    assert sorted(hits(search)) == ["一", "二"]
    arrive(sales, ["退款"], title="三")
    monkeypatch.setattr(waiting, "searches_answered", fail)
    for _round in range(TRIES + 1):
        match()
    assert not UnmatchedRecording.objects.exists()


def test_a_recording_in_the_trash_waits_for_being_brought_back(
    alice: User, bob: User, sales: Department
) -> None:
    search = save(alice, "退款")
    recording = arrive(sales, ["退款"], title="一")
    trash_recording(recording=recording, membership=membership(bob), origin=SYSTEM)
    assert match() == 0
    restore_recording(recording=recording, origin=SYSTEM)
    assert match() == 1
    assert hits(search) == ["一"]


def test_another_departments_recordings_are_none_of_its_business(
    alice: User, charlie: User, sales: Department, support: Department
) -> None:
    ours, theirs = save(alice, "退款"), save(charlie, "退款")
    arrive(support, ["退款"], title="客服的")
    match()
    assert (hits(ours), hits(theirs)) == ([], ["客服的"])


def test_many_hits_are_one_notice(alice: User, sales: Department) -> None:
    search = save(alice, "退款", name="退款未道歉", alerts=True)
    for number in range(3):
        arrive(sales, ["退款"], title=f"{number}")
    match()
    assert texts(alice) == ["3 条新录音符合“退款未道歉”。"]
    (line,) = lines_of(notices_of(membership(alice)), membership(alice))
    assert line.url == f"/d/sales/search/saved/{search.uuid}/"
    assert count_notices(membership(alice)).unread == 1
    mark_read(notices_of(membership(alice)))
    arrive(sales, ["退款"])
    match()
    assert texts(alice) == [
        "1 条新录音符合“退款未道歉”。",
        "3 条新录音符合“退款未道歉”。",
    ]


def test_who_did_not_ask_is_not_told(alice: User, bob: User, sales: Department) -> None:
    search = save(alice, "退款", is_shared=True)
    SavedSearchReader.objects.create(search=search, user=bob, alerts=True)
    arrive(sales, ["退款"])
    match()
    assert (texts(alice), len(texts(bob))) == ([], 1)
    assert new_hits(alice) == new_hits(bob) == {"退款": 1}


def test_nobody_is_told_of_what_is_private_to_others(
    alice: User, bob: User, sales: Department
) -> None:
    search = save(alice, "退款", is_shared=True, alerts=True)
    SavedSearchReader.objects.create(search=search, user=bob, alerts=True)
    arrive(sales, ["退款"], is_private=True)
    match()
    assert (texts(alice), new_hits(alice)) == ([], {"退款": 0})
    assert Notice.objects.filter(recipient=alice).count() == 0
    assert new_hits(bob) == {"退款": 1}  # a supervisor reads what is private
    assert len(texts(bob)) == 1
    arrive(sales, ["退款"], is_private=True, agent_member=membership(alice))
    match()
    assert new_hits(alice) == {"退款": 1}
    assert texts(alice) == ["1 条新录音符合“退款”。"]


def test_what_becomes_private_is_counted_no_more(
    alice: User, sales: Department
) -> None:
    save(alice, "退款", alerts=True)
    arrive(sales, ["退款"])
    match()
    assert len(texts(alice)) == 1
    Recording.objects.update(is_private=True)
    assert (texts(alice), new_hits(alice)) == ([], {"退款": 0})


def test_of_a_person_who_left_only_what_is_shared_goes_on(
    alice: User, bob: User, sales: Department
) -> None:
    own = save(alice, "退款", name="自己的", alerts=True)
    shared = save(alice, "退款", name="共享的", is_shared=True)
    Membership.objects.filter(user=alice).update(is_active=False)
    arrive(sales, ["退款"], title="一")
    match()
    assert (hits(own), hits(shared)) == ([], ["一"])
    assert Notice.objects.count() == 0
    assert new_hits(bob) == {"共享的": 1}
    Membership.objects.filter(user=alice).update(is_active=True)
    arrive(sales, ["退款"], title="二")
    match()
    assert hits(own) == ["二"]


def test_an_unshared_search_tells_its_owner_alone(
    alice: User, bob: User, sales: Department
) -> None:
    search = save(alice, "退款", is_shared=True, alerts=True)
    SavedSearchReader.objects.create(search=search, user=bob, alerts=True)
    search.is_shared = False
    search.save()
    arrive(sales, ["退款"])
    match()
    assert (len(texts(alice)), texts(bob), new_hits(bob)) == (1, [], {})


def test_a_notice_cannot_lack_its_search(alice: User, sales: Department) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.create(
            kind=NoticeKind.SAVED_SEARCH, department=sales, recipient=alice
        )
    search = save(alice, "退款")
    Notice.objects.create(
        kind=NoticeKind.SAVED_SEARCH,
        department=sales,
        recipient=alice,
        saved_search=search,
    )
    assert texts(alice) == []  # without hits there is nothing to tell
    assert SavedSearchHit.objects.count() == 0


def test_each_of_a_persons_departments_has_its_own(
    sales: Department, support: Department
) -> None:
    """A person of two departments saves in each what is asked of each."""
    person = join(make_user("erin"), sales, Role.MEMBER)
    search = save(person, "退款")
    join(person, support, Role.MEMBER)
    arrive(support, ["退款"])
    match()
    assert hits(search) == []
