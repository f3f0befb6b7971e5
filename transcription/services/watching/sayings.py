"""Sentences for people whose language nobody knows: whoever opens a folder."""

from collections.abc import Callable
from functools import partial

from django.conf import settings
from django.utils import translation

from accounts.services.refusal import Refused

Reason = Callable[[], str]


class Held(Exception):
    """Nothing is wrong with the file: it waits where it lies. ``reason`` says for what,
    in the language that is active when it is called."""

    def __init__(self, reason: Reason) -> None:
        super().__init__()
        self.reason = reason


def in_each_language(reason: Reason) -> dict[str, str]:
    """The sentence by language, in the order of the portal's."""
    said = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            said[code] = reason()
    return said


def refusal_of(do: Callable[[], object]) -> Reason:
    """What a refusal of this says, which is to be the same each time."""
    return partial(_sentence_of, do)


def _sentence_of(do: Callable[[], object]) -> str:
    try:
        do()
    except Refused as refused:
        return refused.sentence
    return ""
