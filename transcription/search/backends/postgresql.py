"""The pairs and the grams of each document as an array of numbers, under a GIN index.

The array has no order. A phrase of one or two characters is one number and therefore
exact; a longer one is looked for in the text of the documents that hold all its pairs,
as many of them as are wanted. What is found depends neither on a dictionary nor on the
server's locale.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from transcription.search.backends.base import (
    TABLE,
    Condition,
    Question,
    Row,
    Value,
    columns,
    combined,
    condition_of,
    where,
)
from transcription.search.documents import pairs_of, singles_of
from transcription.search.folding import Phrase
from transcription.search.language.tree import All, Any, Node, Words
from transcription.search.sound.grams import Slot, grams_of
from transcription.search.sound.ways import ways_of

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

_BITS = 16
_LAST = (1 << _BITS) - 1
_LOWEST = -(1 << 31)  # of PostgreSQL's integers
# No character has these codes: departments take their place.
_NO_CHARACTERS = 0xD800
# Grams have them as the second, with their lower bits; what is left is the first, and
# less than a department's.
_LOWER_BITS = 11
_LOWER = (1 << _LOWER_BITS) - 1
# For characters that have no code of two bytes, all of them.
_RARE = 0xE000


def _number(first: int, second: int) -> int:
    return (first << _BITS | second) + _LOWEST


def _code(char: str) -> int:
    code = ord(char)
    return code if code <= _LAST else _RARE


def number_of(pair: str) -> int:
    """One or two characters as one number."""
    first, second = (pair[0], pair[1]) if len(pair) > 1 else ("\0", pair)
    return _number(_code(first), _code(second))


def _department(department_id: int) -> int:
    return _number(_NO_CHARACTERS + (department_id >> _BITS), department_id & _LAST)


def _gram(gram: int) -> int:
    return _number(gram >> _LOWER_BITS, _NO_CHARACTERS + (gram & _LOWER))


def numbers(department_id: int, text: str) -> list[int]:
    """What is indexed of a document."""
    found = {pair for line in pairs_of(text) for pair in line}.union(singles_of(text))
    written = map(number_of, found)
    return sorted({_department(department_id), *written, *map(_gram, grams_of(text))})


def _numbers_of(phrase: Phrase) -> Iterator[int]:
    for at in range(max(len(phrase) - 1, 1)):
        yield number_of(phrase[at : at + 2])


def _is_exact(phrase: Phrase) -> bool:
    """Whether its number says all."""
    return len(phrase) <= 2 and all(ord(char) < _RARE for char in phrase)


def _in_text(phrase: Phrase) -> Condition:
    return Condition("strpos(d.text, %s) > 0", (phrase,))


def _array(numbers: Iterable[int]) -> str:
    return f"{{{','.join(map(str, dict.fromkeys(numbers)))}}}"


@dataclass(frozen=True, slots=True)
class _Way:
    """Phrases that a document ``d`` of a department holds, and of each slot a gram."""

    department_id: int
    phrases: tuple[Phrase, ...]
    slots: tuple[Slot, ...] = ()

    @property
    def pairs(self) -> Condition:
        wanted = [n for phrase in self.phrases for n in _numbers_of(phrase)]
        array = _array([_department(self.department_id), *wanted])
        grams = [_array(map(_gram, sorted(slot))) for slot in self.slots]
        any_of = " AND d.pairs && %s::integer[]" * len(grams)
        return Condition(f"d.pairs @> %s::integer[]{any_of}", (array, *grams))

    @property
    def held(self) -> Condition:
        """What the text says of all of them."""
        return combined([_in_text(one) for one in self.phrases], " AND ", "TRUE")

    @property
    def texts(self) -> list[Condition]:
        """What the pairs leave open."""
        return [_in_text(one) for one in self.phrases if not _is_exact(one)]


class PostgresqlBackend:
    """``Backend`` for PostgreSQL."""

    def lock(self, cursor: "CursorWrapper", recording_id: int) -> None:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, %s))",
            [TABLE, recording_id],
        )

    def write(self, cursor: "CursorWrapper", rows: Iterable[Row]) -> None:
        cursor.executemany(
            f"INSERT INTO {TABLE} (id, department_id, text, places, voices, pairs) "  # noqa: S608
            "VALUES (%s, %s, %s, %s, %s, %s::integer[]) ON CONFLICT (id) DO UPDATE SET "
            "department_id = excluded.department_id, text = excluded.text, "
            "places = excluded.places, voices = excluded.voices, "
            "pairs = excluded.pairs",
            [
                (*columns(row), _array(numbers(row.department_id, row.document.text)))
                for row in rows
            ],
        )

    def remove(self, cursor: "CursorWrapper", ids: Sequence[int]) -> None:
        cursor.execute(
            f"DELETE FROM {TABLE} WHERE id = ANY(%s::bigint[])",  # noqa: S608
            [_array(ids)],
        )

    def empty(self, cursor: "CursorWrapper") -> None:
        cursor.execute(f"DELETE FROM {TABLE}")  # noqa: S608

    def recordings(
        self, cursor: "CursorWrapper", question: Question, limit: int
    ) -> list[int]:
        plan = _plan(question)
        found: list[int] = []
        high, wanted = question.high, limit
        with transaction.atomic(using=cursor.db.alias):
            # The planner knows neither how long the arrays are nor what it costs to
            # read them: it would rather look into each than ask their index.
            cursor.execute("SELECT set_config('enable_seqscan', 'off', true)")
            while len(found) < limit:
                ids = _candidates(cursor, question, plan, high, wanted)
                found += _with_texts(cursor, plan.texts, ids)
                if len(ids) < wanted:
                    break
                high, wanted = ids[-1] - 1, wanted * 2
            cursor.execute("SELECT set_config('enable_seqscan', 'on', true)")
        return found[:limit]

    def verify(self, cursor: "CursorWrapper") -> bool:
        return True  # amcheck knows no GIN; the sample of words has to do


@dataclass(frozen=True, slots=True)
class _Plan:
    """A question in three: what the GIN index says of documents ``d``, what is then
    read in their texts, and what else is said of recordings ``r``."""

    pairs: Condition | None
    texts: list[Condition]
    rest: Condition


def _plan(question: Question) -> _Plan:
    department_id = question.department_id
    gate = question.gate
    parts = gate.parts if isinstance(gate, All) else (gate,)
    always = [p for p in parts if isinstance(p, Words) and len(ways_of(p)) == 1]
    pairs, texts = list[Condition](), list[Condition]()
    if always:
        each = [way for words in always for way in ways_of(words)]
        together = _Way(
            department_id,
            tuple(phrase for way in each for phrase in way.phrases),
            tuple(slot for way in each for slot in way.slots),
        )
        pairs, texts = [together.pairs], together.texts
    others = [part for part in parts if part not in always]
    if either := next((part for part in others if _ways(part, department_id)), None):
        others.remove(either)
        choices = _ways(either, department_id)
        pairs.append(combined([way.pairs for way in choices], " OR ", "FALSE"))
        if any(way.texts for way in choices):
            texts.append(combined([way.held for way in choices], " OR ", "FALSE"))

    def has_words(words: Words) -> Condition:
        ways = [
            combined([way.pairs, *way.texts], " AND ", "TRUE")
            for way in _ways(words, department_id)
        ]
        inner = combined(ways, " OR ", "FALSE")
        return Condition(
            f"r.id IN (SELECT d.id FROM {TABLE} AS d WHERE {inner.sql})",  # noqa: S608
            inner.values,
        )

    rest = condition_of(All(tuple(others)), question.facts, has_words)
    return _Plan(combined(pairs, " AND ", "TRUE") if pairs else None, texts, rest)


def _ways(node: Node, department_id: int) -> list[_Way]:
    """Of words, or of a choice of words: one of these ways; of anything else none."""
    match node:
        case Words():
            return [
                _Way(department_id, way.phrases, way.slots) for way in ways_of(node)
            ]
        case Any(parts):
            each = [_ways(part, department_id) for part in parts]
            return [way for ways in each for way in ways] if all(each) else []
        case _:
            return []


def _candidates(
    cursor: "CursorWrapper", question: Question, plan: _Plan, high: int, limit: int
) -> list[int]:
    """The highest ids up to ``high`` of recordings of which only texts may be wrong."""
    narrowed = where(question)
    values: list[Value] = []
    documents = ""
    if plan.pairs:
        documents = (
            f"JOIN (SELECT d.id FROM {TABLE} AS d WHERE {plan.pairs.sql} OFFSET 0) "  # noqa: S608
            "AS hits ON hits.id = r.id "
        )
        values += plan.pairs.values
    cursor.execute(
        f"SELECT r.id FROM transcription_recording AS r {documents}"  # noqa: S608
        f"WHERE r.id BETWEEN %s AND %s AND {plan.rest.sql} AND {narrowed.sql} "
        "ORDER BY r.id DESC LIMIT %s",
        [
            *values,
            question.low,
            high,
            *plan.rest.values,
            *narrowed.values,
            limit,
        ],
    )
    return [recording_id for (recording_id,) in cursor.fetchall()]


def _with_texts(
    cursor: "CursorWrapper", texts: list[Condition], ids: list[int]
) -> list[int]:
    """Those of the recordings whose texts hold it, in the same order."""
    if not texts or not ids:
        return ids
    held = combined(texts, " AND ", "TRUE")
    cursor.execute(
        f"SELECT d.id FROM {TABLE} AS d WHERE d.id = ANY(%s::bigint[]) AND {held.sql} "  # noqa: S608
        "ORDER BY d.id DESC",
        [_array(ids), *held.values],
    )
    return [recording_id for (recording_id,) in cursor.fetchall()]
