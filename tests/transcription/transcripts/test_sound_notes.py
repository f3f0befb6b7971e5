"""What a recording's page says about its sound."""

import pytest

from accounts.models.departments import Department
from accounts.models.people import User
from tests.factories import make_recording, make_transcript
from tests.transcription.pages import ClientOf, url_of
from transcription.pipeline.types import (
    CLOCK_HAS_GAPS,
    CLOCK_IS_BROKEN,
    TOO_QUIET,
    TRACKS_LEFT_OUT,
    level_note,
)


@pytest.mark.parametrize(
    ("note", "said"),
    [
        (CLOCK_IS_BROKEN, "走得过快或过慢、跳跃超过一小时"),
        (TRACKS_LEFT_OUT, "其中有的无法读取"),
        (TOO_QUIET, "录音音量很低"),
    ],
)
def test_the_page_says_it(
    sales: Department, alice: User, client_of: ClientOf, note: str, said: str
) -> None:
    recording = make_recording(sales, alice)
    transcript = make_transcript(recording)
    url = url_of(recording)
    client = client_of(alice)
    assert said not in client.get(url).content.decode()
    transcript.notes = [CLOCK_HAS_GAPS, note]
    transcript.save()
    assert said in client.get(url).content.decode()


def test_an_empty_one_says_that_it_is_too_quiet_and_how_quiet(
    sales: Department, alice: User, client_of: ClientOf
) -> None:
    recording = make_recording(sales, alice)
    transcript = make_transcript(recording, [])
    client = client_of(alice)
    assert "只有静音、噪声或音乐" in client.get(url_of(recording)).content.decode()
    transcript.notes = [TOO_QUIET, level_note(-86.6)]
    transcript.save()
    page = client.get(url_of(recording)).content.decode()
    assert "最响处只有 −87 dB" in page
    assert "录音音量太低，听不清有没有人说话" in page
    assert "只有静音、噪声或音乐" not in page
