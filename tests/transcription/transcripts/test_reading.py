"""Reads leave one trace each."""

from uuid import uuid4

import pytest

from accounts.models.audit.events import AuditAction, AuditEvent
from accounts.models.departments import Department
from accounts.models.people import User
from accounts.services.audit.writing import Origin
from tests.factories import make_recording, make_transcript
from transcription.services.transcripts import reading
from transcription.services.transcripts.reading import note_view


def views() -> int:
    return AuditEvent.objects.filter(action=AuditAction.VIEW).count()


def test_a_page_that_is_reloaded_is_one_read(
    sales: Department, alice: User, bob: User
) -> None:
    recording = make_recording(sales, alice)
    for _again in range(3):
        note_view(recording=recording, origin=Origin(user=alice))
    assert views() == 1
    note_view(recording=recording, origin=Origin(user=bob))
    note_view(recording=make_recording(sales, alice), origin=Origin(user=alice))
    assert views() == 3


def test_each_result_that_leaves_through_the_api_is_a_read_of_its_own(
    sales: Department, alice: User
) -> None:
    recording, job = make_recording(sales, alice), uuid4()
    note_view(recording=recording, origin=Origin(user=alice))
    for uuid in (job, job, uuid4()):
        note_view(recording=recording, origin=Origin(user=alice), through_api=uuid)
    assert views() == 3


def test_coming_back_later_is_another_read(
    sales: Department, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "SAME_SECONDS", 0)
    recording = make_recording(sales, alice)
    note_view(recording=recording, origin=Origin(user=alice))
    note_view(recording=recording, origin=Origin(user=alice))
    assert views() == 2


@pytest.mark.parametrize(
    ("confidence", "flags", "says_so"),
    [(0.5, ["letter_sounds"], True), (0.9, ["letter_sounds"], False), (0.5, [], False)],
)
def test_a_doubtful_sentence_that_sounds_like_letters_says_so(
    sales: Department, confidence: float, flags: list[str], says_so: bool
) -> None:
    transcript = make_transcript(make_recording(sales), ["检查一下嬉皮有"])
    transcript.segments.update(confidence=confidence, flags=flags)
    (line,) = reading.read_lines(transcript)
    assert any("CPU" in note for note in line.notes) is says_so
    assert bool(line.notes) is (confidence < 0.8)
