"""Which saved searches a recording answers, without asking it all of them."""

import json
from collections.abc import Iterator
from typing import Final

from django.db import connection
from django.db.models import Count, F, QuerySet
from django.db.models.expressions import RawSQL

from accounts.services.refusal import Refused
from transcription.models.recordings import Recording
from transcription.models.saved_searches import SavedSearch, SavedSearchTerm
from transcription.search.backends.base import documents
from transcription.search.covers import terms_of
from transcription.search.documents import Document
from transcription.services.saved_searches.questions import (
    PageQuestion,
    ReadQuestion,
    reader_of,
)
from transcription.services.search.filters import RecordingFilters, narrowed
from transcription.services.search.finding import is_answer

# The terms of a recording are thousands: one value of the query.
_EACH: Final = {
    "sqlite": "SELECT value FROM json_each(%s)",
    "postgresql": "SELECT jsonb_array_elements_text(%s::jsonb)",
}


def searches_answered(recording: Recording, read: ReadQuestion) -> list[int]:
    """The ids of the live searches of its department that the recording answers now.
    One without a document in the index answers none."""
    with connection.cursor() as sql:
        document = documents(sql, [recording.pk]).get(recording.pk)
    if document is None:
        return []
    nobody = reader_of(recording.department)
    answered = []
    for search in candidates(recording, document):
        try:
            question = read(search.question, nobody)
        except Refused:  # of a tag that is gone: its page says so
            continue
        if _answers(recording, document, question):
            answered.append(search.pk)
    return answered


def candidates(recording: Recording, document: Document) -> QuerySet[SavedSearch]:
    """Those of which the recording holds something of each cover, and the few that
    have none."""
    terms = list(_terms(recording, document))
    here = SavedSearch.objects.kept().filter(department=recording.department_id)
    found = SavedSearchTerm.objects.filter(
        department=recording.department_id,
        term__in=RawSQL(_EACH[connection.vendor], (json.dumps(terms),)),  # noqa: S611
    )
    held = found.values("search").annotate(held=Count("cover", distinct=True))
    enough = held.filter(held=F("search__covers")).values_list("search", flat=True)
    always = here.filter(is_always_read=True).values_list("pk", flat=True)
    # Two indices, one after the other: together they would be a scan of all searches.
    ids = {*enough, *always}
    return SavedSearch.objects.live().filter(pk__in=ids).order_by("pk")


def _terms(recording: Recording, document: Document) -> set[str]:
    tags = recording.tags.values_list("name", flat=True)
    return terms_of(document.text, _agent_names(recording), tags)


def _agent_names(recording: Recording) -> Iterator[str]:
    yield recording.agent
    if recording.agent_member:
        yield recording.agent_member.user.display_name
        yield recording.agent_member.user.username


def _answers(recording: Recording, document: Document, question: PageQuestion) -> bool:
    if not is_answer(question.tree, recording.pk, document):
        return False
    if question.filters == RecordingFilters():
        return True
    same = Recording.objects.of(recording.department).filter(pk=recording.pk)
    return narrowed(same, question.filters).exists()
