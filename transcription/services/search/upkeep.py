"""Building the search index again, and looking whether it tells the truth."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import Count, Max

from transcription.models.recordings import Recording
from transcription.models.transcripts import Segment, Transcript
from transcription.search.backends.base import Question
from transcription.search.backends.choose import backend_of
from transcription.search.documents import keys_of, place_of
from transcription.search.highlight import find
from transcription.search.query import Query
from transcription.search.terms import Phrase, runs_of
from transcription.services.search.hits import hits_of
from transcription.services.search.index import index_rows

# Recordings written in one transaction: short enough for others to write in between.
BATCH = 20
_HIGHEST_KEY = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a rebuild is."""

    recordings: int
    segments: int
    total_recordings: int


def rebuild() -> Iterator[Progress]:
    """Write the index anew while people go on searching, a few recordings at a time.

    What the index has of recordings that are trashed, gone or without a transcript
    disappears on the way.
    """
    total = Recording.objects.count()
    done = segments = last_id = 0
    while True:
        ids = list(
            Recording.objects.filter(pk__gt=last_id)
            .order_by("pk")
            .values_list("pk", flat=True)[:BATCH]
        )
        if not ids:
            break
        segments += _rebuild_between(last_id + 1, ids[-1])
        done += len(ids)
        last_id = ids[-1]
        yield Progress(done, segments, max(total, done))
    with transaction.atomic(), connection.cursor() as sql:
        newest = Recording.objects.aggregate(newest=Max("pk"))["newest"] or 0
        first_unused = keys_of(newest + 1)[0]
        backend_of(connection).remove(sql, first_unused, _HIGHEST_KEY)


def _rebuild_between(first_id: int, last_id: int) -> int:
    written = 0
    backend = backend_of(connection)
    with transaction.atomic(), connection.cursor() as sql:
        backend.remove(sql, keys_of(first_id)[0], keys_of(last_id)[1])
        transcripts = Transcript.objects.filter(
            is_current=True,
            recording__deleted_at=None,
            recording__gte=first_id,
            recording__lte=last_id,
        )
        for transcript in transcripts:
            rows = list(index_rows(transcript))
            backend.add(sql, rows)
            written += len(rows)
    return written


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A word for which the index and the text disagree in one recording."""

    recording_id: int
    word: str
    missing: int  # segments that hold it and are not found
    wrong: int  # segments that are found and do not hold it


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What a check found; recordings by id."""

    is_sound: bool
    wrong_counts: dict[int, tuple[int, int]]  # rows expected, rows there
    searched: int
    mismatches: list[Mismatch]

    @property
    def is_good(self) -> bool:
        return self.is_sound and not self.wrong_counts and not self.mismatches


def check(*, sample: int, words: int, seed: int | None = None) -> CheckReport:
    """Compare the number of rows of every recording, and in a sample of recordings what
    the index finds for words of theirs with what a scan finds."""
    chance = random.Random(seed)  # noqa: S311 - a sample, not a secret
    backend = backend_of(connection)
    expected = dict(
        Segment.objects.filter(
            transcript__is_current=True, transcript__recording__deleted_at=None
        )
        .order_by()
        .values_list("transcript__recording")
        .annotate(Count("pk"))
    )
    with connection.cursor() as sql:
        is_sound = backend.verify(sql)
        there = backend.rows_per_recording(sql)
    wrong_counts = {
        recording_id: (expected.get(recording_id, 0), there.get(recording_id, 0))
        for recording_id in expected.keys() | there.keys()
        if expected.get(recording_id, 0) != there.get(recording_id, 0)
    }
    chosen = chance.sample(sorted(expected), min(sample, len(expected)))
    found = [
        mismatch
        for recording_id in chosen
        for mismatch in _check_recording(recording_id, words, chance)
    ]
    return CheckReport(is_sound, wrong_counts, len(chosen), found)


def _check_recording(
    recording_id: int, words: int, chance: random.Random
) -> Iterator[Mismatch]:
    segments = list(
        Segment.objects.filter(
            transcript__recording=recording_id, transcript__is_current=True
        )
        .select_related("transcript", "speaker")
        .order_by("index")
    )
    by_index = {segment.index: segment for segment in segments}
    low, high = keys_of(recording_id)
    for phrase in _phrases(segments, words, chance):
        query = Query((phrase,))
        question = Question(query, segments[0].department_id, low=low, high=high)
        with connection.cursor() as sql:
            keys = backend_of(connection).keys(sql, question, len(segments) + 1)
        hit = {place_of(key)[1] for key in keys}
        held = {segment.index for segment in segments if _holds(segment, phrase)}
        # What only the index finds may begin in the segment before.
        rest = [by_index[index] for index in hit - held if index in by_index]
        explained = {hit.index for hit in hits_of(rest, query) if hit.lead}
        missing, wrong = len(held - hit), len(hit - held - explained)
        if missing or wrong:
            yield Mismatch(recording_id, "".join(phrase), missing, wrong)


def _phrases(
    segments: list[Segment], count: int, chance: random.Random
) -> Iterator[Phrase]:
    for _number in range(count):
        segment = chance.choice(segments)
        added = segment.transcript.has_added_marks
        run = max(runs_of(segment.text, has_added_marks=added), key=len)
        if run:
            start = chance.randrange(len(run))
            yield tuple(unit.text for unit in run[start : start + chance.randint(1, 4)])


def _holds(segment: Segment, phrase: Phrase) -> bool:
    added = segment.transcript.has_added_marks
    texts = [segment.text] if segment.edited_at else [segment.text, segment.text_raw]
    return any(
        not find(text, (phrase,), has_added_marks=added).missing for text in texts
    )
