"""The interactive and the batch cluster, each on its own queue, on real brokers."""

import time
from pathlib import Path

import pytest

from tests.chaos.installation import Installation, wait_for

pytestmark = pytest.mark.chaos


def test_each_cluster_takes_only_its_own_queue(
    portal: Installation, short_clip: Path
) -> None:
    batch = portal.upload(short_clip, "batch")
    interactive = portal.upload(short_clip, "interactive")
    with portal.cluster("interactive"):
        wait_for(lambda: portal.state(interactive) == "succeeded")
        time.sleep(1)
        assert portal.state(batch) == "queued"
    with portal.cluster("batch"):
        wait_for(lambda: portal.state(batch) == "succeeded")


def test_two_clusters_of_one_queue_share_it_and_do_nothing_twice(
    portal: Installation, short_clip: Path
) -> None:
    jobs = [portal.upload(short_clip) for _ in range(4)]
    with portal.cluster(), portal.cluster():
        wait_for(lambda: all(portal.state(job) == "succeeded" for job in jobs))
    assert len(portal.recognised()) == sum(len(portal.texts(job)) for job in jobs)


AN_HOUR_AGO = """
import django; django.setup()
from datetime import timedelta
from django.utils import timezone
from transcription.models.jobs import TranscriptionJob
TranscriptionJob.objects.update(enqueued_at=timezone.now() - timedelta(hours=1))
"""
EMPTY_THE_QUEUE = """
import django; django.setup()
from django_q.brokers import get_broker
get_broker("batch").delete_queue()
"""


def test_a_lost_queue_entry_is_put_in_again(
    portal: Installation, short_clip: Path
) -> None:
    job_id = portal.upload(short_clip)
    portal.python("-c", EMPTY_THE_QUEUE)
    portal.python("-c", AN_HOUR_AGO)
    portal.manage("janitor", "--once")
    with portal.cluster():
        wait_for(lambda: portal.state(job_id) == "succeeded")


@pytest.mark.parametrize("portal", ["redis"], indirect=True)
def test_an_upload_succeeds_while_redis_is_away_and_is_done_when_it_is_back(
    portal: Installation, short_clip: Path
) -> None:
    there = portal.environment["REDIS_URL"]
    portal.environment["REDIS_URL"] = "redis://127.0.0.1:1/0"
    job_id = portal.upload(short_clip)
    assert portal.state(job_id) == "queued"
    portal.environment["REDIS_URL"] = there
    portal.python("-c", AN_HOUR_AGO)
    portal.manage("janitor", "--once")
    with portal.cluster():
        wait_for(lambda: portal.state(job_id) == "succeeded")
