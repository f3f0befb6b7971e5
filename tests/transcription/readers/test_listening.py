"""What somebody heard of a recording: one entry of the trail for each sitting."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone, translation

from accounts.models.audit.events import AuditAction, AuditEvent
from accounts.models.departments import Department
from accounts.models.people import User
from accounts.services.audit.words import describe
from accounts.services.audit.writing import SYSTEM, Origin
from tests.factories import make_recording
from tests.people import membership
from tests.transcription.pages import url_of
from transcription.models.listening import Listening
from transcription.models.recordings import Recording
from transcription.services.readers import listening
from transcription.services.readers.listening import (
    note_heard,
    write_ended_sittings,
)
from transcription.services.readers.people import heard_by, readers
from transcription.services.readers.stretches import MOST, Stretch, merged
from transcription.services.recordings.keeping import purge_recording, trash_recording

ClientOf = Callable[[User], Client]


@pytest.fixture
def recording(sales: Department) -> Recording:
    return make_recording(sales, duration_ms=600_000)


def plays() -> list[dict[str, object]]:
    events = AuditEvent.objects.filter(action=AuditAction.PLAY).order_by("id")
    return list(events.values_list("detail", flat=True))


def hear(recording: Recording, user: User, *stretches: Stretch) -> bool:
    origin = Origin(user=user, ip_address="10.0.0.7", user_agent="Chrome")
    return note_heard(
        recording=recording, user=user, origin=origin, stretches=stretches
    )


def minutes_pass(minutes: float) -> None:
    for sitting in Listening.objects.all():
        sitting.last_at -= timedelta(minutes=minutes)
        sitting.save()


def tell(client: Client, recording: Recording, stretches: str) -> Any:
    address = url_of(recording, "heard/")
    return client.post(address, {"stretches": stretches})


def test_a_sitting_is_one_entry_when_it_has_ended(
    recording: Recording, alice: User
) -> None:
    for stretch in ((10_000, 30_000), (30_000, 155_000), (300_000, 320_000)):
        assert hear(recording, alice, stretch)
        minutes_pass(1)
    assert write_ended_sittings() == 0
    assert plays() == [{}]  # that it is played is there from the start
    minutes_pass(10)
    assert (write_ended_sittings(), write_ended_sittings()) == (1, 0)
    event = AuditEvent.objects.order_by("-id")[0]
    assert (event.actor, event.ip_address) == (alice, "10.0.0.7")
    assert event.detail["heard"] == [[10_000, 155_000], [300_000, 320_000]]
    assert len(plays()) == 2 and not Listening.objects.exists()
    with translation.override("zh-hans"):
        said = describe(event.detail)
    assert said.startswith("听了：00:10–02:35、05:00–05:20；起始时间：")


def test_after_a_pause_it_is_another_sitting(recording: Recording, alice: User) -> None:
    hear(recording, alice, (0, 5_000))
    minutes_pass(11)
    hear(recording, alice, (60_000, 70_000))
    assert plays()[-1]["heard"] == [[0, 5_000]]
    assert Listening.objects.get().stretches == [[60_000, 70_000]]


def test_two_people_have_their_own(
    recording: Recording, alice: User, bob: User
) -> None:
    hear(recording, alice, (0, 5_000))
    hear(recording, bob, (9_000, 12_000))
    people = readers(recording)
    heard = heard_by(recording, people)
    said = {one.username: heard[one.user_id] for one in people}
    assert said == {"alice": [(0, 5_000)], "bob": [(9_000, 12_000)]}
    assert [one.plays for one in people] == [1, 1]


def test_the_page_says_what_was_heard_now_and_before(
    recording: Recording, alice: User, dave: User, client_of: ClientOf
) -> None:
    hear(recording, alice, (10_000, 155_000))
    minutes_pass(11)
    write_ended_sittings()
    hear(recording, alice, *((n * 60_000, n * 60_000 + 5_000) for n in range(3, 10)))
    page = client_of(dave).get(url_of(recording, "readers/")).content.decode()
    assert f'<a href="{url_of(recording)}?t=10">00:10–02:35</a>' in page
    assert f'<a href="{url_of(recording)}?t=540">09:00–09:05</a>' in page
    assert "还有 2 段" in page
    assert '<td class="num" data-label="播放">1</td>' in page


def test_who_tells_too_often_is_told_so_and_loses_nothing(
    recording: Recording,
    alice: User,
    client_of: ClientOf,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(listening, "APART", timedelta(minutes=5))
    client = client_of(alice)
    assert tell(client, recording, "0-5000").status_code == 204
    assert tell(client, recording, "1000-5000").status_code == 204  # is known
    answer = tell(client, recording, "0-9000")
    assert (answer.status_code, answer["Retry-After"]) == (429, "1")
    assert answer.json()["code"] == "too_soon"
    minutes_pass(6)
    assert tell(client, recording, "0-9000").status_code == 204
    assert Listening.objects.get().stretches == [[0, 9_000]]


@pytest.mark.parametrize(
    "told",
    [
        "",
        "x",
        "5000",
        "5-5",
        "9-5",
        "-5-9",
        "1.5-2",
        "0-5,",
        "0-9999999999",
        "٠-٩",
        ",".join(f"{n}-{n + 1}" for n in range(0, 2010, 10)),
    ],
)
def test_what_is_no_time_is_refused_in_words(
    recording: Recording, alice: User, client_of: ClientOf, told: str
) -> None:
    answer = tell(client_of(alice), recording, told)
    assert answer.status_code == 422
    assert set(answer.json()) == {"code", "message"}
    assert plays() == [] and not Listening.objects.exists()


def test_nobody_hears_more_than_there_is(
    recording: Recording, alice: User, client_of: ClientOf
) -> None:
    client = client_of(alice)
    assert tell(client, recording, "700000-800000").status_code == 204
    assert not Listening.objects.exists()
    tell(client, recording, "590000-700000")
    assert Listening.objects.get().stretches == [[590_000, 600_000]]


def test_what_is_purged_was_heard(
    recording: Recording, alice: User, carol: User
) -> None:
    hear(recording, alice, (0, 5_000))
    trash_recording(recording=recording, membership=membership(carol), origin=SYSTEM)
    assert purge_recording(recording=recording, origin=SYSTEM)
    assert plays()[-1]["heard"] == [[0, 5_000]]


def test_the_entry_of_what_was_heard_is_no_play_of_its_own(
    recording: Recording, alice: User, client_of: ClientOf
) -> None:
    """A play that begins a moment after it is written is noted."""
    hear(recording, alice, (0, 5_000))
    minutes_pass(11)
    write_ended_sittings()
    now = timezone.now() + timedelta(hours=2)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timezone, "now", lambda: now)
        hear(recording, alice, (0, 5_000))
    assert [len(detail) for detail in plays()] == [0, 2, 0]


@pytest.mark.parametrize("count", [0, 1, MOST, MOST + 1, 500])
def test_stretches_stay_few_and_leave_nothing_out(count: int) -> None:
    told = [(n * n * 10_000, n * n * 10_000 + 4_000) for n in range(count)]
    found = merged(reversed(told))
    assert len(found) == min(count, MOST)
    assert found == sorted(found)
    assert all(any(a <= c and d <= b for a, b in found) for c, d in told)
    assert merged(found) == found


def test_stretches_that_nearly_touch_are_one() -> None:
    told = [(5_000, 9_000), (0, 4_500), (20_000, 21_000), (5_500, 6_000)]
    assert merged(told) == [(0, 9_000), (20_000, 21_000)]
