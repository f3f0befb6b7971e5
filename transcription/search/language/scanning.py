"""What was typed, in pieces: words, quoted words, operators, brackets, fields.

Each piece knows where it stands. What holds neither letter nor digit is left out.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from transcription.search.folding import Phrase, phrases_of
from transcription.search.language.names import (
    FIELDS,
    FieldName,
    key,
    operator,
    similar,
)
from transcription.search.language.refusals import About, Code, NotUnderstood
from transcription.search.language.tree import Span

_ROUND = '"“”„‟＂'
CLOSERS = {
    **dict.fromkeys(_ROUND, _ROUND),
    **dict.fromkeys("「｢", "」｣"),
    **dict.fromkeys("『", "』"),
}
QUOTES = "".join(CLOSERS) + "」｣』"
_MARKS = "，、；。！？,;!?"
_INVISIBLE = "\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff"
_BARE = rf"[^\s()（）|｜{QUOTES}]"
_MINUS = "-－−﹣"
_DASHES = "–‐‑"  # a minus before a word, punctuation where they stand alone

_SPACE = re.compile(rf"[\s{_INVISIBLE}{_MARKS}]+")  # between pieces
_UNSAFE = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")  # no database takes them
_OR = re.compile("[|｜]+")
_PREFIX = re.compile(rf"[{_MINUS}{_DASHES}](?=[^\s)）|｜])")
_LONE_MINUS = re.compile(rf"[{_MINUS}](?![^\s)）|｜])")
_NAME = rf"([^\W\d_][^\W\d_{_INVISIBLE}]*[{_INVISIBLE}]*)"
_FIELD = re.compile(rf"{_NAME}(\s*)[:：﹕]")
# A word ends before what somebody means to be more than text, behind a mark.
_WORD = re.compile(rf"(?:(?!(?<=[{_MARKS}])[{_MINUS}][^\W\d]){_BARE})+")
_FIELD_INSIDE = re.compile(rf"(?<=[{_MARKS}]){_NAME}[:：﹕]")
_VALUE = re.compile(
    rf"(?:(?![{_MARKS}]){_BARE}|(?<=[A-Za-z0-9])[,;!?](?=[A-Za-z0-9]))+"
)


class Kind(StrEnum):
    """What a piece is."""

    WORD = "word"
    FIELD = "field"
    OPEN = "("
    CLOSE = ")"
    AND = "and"
    OR = "or"
    NOT = "not"
    NEAR = "near"


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of what was typed. A word has its ``phrases``; a field's ``text`` is its
    value, its ``name`` as it was typed."""

    kind: Kind
    span: Span
    text: str
    phrases: tuple[Phrase, ...] = ()
    field: FieldName | None = None
    name: str = ""
    value_span: Span = (0, 0)


def tokens(typed: str) -> Iterator[Token]:
    """The pieces in order, or ``NotUnderstood``."""
    text = _UNSAFE.sub(" ", typed)
    at = 0
    while at < len(text):
        if space := _SPACE.match(text, at):
            at = space.end()
            continue
        token = _token(text, at)
        at = token.span[1]
        if token.kind is not Kind.WORD or token.phrases:
            yield token


def _token(text: str, at: int) -> Token:
    char = text[at]
    if char in "(（":
        return Token(Kind.OPEN, (at, at + 1), char)
    if char in ")）":
        return Token(Kind.CLOSE, (at, at + 1), char)
    if char in QUOTES:
        inner, end = _quoted(text, at)
        return Token(Kind.WORD, (at, end), inner, phrases_of(inner))
    if found := _OR.match(text, at):
        return Token(Kind.OR, found.span(), found.group())
    if _PREFIX.match(text, at):
        return Token(Kind.NOT, (at, at + 1), char)
    if _LONE_MINUS.match(text, at):
        raise NotUnderstood(Code.MINUS_APART, (at, at + 1), About(char))
    return _field(text, at) or _bare(text, at)


def _quoted(text: str, at: int) -> tuple[str, int]:
    """What stands between the quotes, and where they end."""
    closers = CLOSERS.get(text[at])
    if closers is None:
        raise NotUnderstood(Code.QUOTE_NOT_OPENED, (at, at + 1), About(text[at]))
    for end in range(at + 1, len(text)):
        if text[end] in closers:
            return text[at + 1 : end], end + 1
    raise NotUnderstood(Code.QUOTE_NOT_CLOSED, (at, len(text)), About(text[at]))


def _bare(text: str, at: int) -> Token:
    found = _WORD.match(text, at)
    word = found.group() if found else text[at]
    for inside in _FIELD_INSIDE.finditer(word):
        if key(inside.group(1)) in FIELDS or similar(inside.group(1)):
            word = word[: inside.start()]
            break
    word = word.rstrip(_MARKS)
    span = (at, at + len(word))
    if kind := operator(word):
        return Token(Kind(kind), span, word)
    return Token(Kind.WORD, span, word, phrases_of(word))


def _field(text: str, at: int) -> Token | None:
    """The name before a colon with its value, if it is a name of ours."""
    found = _FIELD.match(text, at)
    if not found:
        return None
    name = found.group(1)
    field = FIELDS.get(key(name))
    if field is None:
        meant = "" if found.group(2) else similar(name)
        if meant:
            span = (at, found.end())
            raise NotUnderstood(Code.FIELD_UNKNOWN, span, About(name, meant))
        return None
    token = Token(Kind.FIELD, found.span(), "", field=field, name=name)
    return _with_value(text, token)


def _with_value(text: str, token: Token) -> Token:
    start = token.span[1]
    if start < len(text) and text[start] in CLOSERS:
        value, end = _quoted(text, start)
    else:
        found = _VALUE.match(text, start)
        value, end = (found.group(), found.end()) if found else ("", start)
    if not value.strip():
        span = (token.span[0], end)
        raise NotUnderstood(Code.FIELD_WITHOUT_VALUE, span, About(token.name))
    span, value_span = (token.span[0], end), (start, end)
    return replace(token, span=span, text=value.strip(), value_span=value_span)
