"""django-q2's cluster on queues and locks that survive killed processes."""

import time
import uuid
from multiprocessing import Event, Value
from typing import Any

from django_q.cluster import Cluster, Sentinel, get_mp_context
from django_q.worker import worker

from transcription.services.runs.cluster.message_queue import MessageQueue, TimedLock


# django-q2 has no types.
class SturdySentinel(Sentinel):  # type: ignore[misc]
    """Revives a killed worker, pusher or monitor that the others can go on with."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments, start=False)
        # As django-q2's: one entry waits while all workers are busy.
        self.task_queue = MessageQueue(maxsize=1)
        self.result_queue = MessageQueue()
        self.start()

    def spawn_worker(self) -> None:
        timer = Value("f", -1, lock=TimedLock())  # type: ignore[call-overload]
        self.spawn_process(
            worker, self.task_queue, self.result_queue, timer, self.timeout
        )


class SturdyCluster(Cluster):  # type: ignore[misc]
    """Starts the sentinel above instead of django-q2's own."""

    def start(self) -> int:
        self.stop_event, self.start_event = Event(), Event()
        self.sentinel = get_mp_context().Process(
            target=SturdySentinel,
            name=f"Process-{uuid.uuid4().hex}",
            args=(
                self.stop_event,
                self.start_event,
                self.cluster_id,
                self.broker,
                self.timeout,
            ),
        )
        self.sentinel.start()
        # Not ``wait``: a signal handler that ends the process may come in between.
        while not self.start_event.is_set() and self.sentinel.is_alive():
            time.sleep(0.1)
        pid: int = self.pid
        return pid
