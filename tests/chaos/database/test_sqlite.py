"""SQLite as a file, used by several processes at once."""

from pathlib import Path

import pytest

from tests.chaos.installation import Installation, wait_for

pytestmark = pytest.mark.chaos

COMPETE = """
import multiprocessing, sys, django
django.setup()
from django.db import connections
from tests.jobs import claim

def compete(job_id, start, won):
    start.wait()
    if claim(job_id) is not None:
        with won.get_lock():
            won.value += 1

context = multiprocessing.get_context("fork")
start, won = context.Barrier(8), context.Value("i", 0)
connections.close_all()
children = [
    context.Process(target=compete, args=(int(sys.argv[1]), start, won))
    for _ in range(8)]
for child in children: child.start()
for child in children: child.join()
assert not any(child.exitcode for child in children)
print(won.value)
"""


def test_of_eight_processes_one_gets_the_job(
    embedded: Installation, short_clip: Path
) -> None:
    job_id = embedded.upload(short_clip)
    assert embedded.python("-c", COMPETE, str(job_id)).strip() == "1"
    assert embedded.job(job_id)["attempts"] == 1


def test_the_heartbeat_keeps_a_job_that_takes_longer_than_its_lease(
    embedded: Installation, short_clip: Path
) -> None:
    job_id = embedded.upload(short_clip)
    embedded.environment |= {
        "SHENGWEN_JOB_LEASE_SECONDS": "2",
        "SLOW_ENGINE_SECONDS": "9",
    }
    with embedded.cluster():
        wait_for(lambda: embedded.state(job_id) == "running")
        leases = {embedded.job(job_id)["lease_until"]}
        while embedded.state(job_id) == "running":
            embedded.manage("janitor", "--once")  # would take an expired one away
            leases.add(embedded.job(job_id)["lease_until"])
    job = embedded.job(job_id)
    assert (job["state"], job["attempts"]) == ("succeeded", 1)
    assert len(leases) > 2
