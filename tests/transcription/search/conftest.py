"""Recordings that are in the index."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models.departments import Department
from tests.factories import make_recording, make_transcript
from transcription.models.transcripts import Transcript
from transcription.services.search.index import index_transcript

Indexed = Callable[..., Transcript]


@pytest.fixture
def indexed(sales: Department) -> Indexed:
    """Makes a recording with a transcript of these texts, in the index."""

    def make(*texts: str, department: Department = sales, **over: Any) -> Transcript:
        transcript = make_transcript(make_recording(department, **over), texts)
        index_transcript(transcript)
        return transcript

    return make
