"""The queue in the database, and a worker's reporter in this process."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django_q.brokers.orm import ORM
from django_q.conf import Conf
from pytest_django import Settings

from transcription.services.recogniser import reporting
from transcription.services.recogniser.reporting import Reporter
from transcription.services.runs import queue as queueing


@pytest.fixture(autouse=True)
def work_of_its_own(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path / "data"


@pytest.fixture(autouse=True)
def queue_in_the_database(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.Q_CLUSTER = settings.Q_CLUSTER | {"orm": "default"}
    monkeypatch.setattr(Conf, "ORM", "default")
    monkeypatch.setattr(queueing, "_broker", lambda queue: ORM(list_key=queue))


@pytest.fixture
def reporter(monkeypatch: pytest.MonkeyPatch) -> Iterator[Reporter]:
    """As in a worker of the batch queue, without its thread."""
    reporter = Reporter("batch")
    monkeypatch.setattr(reporting, "_reporter", reporter)
    yield reporter
