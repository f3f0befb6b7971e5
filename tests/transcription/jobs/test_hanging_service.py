"""A job whose engine is a service that does not answer."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from django.db import connection
from pytest_django import Settings

from accounts.models.people import User
from accounts.services.audit.writing import SYSTEM
from tests.jobs import run_job
from tests.transcription.conftest import Upload
from tests.transcription.engine.vllm.unruly import Unruly, silence
from tests.transcription.engines import FakeVad
from transcription.engine.vllm.remote import RemoteEngine
from transcription.models.jobs import TranscriptionJob
from transcription.services.jobs import working
from transcription.services.jobs.orders import cancel_job
from transcription.services.recogniser.holder import Loaded

SOON = 20.0  # seconds; its calls would take a minute
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def hung(monkeypatch: pytest.MonkeyPatch) -> Iterator[Unruly]:
    with Unruly(silence).running() as service:
        loaded = Loaded(RemoteEngine(service.url), FakeVad())
        monkeypatch.setattr(working, "loaded_engine", lambda language: loaded)
        yield service


def once_asked(service: Unruly, do: Callable[[], object]) -> None:
    def wait() -> None:
        try:
            assert service.is_asked.wait(20)
            do()
        finally:
            connection.close()

    threading.Thread(target=wait).start()


def facts(job: TranscriptionJob) -> tuple[str, int]:
    job.refresh_from_db()
    return job.state, job.attempts


def test_it_can_be_canceled(
    alice: User, upload: Upload, hung: Unruly, settings: Settings
) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("In-memory SQLite has one connection; see tests/chaos.")
    settings.JOB_LEASE_SECONDS = 1  # the heartbeat looks four times as often
    job = upload(alice).job
    once_asked(hung, lambda: cancel_job(job=job, origin=SYSTEM))
    began = time.monotonic()
    run_job(job.pk)
    assert facts(job)[0] == "canceled"
    assert time.monotonic() - began < SOON


def test_its_worker_can_be_told_to_end(
    alice: User, upload: Upload, hung: Unruly
) -> None:
    job = upload(alice).job
    once_asked(hung, lambda: os.kill(os.getpid(), signal.SIGTERM))
    began = time.monotonic()
    with pytest.raises(SystemExit):
        run_job(job.pk)
    assert facts(job) == ("queued", 0)
    assert time.monotonic() - began < SOON
