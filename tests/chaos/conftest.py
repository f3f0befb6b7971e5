"""Installations to break, and something long to transcribe."""

import os
import shutil
import wave
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest
import redis

from tests.chaos.installation import Installation
from tests.on_servers import REDIS_URL
from tests.runner.required import skip_or_fail
from tests.runner.worker import redis_url

Make = Callable[..., Installation]


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database, made once. Installations have SQLite and each broker in turn
    whatever the tests run on: once is enough. (``test_storm`` has the other database.)
    """
    if "DATABASE_URL" in os.environ:
        pytest.skip("these installations have been tested, with both brokers")
    folder = tmp_path_factory.mktemp("migrated")
    installation = Installation(folder)
    installation.manage("migrate", "--verbosity", "0")
    installation.close()
    return folder


@pytest.fixture
def make_installation(migrated: Path, tmp_path: Path) -> Iterator[Make]:
    with ExitStack() as made:

        def make(**environment: str) -> Installation:
            folder = tmp_path / "installation"
            shutil.copytree(migrated, folder)
            installation = Installation(folder, **environment)
            made.callback(installation.close)
            return installation

        yield make


@pytest.fixture
def embedded(make_installation: Make) -> Installation:
    """An installation as it comes: the queue is in SQLite."""
    return make_installation(REDIS_URL="")


@pytest.fixture(params=["orm", "redis"])
def portal(request: pytest.FixtureRequest, make_installation: Make) -> Installation:
    """An installation with each broker."""
    if request.param == "orm":
        return make_installation(REDIS_URL="")
    url = redis_url(REDIS_URL, beside=True)
    client = redis.Redis.from_url(url)
    try:
        for key in client.scan_iter("django_q:*"):
            client.delete(key)
    except redis.ConnectionError:
        skip_or_fail("redis", f"Redis does not answer at {url}.")
    finally:
        client.close()
    return make_installation(REDIS_URL=url)


@pytest.fixture(scope="session")
def long_clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """25 minutes of noise: three windows of the pipeline."""
    path = tmp_path_factory.mktemp("sound") / "long.wav"
    noise = np.random.default_rng(1).integers(-9000, 9000, 8_000 * 60, dtype=np.int16)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8_000)
        for minute in range(25):
            file.writeframes((noise * ((minute + 5) / 30)).astype(np.int16).tobytes())
    return path


@pytest.fixture(scope="session")
def short_clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sound") / "short.wav"
    noise = np.random.default_rng(2).integers(-9000, 9000, 8_000 * 3, dtype=np.int16)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8_000)
        file.writeframes(noise.tobytes())
    return path
