"""Kill anything at any moment: nothing is lost, nothing appears twice."""

import os
import signal
import time
from functools import partial
from pathlib import Path

import pytest

from tests.chaos.installation import (
    Installation,
    family,
    is_alive,
    kill,
    wait_for,
)
from transcription.services.runs.tries import DEATH_PAUSES

pytestmark = pytest.mark.chaos


def expect_one_whole_transcript(portal: Installation, job_id: int) -> None:
    """150 stretches of speech, each there once and in order of loudness by minutes."""
    assert portal.state(job_id) == "succeeded"
    texts = portal.texts(job_id)
    assert len(texts) >= 150
    assert len(texts) == len(set(texts))
    assert portal.windows(job_id) == 0


def is_running_after(portal: Installation, job_id: int, deaths: int) -> bool:
    job = portal.job(job_id)
    return (job["state"], job["deaths"]) == ("running", deaths)


def test_a_killed_workers_job_is_continued_and_stored_once(
    portal: Installation, long_clip: Path
) -> None:
    job_id = portal.upload(long_clip)
    with portal.cluster():
        wait_for(lambda: portal.windows(job_id) == 1)
        recognised_before = len(portal.recognised())
        kill(portal.worker_pid(job_id))
        assert portal.state(job_id) == "running"
        portal.manage("janitor", "--once")
        wait_for(lambda: portal.has_finished(job_id))
    expect_one_whole_transcript(portal, job_id)
    assert "reincarnated worker" in portal.log()  # django-q2 speaks English in the log
    # The first window was kept: its sixty pieces were not recognised again.
    assert (
        len(portal.recognised()) - recognised_before <= len(portal.texts(job_id)) - 55
    )


def test_nothing_of_a_killed_cluster_goes_on_and_a_new_one_finishes_the_job(
    embedded: Installation, long_clip: Path
) -> None:
    job_id = embedded.upload(long_clip)
    with embedded.cluster() as cluster:
        wait_for(lambda: embedded.state(job_id) == "running")
        orphans = [process.pid for process in family(cluster.pid)]
        assert len(orphans) >= 4  # sentinel, worker, pusher, monitor
        kill(cluster.pid)
        wait_for(lambda: not any(is_alive(pid) for pid in orphans), seconds=10)
    with embedded.cluster():
        wait_for(lambda: embedded.has_finished(job_id))
    expect_one_whole_transcript(embedded, job_id)


def test_a_dead_sentinel_ends_the_cluster_for_the_supervisor_to_see(
    embedded: Installation, short_clip: Path
) -> None:
    with embedded.cluster() as cluster:
        wait_for(lambda: len(family(cluster.pid)) >= 4)
        everybody = [process.pid for process in family(cluster.pid)]
        sentinel = min(everybody)
        kill(sentinel)
        assert cluster.wait(timeout=20) != 0
        assert not any(is_alive(pid) for pid in everybody)


def test_sigterm_stops_within_seconds_and_gives_the_job_back(
    embedded: Installation, long_clip: Path
) -> None:
    job_id = embedded.upload(long_clip)
    with embedded.cluster() as cluster:
        wait_for(lambda: embedded.windows(job_id) == 1)
        everybody = [process.pid for process in family(cluster.pid)]
        began = time.monotonic()
        os.kill(cluster.pid, signal.SIGTERM)
        assert cluster.wait(timeout=20) == 0
        assert time.monotonic() - began < 10
        assert not any(is_alive(pid) for pid in everybody)
    job = embedded.job(job_id)
    assert (job["state"], job["attempts"], job["lease_token"]) == ("queued", 0, None)
    with embedded.cluster():
        wait_for(lambda: embedded.has_finished(job_id))
    expect_one_whole_transcript(embedded, job_id)


def test_a_stuck_worker_is_killed_and_its_attempt_does_not_count(
    embedded: Installation, short_clip: Path
) -> None:
    job_id = embedded.upload(short_clip)
    embedded.environment["SLOW_ENGINE_SECONDS"] = "60"
    with embedded.cluster() as cluster:
        wait_for(lambda: embedded.state(job_id) == "running")
        os.kill(embedded.worker_pid(job_id), signal.SIGSTOP)  # gets no SIGTERM now
        os.kill(cluster.pid, signal.SIGTERM)
        assert cluster.wait(timeout=20) == 0
    job = embedded.job(job_id)
    assert (job["state"], job["attempts"]) == ("queued", 0)


def test_a_job_that_kills_its_workers_ends_failed(
    embedded: Installation, short_clip: Path
) -> None:
    job_id = embedded.upload(short_clip)
    embedded.environment |= {"SLOW_ENGINE_SECONDS": "60", "PAUSE_SECONDS": "0"}
    with embedded.cluster():
        for deaths in range(len(DEATH_PAUSES) + 1):
            wait_for(partial(is_running_after, embedded, job_id, deaths))
            kill(embedded.worker_pid(job_id))
            embedded.manage("janitor", "--once")
        job = embedded.job(job_id)
    assert (job["state"], job["error_code"]) == ("failed", "worker_lost")


def test_a_process_that_is_killed_while_it_waits_stops_no_other(
    embedded: Installation, short_clip: Path
) -> None:
    """Worker, monitor and pusher, one after the other."""
    with embedded.cluster() as cluster:
        wait_for(lambda: len(helpers_of(cluster.pid)) == 3)
        for pid in helpers_of(cluster.pid):
            kill(pid)
            job_id = embedded.upload(short_clip)
            wait_for(partial(has_succeeded, embedded, job_id), seconds=30)
            # The monitor has removed the entry: all three wait again.
            wait_for(partial(has_no_entry, embedded), seconds=30)


def has_no_entry(portal: Installation) -> bool:
    return not portal.rows("SELECT id FROM django_q_ormq")


def has_succeeded(portal: Installation, job_id: int) -> bool:
    return portal.state(job_id) == "succeeded"


def helpers_of(cluster_pid: int) -> list[int]:
    """The workers, the monitor and the pusher: the children of the sentinel."""
    everybody = family(cluster_pid)
    return sorted(p.pid for p in everybody if p.ppid() != cluster_pid)
