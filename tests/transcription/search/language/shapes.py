"""Trees in one line, for tables: ``(& {speaker=客户} 退款 (- 投诉))``."""

from datetime import date

from transcription.search.language.parsing import parse
from transcription.search.language.refusals import NotUnderstood
from transcription.search.language.tree import (
    All,
    Any,
    Fact,
    Near,
    Node,
    Where,
    Without,
    Words,
)

TODAY = date(2026, 11, 30)  # a Monday


def read(typed: str) -> str:
    """What is understood, or the code and the characters that are marked."""
    try:
        return shape(parse(typed, TODAY))
    except NotUnderstood as refusal:
        start, end = refusal.span
        code = refusal.code.removeprefix("query_")
        return f"{code} [{typed[start:end]}]"


def shape(node: Node) -> str:
    match node:
        case Words(phrases):
            return "+".join(phrases)
        case Fact(name, value):
            return f"{name}={value}"
        case All(parts, where):
            return f"(& {_where(where)}{' '.join(map(shape, parts))})"
        case Any(parts, where):
            return f"(| {_where(where)}{' '.join(map(shape, parts))})"
        case Without(part):
            return f"(- {shape(part)})"
        case Near(left, right, within_ms):
            return f"(~{within_ms} {shape(left)} {shape(right)})"


def _where(where: Where) -> str:
    said = {
        "speaker": where.speaker,
        "scope": where.scope,
        "first": where.first_ms,
        "last": where.last_ms,
        "after": shape(where.after) if where.after else None,
    }
    written = " ".join(f"{name}={value}" for name, value in said.items() if value)
    return f"{{{written}}} " if written else ""
