"""A worker writes its row, and does what it is asked when it has no task."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from accounts.models.audit.events import AuditEvent
from accounts.models.people import User
from accounts.services.audit.writing import Origin
from tests.factories import make_worker
from tests.transcription.engines import FakeEngine
from transcription import tasks
from transcription.models.recogniser import EngineRequest, EngineWorker
from transcription.services.recogniser import holder, reporting
from transcription.services.recogniser.orders import ask_worker, forget_lost_workers
from transcription.services.recogniser.reporting import (
    Reporter,
    at_work,
    begin_reporting,
)
from transcription.services.runs.cluster.workers import this_machine, worker_name
from transcription.services.runs.kind import RunKind

pytestmark = pytest.mark.django_db


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> FakeEngine:
    """What every choice loads in this process."""
    engine = FakeEngine()
    monkeypatch.setattr(holder, "configured_choice", lambda *args: "any")
    monkeypatch.setattr(holder, "load_engine", lambda *args: engine)
    monkeypatch.setattr(holder, "_vad", _Nothing())
    holder._engines.clear()
    return engine


class _Nothing:
    def __call__(self) -> None:
        return None

    def cache_clear(self) -> None:
        return None


def ask(worker: EngineWorker, action: str, user: User | None = None) -> EngineRequest:
    origin = Origin(user=user)
    assert ask_worker(worker=worker, action=action, language="", origin=origin)
    return worker.requests.get(action=action)


def test_a_worker_says_who_it_is_and_what_it_holds(reporter: Reporter) -> None:
    reporter.report()
    worker = reporter.report()
    assert EngineWorker.objects.get() == worker
    assert worker.name == worker_name()
    assert worker.queue == "batch"
    assert worker.resident_bytes > 10 * 2**20
    assert 0 < worker.host_free_bytes <= worker.host_total_bytes
    assert not worker.is_busy


def test_during_a_task_it_is_busy_and_afterwards_free(
    reporter: Reporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bool] = []

    def work(kind: RunKind[Any], job_id: int) -> None:
        seen.append(EngineWorker.objects.get().is_busy)

    monkeypatch.setattr(tasks, "work_on_next", work)
    tasks.run_job(4711)
    assert seen == [True]
    assert not EngineWorker.objects.get().is_busy


def test_a_process_that_is_no_worker_reports_nothing() -> None:
    with at_work():
        pass
    assert not EngineWorker.objects.exists()


def test_a_free_worker_loads_and_unloads_at_once(
    reporter: Reporter, engine: FakeEngine, root: User
) -> None:
    worker = reporter.report()
    request = ask(worker, "load", root)
    reporter.poll()
    request.refresh_from_db()
    assert request.state == "done"
    worker.refresh_from_db()
    assert worker.engines == [{"model": "Fake 1", "device": "cpu"}]
    ask(worker, "unload", root)
    reporter.poll()
    worker.refresh_from_db()
    assert worker.engines == []
    assert holder.engines_in_memory() == []


def test_unloading_forgets_the_speaker_model_too(
    engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    loads: list[object] = []
    monkeypatch.setattr(holder, "choose_embedder", lambda models_dir: "any")
    monkeypatch.setattr(
        holder, "load_embedder", lambda model, *args, **how: loads.append(model)
    )
    holder._embedder.cache_clear()
    holder.loaded_embedder()
    holder.loaded_embedder()
    holder.unload_engines()
    holder.loaded_embedder()
    holder.unload_engines()  # and the fake one
    assert len(loads) == 2


def test_a_busy_worker_does_it_after_its_task(
    reporter: Reporter, engine: FakeEngine
) -> None:
    worker = reporter.report()
    request = ask(worker, "clear_cache")
    with at_work():
        reporter.poll()
        request.refresh_from_db()
        assert request.state == "pending"
        assert holder.turn_wanted.is_set()
    request.refresh_from_db()
    assert request.state == "done"
    assert not holder.turn_wanted.is_set()


def test_a_task_that_ends_the_process_leaves_the_lock(reporter: Reporter) -> None:
    with pytest.raises(SystemExit), at_work():
        raise SystemExit(1)
    assert not reporter.turn.locked()


def test_a_model_that_is_missing_is_a_failed_request(
    reporter: Reporter, settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> None:
    settings.MODELS_DIR = tmp_path_factory.mktemp("models")
    request = ask(reporter.report(), "load")
    reporter.poll()
    request.refresh_from_db()
    assert (request.state, request.error_code) == ("failed", "model_missing")


def test_a_worker_does_what_it_is_asked_and_not_what_others_are(
    reporter: Reporter,
) -> None:
    request = ask(make_worker(), "clear_cache")
    reporter.report()
    assert reporter.do_requests() == 0
    request.refresh_from_db()
    assert request.state == "pending"


def test_the_same_waits_once_and_says_who_asked(root: User) -> None:
    worker = make_worker()
    request = ask(worker, "unload", root)
    origin = Origin(user=root)
    assert not ask_worker(worker=worker, action="unload", language="", origin=origin)
    assert worker.requests.get().requested_by == root
    event = AuditEvent.objects.get()
    assert (event.action, event.actor) == ("engine", root)
    assert event.detail == {"what": "engine_unload"}
    EngineRequest.objects.filter(pk=request.pk).update(state="done")
    assert ask_worker(worker=worker, action="unload", language="", origin=origin)


def test_another_model_is_another_request(root: User) -> None:
    worker = make_worker()
    origin = Origin(user=root)
    for language in ("zh", "en"):
        assert ask_worker(
            worker=worker, action="load", language=language, origin=origin
        )
        assert not ask_worker(
            worker=worker, action="load", language=language, origin=origin
        )
    assert worker.requests.count() == 2


def test_workers_that_are_gone_are_forgotten(reporter: Reporter) -> None:
    alive = reporter.report()
    elsewhere = make_worker("other:1:1:1:1")
    make_worker(f"{this_machine()}:4194303:1")
    long_ago = timezone.now() - timedelta(hours=1)
    make_worker("other:1:1:2:1", seen_at=long_ago)
    assert forget_lost_workers() == 2
    assert set(EngineWorker.objects.all()) == {alive, elsewhere}


def test_one_that_was_taken_for_dead_writes_its_row_again(reporter: Reporter) -> None:
    reporter.report()
    EngineWorker.objects.all().delete()
    reporter.report()
    assert EngineWorker.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_thread_does_requests_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("In-memory SQLite has one connection; see tests/chaos.")
    done = threading.Event()
    monkeypatch.setattr(reporting, "POLL_SECONDS", 0.01)
    monkeypatch.setattr(reporting, "release_memory", done.set)
    monkeypatch.setattr(reporting, "_reporter", None)
    begin_reporting("interactive")
    ask(EngineWorker.objects.get(), "clear_cache")
    assert done.wait(30)
    reporter = reporting._reporter
    assert reporter
    reporter.stop()


@pytest.mark.django_db(transaction=True)
def test_one_poll_that_fails_does_not_end_the_thread(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reporting, "POLL_SECONDS", 0.01)
    reporter = Reporter("batch")
    polls: list[int] = []
    went_on = threading.Event()

    def poll() -> None:
        polls.append(1)
        if len(polls) == 1:
            raise AttributeError("partially initialized module")
        went_on.set()

    monkeypatch.setattr(reporter, "poll", poll)
    reporter.start()
    try:
        assert went_on.wait(10)
    finally:
        reporter.stop()
