"""Hotwords that people's corrections ask for: what they put in again and again, and
no list has yet."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.models.audit.events import AuditAction
from accounts.models.audit.subjects import Subject
from accounts.models.departments import Department
from accounts.models.members import Membership
from accounts.services.audit.writing import Origin, record, record_each
from transcription.models.hotwords.dismissals import HotwordDismissal
from transcription.models.hotwords.lists import Hotword
from transcription.models.hotwords.proposals import HotwordProposal, ProposalState
from transcription.models.transcripts import Segment
from transcription.pipeline.hotwords.rules import (
    MAX_CHARACTERS,
    HotwordRefused,
    check_hotword,
    fold,
)
from transcription.pipeline.suggestions.correction_words import (
    CorrectedWord,
    recurring_words,
)
from transcription.services.transcripts.marks import is_written_by_person

CORRECTIONS_READ = 500
SHOWN = 30
EXAMPLES = 2


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A word, in how many corrected sentences it came in, and some of them."""

    text: str
    count: int
    examples: tuple[Segment, ...]


def suggest_words(*, membership: Membership, origin: Origin) -> list[Suggestion]:
    """From the latest corrections that the membership may read. They are read for it,
    so this leaves a trace like a search."""
    department = membership.department
    corrected = [one for one in _corrections(membership) if is_written_by_person(one)]
    words = recurring_words([(one.text_machine, one.text) for one in corrected])
    known = _known(department)
    found = [word for word in words if _can_be_new(word.text, known)][:SHOWN]
    record(
        AuditAction.SEARCH,
        origin,
        Subject("search", department_id=department.pk),
        from_corrections=True,
        hits=len(found),
    )
    return [_suggestion(word, corrected) for word in found]


def dismiss_word(*, department: Department, origin: Origin, text: str) -> bool:
    """Never suggest the word again. False when it is none, or dismissed already."""
    return dismiss_words(department=department, origin=origin, texts=[text]) > 0


def dismiss_words(
    *, department: Department, origin: Origin, texts: Iterable[str]
) -> int:
    """Never suggest the words again; how many were not dismissed before. The number of
    queries does not depend on the number of words."""
    words: dict[str, str] = {}
    for text in texts:
        try:
            word = check_hotword(text)
        except HotwordRefused:
            continue
        words.setdefault(_folded(word), word)
    with transaction.atomic():
        Department.objects.select_for_update().get(pk=department.pk)
        found = HotwordDismissal.objects.filter(department=department)
        known = set(found.filter(folded__in=words).values_list("folded", flat=True))
        new = {folded: word for folded, word in words.items() if folded not in known}
        HotwordDismissal.objects.bulk_create(
            HotwordDismissal(
                department=department,
                folded=folded,
                text=word,
                created_by=origin.user,
            )
            for folded, word in new.items()
        )
        events = [
            (Subject(name=word, department_id=department.pk), {"dismissed": True})
            for word in new.values()
        ]
        record_each(AuditAction.HOTWORDS, origin, events)
    return len(new)


def _corrections(membership: Membership) -> "QuerySet[Segment]":
    return (
        Segment.objects.readable_by(membership)
        .filter(edited_at__isnull=False)
        .exclude(text_machine="")
        .select_related("transcript__recording")
        .defer("words", "text_raw")
        .order_by("-edited_at")[:CORRECTIONS_READ]
    )


def _known(department: Department) -> set[str]:
    """Folded: words of the lists that the department sees, proposed ones, dismissed
    ones."""
    lists = Q(hotword_list__department=department) | Q(hotword_list__department=None)
    words = Hotword.objects.filter(lists).values_list("folded", flat=True)
    proposed = HotwordProposal.objects.filter(lists, state=ProposalState.OPEN)
    dismissed = HotwordDismissal.objects.filter(department=department)
    return {
        *words,
        *proposed.values_list("folded", flat=True),
        *dismissed.values_list("folded", flat=True),
    }


def _can_be_new(text: str, known: set[str]) -> bool:
    try:
        return _folded(check_hotword(text)) not in known
    except HotwordRefused:
        return False


def _suggestion(word: CorrectedWord, corrected: Sequence[Segment]) -> Suggestion:
    examples = tuple(corrected[place] for place in word.at[:EXAMPLES])
    return Suggestion(word.text, len(word.at), examples)


def _folded(text: str) -> str:
    return fold(text)[:MAX_CHARACTERS]
