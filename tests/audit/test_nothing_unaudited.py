"""Nothing is read of a recording when its row in the audit trail cannot be written."""

import sqlite3
from collections.abc import Callable

import pytest
from django.db import OperationalError
from django.test import Client

from accounts.models.audit.events import AuditEvent
from accounts.models.people import User
from accounts.services.audit.writing import SYSTEM
from accounts.services.tokens import create_token
from tests.factories import SENTENCES, make_recording, make_transcript
from tests.people import membership
from transcription.services.search.index import index_transcript

ClientOf = Callable[[User], Client]
READ = (
    "recordings/{uuid}/",
    "recordings/{uuid}/media/",
    "recordings/{uuid}/original/",
    "recordings/{uuid}/segments/",
    "recordings/{uuid}/segments/{segment}/",
    "recordings/{uuid}/text/",
    "recordings/{uuid}/print/",
    "recordings/{uuid}/export/txt/",
    "recordings/{uuid}/export/srt/",
    "search/?q={word}",
)


@pytest.fixture
def full(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """From now on no audit row finds room."""

    def refuse(*args: object, **fields: object) -> None:
        error = OperationalError("database or disk is full")
        error.__cause__ = sqlite3.OperationalError("database or disk is full")
        error.__cause__.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise error

    def fill() -> None:
        monkeypatch.setattr(AuditEvent, "save", refuse)
        monkeypatch.setattr(AuditEvent.objects, "bulk_create", refuse)

    return fill


@pytest.mark.parametrize("address", READ)
def test_what_cannot_be_audited_is_not_shown(
    address: str, bob: User, client_of: ClientOf, full: Callable[[], None]
) -> None:
    recording = make_recording(membership(bob).department, bob)
    transcript = make_transcript(recording)
    index_transcript(transcript)
    names = {
        "uuid": recording.uuid,
        "segment": transcript.segments.get(index=0).pk,
        "word": "利率",
    }
    address = "/d/sales/" + address.format(**names)
    client = client_of(bob)
    client.raise_request_exception = False
    full()
    answer = client.get(address)
    assert answer.status_code == 503
    assert answer["Retry-After"] == "60"
    shown = b"".join(answer) if answer.streaming else answer.content
    assert SENTENCES[0].encode() not in shown
    assert recording.title.encode() not in shown


def test_a_result_that_cannot_be_audited_does_not_leave_through_the_api(
    bob: User, full: Callable[[], None]
) -> None:
    transcript = make_transcript(make_recording(membership(bob).department, bob))
    token = create_token(membership=membership(bob), origin=SYSTEM, name="t").secret
    program = Client(headers={"authorization": f"Bearer {token}"})
    full()
    answer = program.get(f"/api/jobs/{transcript.job.uuid}")
    assert (answer.status_code, answer.json()["code"]) == (503, "disk_full")
    assert SENTENCES[0] not in answer.content.decode()
