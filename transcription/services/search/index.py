"""Keeping the search index true: a document for each recording that is not in the
trash, written in the transaction that changes what it says."""

from django.db import connection, transaction

from transcription.models.recordings import Recording
from transcription.models.transcripts import Segment, Transcript
from transcription.search.backends.base import Row
from transcription.search.backends.choose import backend_of
from transcription.search.documents import About, Document, Spoken, document


def index_recording(recording: Recording) -> None:
    """Write what the recording says, and what is known about it, in the place of what
    the index had."""
    with transaction.atomic(), connection.cursor() as sql:
        backend = backend_of(connection)
        backend.lock(sql, recording.pk)
        if recording.deleted_at:
            backend.remove(sql, [recording.pk])
        else:
            backend.write(sql, [index_row(recording)])


def index_transcript(transcript: Transcript) -> None:
    """A transcript came, or came back."""
    index_recording(transcript.recording)


def reindex_segment(segment: Segment) -> None:
    """A sentence was corrected."""
    if segment.transcript.is_current:
        index_recording(segment.transcript.recording)


def drop_from_index(*recordings: Recording) -> None:
    """Forget recordings: they went to the trash, or for good."""
    with transaction.atomic(), connection.cursor() as sql:
        backend_of(connection).remove(sql, [one.pk for one in recordings])


def index_row(recording: Recording) -> Row:
    """What the index holds of the recording. Two queries."""
    current = Transcript.objects.filter(recording=recording, is_current=True)
    return Row(
        recording.pk,
        recording.department_id,
        searched_document(recording, current.first()),
    )


def about(recording: Recording) -> dict[About, str]:
    """What is searched of a recording besides what is said in it."""
    return {
        About.TITLE: recording.title,
        About.AGENT: recording.agent,
        About.NUMBER: recording.phone_number,
        About.FILE: recording.original_name,
    }


def searched_document(recording: Recording, transcript: Transcript | None) -> Document:
    """The recording's document with this transcript. One query."""
    known = {kind: text for kind, text in about(recording).items() if text}
    if transcript is None:
        return document(known, ())
    # Only what is read: the words' times may be many times as long as the words.
    rows = transcript.segments.order_by("index").values_list(
        *("index", "speaker_id", "channel", "start_ms", "end_ms"),
        *("text", "text_raw", "edited_at"),
    )
    added = transcript.has_added_marks
    return document(
        known,
        (
            Spoken(
                index=index,
                voice=(speaker, channel),
                start_ms=start_ms,
                end_ms=end_ms,
                text=text,
                text_raw="" if edited_at else raw,
                has_added_marks=added,
            )
            for index, speaker, channel, start_ms, end_ms, text, raw, edited_at in rows
        ),
    )
