"""Which backend a connection needs."""

from typing import TYPE_CHECKING

from transcription.search.backends.base import Backend
from transcription.search.backends.postgresql import PostgresqlBackend
from transcription.search.backends.sqlite import SqliteBackend

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper


def backend_of(connection: "BaseDatabaseWrapper") -> Backend:
    """The backend for the connection's kind of database."""
    if connection.vendor == "postgresql":
        return PostgresqlBackend()
    return SqliteBackend()
