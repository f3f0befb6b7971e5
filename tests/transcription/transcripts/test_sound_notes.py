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
)


@pytest.mark.parametrize(
    ("note", "said"),
    [
        (CLOCK_IS_BROKEN, "跳跃超过一小时"),
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
