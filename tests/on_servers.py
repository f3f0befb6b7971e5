"""The tests a second time, on PostgreSQL and Redis: ``python -m tests.on_servers``.

Arguments are pytest's; without any, every core works at a part of it.
Uses the servers that are running. Where one does not answer, says plainly that these
tests were skipped; fails instead when ``SHENGWEN_TEST_REQUIRE`` promised it.
"""

import getpass
import os
import sys
from collections.abc import Sequence
from urllib.parse import urlsplit, urlunsplit

import psycopg
import redis

from tests.runner.pytest_process import Part, on_every_core, run_pytest
from tests.runner.required import is_required

DATABASE_URL = os.environ.get(
    "SHENGWEN_TEST_DATABASE_URL",
    f"postgres://{getpass.getuser()}@/shengwen?host=/var/run/postgresql",
)
# The first of the numbers that tests take (tests.runner.worker): a developer's queue in
# database 0 is left alone.
REDIS_URL = os.environ.get("SHENGWEN_TEST_REDIS_URL", "redis://127.0.0.1:6379/1")
NAME = "PostgreSQL and Redis"
SKIPPED = "SKIPPED: the tests on PostgreSQL and Redis did not run."
# The engines do not know which database there is: they were tested the first time.
# Whatever starts a server on an SQLite database of its own says the same again.
SELECTION = ("-m", "not models and not once")


def maintenance_url(database_url: str) -> str:
    """The server's own database, from which others are created and dropped."""
    return urlunsplit(urlsplit(database_url)._replace(path="/postgres"))


def why_postgresql_is_missing() -> str:
    """Empty when it answers."""
    try:
        psycopg.connect(maintenance_url(DATABASE_URL), connect_timeout=3).close()
    except psycopg.Error as error:
        return str(error).strip()
    return ""


def why_redis_is_missing() -> str:
    """Empty when it answers."""
    try:
        with redis.Redis.from_url(REDIS_URL, socket_connect_timeout=3) as client:
            client.ping()
    except redis.RedisError as error:
        return str(error).strip()
    return ""


def run(arguments: Sequence[str] = ()) -> Part:
    """On the servers, or what is missing."""
    missing = {
        name: reason
        for name, reason in (
            ("postgresql", why_postgresql_is_missing()),
            ("redis", why_redis_is_missing()),
        )
        if reason
    }
    for name, reason in missing.items():
        sys.stdout.write(f"{name} does not answer: {reason}\n")
    if missing:
        sys.stdout.write(f"{SKIPPED}\n")
        status = int(any(is_required(name) for name in missing))
        return Part(NAME, status, remark=SKIPPED)
    return run_pytest(
        NAME,
        [*SELECTION, *(arguments or on_every_core())],
        {"DATABASE_URL": DATABASE_URL, "REDIS_URL": REDIS_URL},
    )


def main(arguments: list[str]) -> int:
    """The exit status."""
    return run(arguments).status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
