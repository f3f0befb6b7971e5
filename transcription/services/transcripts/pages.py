"""A transcript of any length, a page of sentences at a time."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace

from transcription.models.transcripts import SegmentQuerySet, Transcript
from transcription.services.transcripts.reading import TranscriptLine, read_lines

PAGE = 200  # sentences


@dataclass(frozen=True, slots=True)
class Pages:
    """How a transcript is cut: its sentences, and when each page begins."""

    sentences: int
    starts_ms: tuple[int, ...]

    @property
    def count(self) -> int:
        return len(self.starts_ms)

    def at(self, ms: int) -> int:
        """The page in which the moment lies."""
        return max(1, bisect_right(self.starts_ms, ms))


def pages_of(transcript: Transcript) -> Pages:
    """Two queries that find their rows by number, however long the transcript is."""
    segments = transcript.segments
    last = segments.order_by("-index").values_list("index", flat=True).first()
    if last is None:
        return Pages(0, ())
    firsts = segments.filter(index__in=range(0, last + 1, PAGE))
    return Pages(last + 1, tuple(firsts.values_list("start_ms", flat=True)))


def page_with(transcript: Transcript, segment_id: int) -> int | None:
    """The page on which the segment stands; None when the transcript has none such."""
    found = transcript.segments.filter(pk=segment_id).values_list("index", flat=True)
    index = found.first()
    return None if index is None else page_of(index)


def page_of(index: int) -> int:
    return index // PAGE + 1


def segments_on(transcript: Transcript, page: int) -> SegmentQuerySet:
    first = (page - 1) * PAGE
    return transcript.segments.filter(index__gte=first, index__lt=first + PAGE)


def lines_on(transcript: Transcript, page: int) -> list[TranscriptLine]:
    """The page's lines; its first says who speaks only if that is news."""
    first = (page - 1) * PAGE
    # With the one before it, to know who spoke.
    segments = transcript.segments.filter(
        index__gte=max(0, first - 1), index__lt=first + PAGE
    )
    lines = read_lines(transcript, segments)
    return lines[1:] if first and len(lines) > 1 else lines


def lines_apart(transcript: Transcript, ids: Sequence[int]) -> list[TranscriptLine]:
    """Sentences that do not follow each other: each says who speaks."""
    lines = read_lines(transcript, transcript.segments.filter(pk__in=ids))
    return [replace(line, is_new_voice=True, is_new_minute=True) for line in lines]
