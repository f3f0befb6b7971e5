"""A worker's reporter in this process."""

from collections.abc import Iterator

import pytest

from transcription.services.recogniser import reporting
from transcription.services.recogniser.reporting import Reporter


@pytest.fixture
def reporter(monkeypatch: pytest.MonkeyPatch) -> Iterator[Reporter]:
    """As in a worker of the batch queue, without its thread."""
    reporter = Reporter("batch")
    monkeypatch.setattr(reporting, "_reporter", reporter)
    yield reporter
