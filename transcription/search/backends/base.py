"""What both databases offer, and the choice between them.

Everything goes through the Django connection that it is given, so it happens in the
caller's transaction.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from transcription.search.query import Query
from transcription.search.terms import Terms

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

TABLE = "transcription_segmentindex"
Value = int | str


@dataclass(frozen=True, slots=True)
class Row:
    """One segment for the index; the key comes from ``documents.key_of``."""

    key: int
    department_id: int
    terms: Terms


@dataclass(frozen=True, slots=True)
class Condition:
    """Something more that must hold: SQL over ``r``, the recording, and its values."""

    sql: str
    values: tuple[Value, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """A query inside one department, over keys ``low <= key <= high``."""

    query: Query
    department_id: int
    conditions: Sequence[Condition] = ()
    low: int = 0
    high: int = 2**63 - 1


class Backend(Protocol):
    """The index in one kind of database."""

    def add(self, cursor: "CursorWrapper", rows: Iterable[Row]) -> None:
        """Write rows; a key must be new or its row removed before."""

    def remove(self, cursor: "CursorWrapper", low: int, high: int) -> None:
        """Remove the keys from ``low`` to ``high``, both included."""

    def keys(
        self, cursor: "CursorWrapper", question: Question, limit: int
    ) -> list[int]:
        """The highest keys that match, descending."""

    def count(self, cursor: "CursorWrapper", question: Question, limit: int) -> int:
        """How many match, counting no further than ``limit``."""

    def rows_per_recording(self, cursor: "CursorWrapper") -> dict[int, int]:
        """How many rows each recording has."""

    def verify(self, cursor: "CursorWrapper") -> bool:
        """Whether the database finds its own structure in order."""


def where(question: Question) -> tuple[str, list[Value]]:
    """The conditions on ``r`` that both databases share; the tenant comes first."""
    conditions = [
        Condition("r.department_id = %s", (question.department_id,)),
        Condition("r.deleted_at IS NULL"),
        *question.conditions,
    ]
    sql = " AND ".join(condition.sql for condition in conditions)
    return sql, [value for condition in conditions for value in condition.values]
