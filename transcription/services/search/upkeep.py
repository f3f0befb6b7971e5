"""Building the search index again, and looking whether it tells the truth."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.db import connection, transaction
from django.db.models import Max
from django.db.models.expressions import RawSQL

from transcription.models.recordings import Recording
from transcription.search.backends.base import (
    TABLE,
    Question,
    documents,
    indexed,
)
from transcription.search.backends.choose import backend_of
from transcription.search.documents import Document
from transcription.search.folding import Phrase, lines_of
from transcription.search.language.tree import All, Words
from transcription.services.search.index import index_recording, index_row
from transcription.services.write_turns import WriteTurns

# Recordings written in one transaction: short enough for others to write in between.
BATCH = 10


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a rebuild is, in recordings."""

    recordings: int
    total_recordings: int


def rebuild() -> Iterator[Progress]:
    """Write the index anew while people go on searching, a few recordings at a time.

    What the index has of recordings that are trashed or gone disappears on the way. A
    damaged index is emptied first.
    """
    with transaction.atomic(), connection.cursor() as sql:
        if not backend_of(connection).verify(sql):
            backend_of(connection).empty(sql)
    total = Recording.objects.count()
    turns = WriteTurns()
    done = last_id = 0
    while True:
        ids = list(
            Recording.objects.filter(pk__gt=last_id)
            .order_by("pk")
            .values_list("pk", flat=True)[:BATCH]
        )
        if not ids:
            break
        _rebuild_between(last_id + 1, ids[-1])
        turns.after_transaction()
        done += len(ids)
        last_id = ids[-1]
        yield Progress(done, max(total, done))
    with transaction.atomic(), connection.cursor() as sql:
        newest = Recording.objects.aggregate(newest=Max("pk"))["newest"] or 0
        backend_of(connection).remove(sql, indexed(sql, newest + 1))


def index_missing(limit: int) -> int:
    """Write at most so many documents that are not there, the newest recordings first:
    after an upgrade that changed the index. Returns how many."""
    there = RawSQL(f"SELECT id FROM {TABLE}", ())  # noqa: S608, S611
    missing = Recording.objects.kept().exclude(pk__in=there).order_by("-pk")
    ids = list(missing.values_list("pk", flat=True)[:limit])
    turns = WriteTurns()
    for recording_id in ids:
        with transaction.atomic():
            # As it is now: somebody may be writing its title.
            locked = Recording.objects.kept().select_for_update(of=("self",))
            for recording in locked.filter(pk=recording_id).defer("waveform"):
                index_recording(recording)
        turns.after_transaction()
    return len(ids)


def _rebuild_between(first_id: int, last_id: int) -> None:
    backend = backend_of(connection)
    with transaction.atomic(), connection.cursor() as sql:
        backend.remove(sql, indexed(sql, first_id, last_id))
        kept = Recording.objects.kept().filter(pk__gte=first_id, pk__lte=last_id)
        backend.write(sql, map(index_row, kept.defer("waveform")))


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What a check found; recordings by id. ``missing`` have no document, ``left_over``
    should have none, ``outdated`` have another one than they should; ``not_found`` are
    not found by these words of their own."""

    is_sound: bool
    missing: list[int]
    left_over: list[int]
    searched: int
    outdated: list[int]
    not_found: dict[int, Phrase]

    @property
    def is_good(self) -> bool:
        return self.is_sound and not (
            self.missing or self.left_over or self.outdated or self.not_found
        )


def check(*, sample: int, words: int, seed: int | None = None) -> CheckReport:
    """Whether every kept recording, and no other, has a document; and of a sample
    whether it is the right one and is found by words of its own."""
    chance = random.Random(seed)  # noqa: S311 - a sample, not a secret
    kept = set(Recording.objects.kept().values_list("pk", flat=True))
    with connection.cursor() as sql:
        is_sound = backend_of(connection).verify(sql)
        there = set(indexed(sql))
    both = sorted(kept & there)
    chosen = chance.sample(both, min(sample, len(both)))
    report = CheckReport(
        is_sound, sorted(kept - there), sorted(there - kept), len(chosen), [], {}
    )
    for recording in Recording.objects.filter(pk__in=chosen).defer("waveform"):
        row = index_row(recording)
        with connection.cursor() as sql:
            stored = documents(sql, [recording.pk])[recording.pk]
        if stored != row.document:
            report.outdated.append(recording.pk)
        for phrase in _phrases(row.document, words, chance):
            if not _is_found(recording, phrase):
                report.not_found[recording.pk] = phrase
    return report


def _phrases(document: Document, count: int, chance: random.Random) -> Iterator[Phrase]:
    lines = list(lines_of(document.text))
    for _number in range(count if lines else 0):
        line = chance.choice(lines)
        start = chance.randrange(len(line))
        yield line[start : start + chance.randint(1, 8)]


def _is_found(recording: Recording, phrase: Phrase) -> bool:
    """As it is written, and by its grams, if it has any."""
    words = Words((phrase,), (0, 0))
    question = Question(
        All((words, replace(words, by_sound=True))),
        recording.department_id,
        low=recording.pk,
        high=recording.pk,
    )
    with connection.cursor() as sql:
        return bool(backend_of(connection).recordings(sql, question, 1))
