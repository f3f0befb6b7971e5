"""What both databases offer, and what their SQL has in common.

Everything goes through the Django connection that it is given, so it happens in the
caller's transaction.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from transcription.search.documents import Document, Places
from transcription.search.language.tree import All, Any, Fact, Node, Without, Words

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

# The documents; names of further tables begin with it.
TABLE = "transcription_searchindex"
HIGHEST_ID = 2**63 - 1
Value = int | str | bytes


@dataclass(frozen=True, slots=True)
class Row:
    """The document of a recording."""

    recording_id: int
    department_id: int
    document: Document


@dataclass(frozen=True, slots=True)
class Condition:
    """Something more that must hold: SQL over ``r``, the recording, and its values."""

    sql: str
    values: tuple[Value, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """A gate (``gates.gate_of``) inside one department, over recordings whose id lies
    between ``low`` and ``high``. ``facts`` has a condition for each of the gate's."""

    gate: Node
    department_id: int
    conditions: Sequence[Condition] = ()
    facts: Mapping[Fact, Condition] = field(default_factory=dict)
    low: int = 0
    high: int = HIGHEST_ID


class Backend(Protocol):
    """The index in one kind of database."""

    def lock(self, cursor: "CursorWrapper", recording_id: int) -> None:
        """Let nobody else write the recording's document before this transaction ends:
        two who correct two sentences would each write the other's former one."""

    def write(self, cursor: "CursorWrapper", rows: Iterable[Row]) -> None:
        """Write documents, in the place of those that their recordings had."""

    def remove(self, cursor: "CursorWrapper", ids: Sequence[int]) -> None:
        """Remove the documents of these recordings."""

    def empty(self, cursor: "CursorWrapper") -> None:
        """Remove everything, whatever state it is in."""

    def recordings(
        self, cursor: "CursorWrapper", question: Question, limit: int
    ) -> list[int]:
        """The highest ids of recordings that the gate lets through, descending."""

    def verify(self, cursor: "CursorWrapper") -> bool:
        """Whether the database finds its own structure in order."""


def indexed(cursor: "CursorWrapper", low: int = 0, high: int = HIGHEST_ID) -> list[int]:
    """The recordings from ``low`` to ``high``, both included, that have a document."""
    cursor.execute(
        f"SELECT id FROM {TABLE} WHERE id BETWEEN %s AND %s ORDER BY id",  # noqa: S608
        [low, high],
    )
    return [recording_id for (recording_id,) in cursor.fetchall()]


def documents(cursor: "CursorWrapper", ids: Sequence[int]) -> dict[int, Document]:
    """The documents of these recordings."""
    if not ids:
        return {}
    cursor.execute(
        f"SELECT id, text, places, voices FROM {TABLE} WHERE id IN ({marks(ids)})",  # noqa: S608
        list(ids),
    )
    return {
        recording_id: Document(
            text,
            Places(bytes(places)),
            tuple((speaker, channel) for speaker, channel in json.loads(voices)),
        )
        for recording_id, text, places, voices in cursor.fetchall()
    }


def marks(values: Sequence[Value]) -> str:
    """A placeholder for each."""
    return ", ".join(["%s"] * len(values))


def columns(row: Row) -> tuple[Value, ...]:
    """``id, department_id, text, places, voices`` as they are stored."""
    document = row.document
    return (
        row.recording_id,
        row.department_id,
        document.text,
        document.places.packed(),
        json.dumps(document.voices),
    )


class WordsToSql(Protocol):
    """How a database says that a recording ``r`` has words."""

    def __call__(self, words: Words) -> Condition: ...


def condition_of(
    node: Node, facts: Mapping[Fact, Condition], words_to_sql: WordsToSql
) -> Condition:
    """A gate as one condition."""
    match node:
        case Words():
            return words_to_sql(node)
        case Fact():
            return facts[node]
        case Without(part):
            inner = condition_of(part, facts, words_to_sql)
            return Condition(f"NOT ({inner.sql})", inner.values)
        case All(parts):
            each = [condition_of(part, facts, words_to_sql) for part in parts]
            return combined(each, " AND ", "TRUE")
        case Any(parts):
            each = [condition_of(part, facts, words_to_sql) for part in parts]
            return combined(each, " OR ", "FALSE")
        case _:
            raise TypeError(f"{type(node).__name__} is no part of a gate.")


def combined(each: Sequence[Condition], operator: str, none: str) -> Condition:
    """Conditions in a bracket; ``none`` is SQL for there being none."""
    sql = operator.join(f"({one.sql})" for one in each) or none
    return Condition(sql, tuple(value for one in each for value in one.values))


def where(question: Question) -> Condition:
    """The conditions on ``r`` that both databases share; the tenant comes first."""
    return combined(
        [
            Condition("r.department_id = %s", (question.department_id,)),
            Condition("r.deleted_at IS NULL"),
            *question.conditions,
        ],
        " AND ",
        "TRUE",
    )
