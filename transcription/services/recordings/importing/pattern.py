"""File names as a call recorder makes them: ``{agent}_{number}_{date}-{time}.wav``, or
with a recorder's own words and forms: ``{direction:out}_{time:%Y%m%d-%H%M%S}.wav``."""

import re
from collections.abc import Mapping
from datetime import datetime
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
# What a form of ``{date:…}`` or ``{time:…}`` is made of, as ``strptime`` reads it.
_DIRECTIVES: Final[Mapping[str, str]] = {
    **{"Y": r"\d{4}", "y": r"\d{2}", "m": r"\d{2}", "d": r"\d{2}"},
    **{"H": r"\d{2}", "M": r"\d{2}", "S": r"\d{2}"},
}
_DAYS: Final = (frozenset("Ymd"), frozenset("ymd"))
_TIMES: Final = (frozenset("HM"), frozenset("HMS"))
_FREE: Final = {Column.AGENT, Column.TITLE, Column.TAGS, _ANYTHING}
_MOST_FREE: Final = 3
_FIELD: Final = re.compile(r"\{([^{}]*)\}")


class NamePattern:
    """Reads what a file's name says. Raises ``Refused`` for a template that is none."""

    def __init__(self, template: str) -> None:
        pieces = _FIELD.split(template)
        literals = pieces[::2]
        named = [field.partition(":")[::2] for field in pieces[1::2]]
        fields = [name for name, _form in named]
        self._forms = {name: form for name, form in named if form}
        known = all(field in _PARTS for field in fields) and all(
            _is_form(name, form) for name, form in self._forms.items()
        )
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
        parts = [
            f"(?P<{name}>{_regex(name, form) if form else _PARTS[name]})"
            for name, form in named
        ]
        self._pattern = re.compile(
            "".join(
                parts[at // 2] if at % 2 else re.escape(piece)
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
            if form := self._forms.get(column):
                values[column] = _written(column, values[column], form)
            elif column in values:
                values[column] = _colons(column, values[column])
        return values


def _is_form(name: str, form: str) -> bool:
    """A date has a whole day and nothing else; a time its hour and minute, with a whole
    day or without one; a direction the recorder's words."""
    if name == Column.DIRECTION:
        return all(word.isalpha() for word in form.split("|"))
    letters = re.findall(r"%(.)", form)
    said = frozenset(letters)
    rest = re.sub(r"%[A-Za-z]", "", form)
    if set(rest) & set("%/\\") or len(said) != len(letters):
        return False
    if name == Column.DATE:
        return said in _DAYS
    day = said - frozenset("HMS")
    return name == Column.TIME and said - day in _TIMES and (not day or day in _DAYS)


def _regex(name: str, form: str) -> str:
    """The form's own signs as they are, with digits between them; or its words."""
    if name == Column.DIRECTION:
        return form
    pieces = re.split(r"%(.)", form)
    return "".join(
        _DIRECTIVES[piece] if at % 2 else re.escape(piece)
        for at, piece in enumerate(pieces)
    )


def _written(column: Column, text: str, form: str) -> str:
    """A moment of the recorder's form in the one that a list has; what is no moment
    stays, and is refused with the line."""
    try:
        found = datetime.strptime(text, form)
    except ValueError:
        return text
    if column is Column.DATE:
        return f"{found:%Y-%m-%d}"
    return f"{found:%Y-%m-%d %H:%M:%S}" if "%d" in form else f"{found:%H:%M:%S}"


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
        "sign between those that are free text, of which three may be in it. What "
        "{date} and {time} look like may be said: {time:%(form)s}, from %(signs)s; and "
        "the words of {direction}: {direction:in|out}."
    ) % {"form": "%Y%m%d-%H%M%S", "signs": "%Y %y %m %d %H %M %S"}
