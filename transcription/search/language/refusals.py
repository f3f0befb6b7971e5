"""Why a typed question was not understood, and where in it.

The sentences are translated: ``transcription.services.search.refusals`` has them.
"""

from dataclasses import dataclass
from enum import StrEnum

from transcription.search.language.tree import Span


class Code(StrEnum):
    """What is wrong with what was typed."""

    EMPTY = "query_empty"
    TOO_LONG = "query_too_long"
    TOO_MANY_WORDS = "query_too_many_terms"
    TOO_MANY_FACTS = "query_too_many_facts"
    PHRASE_TOO_LONG = "query_term_too_long"
    TOO_DEEP = "query_too_deep"
    QUOTE_NOT_CLOSED = "query_quote_not_closed"
    QUOTE_NOT_OPENED = "query_quote_not_opened"
    BRACKET_NOT_CLOSED = "query_bracket_not_closed"
    BRACKET_NOT_OPENED = "query_bracket_not_opened"
    BRACKET_EMPTY = "query_bracket_empty"
    OPERATOR_ALONE = "query_operator_alone"
    MINUS_APART = "query_minus_apart"
    NEAR_WITHOUT_TIME = "query_near_without_time"
    NEAR_NEEDS_WORDS = "query_near_needs_words"
    FIELD_UNKNOWN = "query_field_unknown"
    FIELD_WITHOUT_VALUE = "query_field_without_value"
    WHERE_ALONE = "query_where_alone"
    WHERE_NEGATED = "query_where_negated"
    WHERE_TWICE = "query_where_twice"
    NOT_A_CHOICE = "query_not_a_choice"
    NOT_A_DAY = "query_not_a_day"
    NOT_A_PERIOD = "query_not_a_period"
    NOT_A_LENGTH = "query_not_a_length"
    NOT_A_PART = "query_not_a_part"
    NO_SUCH_DAY = "query_no_such_day"
    LENGTH_OUT_OF_RANGE = "query_length_out_of_range"
    DAYS_REVERSED = "query_days_reversed"
    LENGTHS_REVERSED = "query_lengths_reversed"


@dataclass(frozen=True, slots=True)
class About:
    """What a sentence needs besides the code: ``word`` as it was typed, ``meant`` what
    may have been meant, ``choices`` what may stand there, ``most`` a limit."""

    word: str = ""
    meant: str = ""
    choices: tuple[str, ...] = ()
    most: int = 0


NOTHING = About()


class NotUnderstood(ValueError):
    """The question cannot be asked. ``span`` are the characters to mark."""

    def __init__(self, code: Code, span: Span, about: About = NOTHING) -> None:
        super().__init__(f"{code} {span} {about.word!r}")
        self.code = code
        self.span = span
        self.about = about
