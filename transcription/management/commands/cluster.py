"""``manage.py cluster interactive|batch|chores``: django-q2's, with clean endings."""

import logging
import os
import signal
import sys
import time
from types import FrameType
from typing import Any

import psutil
from django.core.management.base import (
    BaseCommand,
    CommandError,
    CommandParser,
    no_translations,
)
from django.db import DatabaseError, connections
from django_q.signals import post_spawn

from transcription.models.runs import RECOGNISING, JobQueue
from transcription.services.jobs.working import warm_up
from transcription.services.kinds import reap_all, requeue_orphans
from transcription.services.recogniser.reporting import at_work, begin_reporting
from transcription.services.runs.cluster.broker import wait_for_broker
from transcription.services.runs.cluster.processes import tie_children_to_parents
from transcription.services.runs.cluster.sentinel import SturdyCluster
from transcription.services.runs.queue.entries import drop_unreadable
from transcription.services.trouble import first_line

logger = logging.getLogger(__name__)

# How long a worker may take to give its job back before it is killed. The recogniser's
# longest step without a look at signals is one piece of audio.
GRACE_SECONDS = 3.0

# What models are loaded with: a gigabyte that a cluster of chores never takes.
MODEL_LIBRARIES = ("torch", "funasr", "whisper", "vosk", "transformers", "onnxruntime")


class PromptCluster(SturdyCluster):
    """Stops in seconds: a job that is being worked on goes back to the queue.

    django-q2's own stop waits for every task that has been started or prefetched, which
    for recordings may be hours.
    """

    is_stopping_now = False

    def sig_handler(self, signum: int, frame: FrameType | None) -> None:
        if not self.is_stopping_now:
            self.is_stopping_now = True
            _end_descendants()
            _requeue(counts=False)
        sys.exit(0)


class Command(BaseCommand):
    help = "Run the workers of one queue until SIGTERM; jobs go back to the queue then."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("queue", choices=JobQueue.values)

    @no_translations  # the log is in English, django-q2's lines too
    def handle(self, *args: Any, queue: str, **options: Any) -> None:
        # django-q2 reads its cluster's name once, when Django starts.
        if os.environ.get("Q_CLUSTER_NAME") != queue:
            os.environ["Q_CLUSTER_NAME"] = queue
            os.execv(  # noqa: S606 - ourselves, with our own arguments
                sys.executable, [sys.executable, *sys.orig_argv[1:]]
            )
        wait_for_broker()
        try:
            if count := drop_unreadable(queue):
                logger.warning("%s entries of the queue could not be read.", count)
            reap_all()
        except DatabaseError as error:  # the supervisor tries again
            reason = first_line(error)
            raise CommandError(f"The database does not answer: {reason}") from error
        connections.close_all()  # nothing of ours may be shared with forked processes
        tie_children_to_parents()
        if queue in RECOGNISING:
            post_spawn.connect(_begin)
        else:
            _refuse_models()
        cluster = PromptCluster()
        cluster.start()
        cluster.sentinel.join()
        _end_descendants()
        _requeue()
        if not cluster.is_stopping_now:
            raise SystemExit(
                "The queue's sentinel died; the supervisor starts it anew."
            )


def _begin(**kwargs: Any) -> None:
    """In a new worker process that recognises, before its first task."""
    queue = os.environ["Q_CLUSTER_NAME"]
    begin_reporting(queue)
    if queue == JobQueue.INTERACTIVE:
        with at_work():
            warm_up()


def _refuse_models() -> None:
    """Here and in every process forked from this one, importing a library of models is
    a ``ModuleNotFoundError``: what needs one is in the wrong queue."""
    for library in MODEL_LIBRARIES:
        sys.modules[library] = None  # type: ignore[assignment]  # Python's own way


def _requeue(*, counts: bool = True) -> None:
    try:
        requeue_orphans(counts=counts)
    except DatabaseError:
        logger.exception("Runs could not be requeued; their leases run out.")


def _end_descendants() -> None:
    """SIGTERM to sentinel, workers and helpers at once, so that nobody revives anybody;
    SIGKILL to those that are still there after the grace."""
    processes = psutil.Process().children(recursive=True)
    for process in processes:
        _signal(process, signal.SIGTERM)
    end_of_grace = time.monotonic() + GRACE_SECONDS
    alive = processes
    while alive and time.monotonic() < end_of_grace:
        _, alive = psutil.wait_procs(alive, timeout=0.1)
        alive = [p for p in alive if _is_working(p)]
    for process in alive:
        _signal(process, signal.SIGKILL)
    psutil.wait_procs(alive, timeout=1)


def _signal(process: psutil.Process, signum: int) -> None:
    try:
        process.send_signal(signum)
    except psutil.NoSuchProcess:
        return


def _is_working(process: psutil.Process) -> bool:
    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
