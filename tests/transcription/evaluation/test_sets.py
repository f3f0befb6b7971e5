"""Reference sets: from corrections, from files, and what goes when a recording goes."""

from pathlib import Path

import pytest
from django.utils import timezone
from django.utils.translation import override
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from accounts.models.audit.events import AuditAction, AuditEvent
from accounts.models.departments import Department
from accounts.models.people import User
from accounts.services.audit.words import describe
from accounts.services.audit.writing import SYSTEM, Origin
from accounts.services.refusal import Refused
from tests.factories import make_recording, make_transcript
from tests.transcription.conftest import sound, uploaded
from transcription.models.evaluation import ReferenceItem, ReferenceSet
from transcription.models.recordings import Recording
from transcription.services.evaluation import sets
from transcription.services.evaluation.sets import (
    add_clip,
    add_corrected,
    create_set,
    delete_set,
    remove_item,
    set_for_corrections,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def target(sales: Department, carol: User) -> ReferenceSet:
    return create_set(department=sales, origin=Origin(user=carol), name=" 回归  集 ")


@pytest.fixture
def recording(sales: Department, alice: User) -> Recording:
    """Two of its three sentences have been corrected."""
    recording = make_recording(sales, alice)
    transcript = make_transcript(recording)
    transcript.segments.exclude(index=2).update(edited_at=timezone.now())
    return recording


def codes(refused: "pytest.ExceptionInfo[Refused]") -> str:
    return refused.value.code


def test_a_set_has_a_name_that_no_other_has(
    target: ReferenceSet, sales: Department, support: Department
) -> None:
    assert target.name == "回归 集"
    with pytest.raises(Refused) as refused:
        create_set(department=sales, origin=SYSTEM, name="回归 集")
    assert codes(refused) == "name_taken"
    with pytest.raises(Refused) as refused:
        create_set(department=sales, origin=SYSTEM, name="  ")
    assert codes(refused) == "name_empty"
    assert create_set(department=support, origin=SYSTEM, name="回归 集").pk


def test_corrected_sentences_become_items_and_nothing_is_copied(
    target: ReferenceSet, recording: Recording, carol: User
) -> None:
    origin = Origin(user=carol)
    count = add_corrected(reference_set=target, recording=recording, origin=origin)
    assert count == 2
    first = target.items.first()
    assert first
    assert (first.text, first.start_ms, first.end_ms) == (
        "您好，请问有什么可以帮您？",
        0,
        2800,
    )
    assert (first.recording, bool(first.file), first.language) == (
        recording,
        False,
        "zh",
    )
    assert AuditEvent.objects.filter(
        action=AuditAction.EDIT, object_type="reference_set", detail__added=2
    ).exists()


def test_correcting_again_changes_the_item_and_adds_none(
    target: ReferenceSet, recording: Recording
) -> None:
    add_corrected(reference_set=target, recording=recording, origin=SYSTEM)
    segment = recording.transcripts.get().segments.get(index=0)
    segment.text = "您好！"
    segment.save()
    again = add_corrected(reference_set=target, recording=recording, origin=SYSTEM)
    assert again == 0
    event = AuditEvent.objects.filter(object_type="reference_set").latest("pk")
    assert describe(event.detail) == "修改：1"
    nothing = add_corrected(reference_set=target, recording=recording, origin=SYSTEM)
    assert nothing == 0
    assert AuditEvent.objects.latest("pk") == event
    assert [item.text for item in target.items.all()] == [
        "您好！",
        "我上个月买的理财产品，利率调整了吗？",
    ]


def test_a_recording_that_nobody_corrected_gives_nothing(
    target: ReferenceSet, sales: Department
) -> None:
    plain = make_recording(sales)
    with pytest.raises(Refused) as refused:
        add_corrected(reference_set=target, recording=plain, origin=SYSTEM)
    assert codes(refused) == "nothing_corrected"


def test_the_set_for_corrections_is_made_once(sales: Department) -> None:
    first = set_for_corrections(department=sales, origin=SYSTEM)
    assert set_for_corrections(department=sales, origin=SYSTEM) == first


@pytest.mark.parametrize(
    ("spoken", "name"), [("zh", "人工修改"), ("en", "Corrections")]
)
def test_its_name_is_in_the_departments_language_and_not_in_somebodys(
    sales: Department, spoken: str, name: str
) -> None:
    sales.default_language = spoken
    found = []
    for reader in ("en", "zh-hans"):
        with override(reader):
            found.append(set_for_corrections(department=sales, origin=SYSTEM))
    sales.default_language = "ja"
    found.append(set_for_corrections(department=sales, origin=SYSTEM))
    assert [one.name for one in found] == [name] * 3
    assert sales.reference_sets.count() == 1


def test_an_uploaded_clip_is_kept_and_goes_with_its_item(
    target: ReferenceSet,
    settings: Settings,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    item = add_clip(
        reference_set=target, origin=SYSTEM, file=uploaded(sound()), text=" 你好 "
    )
    kept = Path(settings.MEDIA_ROOT) / (item.file.name or "")
    assert kept.read_bytes() == sound()
    assert (item.text, item.media_format, item.name) == ("你好", "wav", "call.wav")
    with django_capture_on_commit_callbacks(execute=True):
        remove_item(item=item, origin=SYSTEM)
    assert not kept.exists()
    assert not target.items.exists()


def test_deleting_a_set_takes_its_files(
    target: ReferenceSet,
    settings: Settings,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    add_clip(reference_set=target, origin=SYSTEM, file=uploaded(sound()), text="")
    with django_capture_on_commit_callbacks(execute=True):
        delete_set(reference_set=target, origin=SYSTEM)
    assert not [p for p in Path(settings.MEDIA_ROOT).rglob("*") if p.is_file()]


@pytest.mark.parametrize(
    ("content", "text", "code"),
    [
        (b"", "好", "empty_file"),
        (b"just a note", "好", "unsupported_format"),
        (b"#!AMR\n" + bytes(64), "好", "not_playable"),
        (b"RIFF....WAVEfmt ", "好" * 2001, "text_too_long"),
        (sound(301), "好", "too_long"),
        (sound()[:40], "好", "corrupt_audio"),
    ],
)
def test_a_bad_clip_is_refused_and_leaves_nothing(
    target: ReferenceSet, settings: Settings, content: bytes, text: str, code: str
) -> None:
    with pytest.raises(Refused) as refused:
        add_clip(reference_set=target, origin=SYSTEM, file=uploaded(content), text=text)
    assert codes(refused) == code
    assert refused.value.sentence
    assert not target.items.exists()
    assert not [p for p in Path(settings.MEDIA_ROOT).rglob("*") if p.is_file()]


def test_a_full_set_takes_no_more(
    target: ReferenceSet, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sets, "MAX_ITEMS", 1)
    add_clip(reference_set=target, origin=SYSTEM, file=uploaded(sound()), text="好")
    with pytest.raises(Refused) as refused:
        add_clip(reference_set=target, origin=SYSTEM, file=uploaded(sound()), text="")
    assert codes(refused) == "set_full"
    assert len([p for p in Path(settings.MEDIA_ROOT).rglob("*") if p.is_file()]) == 1


def test_items_of_a_trashed_recording_are_silent_and_go_when_it_is_purged(
    target: ReferenceSet, recording: Recording
) -> None:
    add_corrected(reference_set=target, recording=recording, origin=SYSTEM)
    recording.deleted_at = timezone.now()
    recording.save()
    assert target.items.count() == 2
    assert not target.items.audible().exists()
    recording.transcripts.all().delete()
    recording.jobs.all().delete()
    recording.delete()
    assert not ReferenceItem.objects.exists()
