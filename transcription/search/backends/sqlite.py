"""The pairs and the grams of each document in an FTS5 table whose rowid is the
recording's id.

FTS5 walks rowids downwards by itself, so the first page costs as much as it shows. The
table keeps no copy of them (``content=''``): what is to be removed is read off the
document beside it. Whoever changes what is made of a text empties the table by a
migration, or removes what was never written.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from django.db import DatabaseError

from transcription.search.backends.base import (
    TABLE,
    Condition,
    Question,
    Row,
    columns,
    condition_of,
    marks,
    where,
)
from transcription.search.documents import pairs_of, singles_of
from transcription.search.folding import Phrase
from transcription.search.language.tree import All, Any, Node, Without, Words
from transcription.search.sound.grams import grams_of
from transcription.search.sound.ways import Way, ways_of

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

PAIRS = f"{TABLE}_pairs"
_GAP = "¬"  # a position that no query asks for
_DEPARTMENT = "‹"  # no folded text holds it


def tokens(department_id: int, text: str) -> str:
    """The document's text for FTS5: pairs in their order, then each character and each
    gram once."""
    found = [f"{_DEPARTMENT}{department_id}"]
    last = ""
    for pairs in pairs_of(text):
        # "好好，好好" must not contain "好好好": part what overlaps only by chance.
        if pairs and last == pairs[0][0]:
            found.append(_GAP)
        found += pairs
        last = pairs[-1][1] if pairs else last
    grams = map(_gram, sorted(grams_of(text)))
    return " ".join([*found, _GAP, *singles_of(text), *grams])


def _gram(number: int) -> str:
    """Longer than a pair can be; neighbours begin alike, which FTS5 keeps once."""
    return f"{number:07x}"


def expression(node: Node, department_id: int) -> str | None:
    """FTS5 query text; None for what asks for more than words. Folded texts hold no
    quotes, so nothing in them can end a string."""
    everything = f'"{_DEPARTMENT}{department_id}"'
    match node:
        case Words():
            return _any([_way(way) for way in ways_of(node)])
        case Without(part):
            inner = expression(part, department_id)
            return inner and f"({everything} NOT {inner})"
        case All(parts) | Any(parts):
            each = [expression(part, department_id) for part in parts]
            known = [one for one in each if one]
            if len(known) < len(each):
                return None
            if isinstance(node, All):
                return _all(known) if known else everything
            return _any(known)
        case _:
            return None


def _way(way: Way) -> str:
    grams = [_any([f'"{_gram(one)}"' for one in sorted(slot)]) for slot in way.slots]
    return _all([*map(_phrase, way.phrases), *grams])


def _phrase(phrase: Phrase) -> str:
    pairs = [phrase[at : at + 2] for at in range(len(phrase) - 1)]
    return f'"{" ".join(pairs or [phrase])}"'


def _all(each: list[str]) -> str:
    return f"({' AND '.join(each)})"


def _any(each: list[str]) -> str:
    return f"({' OR '.join(each)})"


class SqliteBackend:
    """``Backend`` for SQLite."""

    def lock(self, cursor: "CursorWrapper", recording_id: int) -> None:
        """One writer at a time is what SQLite has anyway."""

    def write(self, cursor: "CursorWrapper", rows: Iterable[Row]) -> None:
        written = list(rows)
        self.remove(cursor, [row.recording_id for row in written])
        cursor.executemany(
            f"INSERT INTO {TABLE} (id, department_id, text, places, voices) "  # noqa: S608
            "VALUES (%s, %s, %s, %s, %s)",
            [columns(row) for row in written],
        )
        cursor.executemany(
            f"INSERT INTO {PAIRS} (rowid, pairs) VALUES (%s, %s)",  # noqa: S608
            [
                (row.recording_id, tokens(row.department_id, row.document.text))
                for row in written
            ],
        )

    def remove(self, cursor: "CursorWrapper", ids: Sequence[int]) -> None:
        if not ids:
            return
        chosen = f"id IN ({marks(ids)})"
        cursor.execute(
            f"SELECT id, department_id, text FROM {TABLE} WHERE {chosen}",  # noqa: S608
            list(ids),
        )
        there = cursor.fetchall()
        if not there:
            return
        cursor.executemany(
            f"INSERT INTO {PAIRS} ({PAIRS}, rowid, pairs) VALUES ('delete', %s, %s)",  # noqa: S608
            [(pk, tokens(department_id, text)) for pk, department_id, text in there],
        )
        cursor.execute(f"DELETE FROM {TABLE} WHERE {chosen}", list(ids))  # noqa: S608

    def empty(self, cursor: "CursorWrapper") -> None:
        cursor.execute(f"INSERT INTO {PAIRS} ({PAIRS}) VALUES ('delete-all')")  # noqa: S608
        cursor.execute(f"DELETE FROM {TABLE}")  # noqa: S608

    def recordings(
        self, cursor: "CursorWrapper", question: Question, limit: int
    ) -> list[int]:
        match, rest = _split(question)
        narrowed = where(question)
        # CROSS JOIN is SQLite's way to say: the index first, in its own order.
        cursor.execute(
            f"SELECT p.rowid FROM {PAIRS} AS p "  # noqa: S608
            "CROSS JOIN transcription_recording AS r ON r.id = p.rowid "
            "WHERE p.pairs MATCH %s AND p.rowid BETWEEN %s AND %s "
            f"AND {rest.sql} AND {narrowed.sql} ORDER BY p.rowid DESC LIMIT %s",
            [
                match,
                question.low,
                question.high,
                *rest.values,
                *narrowed.values,
                limit,
            ],
        )
        return [recording_id for (recording_id,) in cursor.fetchall()]

    def verify(self, cursor: "CursorWrapper") -> bool:
        try:
            cursor.execute(f"INSERT INTO {PAIRS} ({PAIRS}) VALUES ('integrity-check')")  # noqa: S608
        except DatabaseError:
            return False
        return True


def _split(question: Question) -> tuple[str, Condition]:
    """What FTS5 says of the gate, and the rest as a condition."""
    gate, department_id = question.gate, question.department_id
    parts = gate.parts if isinstance(gate, All) else (gate,)
    plain = [part for part in parts if expression(part, department_id)]
    others = [part for part in parts if part not in plain]
    match = expression(All(tuple(plain)), department_id) or ""
    everything = f'"{_DEPARTMENT}{department_id}"'

    def has_words(words: Words) -> Condition:
        asked = f"{everything} AND {expression(words, department_id)}"
        return Condition(
            f"r.id IN (SELECT rowid FROM {PAIRS} WHERE pairs MATCH %s)",  # noqa: S608
            (asked,),
        )

    rest = condition_of(All(tuple(others)), question.facts, has_words)
    return f"{everything} AND {match}", rest
