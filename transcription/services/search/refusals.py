"""What a person is told when a question was not understood."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from accounts.services.refusal import Refused
from transcription.search.language.refusals import Code, NotUnderstood
from transcription.search.language.tree import Span


class QuestionRefused(Refused):
    """``span`` are the characters of what was typed that are to be marked, ``meant`` is
    what was probably meant in their place, if anything."""

    def __init__(self, code: str, sentence: str, span: Span, meant: str = "") -> None:
        super().__init__(code, sentence)
        self.span = span
        self.meant = meant


def refused(reason: NotUnderstood) -> QuestionRefused:
    """The refusal with its sentence, in the language of whoever asked."""
    about = reason.about
    sentence = str(SENTENCES[reason.code]) % {
        "word": about.word,
        "meant": about.meant,
        "choices": pgettext("between choices", ", ").join(about.choices),
        "count": about.most,
    }
    meant = f"{about.meant}:" if about.meant else ""
    return QuestionRefused(reason.code, sentence, reason.span, meant)


SENTENCES: Final[dict[Code, Promise | str]] = {
    Code.EMPTY: _("Type at least one character, letter or digit to look for."),
    Code.TOO_LONG: _("A search has at most %(count)d characters."),
    Code.TOO_MANY_WORDS: _("A search has at most %(count)d words or phrases."),
    Code.TOO_MANY_FACTS: _(
        "A search has at most %(count)d conditions such as tag: or from:."
    ),
    Code.PHRASE_TOO_LONG: _("A phrase has at most %(count)d characters."),
    Code.TOO_DEEP: _("There are more than %(count)d brackets inside each other."),
    Code.QUOTE_NOT_CLOSED: _(
        "This quotation mark has no second one. Add it behind the words."
    ),
    Code.QUOTE_NOT_OPENED: _("This quotation mark has no first one before the words."),
    Code.BRACKET_NOT_CLOSED: _("This bracket is not closed."),
    Code.BRACKET_NOT_OPENED: _("This bracket closes one that was never opened."),
    Code.BRACKET_EMPTY: _("There are no words in these brackets."),
    Code.OPERATOR_ALONE: _(
        "A word is missing beside “%(word)s”. To look for “%(word)s” itself, put it in "
        "quotation marks."
    ),
    Code.MINUS_APART: _(
        "A minus stands right before the word that must not be there, without a space. "
        "If you mean a dash, leave it out."
    ),
    Code.NEAR_WITHOUT_TIME: _(
        "Add how far apart the words may be, for example NEAR/20s."
    ),
    Code.NEAR_NEEDS_WORDS: _(
        "On both sides of NEAR there are words that are said: none with a minus, and "
        "no conditions such as tag:."
    ),
    Code.FIELD_UNKNOWN: _(
        "There is no “%(word)s:”. Did you mean “%(meant)s:”? To look for the text "
        "itself, put it in quotation marks."
    ),
    Code.FIELD_WITHOUT_VALUE: _(
        "Write what you look for right behind “%(word)s:”, without a space."
    ),
    Code.WHERE_ALONE: _(
        "“%(word)s:” says where words are said. Add the words that you look for."
    ),
    Code.WHERE_NEGATED: _(
        "Put “%(word)s:” in brackets behind the minus, together with the words that "
        "must not be said there."
    ),
    Code.WHERE_TWICE: _(
        "“%(word)s:” is there twice. Give each one brackets of its own, with its words."
    ),
    Code.NOT_A_CHOICE: _("“%(word)s” is not known here. Write one of: %(choices)s."),
    Code.NOT_A_DAY: _(
        "“%(word)s” is not a date. Write it like 2024-03-01, 2024-03 or 2024."
    ),
    Code.NOT_A_PERIOD: _(
        "“%(word)s” is not a period. Write it like 7d, week, month or today."
    ),
    Code.NOT_A_LENGTH: _(
        "“%(word)s” is not a length of time. Write it like 30s, 5m or 1h."
    ),
    Code.NOT_A_PART: _(
        "“%(word)s” is not a part of a call. Write it like first30s or last1m."
    ),
    Code.NO_SUCH_DAY: _("“%(word)s” is not in the calendar."),
    Code.LENGTH_OUT_OF_RANGE: _(
        "“%(word)s” is too short or too long: more than 0 seconds, at most %(count)d "
        "hours."
    ),
    Code.DAYS_REVERSED: _("The first day is after the last one. Swap them."),
    Code.LENGTHS_REVERSED: _(
        "No call can be longer than the one and shorter than the other."
    ),
}
