"""A recording with a transcript, and its addresses."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models.departments import Department
from accounts.models.people import User
from tests.factories import make_recording, make_transcript
from transcription.models.recordings import Recording
from transcription.models.transcripts import Segment, Speaker

ClientOf = Callable[[User], Client]


@pytest.fixture
def recording(sales: Department, alice: User) -> Recording:
    recording = make_recording(sales, alice)
    transcript = make_transcript(recording, ["两百九十九元", "请您稍等。", "好的"])
    speaker = Speaker.objects.create(
        transcript=transcript, label="channel-0", channel=0
    )
    first = transcript.segments.first()
    assert first
    first.text = "299元"
    first.itn_map = [[0, 5, 0, 3]]
    first.words = [
        {"text": "两百九十九", "start_ms": 0, "end_ms": 900, "confidence": 0.9},
        {"text": "元", "start_ms": 900, "end_ms": 1200, "confidence": 0.9},
    ]
    first.hotwords = [{"text": "元", "heard": "圆", "start": 5, "end": 6}]
    first.speaker = speaker
    first.save()
    return recording


def url_of(recording: Recording, rest: str = "") -> str:
    return f"/d/{recording.department.slug}/recordings/{recording.uuid}/{rest}"


def first_of(recording: Recording) -> Segment:
    return Segment.objects.filter(transcript__recording=recording).order_by("index")[0]
