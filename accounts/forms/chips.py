"""Filters that are set, each of which a click takes away."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is set: its field, and what it says."""

    name: str
    label: str
    text: str
