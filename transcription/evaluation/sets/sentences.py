"""One sentence of a recording, taken out of what a whole recording's run wrote.

A sentence that is cut out of its recording and recognised alone is not what a job
recognises: a job joins it with its neighbours to one piece, and context changes words.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from transcription.engine.base import Word
from transcription.pipeline.speakers.segment_cuts import cut_segment, legal_cuts
from transcription.pipeline.types import PipelineSegment

# Times of one sentence in two runs: an engine's own times may differ by some frames.
_TOLERANCE_MS: Final = 100


def said_in(
    segments: Iterable[PipelineSegment], part: tuple[int, int]
) -> tuple[PipelineSegment, ...] | None:
    """What was written of the part (ms from, to). Segments that go beyond it are cut
    where a word ends; None when one of them cannot be, having no word times."""
    found: list[PipelineSegment] = []
    for segment in segments:
        if segment.end_ms <= part[0] or segment.start_ms >= part[1]:
            continue
        if _is_within(segment, part):
            found.append(segment)
        elif segment.words:
            found.extend(_parts_within(segment, part))
        elif segment.text_raw:
            return None
    return tuple(found)


def _is_within(segment: PipelineSegment, part: tuple[int, int]) -> bool:
    start_ms, end_ms = part
    return (
        segment.start_ms >= start_ms - _TOLERANCE_MS
        and segment.end_ms <= end_ms + _TOLERANCE_MS
    )


def _parts_within(
    segment: PipelineSegment, part: tuple[int, int]
) -> Iterator[PipelineSegment]:
    cuts = legal_cuts(segment)
    before = [
        index
        for index in (_first_after(segment.words, at) for at in part)
        if index in cuts
    ]
    for one in cut_segment(segment, sorted(set(before))):
        if part[0] <= (one.start_ms + one.end_ms) // 2 < part[1]:
            yield one


def _first_after(words: Sequence[Word], at_ms: int) -> int:
    """Which word is the first whose middle comes after the moment."""
    middles = [(word.start_ms + word.end_ms) // 2 for word in words]
    return sum(middle < at_ms for middle in middles)
