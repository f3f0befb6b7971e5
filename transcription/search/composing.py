"""From the fields of a form to a question as a person would type it, and back."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from transcription.search.language.names import FieldName, operator
from transcription.search.language.scanning import CLOSERS, QUOTES, Kind, Token, tokens
from transcription.search.language.writing import chips, in_quotes, quoted

# Quotes of each kind with what is between them, as the language reads them.
_QUOTED = "|".join(
    f"[{''.join(one for one in CLOSERS if CLOSERS[one] == closers)}]"
    f"[^{closers}]*[{closers}]"
    for closers in dict.fromkeys(CLOSERS.values())
)
_PIECE = re.compile(rf"(?:{_QUOTED})|(?:(?!{_QUOTED})\S)+")
_IS_QUOTED = re.compile(_QUOTED)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the fields say. ``conditions`` are names with their colon, and values;
    ``rest`` is what was typed before and no field can say."""

    all_of: str = ""
    phrase: str = ""
    any_of: str = ""
    none_of: str = ""
    conditions: tuple[tuple[str, str], ...] = ()
    rest: str = ""


def compose(wanted: Wanted, either: str = "OR") -> str:
    """The question. Nothing in a field of words is an operator, but quotes are quotes,
    and stay those that were typed. ``static/js/search/builder.js`` does the same while
    somebody fills the fields."""
    parts = [wanted.rest.strip()] if wanted.rest.strip() else []
    parts += [
        f"{name}{_value(value.strip())}"
        for name, value in wanted.conditions
        if value.strip()
    ]
    parts += _pieces(wanted.all_of)
    phrase = wanted.phrase.strip()
    parts += [_word(phrase)] if _says_something(phrase) else []
    alternatives = list(_pieces(wanted.any_of))
    one_of = f" {either} ".join(alternatives)
    parts += [f"({one_of})"] if len(alternatives) > 1 else alternatives
    parts += [f"-{piece}" for piece in _pieces(wanted.none_of)]
    return " ".join(parts)


class Says(StrEnum):
    """What a part of a question is for a form."""

    WORD = "word"
    PHRASE = "phrase"
    ANY = "any"
    NONE = "none"
    CONDITION = "condition"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of what was typed. ``value`` is what a field gets for it."""

    text: str
    says: Says = Says.OTHER
    value: str = ""
    field: FieldName | None = None


def pieces(typed: str, today: date) -> tuple[Piece, ...]:
    """The parts of a question; those that ``compose`` would write otherwise than they
    were typed, but for an operator, are ``OTHER``. Or ``NotUnderstood``."""
    return tuple(_piece(chip.text) for chip in chips(typed, today))


def _piece(text: str) -> Piece:
    found = list(tokens(text))
    match [token.kind for token in found]:
        case [Kind.WORD] if _stays(text):
            return Piece(text, Says.PHRASE if text[0] in QUOTES else Says.WORD, text)
        case [Kind.NOT, Kind.WORD] if _stays(word := _typed(text, found[1])):
            return Piece(text, Says.NONE, word)
        case [Kind.FIELD]:
            value = text[slice(*found[0].value_span)]
            if _value(value) == value:
                return Piece(text, Says.CONDITION, value, found[0].field)
        case [Kind.OPEN, *_inside, Kind.CLOSE]:
            return _alternatives(text, found[1:-1])
    return _alternatives(text, found)


def _alternatives(text: str, found: list[Token]) -> Piece:
    words = [_typed(text, token) for token in found[::2]]
    is_plain = (
        len(words) > 1
        and all(token.kind is Kind.WORD for token in found[::2])
        and all(token.kind is Kind.OR for token in found[1::2])
        and len(found) % 2
        and all(map(_stays, words))
    )
    return Piece(text, Says.ANY, " ".join(words)) if is_plain else Piece(text)


def _typed(text: str, token: Token) -> str:
    return text[slice(*token.span)]


def _stays(text: str) -> bool:
    return list(_pieces(text)) == [text]


def _pieces(text: str) -> Iterator[str]:
    return map(_word, filter(_says_something, _PIECE.findall(text)))


def _says_something(text: str) -> bool:
    return any(map(str.isalnum, text))


def _word(text: str) -> str:
    is_plain = text.isalnum() and not operator(text)
    return text if is_plain or _IS_QUOTED.fullmatch(text) else in_quotes(text)


def _value(text: str) -> str:
    return text if _IS_QUOTED.fullmatch(text) else quoted(text)
