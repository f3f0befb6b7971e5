"""From the pieces of a bracket to one node: the same tree for the same meaning.

Brackets that change nothing are taken away, what stands there twice once, and what
cannot be true of any call is refused.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from transcription.search.language.facts import Said
from transcription.search.language.names import WhereName
from transcription.search.language.refusals import About, Code, NotUnderstood
from transcription.search.language.tree import (
    ANYWHERE,
    All,
    Any,
    Fact,
    FactName,
    Near,
    Node,
    Span,
    Where,
    Without,
    Words,
)

Piece = Node | Said
_NOWHERE: Span = (0, 0)


def together(pieces: Sequence[Piece]) -> Node:
    """All pieces of a bracket, of which there is one at least."""
    said = [piece for piece in pieces if isinstance(piece, Said)]
    nodes = [piece for piece in pieces if not isinstance(piece, Said)]
    where = _where(said)
    parts = _once(_flat(nodes))
    _agree(parts)
    if said and not any(map(holds_words, parts)):
        about = About(said[0].typed)
        raise NotUnderstood(Code.WHERE_ALONE, said[0].span, about)
    if len(parts) > 1:
        return All(parts, where)
    (part,) = parts
    if where == ANYWHERE:
        return part
    if isinstance(part, Any) and part.where == ANYWHERE:
        return replace(part, where=where)
    return All(parts, where)


def one_of(nodes: Sequence[Node]) -> Node:
    """The alternatives."""
    flat = [
        part
        for node in nodes
        for part in (
            node.parts if isinstance(node, Any) and node.where == ANYWHERE else (node,)
        )
    ]
    parts = _once(flat)
    return parts[0] if len(parts) == 1 else Any(parts)


def without(node: Node) -> Node:
    """The contrary; the contrary of that is the node itself."""
    return node.part if isinstance(node, Without) else Without(node)


def holds_words(node: Node) -> bool:
    """Whether any words belong to it, be they wanted or not."""
    match node:
        case Words():
            return True
        case Fact():
            return False
        case All(parts) | Any(parts):
            return any(map(holds_words, parts))
        case Without(part):
            return holds_words(part)
        case Near():
            return True


def is_said(node: Node) -> bool:
    """Whether it is words and nothing else, so that it is said at some moment."""
    match node:
        case Words():
            return True
        case Fact() | Without():
            return False
        case All(parts) | Any(parts):
            return all(map(is_said, parts))
        case Near():
            return True


def bare(node: Node) -> Node:
    """The same without the places at which it was typed."""
    match node:
        case Words() | Fact():
            return replace(node, span=_NOWHERE)
        case All(parts, where):
            return All(tuple(map(bare, parts)), _bare_where(where))
        case Any(parts, where):
            return Any(tuple(map(bare, parts)), _bare_where(where))
        case Without(part):
            return Without(bare(part))
        case Near(left, right, within_ms):
            return Near(bare(left), bare(right), within_ms)


def _bare_where(where: Where) -> Where:
    if where.after is None:
        return where
    return replace(where, after=replace(where.after, span=_NOWHERE))


def _flat(nodes: Iterable[Node]) -> Iterator[Node]:
    for node in nodes:
        if isinstance(node, All) and node.where == ANYWHERE:
            yield from node.parts
        else:
            yield node


def _once(nodes: Iterable[Node]) -> tuple[Node, ...]:
    first: dict[Node, Node] = {}
    for node in nodes:
        first.setdefault(bare(node), node)
    return tuple(first.values())


def _where(said: Sequence[Said]) -> Where:
    """What the fields of one bracket say; the same twice is said once."""
    where = ANYWHERE
    before: dict[WhereName, Where] = {}
    for one in said:
        same = before.setdefault(one.name, one.where)
        if _bare_where(same) != _bare_where(one.where):
            raise NotUnderstood(Code.WHERE_TWICE, one.span, About(one.typed))
        where = Where(
            speaker=one.where.speaker or where.speaker,
            scope=one.where.scope or where.scope,
            first_ms=one.where.first_ms or where.first_ms,
            last_ms=one.where.last_ms or where.last_ms,
            after=one.where.after or where.after,
        )
    return where


def _agree(parts: Sequence[Node]) -> None:
    """Days and lengths between which no call lies are a slip."""
    facts = [part for part in parts if isinstance(part, Fact)]
    _in_order(facts, FactName.FROM, FactName.TO, Code.DAYS_REVERSED)
    _in_order(facts, FactName.LONGER, FactName.SHORTER, Code.LENGTHS_REVERSED)


def _in_order(facts: Sequence[Fact], low: FactName, high: FactName, code: Code) -> None:
    lows = [fact for fact in facts if fact.name is low]
    highs = [fact for fact in facts if fact.name is high]
    for one in lows:
        for other in highs:
            if _number(one) > _number(other):
                spans = sorted((one.span, other.span))
                raise NotUnderstood(code, (spans[0][0], spans[1][1]))


def _number(fact: Fact) -> int:
    if isinstance(fact.value, date):
        return fact.value.toordinal()
    return int(fact.value)
