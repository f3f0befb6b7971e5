"""Reads leave one trace each."""

from uuid import uuid4

import pytest
from django.utils import timezone

from accounts.models.audit.events import AuditAction, AuditEvent
from accounts.models.departments import Department
from accounts.models.people import User
from accounts.services.audit.writing import Origin
from tests.factories import make_recording, make_transcript
from transcription.models.transcripts import Speaker, Transcript
from transcription.services.readers import noting
from transcription.services.readers.noting import note_view
from transcription.services.transcripts.marks import Piece, pieces_of
from transcription.services.transcripts.reading import read_lines


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
    monkeypatch.setattr(noting, "SAME_SECONDS", 0)
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
    (line,) = read_lines(transcript, transcript.segments.all())
    assert any("CPU" in note for note in line.notes) is says_so
    assert bool(line.notes) is (confidence < 0.8)


def drawn(transcript: Transcript) -> tuple[Piece, ...]:
    (line,) = read_lines(transcript, transcript.segments.all())
    return line.normal


def guess(text: str, confidence: float, offset: int) -> dict[str, object]:
    times = {"start_ms": 100 * offset, "end_ms": 100 * offset + 90}
    return {"text": text, "confidence": confidence, "offset": offset, **times}


def test_a_doubt_stands_in_the_words_that_were_guessed_at(sales: Department) -> None:
    transcript = make_transcript(make_recording(sales), ["我要办嬉皮有，谢谢"])
    transcript.segments.update(
        confidence=0.7,
        text_raw="我要办嬉皮有谢谢",
        itn_map=[[6, 6, 6, 7]],
        words=[
            guess("我要办", 0.9, 0),
            guess("嬉皮", 0.4, 3),
            guess("有", 0.5, 5),
            guess("谢谢", 0.9, 6),
        ],
    )
    marked = [(piece.text, piece.is_doubtful) for piece in drawn(transcript)]
    assert marked == [("我要办", False), ("嬉皮有", True), ("，谢谢", False)]


@pytest.mark.parametrize(
    "fields", [{"confidence": 0.7}, {"confidence": 0.9, "flags": ["too_fast"]}]
)
def test_without_a_word_to_blame_the_whole_sentence_is_doubtful(
    sales: Department, fields: dict[str, object]
) -> None:
    transcript = make_transcript(make_recording(sales), ["好的"])
    transcript.segments.update(words=[guess("好的", 0.95, 0)], **fields)
    assert drawn(transcript) == (Piece("好的", is_doubtful=True),)


def test_what_a_person_wrote_is_not_doubtful(sales: Department, alice: User) -> None:
    transcript = make_transcript(make_recording(sales), ["好的"])
    transcript.segments.update(
        confidence=0.5, text="好", text_machine="好的", edited_at=timezone.now()
    )
    assert drawn(transcript) == (Piece("好"),)


def test_a_hotword_keeps_its_mark_in_a_doubtful_sentence() -> None:
    assert pieces_of("买稳健增利吗", [(1, 5, "稳健真利")], [(0, 3)]) == (
        Piece("买", is_doubtful=True),
        Piece("稳健", True, "稳健真利", True),
        Piece("增利", True, "稳健真利"),
        Piece("吗"),
    )
    assert pieces_of("", [], [(0, 0)]) == ()


def test_a_turn_has_one_head_and_each_minute_its_time(sales: Department) -> None:
    transcript = make_transcript(make_recording(sales), ["好"] * 25)
    first, second = (
        Speaker.objects.create(transcript=transcript, label=f"speaker-{n}")
        for n in (1, 2)
    )
    transcript.segments.update(speaker=first)
    transcript.segments.filter(index__gte=22).update(speaker=second)
    lines = read_lines(transcript, transcript.segments.all())
    assert [n for n, line in enumerate(lines) if line.is_new_voice] == [0, 22]
    assert [n for n, line in enumerate(lines) if line.is_new_minute] == [0, 20]
