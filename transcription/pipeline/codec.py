"""Segments as JSON values, for checkpoints of unfinished jobs."""

from collections.abc import Iterable
from typing import Any, Final

from transcription.engine.base import TimingSource
from transcription.pipeline.text.mapping import TextMapping
from transcription.pipeline.text.words import words_from_json, words_to_json
from transcription.pipeline.types import HotwordHit, PipelineSegment

_WORD: Final = ("text", "start_ms", "end_ms", "confidence", "offset")


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
                [word[name] for name in _WORD] for word in words_to_json(segment.words)
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
            words=words_from_json(
                value["text_raw"],
                # Of an older version, which left out the last.
                [dict(zip(_WORD, word, strict=False)) for word in value["words"]],
            ),
            mapping=TextMapping.from_json(value["itn_map"]),
            hotwords=tuple(HotwordHit(*hit) for hit in value["hotwords"]),
            confidence=value["confidence"],
            timing_source=TimingSource(value["timing_source"]),
            flags=tuple(value["flags"]),
        )
        for value in values
    )
