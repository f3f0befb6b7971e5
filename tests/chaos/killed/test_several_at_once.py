"""A worker with several jobs in hand, and what becomes of them when it dies."""

import os
import signal
import time
import wave
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.chaos.installation import Installation, kill, wait_for

pytestmark = pytest.mark.chaos

MakeClip = Callable[[float], Path]


@pytest.fixture
def make_clip(tmp_path: Path) -> MakeClip:
    """So many seconds of noise; no two alike."""
    numbers = iter(range(100))

    def make(seconds: float) -> Path:
        number = next(numbers)
        path = tmp_path / f"clip-{number}.wav"
        noise = np.random.default_rng(number).integers(
            -9000, 9000, int(16_000 * seconds), dtype=np.int16
        )
        with wave.open(str(path), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(16_000)
            file.writeframes(noise.tobytes())
        return path

    return make


@pytest.fixture
def three_at_once(portal: Installation) -> Installation:
    portal.environment |= {"SHENGWEN_JOBS_AT_ONCE": "3", "SLOW_ENGINE_SECONDS": "1"}
    return portal


def running(portal: Installation, jobs: list[int]) -> list[int]:
    return [job for job in jobs if portal.state(job) == "running"]


def all_succeeded(portal: Installation, jobs: list[int]) -> bool:
    return all(portal.state(job) == "succeeded" for job in jobs)


def test_what_waits_is_done_together_and_once(
    three_at_once: Installation, make_clip: MakeClip
) -> None:
    portal = three_at_once
    jobs = [portal.upload(make_clip(3)) for _ in range(6)]
    with portal.cluster():
        wait_for(lambda: len(running(portal, jobs)) == 3)
        wait_for(lambda: portal.has_finished(*jobs))
        last = portal.upload(make_clip(3))  # after their queue entries
        wait_for(lambda: portal.has_finished(*jobs, last))
    assert len(portal.recognised()) == sum(len(portal.texts(job)) for job in jobs) + 1
    assert {portal.job(job)["attempts"] for job in jobs} == {1}


def test_a_recording_that_kills_its_worker_takes_no_other_with_it(
    three_at_once: Installation, make_clip: MakeClip
) -> None:
    portal = three_at_once
    portal.environment |= {"DEADLY_SECONDS": "5", "PAUSE_SECONDS": "0"}
    good = [portal.upload(make_clip(3)) for _ in range(2)]
    deadly = portal.upload(make_clip(5))
    good += [portal.upload(make_clip(3)) for _ in range(2)]

    def is_over() -> bool:
        portal.manage("janitor", "--once")
        return portal.state(deadly) == "failed" and all_succeeded(portal, good)

    with portal.cluster():
        wait_for(is_over)
    assert portal.job(deadly)["error_code"] == "worker_lost"
    assert all(len(portal.texts(job)) == 1 for job in good)


def test_a_killed_worker_loses_none_of_the_jobs_in_its_hands(
    three_at_once: Installation, make_clip: MakeClip
) -> None:
    portal = three_at_once
    jobs = [portal.upload(make_clip(3)) for _ in range(4)]
    with portal.cluster():
        wait_for(lambda: len(running(portal, jobs)) == 3)
        kill(portal.worker_pid(running(portal, jobs)[0]))
        portal.manage("janitor", "--once")
        wait_for(lambda: all_succeeded(portal, jobs))
    assert all(len(portal.texts(job)) == 1 for job in jobs)


def test_sigterm_gives_all_of_them_back_and_counts_none(
    three_at_once: Installation, make_clip: MakeClip
) -> None:
    portal = three_at_once
    portal.environment["SLOW_ENGINE_SECONDS"] = "30"
    jobs = [portal.upload(make_clip(3)) for _ in range(3)]
    with portal.cluster() as cluster:
        wait_for(lambda: len(running(portal, jobs)) == 3)
        began = time.monotonic()
        os.kill(cluster.pid, signal.SIGTERM)
        assert cluster.wait(timeout=20) == 0
        assert time.monotonic() - began < 10
    left = [portal.job(job) for job in jobs]
    assert {(job["state"], job["attempts"]) for job in left} == {("queued", 0)}
    portal.environment["SLOW_ENGINE_SECONDS"] = "0.1"
    with portal.cluster():
        wait_for(lambda: all_succeeded(portal, jobs))
