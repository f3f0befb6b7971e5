"""A worker process about itself: its row, and the requests it does between two tasks.

``begin_reporting`` is called once in a new worker. From then on a thread writes the row
and polls for requests; ``at_work`` keeps it from touching the engine during a task.
Everywhere else ``at_work`` does nothing but mark the time.
"""

import logging
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import psutil
from django.db import DatabaseError, connection
from django.db.models import QuerySet
from django.utils import timezone

from transcription.engine.base import EngineError, ErrorCode
from transcription.engine.device.memory import (
    gpu_memory,
    release_memory,
    resident_bytes,
)
from transcription.models.recogniser import (
    EngineAction,
    EngineRequest,
    EngineWorker,
    RequestState,
)
from transcription.services.recogniser.detectors import forget_detectors
from transcription.services.recogniser.holder import (
    Loaded,
    engines_in_memory,
    loaded_engine,
    turn_wanted,
    unload_engines,
)
from transcription.services.runs.cluster.workers import worker_name

logger = logging.getLogger(__name__)

POLL_SECONDS = 3.0
REPORT_EVERY = 4  # polls


class Reporter:
    """The worker's thread. One per process, with a database connection of its own."""

    def __init__(self, queue: str) -> None:
        self._queue = queue
        self._started_at = timezone.now()
        self._thread = threading.Thread(
            target=self._run, name="engine-report", daemon=True
        )
        self._stop = threading.Event()
        self.turn = threading.Lock()  # held during a task and during a request

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """For tests; a worker's thread ends with its process."""
        self._stop.set()
        self._thread.join()

    def report(self) -> EngineWorker:
        """Write the row, or write it again when somebody took it for dead."""
        gpu = gpu_memory()
        host = psutil.virtual_memory()
        worker, _is_new = EngineWorker.objects.update_or_create(
            name=worker_name(),
            defaults={
                "host": socket.gethostname()[:80],
                "pid": os.getpid(),
                "queue": self._queue,
                "is_busy": self.turn.locked(),
                "engines": [_described(loaded) for loaded in engines_in_memory()],
                "resident_bytes": resident_bytes(),
                "host_free_bytes": int(host.available),
                "host_total_bytes": int(host.total),
                "gpu_name": gpu.name[:80] if gpu else "",
                "gpu_free_bytes": gpu.free if gpu else None,
                "gpu_total_bytes": gpu.total if gpu else None,
                "gpu_peak_bytes": gpu.peak if gpu else None,
                "started_at": self._started_at,
                "seen_at": timezone.now(),
            },
        )
        return worker

    def do_requests(self) -> int:
        """Everything this worker is asked for, the oldest first; for whoever has the
        turn. How many."""
        turn_wanted.clear()
        waiting = self._waiting()
        count = 0
        for request in waiting.order_by("pk"):
            error_code = _do(request)
            waiting.filter(pk=request.pk).update(
                state=RequestState.FAILED if error_code else RequestState.DONE,
                error_code=error_code,
                finished_at=timezone.now(),
            )
            count += 1
        return count

    def poll(self) -> None:
        """Requests, when no task is being worked on."""
        if not self.turn.acquire(blocking=False):
            if self._waiting().exists():
                turn_wanted.set()  # whoever has it asks afterwards
            return
        try:
            did_something = self.do_requests() > 0
        finally:
            self.turn.release()
        if did_something:
            self.report()

    def _waiting(self) -> "QuerySet[EngineRequest]":
        return EngineRequest.objects.filter(
            worker__name=worker_name(), state=RequestState.PENDING
        )

    def _run(self) -> None:
        polls = 0
        try:
            while not self._stop.wait(POLL_SECONDS):
                polls += 1
                try:
                    self.poll()
                    if polls % REPORT_EVERY == 0:
                        self.report()
                except Exception:  # the next poll comes; a dead thread answers nobody
                    logger.exception("A worker could not report itself.")
                    connection.close()
        finally:
            connection.close()


_reporter: Reporter | None = None


def begin_reporting(queue: str) -> None:
    """In a new worker process: write its row and start its thread."""
    global _reporter  # one per process; django-q2 hands nothing to tasks
    _reporter = Reporter(queue)
    _quietly(_reporter)
    _reporter.start()


@contextmanager
def at_work() -> Iterator[None]:
    """Around everything that uses the engine. Afterwards, requests get their turn."""
    reporter = _reporter
    if reporter is None:
        yield
        return
    with reporter.turn:
        _quietly(reporter)
        yield
        try:
            reporter.do_requests()
        except DatabaseError:
            logger.exception("A worker could not read its requests.")
    _quietly(reporter)


def _quietly(reporter: Reporter) -> None:
    """A report that fails is no reason to do no work."""
    try:
        reporter.report()
    except DatabaseError:
        logger.exception("A worker could not report itself.")


def _described(loaded: Loaded) -> dict[str, object]:
    """For the row. Batches grow only where they gain something."""
    facts, budget = loaded.engine.facts, loaded.pool.budget
    known: dict[str, object] = {"model": facts.model_name, "device": facts.device}
    if budget.gains:
        known["batch_seconds"] = budget.batch_ms // 1000
        known["bytes_per_second"] = budget.bytes_per_second
    return known


def _do(request: EngineRequest) -> str:
    """Do it; the error's code, empty when all is well."""
    logger.info("Request of the platform: %s.", request.action)
    try:
        match request.action:
            case EngineAction.LOAD:
                loaded_engine(request.language)
            case EngineAction.UNLOAD:
                unload_engines()
                forget_detectors()
                release_memory()
            case EngineAction.CLEAR_CACHE:
                release_memory()
    except EngineError as error:
        logger.warning("Request of the platform failed: %s", error)
        return error.code
    except Exception:
        logger.exception("Request of the platform failed.")
        return ErrorCode.ENGINE_FAILED
    return ""
