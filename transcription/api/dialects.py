"""The ways of speaking that our addresses have: for errors that no view makes, since
they come before it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from transcription.api.openai.shape import error_document
from transcription.api.problem import PROBLEM_TYPE, problem


@dataclass(frozen=True, slots=True)
class Dialect:
    """Below ``prefix`` an error is ``document(status, code, sentence)``."""

    prefix: str
    content_type: str
    document: Callable[[int, str, str], dict[str, object]]


def _problem(status: int, code: str, sentence: str) -> dict[str, object]:
    # ``message`` is what the scripts of pages show.
    return problem(status, code, sentence, message=sentence)


OWN: Final = Dialect("/api/", PROBLEM_TYPE, _problem)
DIALECTS: Final = (OWN, Dialect("/v1/", "application/json", error_document))
PREFIXES: Final = tuple(dialect.prefix for dialect in DIALECTS)


def dialect_of(path: str) -> Dialect | None:
    """The address's, which is without the portal's own prefix; None for pages."""
    return next((d for d in DIALECTS if path.startswith(d.prefix)), None)


def dialect_for(path: str, accept: str) -> Dialect | None:
    """How a program wants it said, also one that asks a page for JSON; None for
    people."""
    return dialect_of(path) or (OWN if "json" in accept else None)
