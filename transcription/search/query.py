"""From what a person typed to what the index is asked.

``退款 投诉`` wants both, ``"退款 投诉"`` wants them side by side. Nothing typed is ever
an operator: the expressions for the databases are built from units, which hold letters,
digits and nothing else.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from transcription.search.terms import Phrase, runs_of

MAX_LENGTH = 200
MAX_TERMS = 10
MAX_UNITS = 40

_QUOTED = re.compile(r'["“”„＂「」『』]')


class QueryCode(StrEnum):
    """Why a query was refused."""

    EMPTY = "query_empty"
    TOO_LONG = "query_too_long"
    TOO_MANY_TERMS = "query_too_many_terms"
    TERM_TOO_LONG = "query_term_too_long"


class QueryRefused(ValueError):
    """The query cannot be asked; ``code`` says why."""

    def __init__(self, code: QueryCode) -> None:
        super().__init__(str(code))
        self.code = code


@dataclass(frozen=True, slots=True)
class Query:
    """Phrases that must all be in a segment."""

    phrases: tuple[Phrase, ...]


def parse(typed: str) -> Query:
    """The query, or ``QueryRefused``."""
    if len(typed) > MAX_LENGTH:
        raise QueryRefused(QueryCode.TOO_LONG)
    found: dict[Phrase, None] = {}
    for piece in _pieces(typed):
        for run in runs_of(piece):
            if run:
                found[tuple(unit.text for unit in run)] = None
    if not found:
        raise QueryRefused(QueryCode.EMPTY)
    if len(found) > MAX_TERMS:
        raise QueryRefused(QueryCode.TOO_MANY_TERMS)
    if any(len(phrase) > MAX_UNITS for phrase in found):
        raise QueryRefused(QueryCode.TERM_TOO_LONG)
    return Query(tuple(found))


def _pieces(typed: str) -> Iterator[str]:
    """Quoted parts whole, the rest split at spaces; an open quote lasts to the end."""
    for number, part in enumerate(_QUOTED.split(typed)):
        if number % 2:
            yield part
        else:
            yield from part.split()
