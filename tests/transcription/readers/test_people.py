"""Who read or played a recording: overseers see it, person by person."""

from collections.abc import Callable

from django.test import Client
from django.utils.html import escape

from accounts.models.audit.events import AuditAction
from accounts.models.departments import Department
from accounts.models.people import User
from accounts.roles import Role
from accounts.services.audit.writing import SYSTEM, Origin, record
from tests.factories import make_recording, make_transcript
from tests.people import join, make_user
from transcription.services.readers.people import readers

ClientOf = Callable[[User], Client]


def test_each_person_is_a_row_with_what_was_done(
    alice: User, bob: User, sales: Department
) -> None:
    recording, other = make_recording(sales), make_recording(sales)
    for action in (AuditAction.VIEW, AuditAction.PLAY, AuditAction.PLAY):
        record(action, Origin(user=alice), recording.audit_subject)
    record(AuditAction.EXPORT, Origin(user=bob), recording.audit_subject)
    record(AuditAction.EDIT, Origin(user=bob), recording.audit_subject)
    record(AuditAction.PLAY, Origin(user=bob), other.audit_subject)
    record(AuditAction.VIEW, SYSTEM, recording.audit_subject)
    rows = [
        (one.username, one.views, one.plays, one.exports) for one in readers(recording)
    ]
    assert rows == [("bob", 0, 0, 1), ("alice", 1, 2, 0)]


def test_an_auditor_comes_from_the_recording_and_goes_on_to_the_log(
    alice: User, dave: User, sales: Department, client_of: ClientOf
) -> None:
    recording = make_recording(sales)
    make_transcript(recording)
    page = f"/d/sales/recordings/{recording.uuid}/"
    address = f"{page}readers/"
    assert address not in client_of(alice).get(page).content.decode()
    auditor = client_of(dave)
    assert address in auditor.get(page).content.decode()
    shown = auditor.get(address).content.decode()
    log = f"/d/sales/audit/?about={recording.uuid}&person=alice"
    assert escape(log) in shown and "Alice" in shown
    found = auditor.get(log).context["page"].events
    assert [(event.actor, event.action) for event in found] == [(alice, "view")]


def test_a_supervisor_sees_the_people_and_no_way_into_the_log(
    alice: User, sales: Department, client_of: ClientOf
) -> None:
    """They answer for the department's calls; the log is for auditors."""
    recording = make_recording(sales, is_private=True)
    make_transcript(recording)
    record(AuditAction.PLAY, Origin(user=alice), recording.audit_subject)
    page = f"/d/sales/recordings/{recording.uuid}/"
    supervisor = client_of(join(make_user("erin"), sales, Role.SUPERVISOR))
    assert f"{page}readers/" in supervisor.get(page).content.decode()
    shown = supervisor.get(f"{page}readers/").content.decode()
    assert "Alice" in shown and "/d/sales/audit/" not in shown
    assert client_of(alice).get(f"{page}readers/").status_code == 404


def test_of_a_new_recording_it_says_that_nobody_did(
    dave: User, sales: Department, client_of: ClientOf
) -> None:
    recording = make_recording(sales)
    shown = client_of(dave).get(f"/d/sales/recordings/{recording.uuid}/readers/")
    assert "还没有人" in shown.content.decode()
