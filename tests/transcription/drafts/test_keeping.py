"""Drafts: one for each person and thing, their writer's own, gone in time."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models.departments import Department
from accounts.models.people import User
from accounts.services.audit.writing import SYSTEM, Origin
from accounts.services.refusal import Refused
from tests.factories import make_recording, make_transcript
from tests.people import membership
from transcription.models.drafts import Draft
from transcription.models.transcripts import Segment
from transcription.services.drafts.keeping import (
    KEPT_FOR,
    draft_for,
    drop_draft,
    forget_old_drafts,
    save_draft,
)
from transcription.services.drafts.things import (
    Thing,
    list_thing,
    recording_thing,
    segment_thing,
)
from transcription.services.hotwords.lists import create_list, delete_list
from transcription.services.recordings.keeping import purge_recording, trash_recording
from transcription.services.transcripts.corrections import correct_segment

pytestmark = pytest.mark.django_db

STORED = {"text": "您好"}


@pytest.fixture
def segment(sales: Department) -> Segment:
    return make_transcript(make_recording(sales), ["您好"]).segments.get()


@pytest.fixture
def thing(segment: Segment) -> Thing:
    return segment_thing(segment)


def keep(user: User, thing: Thing, text: str) -> None:
    save_draft(user=user, thing=thing, fields={"text": text}, base_version="v1")


def text_for(user: User, thing: Thing) -> str | None:
    draft = draft_for(user=user, thing=thing, now=STORED)
    return draft.fields["text"] if draft else None


def test_the_last_draft_stands_and_is_its_writers_alone(
    bob: User, carol: User, thing: Thing
) -> None:
    keep(bob, thing, "您")
    keep(bob, thing, "您好，\0请问")
    assert text_for(bob, thing) == "您好，请问"
    assert text_for(carol, thing) is None
    draft = Draft.objects.get()
    assert (draft.department, draft.base_version) == (thing.department, "v1")


def test_a_draft_that_says_what_is_stored_is_none(bob: User, thing: Thing) -> None:
    keep(bob, thing, "您好")
    assert text_for(bob, thing) is None


def test_a_draft_that_is_dropped_is_gone(bob: User, thing: Thing) -> None:
    keep(bob, thing, "您好！")
    drop_draft(user=bob, thing=thing)
    assert not Draft.objects.exists()


def test_a_draft_has_a_size(bob: User, thing: Thing) -> None:
    with pytest.raises(Refused) as refused:
        keep(bob, thing, "字" * 2**20)
    assert refused.value.code == "draft_too_large"


def test_who_saves_has_no_draft_left_and_others_keep_theirs(
    bob: User, carol: User, segment: Segment, thing: Thing
) -> None:
    keep(bob, thing, "您好！")
    keep(carol, thing, "您好？")
    correct_segment(
        segment=segment,
        membership=membership(bob),
        origin=Origin(user=bob),
        text="您好！",
    )
    assert text_for(bob, thing) is None
    assert text_for(carol, thing) == "您好？"


def test_drafts_go_after_thirty_days(bob: User, carol: User, thing: Thing) -> None:
    keep(bob, thing, "旧的")
    keep(carol, thing, "新的")
    before = timezone.now() - KEPT_FOR
    for user, at in (
        (bob, before - timedelta(minutes=1)),
        (carol, before + timedelta(minutes=1)),
    ):
        Draft.objects.filter(user=user).update(updated_at=at)
    assert forget_old_drafts() == 1
    assert text_for(carol, thing) == "新的"


def test_drafts_go_with_what_they_are_for(
    bob: User, segment: Segment, thing: Thing
) -> None:
    recording = segment.transcript.recording
    words = create_list(department=recording.department, origin=SYSTEM, name="产品")
    other = list_thing(words)
    assert other
    keep(bob, thing, "您好！")
    keep(bob, recording_thing(recording), "标题")
    keep(bob, other, "利率")
    trash_recording(recording=recording, membership=membership(bob), origin=SYSTEM)
    assert Draft.objects.count() == 3  # it may come back
    purge_recording(recording=recording, origin=SYSTEM)
    assert Draft.objects.get().kind == other.kind
    delete_list(hotword_list=words, origin=SYSTEM)
    assert not Draft.objects.exists()


def test_the_companys_lists_have_no_drafts(sales: Department) -> None:
    words = create_list(department=None, origin=SYSTEM, name="公司")
    assert list_thing(words) is None
