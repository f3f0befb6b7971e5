"""The trail leads from a correction to what stood there before and after."""

from collections.abc import Callable

from django.test import Client

from accounts.models.audit.events import AuditAction, AuditEvent
from accounts.models.people import User
from accounts.services.audit.writing import SYSTEM, Origin
from tests.people import membership
from tests.transcription.pages import first_of, url_of
from transcription.models.corrections import Correction
from transcription.models.recordings import Recording
from transcription.services.recordings.keeping import purge_recording, trash_recording
from transcription.services.transcripts.corrections import (
    correct_segment,
    undo_correction,
)

ClientOf = Callable[[User], Client]
TEXTS = ("退款三百元", "退款四百元")


def correct_twice_and_undo(recording: Recording, user: User) -> None:
    segment, origin = first_of(recording), Origin(user=user)
    for text in TEXTS:
        correct_segment(
            segment=segment, membership=membership(user), origin=origin, text=text
        )
    undo_correction(segment=segment, origin=origin)


def test_each_correction_is_kept_with_both_texts_and_the_trail_has_neither(
    recording: Recording, bob: User
) -> None:
    machine = first_of(recording).text
    correct_twice_and_undo(recording, bob)
    made = Correction.objects.order_by("id").values_list("before", "after")
    first, second = TEXTS
    assert list(made) == [(machine, first), (first, second), (second, machine)]
    details = str([*AuditEvent.objects.values_list("detail", flat=True)])
    assert not any(text in details for text in (machine, *TEXTS))


def test_an_auditor_comes_from_the_trail_to_both_texts(
    recording: Recording, bob: User, dave: User, alice: User, client_of: ClientOf
) -> None:
    correct_twice_and_undo(recording, bob)
    event = AuditEvent.objects.filter(action=AuditAction.EDIT).order_by("id")[1]
    address = url_of(recording, f"corrections/{event.detail['correction']}/")
    auditor = client_of(dave)
    log = auditor.get("/d/sales/audit/", {"action": "edit"}).content.decode()
    assert f'<a href="{address}">修改第 1 句</a>' in log
    page = auditor.get(address).content.decode()
    assert page.count("<tr") == 4 and page.count('<tr aria-current="true">') == 1
    assert "退款<del>三</del>百元" in page and "退款<ins>四</ins>百元" in page


def test_nothing_is_left_of_them_when_the_recording_is_purged(
    recording: Recording, bob: User, carol: User, dave: User, client_of: ClientOf
) -> None:
    correct_twice_and_undo(recording, bob)
    trash_recording(recording=recording, membership=membership(carol), origin=SYSTEM)
    assert purge_recording(recording=recording, origin=SYSTEM)
    assert not Correction.objects.exists()
    log = client_of(dave).get("/d/sales/audit/", {"action": "edit"}).content.decode()
    assert "修改第 1 句" in log and "/corrections/" not in log
