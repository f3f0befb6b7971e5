"""All corrected sentences of a department, taken to measure with."""

import pytest
from django.utils import timezone

from accounts.models.departments import Department
from accounts.models.people import User
from accounts.services.audit.writing import SYSTEM
from accounts.services.refusal import Refused
from tests.factories import make_recording, make_transcript
from tests.people import membership, supervisor_of
from transcription.models.evaluation import ReferenceSet
from transcription.models.recordings import Recording
from transcription.models.transcripts import Segment
from transcription.services.evaluation import corrections
from transcription.services.evaluation.corrections import (
    take_corrections,
    untaken_corrections,
)
from transcription.services.evaluation.sets import (
    add_corrected,
    create_set,
)
from transcription.services.transcripts.corrections import undo_hotword

pytestmark = pytest.mark.django_db


def correct(department: Department) -> None:
    """A recording of three sentences, all corrected."""
    transcript = make_transcript(make_recording(department))
    transcript.segments.update(edited_at=timezone.now())


def test_those_of_all_recordings_go_into_one_set(sales: Department) -> None:
    correct(sales)
    correct(sales)
    target, count = take_corrections(membership=supervisor_of(sales), origin=SYSTEM)
    assert count == target.items.count() == 6
    assert untaken_corrections(supervisor_of(sales)) == []


def test_what_was_taken_is_not_offered_until_it_reads_otherwise(
    sales: Department,
) -> None:
    correct(sales)
    target, _count = take_corrections(membership=supervisor_of(sales), origin=SYSTEM)
    with pytest.raises(Refused):
        take_corrections(membership=supervisor_of(sales), origin=SYSTEM)
    segment = Segment.objects.earliest("pk")
    segment.text = "请您稍候"
    segment.save()
    assert untaken_corrections(supervisor_of(sales)) == [segment]
    assert take_corrections(membership=supervisor_of(sales), origin=SYSTEM) == (
        target,
        0,
    )
    assert target.items.filter(text="请您稍候").count() == 1


def test_of_many_recordings_the_newest_come_first(
    sales: Department, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(corrections, "MAX_RECORDINGS", 1)
    correct(sales)
    correct(sales)
    first, _count = take_corrections(membership=supervisor_of(sales), origin=SYSTEM)
    taken = first.items.values_list("recording", flat=True)
    assert set(taken) == {Recording.objects.latest("pk").pk}
    take_corrections(membership=supervisor_of(sales), origin=SYSTEM)
    assert first.items.count() == 6


def test_other_departments_and_the_trash_are_left_out(
    sales: Department, support: Department
) -> None:
    correct(support)
    gone = make_transcript(make_recording(sales, deleted_at=timezone.now()))
    gone.segments.update(edited_at=timezone.now())
    with pytest.raises(Refused):
        take_corrections(membership=supervisor_of(sales), origin=SYSTEM)
    assert not ReferenceSet.objects.exists()


def test_a_sentence_with_a_hotword_taken_out_is_not_what_was_said(
    sales: Department, bob: User
) -> None:
    transcript = make_transcript(make_recording(sales), ["刻意的在一网通办选"])
    segment = transcript.segments.get()
    segment.hotwords = [{"text": "一网通办", "heard": "以往同伴", "start": 4, "end": 8}]
    segment.save()
    undo_hotword(segment=segment, membership=membership(bob), origin=SYSTEM, number=0)
    assert untaken_corrections(supervisor_of(sales)) == []
    reference_set = create_set(department=sales, origin=SYSTEM, name="回归")
    with pytest.raises(Refused):
        add_corrected(
            reference_set=reference_set, recording=transcript.recording, origin=SYSTEM
        )
