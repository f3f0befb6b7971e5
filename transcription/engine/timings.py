"""Puts a model's timed tokens onto its text. Never invents a time, nor a place."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from transcription.engine.base import Word

_BROKEN = "\ufffd"  # part of a character that a byte-level tokenizer cut in pieces
_SPOKEN = re.compile(r"[^\W_]")
_LATIN = re.compile(r"[A-Za-z0-9'’\-.]+")


@dataclass(frozen=True, slots=True)
class Token:
    """What a model timed: a character, a word, or a piece of one."""

    text: str
    start_ms: int
    end_ms: int
    score: float | None = None


def offsets(text: str, pieces: Iterable[str]) -> list[int | None]:
    """Where the pieces, which follow the order of the text, begin in it; None for one
    that is not there. For words of which nobody has kept the place."""
    found: list[int | None] = []
    at = 0
    for piece in pieces:
        start = text.find(piece, at)
        found.append(None if start < 0 else start)
        at = max(at, start + len(piece))
    return found


@dataclass(slots=True)
class _Placed:
    start: int  # characters of the text
    end: int
    token: Token


def words_on(text: str, tokens: Iterable[Token], length_ms: int) -> tuple[Word, ...]:
    """The words of ``text`` with the times of ``tokens``, which must follow its order.

    Pieces of one Latin word become one word; punctuation has no time of its own. When
    the tokens are not the text's, all of it, there are no words: a wrong time is worse
    than none.
    """
    placed: list[_Placed] = []
    cursor, broken = 0, None
    folded = text.lower()
    for token in tokens:
        piece = token.text.replace("▁", " ").strip().lower()
        if not piece:
            continue
        if _BROKEN in piece:
            broken = _extended(broken, token)
            continue
        at = folded.find(piece, cursor)
        if at < 0:
            return ()
        if _SPOKEN.search(text, cursor, at):
            if broken is None:
                return ()
            placed.append(_Placed(cursor, at, broken))
        broken, cursor = None, at + len(piece)
        placed.append(_Placed(at, cursor, token))
    if _SPOKEN.search(text, cursor):
        if broken is None:
            return ()
        placed.append(_Placed(cursor, len(text), broken))
    return tuple(
        _word(text, part, length_ms)
        for part in _whole_words(text, placed)
        if _SPOKEN.search(text[part.start : part.end])
    )


def _word(text: str, part: _Placed, length_ms: int) -> Word:
    written = text[part.start : part.end]
    return Word(
        written.strip().rstrip(".-'’"),
        min(max(part.token.start_ms, 0), length_ms),
        min(max(part.token.end_ms, 0), length_ms),
        part.token.score,
        offset=part.start + len(written) - len(written.lstrip()),
    )


def _whole_words(text: str, placed: list[_Placed]) -> list[_Placed]:
    """Join neighbours that are pieces of one Latin word or number."""
    joined: list[_Placed] = []
    for part in placed:
        last = joined[-1] if joined else None
        if (
            last is not None
            and last.end == part.start
            and _LATIN.fullmatch(text[last.start : part.end])
        ):
            joined[-1] = _Placed(
                last.start, part.end, _extended(last.token, part.token)
            )
        else:
            joined.append(part)
    return joined


def _extended(first: Token | None, second: Token) -> Token:
    if first is None:
        return second
    scores = [s for s in (first.score, second.score) if s is not None]
    return Token(
        first.text + second.text,
        first.start_ms,
        second.end_ms,
        min(scores) if scores else None,
    )
