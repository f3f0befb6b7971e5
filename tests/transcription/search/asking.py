"""Asking as somebody does, and what the answer looks like."""

from typing import Any

from accounts.models.people import User
from accounts.services.audit.writing import SYSTEM
from tests.people import membership
from transcription.services.search.filters import RecordingFilters
from transcription.services.search.searching import SearchPage, search_segments


def found_by(user: User, query: str, **filters: Any) -> SearchPage:
    return search_segments(
        membership=membership(user),
        origin=SYSTEM,
        query=query,
        filters=RecordingFilters(**filters),
    )


def mark(parts: list[tuple[str, int]]) -> str:
    """The text with its [hits]."""
    return "".join(f"[{text}]" if is_hit else text for text, is_hit in parts)


def shown(page: SearchPage) -> list[str]:
    """Each hit as text with [hits], its lead before ``/``, raw words after ``|``."""
    lines = []
    for group in page.groups:
        for hit in group.hits:
            lead = f"{mark(hit.lead)}/" if hit.lead else ""
            raw = f"|{mark(hit.raw_parts)}" if hit.raw_parts else ""
            lines.append(f"{lead}{mark(hit.parts)}{raw}")
    return lines
