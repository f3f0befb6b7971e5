"""``manage.py version``: what runs here, for a report or a question."""

import platform
import sqlite3
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError, connection

from portal.backup import tables
from portal.version import VERSION, commit

PACKAGES = ("django", "django-q2", "torch", "funasr", "vosk", "onnxruntime")


class Command(BaseCommand):
    help = "Say which version of Shengwen this is, and what it stands on."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        facts = {
            "Shengwen": " ".join(filter(None, [VERSION, commit()])),
            "database": _database(),
            "migrations": _migrations(),
            "Python": platform.python_version(),
            **{name: _package(name) for name in PACKAGES},
        }
        lines = [f"{name:<12}{fact}" for name, fact in facts.items()]
        self.stdout.write("\n".join(lines))


def _database() -> str:
    if connection.vendor == "sqlite":
        return f"SQLite {sqlite3.sqlite_version}, {connection.settings_dict['NAME']}"
    try:
        with connection.cursor() as cursor:
            cursor.execute("SHOW server_version")
            return f"PostgreSQL {cursor.fetchone()[0]}"
    except DatabaseError as error:
        return f"PostgreSQL does not answer: {str(error).strip()}"


def _migrations() -> str:
    try:
        applied = tables.applied_migrations(connection)
        pending = tables.pending_migrations(connection)
    except DatabaseError:
        return "unknown"
    if newer := tables.newer_migrations(applied):
        return f"the database is of a newer version ({', '.join(newer)})"
    if pending:
        return f"{len(pending)} to come ({', '.join(pending[:5])})"
    newest = {one.split(".")[0]: one for one in applied}
    return " ".join(
        newest[app] for app in ("accounts", "transcription") if app in newest
    )


def _package(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"
