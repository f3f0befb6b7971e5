"""Two hosts, one key: what is uploaded on the first is transcribed on the second. A
host that differs says so at start, in one sentence."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from tests.deployment.hosts import Host
from tests.runner.own_database import database_of_its_own
from tests.runner.required import skip_or_fail
from tests.stack import ROOT, Stack

KEY = "one key for every host, 50 characters: 0123456789abcdef"
SOUND = ROOT / "tests" / "data" / "clips" / "s01.flac"
TRANSCRIBED_SECONDS = 400  # on a machine that is busy with other things
pytestmark = pytest.mark.skipif(
    "REDIS_URL" not in os.environ, reason="a fleet has PostgreSQL and Redis"
)


@dataclass(frozen=True, slots=True)
class Fleet:
    """What its hosts share."""

    media: Path
    servers: dict[str, str]
    token: str

    def host(self, name: str, *before: str, **environment: str) -> Host:
        settings = {"SHENGWEN_SECRET_KEY": KEY, **self.servers, **environment}
        return Host(name, self.media, *before, **settings)


@pytest.fixture(scope="module")
def redis_socket() -> Iterator[str]:
    """Reached through a file: a host in a namespace has no way to our loopback."""
    folder = Path(tempfile.mkdtemp(prefix="shengwen-redis-"))
    command = [
        "redis-server",
        "--port",
        "0",
        "--unixsocket",
        str(folder / "redis.sock"),
    ]
    with subprocess.Popen(
        [*command, "--save", "", "--dir", str(folder)], stdout=subprocess.DEVNULL
    ) as server:
        while not (folder / "redis.sock").exists():
            assert server.poll() is None
            time.sleep(0.05)
        yield f"unix://{folder}/redis.sock?db=0"
        server.terminate()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def fleet(redis_socket: str) -> Iterator[Fleet]:
    programs = ("unshare", "nsenter", "setpriv", "ip", "hostname", "faketime")
    missing = [name for name in programs if shutil.which(name) is None]
    if missing or os.geteuid() != 0:
        skip_or_fail("namespaces", f"Hosts need root and: {', '.join(missing)}")
    if subprocess.run(["unshare", "--net", "true"], check=False).returncode:
        skip_or_fail("namespaces", "This machine makes no network namespaces.")
    media = Path(tempfile.mkdtemp(prefix="shengwen-media-"))
    with database_of_its_own() as servers:
        servers["REDIS_URL"] = redis_socket
        stack = Stack(media.with_suffix(".first"))
        stack.environment.update(servers, SHENGWEN_SECRET_KEY=KEY)
        stack.manage("migrate", "--verbosity", "0")
        yield Fleet(media, servers, stack.token())
        shutil.rmtree(stack.data_dir, ignore_errors=True)
    shutil.rmtree(media, ignore_errors=True)


@pytest.fixture
def hosts() -> Iterator[Callable[[Host], Host]]:
    """Whoever is handed in is stopped at the end."""
    running: list[Host] = []

    def keep(host: Host) -> Host:
        running.append(host)
        return host

    yield keep
    for host in running:
        host.stop()


def test_the_second_host_transcribes_what_the_first_took(
    fleet: Fleet, hosts: Callable[[Host], Host]
) -> None:
    """First of this file: host A begins the installation."""
    web = hosts(fleet.host("host-a", SHENGWEN_API_WAIT_SECONDS="0"))
    web.serve("web,janitor")
    web.wait_until_ready()
    answer = web.post("/api/transcribe", fleet.token, SOUND)
    assert answer["status"] == 202, answer
    worker = hosts(fleet.host("host-b"))
    worker.serve("interactive,batch")
    worker.wait_until_ready()
    assert "Ready: interactive, batch (no web server here)" in worker.log()
    with psycopg.connect(fleet.servers["DATABASE_URL"], autocommit=True) as database:
        state, name = wait_for_the_end(database)
        seen = database.execute("SELECT host FROM transcription_engineworker")
        assert {row[0] for row in seen} == {"host-b"}
        text = "".join(
            row[0] for row in database.execute("SELECT text FROM transcription_segment")
        )
    assert state == "succeeded", worker.log()
    assert name.startswith("host-b:")
    assert "市民中心的开放时间" in text


def wait_for_the_end(database: psycopg.Connection) -> tuple[str, str]:
    deadline = time.monotonic() + TRANSCRIBED_SECONDS
    while time.monotonic() < deadline:
        row = database.execute(
            "SELECT state, worker FROM transcription_transcriptionjob"
        ).fetchone()
        assert row is not None
        if row[0] not in ("queued", "running"):
            return row[0], row[1]
        time.sleep(0.2)
    return "still waiting", ""


def refusal_of(host: Host) -> str:
    host.serve("interactive")
    words = host.last_words()
    assert "Traceback" not in words
    return words


def test_another_key_is_one_sentence(
    fleet: Fleet, hosts: Callable[[Host], Host]
) -> None:
    host = hosts(fleet.host("host-c", SHENGWEN_SECRET_KEY=KEY.replace("one", "two")))
    words = refusal_of(host)
    assert "SHENGWEN_SECRET_KEY is not the key of this installation" in words
    assert "which host-a began" in words


def test_a_key_of_its_own_is_one_sentence(
    fleet: Fleet, hosts: Callable[[Host], Host]
) -> None:
    host = hosts(fleet.host("host-d"))
    del host.environment["SHENGWEN_SECRET_KEY"]
    words = refusal_of(host)
    assert "SHENGWEN_SECRET_KEY is not set" in words
    assert "Give every host the same SHENGWEN_SECRET_KEY" in words


def test_another_clock_is_one_sentence(
    fleet: Fleet, hosts: Callable[[Host], Host]
) -> None:
    words = refusal_of(hosts(fleet.host("host-e", "faketime", "-f", "+10m")))
    assert "clock is 600 seconds ahead of the database server's" in words
    assert "chrony" in words


def test_a_media_folder_that_cannot_be_read_is_one_sentence(
    fleet: Fleet, hosts: Callable[[Host], Host]
) -> None:
    """The host's user is root without the power to read what is not root's."""
    drop = "-dac_override,-dac_read_search,-fowner,-chown"
    host = hosts(
        fleet.host("host-f", "setpriv", f"--bounding-set={drop}", f"--inh-caps={drop}")
    )
    os.chown(fleet.media, 65534, 65534)
    try:
        words = refusal_of(host)
    finally:
        os.chown(fleet.media, 0, 0)
    assert f"{host.data}/media cannot be" in words.replace(
        f"The media folder {host.data}/media", f"{host.data}/media"
    )


def test_a_media_folder_that_is_not_shared_is_one_sentence(
    fleet: Fleet, hosts: Callable[[Host], Host], tmp_path: Path
) -> None:
    host = hosts(fleet.host("host-g"))
    (host.data / "media").unlink()
    (host.data / "media").mkdir()
    words = refusal_of(host)
    assert "it is not the media folder that host-a began" in words
