"""New transcripts are told to the saved searches: after they are stored, once each.

``await_matching`` writes a line with the transcript; the worker looks for such lines
when its run has ended, the janitor every few seconds. A line goes in the transaction
that writes the hits, so a process may die anywhere.
"""

import logging
import time
from typing import Final

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from transcription.models.recordings import Recording
from transcription.models.saved_searches import (
    SavedSearch,
    SavedSearchHit,
    UnmatchedRecording,
)
from transcription.services.notices.writing import tell_search_answered
from transcription.services.saved_searches.matching import searches_answered
from transcription.services.saved_searches.questions import ReadQuestion

logger = logging.getLogger(__name__)

TRIES: Final = 5


def await_matching(recording: Recording) -> None:
    """A transcript came. Part of the transaction that stores it; nothing where nobody
    has saved a search."""
    here = SavedSearch.objects.kept().filter(department=recording.department_id)
    if here.exists():
        UnmatchedRecording.objects.create(recording=recording)


def match_waiting(read: ReadQuestion, *, limit: int, seconds: float) -> int:
    """At most so many recordings, and for about so long; those in the trash wait for
    being brought back. Never raises for one of them. Returns how many were done."""
    until = time.monotonic() + seconds
    waiting = UnmatchedRecording.objects.filter(recording__deleted_at=None)
    done = 0
    for line in waiting.order_by("tries", "pk")[:limit]:
        if time.monotonic() > until:
            break
        done += _try(line, read)
    return done


def _try(line: UnmatchedRecording, read: ReadQuestion) -> bool:
    same = UnmatchedRecording.objects.filter(pk=line.pk)
    if line.tries >= TRIES:
        same.delete()
        logger.error(
            "Recording %d could not be told to the saved searches.", line.recording_id
        )
        return False
    if not same.filter(tries=line.tries).update(tries=F("tries") + 1):
        return False  # somebody else is at it
    try:
        return _match(line, read)
    except Exception:  # it is tried again, and stops no other
        logger.exception("Recording %d was not matched.", line.recording_id)
        return False


def _match(line: UnmatchedRecording, read: ReadQuestion) -> bool:
    kept = Recording.objects.kept().filter(pk=line.recording_id).defer("waveform")
    recording = kept.select_related("department", "agent_member__user").first()
    if recording is None:
        return False
    answered = searches_answered(recording, read)
    with transaction.atomic():
        deleted, _per_model = UnmatchedRecording.objects.filter(pk=line.pk).delete()
        if not deleted:
            return False
        if answered:
            _note_hits(recording, answered)
    return True


def _note_hits(recording: Recording, answered: list[int]) -> None:
    """Once for a search and a recording: searches are locked in one order, so that two
    transcripts of a recording are not both the first."""
    locked = SavedSearch.objects.live().select_for_update(of=("self",))
    searches = list(locked.filter(pk__in=answered).order_by("pk"))
    before = set(
        SavedSearchHit.objects.filter(
            recording=recording, search__in=searches
        ).values_list("search", flat=True)
    )
    now = timezone.now()
    new = [search for search in searches if search.pk not in before]
    SavedSearchHit.objects.bulk_create(
        SavedSearchHit(search=search, recording=recording, found_at=now)
        for search in new
    )
    tell_search_answered(new, recording, now)
