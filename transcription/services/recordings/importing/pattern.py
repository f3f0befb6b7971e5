"""File names as a call recorder makes them: ``{agent}_{number}_{date}-{time}.wav``."""

import re
from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext as _

from accounts.services.refusal import Refused
from transcription.services.recordings.importing.columns import Column

PATTERN_MAX: Final = 200
_ANYTHING: Final = "any"
# No part can be matched in two ways of which one leads nowhere for long: each is of a
# bounded length, and two that take any character must be apart.
_PARTS: Final[Mapping[str, str]] = {
    Column.DATE: r"\d{4}[-.年]?\d{2}[-.月]?\d{2}日?",
    Column.TIME: r"\d{2}[-:.时]?\d{2}(?:[-:.分]?\d{2}秒?)?",
    Column.NUMBER: r"[\d+*#]{1,32}",
    Column.DIRECTION: r"[^\W\d_]{1,10}",
    Column.AGENT: r"[^/]{1,64}?",
    Column.TITLE: r"[^/]{1,200}?",
    Column.TAGS: r"[^/]{1,200}?",
    _ANYTHING: r"[^/]{1,200}?",
}
_FREE: Final = {Column.AGENT, Column.TITLE, Column.TAGS, _ANYTHING}
_MOST_FREE: Final = 3
_FIELD: Final = re.compile(r"\{([^{}]*)\}")


class NamePattern:
    """Reads what a file's name says. Raises ``Refused`` for a template that is none."""

    def __init__(self, template: str) -> None:
        pieces = _FIELD.split(template)
        fields, literals = pieces[1::2], pieces[::2]
        known = all(field in _PARTS for field in fields)
        once = len(set(fields)) == len(fields)
        free = [field in _FREE for field in fields]
        is_apart = not any(
            first and second and not between
            for first, second, between in zip(
                free, free[1:], literals[1:-1], strict=False
            )
        )
        if (
            not fields
            or len(template) > PATTERN_MAX
            or not (known and once and is_apart and sum(free) <= _MOST_FREE)
            or any(sign in literal for literal in literals for sign in "{}/\\")
        ):
            raise Refused("pattern_wrong", _wrong())
        self._pattern = re.compile(
            "".join(
                f"(?P<{piece}>{_PARTS[piece]})" if at % 2 else re.escape(piece)
                for at, piece in enumerate(pieces)
            ),
            re.IGNORECASE,
        )

    def read(self, name: str) -> dict[Column, str] | None:
        """The values of a file's own name; None where it does not fit."""
        match = self._pattern.fullmatch(name[:255])
        if match is None:
            return None
        found = match.groupdict()
        found.pop(_ANYTHING, None)
        values = {Column(name): value for name, value in found.items()}
        for column in (Column.DATE, Column.TIME):
            if column in values:
                values[column] = _colons(column, values[column])
        return values


def _colons(column: Column, text: str) -> str:
    """A day or a time in the form that a list has."""
    digits = re.sub(r"\D", "", text)
    if column is Column.DATE:
        return f"{digits[:4]}-{digits[4:6]}-{digits[6:]}"
    return ":".join(digits[at : at + 2] for at in range(0, len(digits), 2))


def _wrong() -> str:
    return _(
        "The pattern is not understood. Write it like "
        "{agent}_{number}_{date}-{time}_{direction}.wav, from {agent}, {number}, "
        "{date}, {time}, {direction}, {title}, {tags} and {any}, each once, with a "
        "sign between those that are free text, of which three may be in it."
    )
