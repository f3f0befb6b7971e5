"""What each of several pytest processes has for itself, so that they may run at once.

A plugin (``-p tests.runner.worker``): the settings are read from the environment before
any conftest is, so a worker of pytest-xdist takes its own folder and queues here.
Databases get their worker's name from pytest-django, and from ``own_database``.
"""

import os
import random
import socket
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit, urlunsplit

import pytest

NAME: Final = os.environ.get("PYTEST_XDIST_WORKER", "")  # "gw0", or nothing
# A worker that died is replaced by one with the next number.
NUMBER: Final = int(NAME.removeprefix("gw") or 0)
# Redis has sixteen databases, and a worker takes two.
MOST_WORKERS: Final = 7
# Below those that the kernel gives to outgoing connections: nobody else takes one
# between our look and the server's start.
_PORTS: Final = range(12_000, 32_000)
_PORTS_EACH: Final = len(_PORTS) // MOST_WORKERS


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests() -> Iterator[None]:
    """Before pytest-django loads the settings."""
    if NAME and "SHENGWEN_DATA_DIR" in os.environ:
        folder = Path(os.environ["SHENGWEN_DATA_DIR"], NAME)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.environ["SHENGWEN_DATA_DIR"] = str(folder)
    if NAME and "REDIS_URL" in os.environ:
        os.environ["REDIS_URL"] = redis_url(os.environ["REDIS_URL"])
    return (yield)


def redis_url(first: str, *, beside: bool = False) -> str:
    """This worker's database on the server of ``first``, whose number is the first that
    tests may have; ``beside``: the one for a portal beside the tests."""
    address = urlsplit(first)
    number = int(address.path.strip("/") or 0) + 2 * (NUMBER % MOST_WORKERS) + beside
    return urlunsplit(address._replace(path=f"/{number}"))


def database_name(name: str) -> str:
    """``name``, and whose it is."""
    return f"{name}_{NAME}" if NAME else name


def _own_ports() -> Iterator[int]:
    """Those of this worker's range in no order: other runs on this machine have it too.
    None comes twice before all have come."""
    start = _PORTS.start + NUMBER % MOST_WORKERS * _PORTS_EACH
    own = range(start, start + _PORTS_EACH)
    return cycle(random.sample(own, len(own)))


_own = _own_ports()


def free_port() -> int:
    """One where nobody listens."""
    for port in islice(_own, _PORTS_EACH):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
    raise RuntimeError("Every port is taken.")
