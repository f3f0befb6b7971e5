"""Keeping the search index true."""

from collections.abc import Iterable, Iterator

from django.db import connection, transaction

from transcription.models.recordings import Recording
from transcription.models.transcripts import Segment, Transcript
from transcription.search.backends.base import Row
from transcription.search.backends.choose import backend_of
from transcription.search.documents import (
    Spoken,
    key_of,
    keys_of,
    terms_of,
)
from transcription.search.terms import TAIL_UNITS


def index_transcript(transcript: Transcript) -> int:
    """Put the transcript in the place of what the index has of its recording.

    Returns the number of segments indexed: none of a transcript that is not current
    or whose recording is in the trash.
    """
    with transaction.atomic(), connection.cursor() as sql:
        backend = backend_of(connection)
        backend.remove(sql, *keys_of(transcript.recording_id))
        if not transcript.is_current or transcript.recording.deleted_at:
            return 0
        rows = list(index_rows(transcript))
        backend.add(sql, rows)
    return len(rows)


def reindex_segment(segment: Segment) -> None:
    """After a correction: the segment, and those a phrase may reach from it."""
    transcript = segment.transcript
    if not transcript.is_current or transcript.recording.deleted_at:
        return
    voice = transcript.segments.filter(
        speaker=segment.speaker_id, channel=segment.channel
    )
    # A tail is filled by at most TAIL_UNITS segments of one unit each.
    before = list(
        voice.filter(index__lt=segment.index).order_by("-index")[:TAIL_UNITS]
    )[::-1]
    after = list(
        voice.filter(index__gte=segment.index).order_by("index")[: TAIL_UNITS + 1]
    )
    rows = index_rows(transcript, before + after)
    lowest_index_first = key_of(transcript.recording_id, segment.index)
    changed = [row for row in rows if row.key <= lowest_index_first]
    with transaction.atomic(), connection.cursor() as sql:
        backend = backend_of(connection)
        for row in changed:
            backend.remove(sql, row.key, row.key)
        backend.add(sql, changed)


def drop_from_index(gone: Recording | Transcript) -> None:
    """Forget a recording's text: it went to the trash, or for good."""
    recording_id = gone.pk if isinstance(gone, Recording) else gone.recording_id
    with transaction.atomic(), connection.cursor() as sql:
        backend_of(connection).remove(sql, *keys_of(recording_id))


def index_rows(
    transcript: Transcript, segments: Iterable[Segment] | None = None
) -> Iterator[Row]:
    """What the index holds of these segments, which come in their order; of all."""
    if segments is None:
        # The words' times may be many times as long as the words.
        everything = transcript.segments.defer("words", "itn_map", "hotwords", "flags")
        segments = everything.order_by("index").iterator()
    spoken = (
        Spoken(
            index=segment.index,
            voice=(segment.speaker_id, segment.channel),
            start_ms=segment.start_ms,
            end_ms=segment.end_ms,
            text=segment.text,
            text_raw="" if segment.edited_at else segment.text_raw,
            has_added_marks=transcript.has_added_marks,
        )
        for segment in segments
    )
    for index, terms in terms_of(spoken):
        key = key_of(transcript.recording_id, index)
        yield Row(key, transcript.department_id, terms)
