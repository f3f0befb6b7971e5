"""An empty portal of a benchmark's own, in this process."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

import django

from tests.runner.own_database import database_of_its_own


@contextmanager
def own_portal(name: str, **settings: str) -> Iterator[None]:
    """Settings of an empty folder and database, gone afterwards: SQLite, or of the
    server that tests are told of. ``settings`` are further environment variables.
    Nothing is migrated yet."""
    with (
        tempfile.TemporaryDirectory(prefix=f"shengwen-{name}-") as folder,
        database_of_its_own() as own,
    ):
        database = own.get("DATABASE_URL", f"sqlite:///{folder}/shengwen.sqlite3")
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            "SHENGWEN_DATA_DIR": folder,
            "SHENGWEN_LOG_LEVEL": "ERROR",
            "DATABASE_URL": database,
            "REDIS_URL": "",
            **settings,
        }
        django.setup()
        yield
