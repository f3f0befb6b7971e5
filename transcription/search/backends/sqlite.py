"""The index as an FTS5 table whose rowid is the key.

FTS5 walks rowids downwards by itself, so the first page costs as much as it shows. The
table keeps a copy of its terms: SQLite before 3.43 cannot delete from a contentless
one, and a purged recording must leave the index.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import DatabaseError

from transcription.search.backends.base import TABLE, Question, Row, Value, where
from transcription.search.terms import phrase_sequences

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper


def match_expression(question: Question) -> str:
    """FTS5 query text. Units hold no quotes, so nothing in them can end a string."""
    parts = [f'"d{question.department_id}"']
    for phrase in question.query.phrases:
        sequences = [f'"{" ".join(terms)}"' for terms in phrase_sequences(phrase)]
        parts.append(f"({' OR '.join(sequences)})")
    return " AND ".join(parts)


class SqliteBackend:
    """``Backend`` for SQLite."""

    def add(self, cursor: "CursorWrapper", rows: Iterable[Row]) -> None:
        cursor.executemany(
            f"INSERT OR REPLACE INTO {TABLE} (rowid, terms) VALUES (%s, %s)",  # noqa: S608
            [
                (
                    row.key,
                    f"d{row.department_id} "
                    f"{' '.join(row.terms.ordered)} {' '.join(row.terms.single)}",
                )
                for row in rows
            ],
        )

    def remove(self, cursor: "CursorWrapper", low: int, high: int) -> None:
        cursor.execute(
            f"DELETE FROM {TABLE} WHERE rowid BETWEEN %s AND %s",  # noqa: S608
            [low, high],
        )

    def keys(
        self, cursor: "CursorWrapper", question: Question, limit: int
    ) -> list[int]:
        sql, values = self._select(question)
        cursor.execute(f"{sql} ORDER BY i.rowid DESC LIMIT %s", [*values, limit])
        return [key for (key,) in cursor.fetchall()]

    def count(self, cursor: "CursorWrapper", question: Question, limit: int) -> int:
        sql, values = self._select(question)
        cursor.execute(
            f"SELECT count(*) FROM ({sql} LIMIT %s)",  # noqa: S608
            [*values, limit],
        )
        return int(cursor.fetchone()[0])

    def rows_per_recording(self, cursor: "CursorWrapper") -> dict[int, int]:
        # FTS5's own table of contents; the virtual table would read every term.
        cursor.execute(
            f"SELECT id >> 20, count(*) FROM {TABLE}_content GROUP BY 1"  # noqa: S608
        )
        return dict(cursor.fetchall())

    def verify(self, cursor: "CursorWrapper") -> bool:
        try:
            cursor.execute(f"INSERT INTO {TABLE} ({TABLE}) VALUES ('integrity-check')")  # noqa: S608
        except DatabaseError:
            return False
        return True

    def _select(self, question: Question) -> tuple[str, list[Value]]:
        conditions, values = where(question)
        # CROSS JOIN is SQLite's way to say: the index first, in its own order.
        sql = (
            f"SELECT i.rowid FROM {TABLE} AS i "  # noqa: S608
            "CROSS JOIN transcription_recording AS r ON r.id = i.rowid >> 20 "
            "WHERE i.terms MATCH %s AND i.rowid BETWEEN %s AND %s AND " + conditions
        )
        expression = match_expression(question)
        return sql, [expression, question.low, question.high, *values]
