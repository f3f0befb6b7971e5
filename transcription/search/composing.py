"""From the fields of a form to a question, as a person would type it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from transcription.search.language.names import operator
from transcription.search.language.scanning import QUOTES
from transcription.search.language.writing import quoted

_QUOTE = f"[{QUOTES}]"
_PIECE = re.compile(rf"{_QUOTE}([^{QUOTES}]*){_QUOTE}|([^\s{QUOTES}]+)")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the fields say. ``conditions`` are names with their colon, and values."""

    all_of: str = ""
    phrase: str = ""
    any_of: str = ""
    none_of: str = ""
    conditions: tuple[tuple[str, str], ...] = ()


def compose(wanted: Wanted, either: str = "OR") -> str:
    """The question. Nothing in a field of words is an operator, but quotes are quotes.
    ``static/js/search/builder.js`` does the same while somebody fills the fields."""
    parts = [
        f"{name}{quoted(value.strip())}"
        for name, value in wanted.conditions
        if value.strip()
    ]
    parts += _pieces(wanted.all_of)
    phrase = re.sub(_QUOTE, " ", wanted.phrase).strip()
    parts += [_word(phrase)] if _says_something(phrase) else []
    alternatives = list(_pieces(wanted.any_of))
    one_of = f" {either} ".join(alternatives)
    parts += [f"({one_of})"] if len(alternatives) > 1 else alternatives
    parts += [f"-{piece}" for piece in _pieces(wanted.none_of)]
    return " ".join(parts)


def _pieces(text: str) -> Iterator[str]:
    for quote, plain in _PIECE.findall(text):
        piece = (quote or plain).strip()
        if _says_something(piece):
            yield _word(piece)


def _says_something(text: str) -> bool:
    return any(map(str.isalnum, text))


def _word(text: str) -> str:
    return text if text.isalnum() and not operator(text) else f'"{text}"'
