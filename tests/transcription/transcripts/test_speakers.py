"""The speakers on the pages: ordered, shown, named, exchanged."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models.departments import Department
from accounts.models.people import User
from tests.factories import make_job, make_recording, make_transcript
from tests.transcription.pages import url_of
from transcription.forms import recordings as forms
from transcription.models.recordings import Recording
from transcription.models.transcripts import Segment, Speaker

ClientOf = Callable[[User], Client]


@pytest.fixture
def call(sales: Department, alice: User) -> Recording:
    recording = make_recording(
        sales, alice, channel_count=2, waveform=[[1, 50], [40, 2]]
    )
    transcript = make_transcript(recording)
    for channel, name in ((0, "客服"), (1, "客户")):
        speaker = Speaker.objects.create(
            transcript=transcript,
            label=f"channel-{channel}",
            channel=channel,
            name=name,
        )
        Segment.objects.filter(transcript=transcript, index=channel).update(
            speaker=speaker, channel=channel
        )
    return recording


def test_one_click_says_that_left_is_the_customer_and_one_undoes_it(
    call: Recording, alice: User, client_of: ClientOf
) -> None:
    client = client_of(alice)
    swap = url_of(call, "channels/swap/")
    for left in ("客户", "客服"):
        assert swap in client.get(url_of(call)).content.decode()
        client.post(swap)
        assert Speaker.objects.get(channel=0).name == left


def test_who_may_not_edit_sees_no_swap(
    call: Recording, dave: User, client_of: ClientOf
) -> None:
    page = client_of(dave).get(url_of(call)).content.decode()
    assert "每个声道一位" in page
    assert "channels/swap/" not in page


def test_one_track_offers_no_swap(
    recording: Recording, alice: User, client_of: ClientOf
) -> None:
    assert (
        "channels/swap/" not in client_of(alice).get(url_of(recording)).content.decode()
    )


def test_voices_are_counted_from_one(
    sales: Department, alice: User, client_of: ClientOf
) -> None:
    recording = make_recording(sales, alice)
    transcript = make_transcript(recording, job=make_job(recording, speakers="auto"))
    for number in (1, 2):
        Speaker.objects.create(transcript=transcript, label=f"speaker-{number}")
    page = client_of(alice).get(url_of(recording)).content.decode()
    assert "说话人 1" in page and "说话人 2" in page and "说话人 3" not in page
    assert "分出 2 位说话人" in page


@pytest.mark.parametrize(("is_installed", "initial"), [(True, "auto"), (False, "off")])
def test_the_form_offers_what_the_machine_can_do(
    sales: Department,
    alice: User,
    client_of: ClientOf,
    monkeypatch: pytest.MonkeyPatch,
    is_installed: bool,
    initial: str,
) -> None:
    monkeypatch.setattr(forms, "has_speaker_model", lambda: is_installed)
    page = client_of(alice).get("/d/sales/upload/").content.decode()
    assert f'<option value="{initial}" selected>' in page
    assert ("还没有安装区分说话人的模型" in page) != is_installed


def test_a_retry_asks_for_three_speakers(
    recording: Recording, alice: User, client_of: ClientOf
) -> None:
    data = {"language": "zh", "speakers": "3"}
    client_of(alice).post(url_of(recording, "retry/"), data)
    job = recording.jobs.first()
    assert job is not None and job.speakers == "3"


def test_an_impossible_number_of_speakers_is_a_form_again(
    recording: Recording, alice: User, client_of: ClientOf
) -> None:
    data = {"language": "zh", "speakers": "77"}
    response = client_of(alice).post(url_of(recording, "retry/"), data)
    assert response.status_code == 422
