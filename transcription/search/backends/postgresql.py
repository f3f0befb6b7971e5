"""The index as a table of ``tsvector`` with a GIN index.

The vectors are made here, not by ``to_tsvector``: what is found depends neither on a
dictionary nor on the server's locale.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from transcription.search.backends.base import TABLE, Question, Row, Value, where
from transcription.search.terms import GAP, Terms, phrase_sequences

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

_LAST_POSITION = 16_383  # PostgreSQL's own limit


def _quoted(term: str) -> str:
    # Units hold neither, but the literal must not depend on that.
    return "'" + term.replace("\\", "\\\\").replace("'", "''") + "'"


def vector(department_id: int, terms: Terms) -> str:
    """The text of a ``tsvector``: ordered terms with positions, single ones without."""
    places: dict[str, list[str]] = {}
    for position, term in enumerate(terms.ordered[: _LAST_POSITION - 1], 1):
        if term != GAP:
            places.setdefault(term, []).append(str(position))
    lexemes = [f"{_quoted(term)}:{','.join(at)}" for term, at in places.items()]
    lexemes += [_quoted(term) for term in terms.single]
    return " ".join([f"'d{department_id}'", *lexemes])


def tsquery(question: Question) -> str:
    """The text of a ``tsquery``."""
    parts = [f"'d{question.department_id}'"]
    for phrase in question.query.phrases:
        sequences = [
            "(" + " <-> ".join(_quoted(term) for term in terms) + ")"
            for terms in phrase_sequences(phrase)
        ]
        parts.append(f"({' | '.join(sequences)})")
    return " & ".join(parts)


class PostgresqlBackend:
    """``Backend`` for PostgreSQL."""

    def add(self, cursor: "CursorWrapper", rows: Iterable[Row]) -> None:
        cursor.executemany(
            f"INSERT INTO {TABLE} (key, department_id, vector) "  # noqa: S608
            "VALUES (%s, %s, %s::tsvector) ON CONFLICT (key) DO UPDATE SET "
            "department_id = excluded.department_id, vector = excluded.vector",
            [
                (row.key, row.department_id, vector(row.department_id, row.terms))
                for row in rows
            ],
        )

    def remove(self, cursor: "CursorWrapper", low: int, high: int) -> None:
        cursor.execute(
            f"DELETE FROM {TABLE} WHERE key BETWEEN %s AND %s",  # noqa: S608
            [low, high],
        )

    def keys(
        self, cursor: "CursorWrapper", question: Question, limit: int
    ) -> list[int]:
        sql, values = self._select(question)
        cursor.execute(f"{sql} ORDER BY i.key DESC LIMIT %s", [*values, limit])
        return [key for (key,) in cursor.fetchall()]

    def count(self, cursor: "CursorWrapper", question: Question, limit: int) -> int:
        sql, values = self._select(question)
        cursor.execute(
            f"SELECT count(*) FROM ({sql} LIMIT %s) AS hits",  # noqa: S608
            [*values, limit],
        )
        return int(cursor.fetchone()[0])

    def rows_per_recording(self, cursor: "CursorWrapper") -> dict[int, int]:
        cursor.execute(f"SELECT key >> 20, count(*) FROM {TABLE} GROUP BY 1")  # noqa: S608
        return dict(cursor.fetchall())

    def verify(self, cursor: "CursorWrapper") -> bool:
        return True  # amcheck knows no GIN; the sample of words has to do

    def _select(self, question: Question) -> tuple[str, list[Value]]:
        conditions, values = where(question)
        sql = (
            f"SELECT i.key FROM {TABLE} AS i "  # noqa: S608
            "JOIN transcription_recording AS r ON r.id = i.key >> 20 "
            "WHERE i.department_id = %s AND i.vector @@ %s::tsquery "
            "AND i.key BETWEEN %s AND %s AND " + conditions
        )
        first: list[Value] = [
            question.department_id,
            tsquery(question),
            question.low,
            question.high,
        ]
        return sql, [*first, *values]
