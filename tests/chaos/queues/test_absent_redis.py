"""A cluster whose Redis comes late and goes: sentences in the log, all work done."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.chaos.conftest import Make
from tests.chaos.installation import family, kill, wait_for
from tests.runner.required import skip_or_fail
from tests.runner.worker import free_port

pytestmark = [pytest.mark.chaos, pytest.mark.once]
CHINESE = re.compile(r"[\u3000-\u9fff]")


@contextmanager
def redis_on(port: int) -> Iterator[None]:
    if shutil.which("redis-server") is None:
        skip_or_fail("redis", "There is no redis-server.")
    words = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
    with subprocess.Popen(words, stdout=subprocess.DEVNULL) as process:
        try:
            yield
        finally:
            process.kill()


def test_a_cluster_waits_for_redis_and_says_so_in_english_sentences(
    make_installation: Make, short_clip: Path
) -> None:
    port = free_port()
    portal = make_installation(REDIS_URL=f"redis://127.0.0.1:{port}/0")
    job = portal.upload(short_clip)
    log = portal.folder / "batch.log"
    with portal.cluster() as cluster:
        wait_for(lambda: "waiting for it" in log.read_text())
        with redis_on(port):
            wait_for(lambda: "answers again" in log.read_text())

            def is_done() -> bool:
                # An entry counts as lost after half a minute: the janitor comes again.
                portal.manage("janitor", "--once")
                return portal.state(job) == "succeeded"

            wait_for(is_done)
            # django-q2 revives a worker, and says so.
            sentinel = family(cluster.pid)[0]
            workers = [p for p in family(cluster.pid) if p.ppid() == sentinel.pid]
            for process in workers:
                kill(process.pid)
            wait_for(lambda: "reincarnated" in log.read_text())
        wait_for(lambda: "refused" in log.read_text().split("reincarnated")[-1])
    written = log.read_text()
    assert "Traceback" not in written
    assert not CHINESE.search(written)
    assert written.count("waiting for it") == 1
