"""A database and queues that a running portal has for itself."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import psycopg
import redis

from tests.on_servers import REDIS_URL, maintenance_url
from tests.runner.worker import database_name, redis_url

DATABASE_NAME = "shengwen_stack"


@contextmanager
def database_of_its_own(name: str = DATABASE_NAME) -> Iterator[dict[str, str]]:
    """The environment for a portal beside the tests. Where ``DATABASE_URL`` names a
    PostgreSQL: a fresh database on it, dropped afterwards, and empty queues. Elsewhere
    nothing: the portal makes a SQLite file in its data directory."""
    if "DATABASE_URL" not in os.environ:
        yield {}
        return
    environment = {}
    name = database_name(name)
    if "REDIS_URL" in os.environ:
        environment["REDIS_URL"] = redis_url(REDIS_URL, beside=True)
        with redis.Redis.from_url(environment["REDIS_URL"]) as client:
            for key in client.scan_iter("django_q:*"):
                client.delete(key)
    address = urlsplit(os.environ["DATABASE_URL"])
    environment["DATABASE_URL"] = urlunsplit(address._replace(path=f"/{name}"))
    maintenance = maintenance_url(os.environ["DATABASE_URL"])
    drop = f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"
    with psycopg.connect(maintenance, autocommit=True) as connection:
        connection.execute(drop)
        connection.execute(f"CREATE DATABASE {name}")
    try:
        yield environment
    finally:
        with psycopg.connect(maintenance, autocommit=True) as connection:
            connection.execute(drop)
