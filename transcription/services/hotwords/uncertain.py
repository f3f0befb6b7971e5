"""Words that the recogniser guessed at in one recording after another: found by the
janitor, a department at a time, and shown as suggestions for its hotword lists."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from django.db import transaction
from django.db.models import F, Max, Q
from django.utils import timezone

from accounts.models.audit.events import AuditAction
from accounts.models.audit.subjects import Subject
from accounts.models.departments import Department
from accounts.models.members import Membership
from accounts.services.audit.writing import Origin, record, record_each
from transcription.models.hotwords.dismissals import HotwordDismissal
from transcription.models.hotwords.lists import Hotword
from transcription.models.hotwords.proposals import HotwordProposal, ProposalState
from transcription.models.hotwords.uncertain import (
    UncertainPlace,
    UncertainReading,
    UncertainSpan,
)
from transcription.models.transcripts import Segment
from transcription.pipeline.hotwords.rules import MAX_CHARACTERS, fold
from transcription.pipeline.suggestions.uncertain_spans import (
    MIN_RECORDINGS,
    SegmentText,
    is_known,
    searchable,
    sounds_of,
    uncertain_spans,
)
from transcription.pipeline.text.words import words_from_json

SENTENCES_READ: Final = 3_000  # of a department, the latest; 2 to 4 s
EVERY: Final = timedelta(hours=1)  # at most, and only after new transcripts
KEPT: Final = 40
PLACES_KEPT: Final = 30  # of one
SHOWN: Final = 20
EXAMPLES: Final = 2
_AROUND: Final = 24  # characters shown on both sides


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence, cut in three: what was guessed at stands in the middle."""

    segment: Segment
    before: str
    recognised: str
    after: str


@dataclass(frozen=True, slots=True)
class UncertainWord:
    """``text`` is the commonest of its ``spellings``; the others follow."""

    pk: int
    text: str
    others: tuple[str, ...]
    recordings: int
    examples: tuple[Example, ...]


def read_uncertain_words() -> bool:
    """The janitor's duty: read one department's latest transcripts, the one that has
    waited longest. False when none has new ones. Several janitors do no harm."""
    waiting = Department.objects.exclude(
        pk__in=UncertainReading.objects.values("department")
    )
    UncertainReading.objects.bulk_create(
        (UncertainReading(department=department) for department in waiting),
        ignore_conflicts=True,
    )
    now = timezone.now()
    is_due = Q(read_at=None) | Q(read_at__lt=now - EVERY)
    due = UncertainReading.objects.filter(is_due).select_related("department")
    for reading in due.order_by(F("read_at").asc(nulls_first=True)):
        same = UncertainReading.objects.filter(pk=reading.pk, read_at=reading.read_at)
        if not same.update(read_at=now):
            continue
        newest = _newest_segment(reading.department)
        if newest == reading.up_to:
            continue
        _store(reading.department)
        UncertainReading.objects.filter(pk=reading.pk).update(up_to=newest)
        return True
    return False


def uncertain_words(*, membership: Membership, origin: Origin) -> list[UncertainWord]:
    """Those that still stand in at least three recordings that the membership may read
    and nobody has corrected, but for what has been put into a list since. Sentences
    are read for it, so this leaves a trace."""
    department = membership.department
    readable = Segment.objects.readable_by(membership).filter(edited_at=None)
    places = (
        UncertainPlace.objects.filter(span__department=department, segment__in=readable)
        .select_related("span", "segment__transcript__recording")
        .defer("segment__words", "segment__itn_map")
        .order_by("span_id", "-segment_id")
    )
    by_span: dict[int, list[UncertainPlace]] = {}
    for place in places:
        if place.segment.text_raw.startswith(place.heard, place.start):
            by_span.setdefault(place.span_id, []).append(place)
    known = searchable(_known_sounds(department) if by_span else ())
    words = [
        _word(pk, found)
        for pk, found in by_span.items()
        if not is_known(_sounds(found), known)
    ]
    words = [word for word in words if word.recordings >= MIN_RECORDINGS][:SHOWN]
    record(
        AuditAction.SEARCH,
        origin,
        Subject("search", department_id=department.pk),
        from_uncertain=True,
        hits=len(words),
    )
    return words


class Answer(StrEnum):
    """What somebody says to uncertain words, as the audit trail has it."""

    SETTLED = "settled"  # a word is in a list for it, perhaps spelled otherwise
    DISMISSED = "dismissed"  # nobody wants it
    # Proposed by somebody who may not more: what no list and no open proposal has may
    # be suggested again after new transcripts.
    PUT_ASIDE = "put_aside"


def answer_uncertain_words(
    *, department: Department, origin: Origin, pks: Collection[int], answer: Answer
) -> list[str]:
    """Suggest nothing again that sounds like these. Returns how they were written; what
    somebody answered before is left out. The number of queries does not depend on the
    number of words."""
    with transaction.atomic():
        Department.objects.select_for_update().get(pk=department.pk)
        spans = UncertainSpan.objects.filter(department=department, pk__in=pks)
        texts = {
            span: _spellings(places)[0][:MAX_CHARACTERS]
            for span in spans.prefetch_related("places")
            if (places := list(span.places.all()))
        }
        if answer is not Answer.PUT_ASIDE:
            _dismiss_sounds(department, origin, texts)
        UncertainSpan.objects.filter(pk__in=[span.pk for span in texts]).delete()
        events = [
            (Subject(name=text, department_id=department.pk), {answer.value: True})
            for text in texts.values()
        ]
        record_each(AuditAction.HOTWORDS, origin, events)
    return list(texts.values())


def _dismiss_sounds(
    department: Department, origin: Origin, texts: Mapping[UncertainSpan, str]
) -> None:
    dismissals = {
        fold(text)[:MAX_CHARACTERS]: HotwordDismissal(
            department=department,
            text=text,
            folded=fold(text)[:MAX_CHARACTERS],
            sound=span.sound,
            created_by=origin.user,
        )
        for span, text in texts.items()
    }
    HotwordDismissal.objects.bulk_create(
        dismissals.values(),
        update_conflicts=True,
        unique_fields=["department", "folded"],
        update_fields=["sound"],
    )


def _newest_segment(department: Department) -> int:
    newest = Segment.objects.filter(department=department).aggregate(Max("pk"))
    return newest["pk__max"] or 0


def _store(department: Department) -> None:
    spans = uncertain_spans(list(_sentences(department)), _known_sounds(department))
    with transaction.atomic():
        UncertainSpan.objects.filter(department=department).delete()
        for span in spans[:KEPT]:
            row = UncertainSpan.objects.create(department=department, sound=span.sound)
            UncertainPlace.objects.bulk_create(
                UncertainPlace(
                    span=row, segment_id=place.key, start=place.start, heard=place.text
                )
                for place in span.places[:PLACES_KEPT]
            )


def _sentences(department: Department) -> Iterator[SegmentText]:
    """The latest; what a hotword was put into is known there."""
    rows = (
        Segment.objects.readable_in(department)
        .filter(edited_at=None, hotwords=[])
        .order_by("-pk")
        .values_list("pk", "transcript__recording_id", "text_raw", "words")
    )
    for pk, recording, text, words in rows[:SENTENCES_READ].iterator():
        yield SegmentText(pk, recording, text, words_from_json(text, words))


def _known_sounds(department: Department) -> list[str]:
    """Of the words and variants that the lists here have, of proposals, of what was
    answered before."""
    lists = Q(hotword_list__department=department) | Q(hotword_list__department=None)
    words = Hotword.objects.filter(lists).values_list("text", "spoken")
    proposed = HotwordProposal.objects.filter(lists, state=ProposalState.OPEN)
    settled = HotwordDismissal.objects.filter(department=department)
    answered = list(settled.values_list("text", "sound"))
    texts = [
        *(
            text
            for word in (*words, *proposed.values_list("text", "spoken"))
            for text in (word[0], *word[1])
        ),
        *(text for text, _ in answered),
    ]
    sounds = [sound for text in texts for sound in sounds_of(text)]
    return [*sounds, *(sound for _, sound in answered if sound)]


def _sounds(places: Sequence[UncertainPlace]) -> set[str]:
    """Of one span, in all ways in which it may be said."""
    spellings = {place.heard for place in places}
    said = {sound for text in spellings for sound in sounds_of(text)}
    return {places[0].span.sound, *said}


def _word(pk: int, places: list[UncertainPlace]) -> UncertainWord:
    first, *others = _spellings(places)
    recordings: dict[int, UncertainPlace] = {}
    for place in places:
        recordings.setdefault(place.segment.transcript.recording_id, place)
    examples = tuple(_example(place) for place in [*recordings.values()][:EXAMPLES])
    return UncertainWord(pk, first, tuple(others), len(recordings), examples)


def _spellings(places: Iterable[UncertainPlace]) -> list[str]:
    return [text for text, _ in Counter(place.heard for place in places).most_common()]


def _example(place: UncertainPlace) -> Example:
    text, end = place.segment.text_raw, place.start + len(place.heard)
    first, last = max(0, place.start - _AROUND), end + _AROUND
    return Example(
        place.segment,
        ("…" if first else "") + text[first : place.start],
        place.heard,
        text[end:last] + ("…" if last < len(text) else ""),
    )
