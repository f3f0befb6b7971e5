"""A worker's sign of life while it is at work."""

import logging
import os
import threading
from multiprocessing import parent_process
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection

from transcription.services.runs.work import Work

logger = logging.getLogger(__name__)


class Heartbeat:
    """A thread with its own database connection that keeps the lease alive.

    A failing database is not a lost lease: it tries again at the next beat, and the
    result's compare-and-set has the last word. On systems without PR_SET_PDEATHSIG it
    also ends the process when the cluster that started it is gone.
    """

    def __init__(self, work: Work[Any]) -> None:
        self._work = work
        self._stop = threading.Event()
        self._parent = os.getppid()
        name = f"heartbeat-{work.kind.name}-{work.run.pk}"
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *exc: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        try:
            while not self._stop.wait(settings.JOB_LEASE_SECONDS / 4):
                self._beat()
                if self._work.lost.is_set():
                    return
        finally:
            connection.close()

    def _beat(self) -> None:
        if parent_process() is not None and os.getppid() != self._parent:
            logger.error("The cluster of this worker is gone; it ends.")
            os._exit(1)
        try:
            self._work.extend()
        except DatabaseError:
            logger.exception("%s failed.", self._thread.name)
            connection.close()
