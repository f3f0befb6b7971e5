"""Cutting a segment at word ends: every text, map and time goes with its words."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from transcription.engine.base import Word
from transcription.pipeline.text.sentences import word_ends
from transcription.pipeline.text.words import counted_from
from transcription.pipeline.types import PipelineSegment


def legal_cuts(segment: PipelineSegment) -> frozenset[int]:
    """Words before which the segment may be cut: where the text is the words', and not
    inside of a figure or of a hotword that was put in."""
    ends = word_ends(segment.text_raw, segment.words)
    if ends is None:
        return frozenset()
    whole = [
        *((start, end) for start, end, _, _ in segment.mapping.changes),
        *((hit.start, hit.end) for hit in segment.hotwords),
    ]
    return frozenset(
        index + 1
        for index, place in enumerate(ends[:-1])
        if not any(start < place < end for start, end in whole)
    )


def cut_segment(
    segment: PipelineSegment, before: Sequence[int]
) -> Iterator[PipelineSegment]:
    """The segment in parts, each beginning with one of the words ``before`` (indexes
    that ``legal_cuts`` allows, in order); itself when there are none."""
    ends = word_ends(segment.text_raw, segment.words)
    if not before or ends is None:
        yield segment
        return
    borders = [0, *before, len(segment.words)]
    places = [0, *(ends[index - 1] for index in before), len(segment.text_raw)]
    for number in range(len(borders) - 1):
        words = segment.words[borders[number] : borders[number + 1]]
        yield _part(segment, words, places[number], places[number + 1])


def _part(
    segment: PipelineSegment, words: tuple[Word, ...], start: int, end: int
) -> PipelineSegment:
    raw_from, raw = _stripped(segment.text_raw, start, end)
    text_from, text = _stripped(
        segment.text, _written_at(segment, start), _written_at(segment, end)
    )
    known = [word.confidence for word in words if word.confidence is not None]
    return replace(
        segment,
        start_ms=words[0].start_ms,
        end_ms=max(words[0].start_ms, words[-1].end_ms),
        text_raw=raw,
        text=text,
        words=counted_from(raw_from, words),
        mapping=segment.mapping.within(start, end).shifted(-raw_from, -text_from),
        hotwords=tuple(
            replace(hit, start=hit.start - raw_from, end=hit.end - raw_from)
            for hit in segment.hotwords
            if start <= hit.start and hit.end <= end
        ),
        confidence=sum(known) / len(known) if known else segment.confidence,
    )


def _stripped(text: str, start: int, end: int) -> tuple[int, str]:
    """A stretch of the text without spaces around it, and where it then begins."""
    part = text[start:end]
    return start + len(part) - len(part.lstrip()), part.strip()


def _written_at(segment: PipelineSegment, place: int) -> int:
    """Where a place of the raw text, outside of all figures, is in the other text,
    behind what was inserted there."""
    if place == 0:
        return 0
    if place == len(segment.text_raw):
        return len(segment.text)
    return segment.mapping.span(place, place)[0]
