"""Words that the recogniser guessed at in one recording after another: found by the
janitor, a department at a time, and shown as suggestions for its hotword lists."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.db import transaction
from django.db.models import F, Max, Q
from django.utils import timezone

from accounts.models.audit.events import AuditAction
from accounts.models.audit.subjects import Subject
from accounts.models.departments import Department
from accounts.services.audit.writing import Origin, record
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


def uncertain_words(*, department: Department, origin: Origin) -> list[UncertainWord]:
    """Those that still stand in at least three recordings that people can read and
    nobody has corrected, but for what has been put into a list since. Sentences are
    read for it, so this leaves a trace."""
    readable = Segment.objects.readable_in(department).filter(edited_at=None)
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


def settle_uncertain_word(*, department: Department, origin: Origin, pk: int) -> str:
    """A word is in a list for it, perhaps spelled otherwise: suggest nothing again that
    sounds like it. Returns how it was written; empty when there is no such span."""
    with transaction.atomic():
        text = _remove(department, origin, pk, is_final=True)
        _record(department, origin, text, "settled")
    return text


def dismiss_uncertain_word(*, department: Department, origin: Origin, pk: int) -> str:
    """Like ``settle_uncertain_word``, because nobody wants it."""
    with transaction.atomic():
        text = _remove(department, origin, pk, is_final=True)
        _record(department, origin, text, "dismissed")
    return text


def put_aside_uncertain_word(*, department: Department, origin: Origin, pk: int) -> str:
    """Like ``settle_uncertain_word``, by somebody who may only propose words: what no
    list and no open proposal has may be suggested again after new transcripts."""
    with transaction.atomic():
        text = _remove(department, origin, pk, is_final=False)
        _record(department, origin, text, "put_aside")
    return text


def _remove(department: Department, origin: Origin, pk: int, *, is_final: bool) -> str:
    span = UncertainSpan.objects.filter(department=department, pk=pk).first()
    places = list(span.places.all()) if span else []
    if span is None or not places:
        return ""
    text = _spellings(places)[0][:MAX_CHARACTERS]
    if is_final:
        HotwordDismissal.objects.update_or_create(
            department=department,
            folded=fold(text)[:MAX_CHARACTERS],
            defaults={"sound": span.sound},
            create_defaults={
                "text": text,
                "sound": span.sound,
                "created_by": origin.user,
            },
        )
    span.delete()
    return text


def _record(department: Department, origin: Origin, text: str, what: str) -> None:
    if text:
        record(
            AuditAction.HOTWORDS,
            origin,
            Subject(name=text, department_id=department.pk),
            **{what: True},
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
