"""What stands in a cell of a table of hits, whichever file it becomes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from transcription.search.highlight import Part


@dataclass(frozen=True, slots=True)
class Length:
    """How long something is, or how far into a call."""

    ms: int

    def __str__(self) -> str:
        minutes, seconds = divmod(self.ms // 1000, 60)
        hours, minutes = divmod(minutes, 60)
        return f"{hours}:{minutes:02}:{seconds:02}"


@dataclass(frozen=True, slots=True)
class Marked:
    """A sentence, with what was found in it."""

    parts: Sequence[Part]

    def __str__(self) -> str:
        return "".join(text for text, _is_hit in self.parts)


@dataclass(frozen=True, slots=True)
class Link:
    """An address of this portal."""

    url: str

    def __str__(self) -> str:
        return self.url


Cell = str | int | float | datetime | Length | Marked | Link | None


@dataclass(frozen=True, slots=True)
class Heading:
    """What the table and its description are called, and its columns with the width
    that each wants, in characters."""

    table: str
    about: str
    columns: Sequence[tuple[str, int]]


class Table(Protocol):
    """A table that is being written, row by row."""

    def row(self, cells: Sequence[Cell]) -> None:
        """One more row."""

    def end(self, about: Sequence[tuple[str, Cell]], note: str) -> None:
        """What the table is, where the file has room for it, and a note that is for
        everybody who reads it to the end."""
