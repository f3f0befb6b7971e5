"""A tree as text that gives the same tree again, and a typed text in its parts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import pairwise

from transcription.search.folding import JOINT
from transcription.search.language.facts import CHOICES
from transcription.search.language.names import WhereName, operator
from transcription.search.language.parsing import parse
from transcription.search.language.refusals import NotUnderstood
from transcription.search.language.scanning import CLOSERS, Kind, Token, tokens
from transcription.search.language.tree import (
    ANYWHERE,
    All,
    Any,
    Fact,
    FactName,
    Near,
    Node,
    Where,
    Without,
    Words,
)

_BINARY = frozenset((Kind.AND, Kind.OR, Kind.NEAR))
# What the folding put where people write something else.
_TYPED = str.maketrans({JOINT: " ", "·": ".", "∶": ":", "’": "'"})
_QUOTES = (('"', '"'), ("「", "」"), ("『", "』"))
_UNITS = (("h", 3_600_000), ("m", 60_000))


def write(node: Node) -> str:
    """The canonical text: English names, quotes only where they are needed. That of a
    text at its limits may be longer, or have more brackets, than can be typed."""
    match node:
        case All(parts, where):
            return " ".join((*_where(where), *map(_beside, parts)))
        case Any(parts, where):
            either = " OR ".join(map(_alternative, parts))
            if where == ANYWHERE:
                return either
            return " ".join((*_where(where), f"({either})"))
        case Near(left, right, within_ms):
            begin = write(left) if isinstance(left, Near) else _beside(left)
            return f"{begin} NEAR/{length(within_ms)} {_beside(right)}"
        case Without(part):
            return f"-{_beside(part)}"
        case Words():
            return _words(node)
        case Fact():
            return f"{node.name}:{_value(node)}"


@dataclass(frozen=True, slots=True)
class Chip:
    """A part of what was typed, as it was typed, and the question without it: empty
    when nothing would be left to ask."""

    text: str
    without: str


@lru_cache(maxsize=64)
def chips(typed: str, today: date) -> tuple[Chip, ...]:
    """The parts that all have to hold, or ``NotUnderstood``. Each facet of a page asks
    again."""
    parse(typed, today)
    parts = [_Part(typed, group) for group in _groups(list(tokens(typed)))]
    return tuple(
        Chip(part.text, _rest([other for other in parts if other is not part], today))
        for part in parts
    )


def length(ms: int) -> str:
    """``1m30s``."""
    written = ""
    for unit, size in _UNITS:
        if ms >= size:
            written += f"{ms // size}{unit}"
            ms %= size
    if ms or not written:
        written += f"{ms / 1000:g}s"
    return written


def quoted(text: str) -> str:
    """The text as one value, in quotes unless it can stand alone."""
    is_plain = text.replace("-", "").replace("_", "").isalnum()
    return text if is_plain else in_quotes(text)


def in_quotes(text: str) -> str:
    """In quotes of which it has none itself."""
    for opening, closing in _QUOTES:
        if not set(CLOSERS[opening]) & set(text):
            return f"{opening}{text}{closing}"
    plain = "".join(" " if char in CLOSERS['"'] else char for char in text)
    return f'"{plain}"'


class _Part:
    """Pieces that belong together."""

    def __init__(self, typed: str, pieces: Sequence[Token]) -> None:
        self.text = typed[pieces[0].span[0] : pieces[-1].span[1]]
        self.is_where = len(pieces) == 1 and isinstance(pieces[0].field, WhereName)


def _groups(pieces: Sequence[Token]) -> Iterator[list[Token]]:
    """What stands side by side outside of all brackets; ``AND`` is left out where no
    ``OR`` is beside it."""
    group: list[Token] = []
    depth = 0
    for token in pieces:
        if group and not depth and not _continues(group[-1], token):
            yield from _parted(group)
            group = []
        depth += (token.kind is Kind.OPEN) - (token.kind is Kind.CLOSE)
        group.append(token)
    yield from _parted(group)


def _continues(before: Token, token: Token) -> bool:
    return token.kind in _BINARY or before.kind in _BINARY or before.kind is Kind.NOT


def _parted(group: list[Token]) -> Iterator[list[Token]]:
    depth = 0
    cuts = [-1]
    for at, token in enumerate(group):
        depth += (token.kind is Kind.OPEN) - (token.kind is Kind.CLOSE)
        if not depth and token.kind is Kind.OR:
            yield group
            return
        if not depth and token.kind is Kind.AND:
            cuts.append(at)
    for cut, following in pairwise((*cuts, len(group))):
        yield group[cut + 1 : following]


def _rest(parts: Sequence[_Part], today: date) -> str:
    """The question of these parts; where words are said goes with the last of them."""
    text = " ".join(part.text for part in parts)
    try:
        parse(text, today)
    except NotUnderstood:
        return " ".join(part.text for part in parts if not part.is_where)
    return text


def _beside(node: Node) -> str:
    match node:
        case Words() | Fact() | Without():
            return write(node)
        case All() | Any() | Near():
            return f"({write(node)})"


def _alternative(node: Node) -> str:
    """One of those between ``OR``, which is looser than ``AND``."""
    if isinstance(node, All):
        return " AND ".join((*_where(node.where), *map(_beside, node.parts)))
    return write(node) if isinstance(node, Near) else _beside(node)


def _words(words: Words) -> str:
    text = "；".join(words.phrases).translate(_TYPED)
    return text if text.isalnum() and not operator(text) else f'"{text}"'


def _value(fact: Fact) -> str:
    value = fact.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int):
        return length(value)
    if fact.name in CHOICES:
        return _chosen(fact.name, value)
    return quoted(value)


def _chosen(name: FactName | WhereName, machine: str) -> str:
    words = {machine: typed for machine, typed, *_more in CHOICES[name]}
    return words.get(machine, machine)


def _where(where: Where) -> Iterator[str]:
    if where.speaker:
        yield f"{WhereName.SPEAKER}:{quoted(where.speaker)}"
    if where.first_ms:
        yield f"{WhereName.WITHIN}:first{length(where.first_ms)}"
    if where.last_ms:
        yield f"{WhereName.WITHIN}:last{length(where.last_ms)}"
    if where.after:
        yield f"{WhereName.AFTER}:{_words(where.after)}"
    if where.scope:
        yield f"{WhereName.SCOPE}:{where.scope}"
