"""Searches that tests save, and recordings that come afterwards."""

from collections.abc import Sequence

from accounts.models.departments import Department
from accounts.models.people import User
from accounts.services.audit.writing import Origin
from tests.factories import make_recording, make_transcript
from tests.people import membership
from transcription.forms.saved_searches import question_of
from transcription.models.recordings import Recording
from transcription.models.saved_searches import SavedSearch, SavedSearchHit
from transcription.services.saved_searches.keeping import save_search
from transcription.services.saved_searches.waiting import (
    await_matching,
    match_waiting,
)
from transcription.services.search.index import index_transcript


def save(
    person: User,
    typed: str,
    *,
    name: str = "",
    filters: str = "",
    is_shared: bool = False,
    alerts: bool = False,
) -> SavedSearch:
    return save_search(
        membership=membership(person),
        origin=Origin(user=person),
        name=name or typed,
        question=f"q={typed}{filters}",
        is_shared=is_shared,
        alerts=alerts,
        read=question_of,
    )


def arrive(department: Department, texts: Sequence[str], **over: object) -> Recording:
    """A recording whose transcript has just been stored."""
    recording = make_recording(department, **{"title": "来电", **over})  # type: ignore[arg-type]
    index_transcript(make_transcript(recording, texts))
    await_matching(recording)
    return recording


def match() -> int:
    """What the worker or the janitor does then."""
    return match_waiting(question_of, limit=500, seconds=60)


def hits(search: SavedSearch) -> list[str]:
    """The titles of what was found."""
    found = SavedSearchHit.objects.filter(search=search).order_by("pk")
    return [hit.recording.title for hit in found]
