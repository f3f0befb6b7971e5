"""Recordings to pack, and an order for them."""

from collections.abc import Callable

import pytest

from accounts.models.departments import Department
from accounts.models.people import User
from accounts.services.audit.writing import Origin
from tests.factories import make_recording, make_transcript
from tests.people import membership
from transcription.models.exports import RecordingExport
from transcription.models.recordings import Recording
from transcription.services.recordings.exporting.orders import order_export
from transcription.services.recordings.selection.choosing import Selection

Order = Callable[..., RecordingExport]


@pytest.fixture
def calls(sales: Department, alice: User) -> list[Recording]:
    """Three of Alice's; the last has no transcript."""
    found = [make_recording(sales, alice, title="来电 投诉") for _ in range(3)]
    for one in found[:2]:
        make_transcript(one)
    return found


@pytest.fixture
def order(calls: list[Recording]) -> Order:
    def make(
        person: User,
        recordings: list[Recording] = calls,
        formats: tuple[str, ...] = ("txt",),
        with_sound: bool = False,
        raw: bool = False,
    ) -> RecordingExport:
        return order_export(
            membership=membership(person),
            origin=Origin(user=person),
            selection=Selection(uuids=tuple(one.uuid for one in recordings)),
            formats=formats,
            with_sound=with_sound,
            raw=raw,
        )

    return make
