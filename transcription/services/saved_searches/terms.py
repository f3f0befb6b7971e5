"""The terms by which new recordings find the searches that they may answer."""

import logging
from datetime import timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from accounts.services.refusal import Refused
from transcription.models.saved_searches import SavedSearch, SavedSearchTerm
from transcription.search.covers import Cover
from transcription.services.saved_searches.questions import (
    ReadQuestion,
    covers_of_question,
    reader_of,
)

logger = logging.getLogger(__name__)

Covers = tuple[Cover, ...]

# Aliases of the department are published, a new version reads questions otherwise.
RENEWED_AFTER: Final = timedelta(hours=1)


def write_terms(search: SavedSearch, covers: Covers) -> None:
    """In the place of those that it had. Part of the caller's transaction."""
    search.terms.all().delete()
    SavedSearchTerm.objects.bulk_create(
        SavedSearchTerm(
            department_id=search.department_id, search=search, cover=number, term=term
        )
        for number, term in sorted(_lines(covers))
    )
    SavedSearch.objects.filter(pk=search.pk).update(
        covers=len(covers), is_always_read=not covers, terms_at=timezone.now()
    )


def _lines(covers: Covers) -> set[tuple[int, str]]:
    return {(number, term) for number, cover in enumerate(covers) for term in cover}


def renew_terms(read: ReadQuestion, limit: int) -> int:
    """The janitor's duty: those that were written longest ago. What cannot be asked
    any more keeps what it has. Returns how many were looked at."""
    oldest = timezone.now() - RENEWED_AFTER
    due = SavedSearch.objects.kept().filter(terms_at__lt=oldest).order_by("terms_at")
    found = list(due.select_related("department")[:limit])
    for search in found:
        _renew(search, read)
    return len(found)


def _renew(search: SavedSearch, read: ReadQuestion) -> None:
    same = SavedSearch.objects.filter(pk=search.pk, question=search.question)
    try:
        question = read(search.question, reader_of(search.department))
    except Refused:
        same.update(terms_at=timezone.now())
        return
    covers = covers_of_question(question)
    there = set(search.terms.values_list("cover", "term"))
    with transaction.atomic():
        if same.update(terms_at=timezone.now()) and there != _lines(covers):
            write_terms(search, covers)
