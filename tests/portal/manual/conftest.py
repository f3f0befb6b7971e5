"""A department in which everything that the manual speaks of has happened once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models.departments import Department
from accounts.models.people import User
from accounts.services.audit.writing import SYSTEM, Origin
from tests.factories import make_evaluation, make_recording, make_transcript
from tests.people import membership
from transcription.models.hotwords.lists import HotwordList, HotwordListVersion
from transcription.models.recordings import Recording
from transcription.models.transcripts import Segment, Speaker
from transcription.services.drafts.keeping import save_draft
from transcription.services.drafts.things import segment_thing
from transcription.services.hotwords.lists import add_words, create_list
from transcription.services.hotwords.proposals import propose_words
from transcription.services.hotwords.usage import count_hotword_use
from transcription.services.hotwords.versions import publish_list
from transcription.services.search.index import index_transcript
from transcription.services.transcripts.corrections import correct_segment, undo_hotword

SENTENCES = ("办金魁花卡吗", "好的", "金奎花卡的年费", "理财产品的利率", "买云帆吧")


@pytest.fixture
def call(sales: Department, alice: User) -> Recording:
    """Alice's call with both sides, two corrections, a doubt and a hotword."""
    recording = make_recording(sales, alice, channel_count=2)
    transcript = make_transcript(recording, SENTENCES)
    sides = [
        Speaker.objects.create(
            transcript=transcript, label=f"channel-{channel}", channel=channel
        )
        for channel in (0, 1)
    ]
    for segment in transcript.segments.all():
        segment.speaker = sides[segment.index % 2]
        segment.confidence = 0.1 if segment.index == 1 else 0.9
        segment.save()
    _put_hotword(transcript.segments.get(index=4))
    for index, text in ((0, "办金葵花卡吗"), (2, "金葵花卡的年费")):
        correct_segment(
            segment=transcript.segments.get(index=index),
            membership=membership(alice),
            origin=SYSTEM,
            text=text,
        )
    save_draft(
        user=alice,
        thing=segment_thing(transcript.segments.get(index=0)),
        fields={"text": "办金葵花卡吗？"},
        base_version="",
    )
    index_transcript(transcript)
    return recording


@pytest.fixture
def older_call(sales: Department, alice: User) -> Recording:
    """Private, with a name for an agent; nobody has corrected anything in it."""
    recording = make_recording(sales, alice, is_private=True, agent="张伟")
    make_transcript(recording, ["我想办一张金魁花卡"])
    return recording


@pytest.fixture
def in_trash(sales: Department, alice: User) -> Recording:
    return make_recording(sales, alice, deleted_at=timezone.now(), deleted_by=alice)


@pytest.fixture
def products(sales: Department, carol: User, alice: User) -> HotwordList:
    """Two versions long ago, a draft and a proposal now; its words were taken out."""
    made = create_list(department=sales, origin=SYSTEM, name="产品")
    for words in ("稳健增利\n云帆", "龙腾计划"):
        add_words(hotword_list=made, origin=SYSTEM, text=words)
        publish_list(hotword_list=made, origin=Origin(user=carol))
    at = timezone.now() - timedelta(days=120)
    versions = HotwordListVersion.objects.all()
    super(type(versions), versions).update(published_at=at)
    add_words(hotword_list=made, origin=SYSTEM, text="朝朝宝")
    propose_words(
        hotword_list=made,
        department=sales,
        proposer=alice,
        origin=SYSTEM,
        text="周周盈",
        reason="",
    )
    for _ in range(6):
        transcript = make_transcript(make_recording(sales, alice), ["买云帆吧"])
        segment = transcript.segments.get()
        _put_hotword(segment)
        undo_hotword(
            segment=segment, membership=membership(alice), origin=SYSTEM, number=0
        )
    return made


def _put_hotword(segment: Segment) -> None:
    segment.hotwords = [{"text": "云帆", "heard": "云翻", "start": 1, "end": 3}]
    segment.save()


@pytest.fixture
def names(sales: Department) -> HotwordList:
    """Without a draft."""
    made = create_list(department=sales, origin=SYSTEM, name="人名")
    add_words(hotword_list=made, origin=SYSTEM, text="张三")
    publish_list(hotword_list=made, origin=SYSTEM)
    return made


@pytest.fixture
def company_words(db: None) -> HotwordList:
    made = create_list(department=None, origin=SYSTEM, name="公司")
    add_words(hotword_list=made, origin=SYSTEM, text="声文")
    publish_list(hotword_list=made, origin=SYSTEM)
    return made


@pytest.fixture
def department(
    sales: Department,
    call: Recording,
    older_call: Recording,
    in_trash: Recording,
    products: HotwordList,
    company_words: HotwordList,
) -> Department:
    """All of it."""
    make_evaluation(sales)
    while count_hotword_use():
        pass
    return sales
