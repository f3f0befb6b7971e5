"""What is looked for: a tree of words, facts about recordings, and how they combine.

A call answers the tree or does not. ``Words`` hold somewhere in a call, a ``Fact`` is
true of its recording; ``All``, ``Any`` and ``Without`` combine them; ``Near`` wants two
things within some seconds of each other. What a bracket says of *where* its words are
said (by whom, in which part of the call, in one sentence) stands in its ``Where``, and
holds for the words of the bracket unless an inner one says otherwise.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from transcription.search.folding import Phrase

Span = tuple[int, int]  # characters of what was typed: where a message points to


class Scope(StrEnum):
    """Where all words of a bracket have to stand together."""

    CALL = "call"
    TURN = "turn"
    SENTENCE = "sentence"


class FactName(StrEnum):
    """What may be asked of a recording."""

    AGENT = "agent"
    DIRECTION = "direction"
    FROM = "from"
    LANGUAGE = "language"
    LONGER = "longer"
    NUMBER = "number"
    SHORTER = "shorter"
    STATUS = "status"
    TAG = "tag"
    TITLE = "title"
    TO = "to"
    UPLOADER = "uploader"


@dataclass(frozen=True, slots=True)
class Words:
    """Words in a row. Each phrase of ``phrases`` has to be there: one, unless marks
    stand between them. ``others`` are other ways to write the same, any of which will
    do: a figure as it is spoken. So will ``aliases``, what else a department calls it,
    and ``by_sound`` what sounds like ``phrases``."""

    phrases: tuple[Phrase, ...]
    span: Span
    others: tuple[tuple[Phrase, ...], ...] = ()
    aliases: tuple[tuple[Phrase, ...], ...] = ()
    by_sound: bool = False

    @property
    def ways(self) -> tuple[tuple[Phrase, ...], ...]:
        """All ways to write it, what was typed first."""
        return (self.phrases, *self.others, *self.aliases)


@dataclass(frozen=True, slots=True)
class Fact:
    """Something of a recording: text to be found, a day, milliseconds, or a choice's
    machine word."""

    name: FactName
    value: str | date | int
    span: Span


@dataclass(frozen=True, slots=True)
class Where:
    """Where the words of a bracket are said. ``first_ms`` and ``last_ms`` are the
    beginning and the end of the call, ``after`` what is said before them."""

    speaker: str = ""
    scope: Scope | None = None
    first_ms: int | None = None
    last_ms: int | None = None
    after: Words | None = None

    @property
    def is_open(self) -> bool:
        """Whether it says nothing, or that the words are somewhere in the call."""
        return self in (ANYWHERE, _IN_THE_CALL)


ANYWHERE = Where()
_IN_THE_CALL = Where(scope=Scope.CALL)


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds."""

    parts: tuple["Node", ...]
    where: Where = ANYWHERE


@dataclass(frozen=True, slots=True)
class Any:
    """At least one part holds."""

    parts: tuple["Node", ...]
    where: Where = ANYWHERE


@dataclass(frozen=True, slots=True)
class Without:
    """The part does not hold."""

    part: "Node"


@dataclass(frozen=True, slots=True)
class Near:
    """Both are said, at most ``within_ms`` apart."""

    left: "Node"
    right: "Node"
    within_ms: int


Node = Words | Fact | All | Any | Without | Near


def words_of(node: Node) -> Iterator[Words]:
    """The words that a call is found by, in the order in which they were typed: none
    of those that must not be there."""
    match node:
        case Words():
            yield node
        case All(parts) | Any(parts):
            for part in parts:
                yield from words_of(part)
        case Near(left, right):
            yield from words_of(left)
            yield from words_of(right)
        case Fact() | Without():
            return
