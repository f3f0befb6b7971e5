"""Segments as JSON values, for checkpoints of unfinished jobs."""

from collections.abc import Iterable
from typing import Any

from transcription.engine.base import TimingSource, Word
from transcription.pipeline.text.mapping import TextMapping
from transcription.pipeline.types import HotwordHit, PipelineSegment


def segments_to_json(segments: Iterable[PipelineSegment]) -> list[dict[str, Any]]:
    """Plain lists and dictionaries that ``segments_from_json`` understands."""
    return [
        {
            "channel": segment.channel,
            "start_ms": segment.start_ms,
            "end_ms": segment.end_ms,
            "text_raw": segment.text_raw,
            "text": segment.text,
            "words": [
                [word.text, word.start_ms, word.end_ms, word.confidence]
                for word in segment.words
            ],
            "itn_map": segment.mapping.to_json(),
            "hotwords": [
                [hit.text, hit.heard, hit.start, hit.end] for hit in segment.hotwords
            ],
            "confidence": segment.confidence,
            "timing_source": str(segment.timing_source),
            "flags": list(segment.flags),
        }
        for segment in segments
    ]


def segments_from_json(values: Iterable[dict[str, Any]]) -> tuple[PipelineSegment, ...]:
    """The segments that ``segments_to_json`` was given."""
    return tuple(
        PipelineSegment(
            channel=value["channel"],
            start_ms=value["start_ms"],
            end_ms=value["end_ms"],
            text_raw=value["text_raw"],
            text=value["text"],
            words=tuple(Word(*word) for word in value["words"]),
            mapping=TextMapping.from_json(value["itn_map"]),
            hotwords=tuple(HotwordHit(*hit) for hit in value["hotwords"]),
            confidence=value["confidence"],
            timing_source=TimingSource(value["timing_source"]),
            flags=tuple(value["flags"]),
        )
        for value in values
    )
