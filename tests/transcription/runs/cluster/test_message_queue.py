"""Queues and locks between processes, and what a killed process does to them."""

import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterator

import pytest

from transcription.services.runs.cluster.message_queue import MessageQueue, TimedLock

fork = multiprocessing.get_context("fork")


@pytest.fixture
def queue() -> Iterator[MessageQueue]:
    queue = MessageQueue()
    yield queue
    queue.close()
    assert queue.empty()


@pytest.fixture
def queue_of_one() -> Iterator[MessageQueue]:
    queue = MessageQueue(maxsize=1)
    yield queue
    queue.close()


def in_a_process(do: Callable[[], object]) -> int:
    """The process, which goes on waiting when it has done that."""

    def work() -> None:
        do()
        time.sleep(60)

    process = fork.Process(target=work, daemon=True)
    process.start()
    assert process.pid
    return process.pid


def killed(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


def test_messages_come_whole_and_in_order(queue: MessageQueue) -> None:
    sent = [{"name": "一", "args": (1,)}, "STOP", {"args": ("长" * 20_000,)}]
    for message in sent:
        queue.put(message)
    assert [queue.get() for _ in sent] == sent
    assert queue.empty()
    assert queue.qsize() == 0


def test_a_reader_that_was_killed_while_it_waited_keeps_nothing_from_others(
    queue: MessageQueue,
) -> None:
    waiting = in_a_process(queue.get)
    time.sleep(0.3)  # it waits now
    killed(waiting)
    queue.put("for the next")
    assert queue.get() == "for the next"


def test_a_full_queue_makes_its_writer_wait_until_the_message_is_taken(
    queue_of_one: MessageQueue,
) -> None:
    queue = queue_of_one
    queue.put("first")
    writer = in_a_process(lambda: queue.put("second"))
    time.sleep(0.3)
    assert queue.get() == "first"
    assert queue.get() == "second"
    killed(writer)


def test_a_result_too_long_for_a_message_is_cut(queue: MessageQueue) -> None:
    queue.put({"name": "task", "result": "x" * 1_000_000})
    assert queue.get() == {"name": "task", "result": "x" * 10_000}


def test_a_lock_of_a_killed_process_is_not_waited_for_in_vain() -> None:
    lock = TimedLock(seconds=0.2)
    killed_holder = in_a_process(lock.acquire)
    time.sleep(0.3)  # it holds it now
    killed(killed_holder)
    began = time.monotonic()
    with lock, lock:
        pass
    assert time.monotonic() - began >= 0.2
