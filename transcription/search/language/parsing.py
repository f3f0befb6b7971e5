"""What a person typed → the tree that is looked for.

From the loosest to the tightest: words beside each other, ``OR``, ``AND``, ``NOT``,
``NEAR``. ``last:month 退款 OR 退货`` is about either word of last month, and
``退款 AND 投诉 OR 退货`` is what logic makes of it.
"""

from collections.abc import Sequence
from datetime import date
from typing import Final, NoReturn

from transcription.search.folding import Phrase
from transcription.search.language.facts import Said, meaning
from transcription.search.language.joining import (
    Piece,
    is_said,
    one_of,
    together,
    without,
)
from transcription.search.language.moments import Value, length_ms
from transcription.search.language.names import near_time
from transcription.search.language.refusals import About, Code, NotUnderstood
from transcription.search.language.scanning import Kind, Token, tokens
from transcription.search.language.tree import All, Near, Node, Words

MAX_LENGTH: Final = 500
MAX_WORDS: Final = 20
MAX_FACTS: Final = 20
MAX_PHRASE: Final = 60
MAX_DEPTH: Final = 8


def parse(typed: str, today: date) -> Node:
    """The tree, or ``NotUnderstood``. ``today`` is what ``last:`` counts from."""
    if len(typed) > MAX_LENGTH:
        span = (MAX_LENGTH, len(typed))
        raise NotUnderstood(Code.TOO_LONG, span, About(most=MAX_LENGTH))
    found = list(tokens(typed))
    if not found:
        raise NotUnderstood(Code.EMPTY, (0, len(typed)))
    return _Parser(found, today).whole()


class _Parser:
    """Recursive descent: a method for each line of the grammar."""

    def __init__(self, found: Sequence[Token], today: date) -> None:
        self._tokens = found
        self._at = 0
        self._today = today
        self._depth = 0
        self._words = 0
        self._facts = 0

    def whole(self) -> Node:
        """Everything that was typed."""
        node = self._bracket()
        if left := self._next():
            raise NotUnderstood(Code.BRACKET_NOT_OPENED, left.span)
        return node

    def _next(self, *kinds: Kind) -> Token | None:
        """The token that comes, if it is of one of the kinds."""
        if self._at == len(self._tokens):
            return None
        token = self._tokens[self._at]
        return token if not kinds or token.kind in kinds else None

    def _take(self, *kinds: Kind) -> Token | None:
        token = self._next(*kinds)
        if token:
            self._at += 1
        return token

    def _bracket(self) -> Node:
        """All that stands beside each other, up to a closing bracket or the end."""
        pieces: list[Piece] = []
        while (token := self._next()) and token.kind is not Kind.CLOSE:
            pieces += self._alternatives()
        if not pieces and token:
            raise NotUnderstood(Code.BRACKET_NOT_OPENED, token.span)
        return together(pieces)

    def _alternatives(self) -> list[Piece]:
        """``a OR b``, or what ``AND`` joins when there is no ``OR``."""
        first = self._conjunction(None)
        if not self._next(Kind.OR):
            return first
        nodes = [together(first)]
        while operator := self._take(Kind.OR):
            nodes.append(together(self._conjunction(operator)))
        return [one_of(nodes)]

    def _conjunction(self, operator: Token | None) -> list[Piece]:
        pieces = [self._negated(operator)]
        while operator := self._take(Kind.AND):
            pieces.append(self._negated(operator))
        return pieces

    def _negated(self, operator: Token | None) -> Piece:
        is_negated = False
        while token := self._take(Kind.NOT):
            operator, is_negated = token, not is_negated
        is_operand = operator is not None and operator.kind is Kind.NOT
        piece = self._near(operator)
        if isinstance(piece, Said):
            if is_operand:
                about = About(piece.typed)
                raise NotUnderstood(Code.WHERE_NEGATED, piece.span, about)
            return piece
        return without(piece) if is_negated else piece

    def _near(self, operator: Token | None) -> Piece:
        begin = self._at
        left = self._single(operator)
        while operator := self._take(Kind.NEAR):
            within_ms = self._time_of(operator)
            left = self._said(left, begin)
            begin = self._at
            right = self._said(self._single(operator), begin)
            left = Near(left, right, within_ms)
        return left

    def _time_of(self, operator: Token) -> int:
        time = near_time(operator.text)
        if not time:
            about = About(operator.text)
            raise NotUnderstood(Code.NEAR_WITHOUT_TIME, operator.span, about)
        return length_ms(Value(time, operator.span))

    def _said(self, piece: Piece, begin: int) -> Node:
        """An operand of ``NEAR``, which began at that token."""
        if not isinstance(piece, Said) and is_said(piece):
            return piece
        first, last = self._tokens[begin], self._tokens[self._at - 1]
        if last.kind is Kind.NEAR:
            last = self._tokens[self._at - 2]
        span = (first.span[0], last.span[1])
        raise NotUnderstood(Code.NEAR_NEEDS_WORDS, span)

    def _single(self, operator: Token | None) -> Piece:
        """A word, a field or a bracket; ``operator`` is what asks for one."""
        token = self._take(Kind.WORD, Kind.FIELD, Kind.OPEN)
        if token is None:
            self._alone(operator)
        if token.kind is Kind.OPEN:
            return self._inner(token)
        if token.kind is Kind.WORD:
            self._count(token, token.phrases)
            return Words(token.phrases, token.span)
        piece = meaning(token, self._today)
        self._count_field(token, piece)
        return piece

    def _inner(self, opening: Token) -> Node:
        """What stands in a bracket that has just been opened."""
        if self._depth == MAX_DEPTH:
            raise NotUnderstood(Code.TOO_DEEP, opening.span, About(most=MAX_DEPTH))
        if closing := self._take(Kind.CLOSE):
            span = (opening.span[0], closing.span[1])
            raise NotUnderstood(Code.BRACKET_EMPTY, span)
        if self._next() is None:
            raise NotUnderstood(Code.BRACKET_NOT_CLOSED, opening.span)
        self._depth += 1
        node = self._bracket()
        self._depth -= 1
        if not self._take(Kind.CLOSE):
            raise NotUnderstood(Code.BRACKET_NOT_CLOSED, opening.span)
        return node

    def _alone(self, operator: Token | None) -> NoReturn:
        """Nothing stands where an operator needs something; the first one if both."""
        if operator and operator.kind is Kind.NEAR and self._next(Kind.NOT):
            raise NotUnderstood(Code.NEAR_NEEDS_WORDS, operator.span)
        alone = operator or self._tokens[self._at]
        raise NotUnderstood(Code.OPERATOR_ALONE, alone.span, About(alone.text))

    def _count(self, token: Token, phrases: Sequence[Phrase]) -> None:
        if any(len(phrase) > MAX_PHRASE for phrase in phrases):
            about = About(most=MAX_PHRASE)
            raise NotUnderstood(Code.PHRASE_TOO_LONG, token.span, about)
        self._words += len(phrases)
        if self._words > MAX_WORDS:
            raise NotUnderstood(Code.TOO_MANY_WORDS, token.span, About(most=MAX_WORDS))

    def _count_field(self, token: Token, piece: Piece) -> None:
        if isinstance(piece, Said):
            if piece.where.after:
                self._count(token, piece.where.after.phrases)
            return
        self._facts += len(piece.parts) if isinstance(piece, All) else 1
        if self._facts > MAX_FACTS:
            raise NotUnderstood(Code.TOO_MANY_FACTS, token.span, About(most=MAX_FACTS))
