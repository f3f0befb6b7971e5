"""In which order the archive's rows stand."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

from django.db.models import F
from django.db.models.expressions import Combinable

from transcription.models.recordings import (
    AGENT_KEY,
    HAPPENED_AT,
    LENGTH_KEY,
    Recording,
)

Value = datetime | int | str


class Sort(StrEnum):
    """A column by which the rows can be sorted."""

    CALL = "call"  # the call, else the upload
    UPLOAD = "upload"
    LENGTH = "length"
    TITLE = "title"
    AGENT = "agent"


# Every one has an index that ends in the id, which decides between equal rows.
KEYS: Final[dict[Sort, Combinable]] = {
    Sort.CALL: HAPPENED_AT,
    Sort.UPLOAD: F("created_at"),
    Sort.LENGTH: LENGTH_KEY,
    Sort.TITLE: F("title"),
    Sort.AGENT: AGENT_KEY,
}
# What a first click on a column shows on top: what is new, what is long, what begins
# with A.
_DESCENDS: Final = frozenset({Sort.CALL, Sort.UPLOAD, Sort.LENGTH})
_TIMES: Final = frozenset({Sort.CALL, Sort.UPLOAD})


@dataclass(frozen=True, slots=True)
class Order:
    """A column and a direction; ``-call`` in an address is the newest call first."""

    sort: Sort = Sort.UPLOAD
    is_descending: bool = True

    def __str__(self) -> str:
        return f"{'-' if self.is_descending else ''}{self.sort}"

    @property
    def key(self) -> Combinable:
        return KEYS[self.sort]

    def after_click(self, sort: Sort) -> "Order":
        """Once more on the same column turns it round."""
        if sort is self.sort:
            return Order(sort, not self.is_descending)
        return Order(sort, sort in _DESCENDS)

    def stored(self, value: Value) -> str | int:
        """A row's key as a cursor carries it."""
        return (
            value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value
        )

    def read(self, stored: object) -> Value:
        """The key of a cursor. Raises ``ValueError`` where it makes no sense."""
        if self.sort is Sort.LENGTH:
            if isinstance(stored, int) and 0 <= stored < 2**63:
                return stored
        elif isinstance(stored, str) and "\x00" not in stored:
            stored.encode()  # a lone surrogate is no text
            return _moment(stored) if self.sort in _TIMES else stored
        raise ValueError(stored)


DEFAULT: Final = Order()


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None or not 1900 <= moment.year <= 3000:
        raise ValueError(text)
    return moment


def order_of(word: str) -> Order:
    """What an address asks for; the newest uploads where that makes no sense."""
    name = word.removeprefix("-")
    if name not in set(Sort):
        return DEFAULT
    return Order(Sort(name), word.startswith("-"))


def key_of(recording: Recording) -> Value:
    """The value by which the row stands where it does, as ``page_of`` annotates it."""
    value: Value = recording.sort_key  # type: ignore[attr-defined]
    return value
