"""Queries that are put into SQL once.

Of a query that every page asks, the ORM takes milliseconds to write what the database
answers in microseconds.
"""

from collections.abc import Callable, Hashable
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import QuerySet

_KEPT = 1024  # sets of arguments of each query
Row = tuple[Any, ...]


def compiled(build: Callable[..., QuerySet[Any, Row]]) -> Callable[..., list[Row]]:
    """The rows of what ``build`` makes of the same arguments, which are plain values,
    as the database gives them: a truth may be 0 or 1, a time a text."""

    @lru_cache(maxsize=_KEPT)
    def written(*asked: Hashable) -> tuple[str, Row]:
        sql, values = build(*asked).query.sql_with_params()
        return sql, tuple(values)

    def rows(*asked: Hashable) -> list[Row]:
        with connection.cursor() as cursor:
            cursor.execute(*written(*asked))
            return list(cursor.fetchall())

    return rows
