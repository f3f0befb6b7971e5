"""Text that is copied from a page is taken away: the trail says how much, not what."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import translation

from accounts.models.audit.events import AuditAction, AuditEvent
from accounts.models.people import User
from accounts.services.audit.words import describe
from tests.factories import SENTENCES
from tests.transcription.pages import url_of
from transcription.models.recordings import Recording
from transcription.services.readers.noting import COPIES

ClientOf = Callable[[User], Client]


def copies() -> list[str]:
    events = AuditEvent.objects.filter(action=AuditAction.EXPORT).order_by("id")
    with translation.override("zh-hans"):
        return [describe(event.detail) for event in events]


def copy(client: Client, recording: Recording, sentences: object) -> int:
    address = url_of(recording, "copied/")
    return client.post(address, {"sentences": sentences}).status_code


def test_the_whole_text_is_noted_by_whoever_sends_it(
    recording: Recording, alice: User, client_of: ClientOf
) -> None:
    answer = client_of(alice).get(url_of(recording, "text/"), {"text": "raw"})
    assert answer.status_code == 200
    (said,) = copies()
    # PostgreSQL keeps the keys of JSON in an order of its own.
    assert sorted(said.split("；")) == sorted(
        ["文字：原文", "格式：从页面复制", "全文"]
    )
    event = AuditEvent.objects.get(action=AuditAction.EXPORT)
    assert (event.actor, event.object_id) == (alice, str(recording.uuid))
    assert not any(text in str(event.detail) for text in SENTENCES)


def test_sentences_copied_from_the_page_are_counted(
    recording: Recording, alice: User, client_of: ClientOf
) -> None:
    client = client_of(alice)
    assert [copy(client, recording, count) for count in (3, 12, 3)] == [204] * 3
    assert copies() == ["格式：从页面复制；句数：3", "格式：从页面复制；句数：12"]


def test_a_script_that_copies_again_and_again_fills_no_trail(
    recording: Recording, alice: User, client_of: ClientOf
) -> None:
    client = client_of(alice)
    for count in range(3, 3 * COPIES):
        copy(client, recording, count)
    assert len(copies()) == COPIES


@pytest.mark.parametrize("sentences", ["", "x", 0, -3, 10**7, "3.5"])
def test_what_is_no_number_of_sentences_is_refused(
    recording: Recording, alice: User, client_of: ClientOf, sentences: object
) -> None:
    assert copy(client_of(alice), recording, sentences) == 422
    assert copies() == []
