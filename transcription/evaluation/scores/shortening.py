"""Did hotwords make a sentence shorter than the words they stand for?

The worst that a hotword can do is to delete the words beside it. Two results of the
same audio are compared stretch by stretch; what a hit replaced by a shorter word is no
loss.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from transcription.evaluation.scores.cer import comparable
from transcription.pipeline.types import PipelineSegment


@dataclass(frozen=True, slots=True)
class Shortened:
    """A stretch of audio whose text lost ``lost`` characters that no hit explains."""

    start_ms: int
    end_ms: int
    before: str
    after: str
    lost: int


def shortened(
    without: Sequence[PipelineSegment], using: Sequence[PipelineSegment]
) -> list[Shortened]:
    """The stretches of ``using`` (hotwords) that are too short against ``without``."""
    found = []
    for start_ms, end_ms, before, after in _stretches(without, using):
        explained = sum(
            max(0, len(comparable(hit.heard)) - len(comparable(hit.text)))
            for segment in after
            for hit in segment.hotwords
        )
        texts = ["".join(s.text_raw for s in side) for side in (before, after)]
        lost = len(comparable(texts[0])) - len(comparable(texts[1])) - explained
        if lost > 0:
            found.append(Shortened(start_ms, end_ms, texts[0], texts[1], lost))
    return found


Side = list[PipelineSegment]


def _stretches(
    without: Sequence[PipelineSegment], using: Sequence[PipelineSegment]
) -> list[tuple[int, int, Side, Side]]:
    """Segments of both that overlap in time, channel by channel: either run may have
    cut the same speech elsewhere."""
    marked = [(s, 0) for s in without] + [(s, 1) for s in using]
    marked.sort(key=lambda m: (m[0].channel or 0, m[0].start_ms, m[0].end_ms))
    stretches: list[tuple[int, int, Side, Side]] = []
    channel: int | None = None
    for segment, which in marked:
        is_same = stretches and channel == segment.channel
        if not is_same or segment.start_ms >= stretches[-1][1]:
            stretches.append((segment.start_ms, segment.end_ms, [], []))
        start_ms, end_ms, *sides = stretches[-1]
        sides[which].append(segment)
        stretches[-1] = (start_ms, max(end_ms, segment.end_ms), sides[0], sides[1])
        channel = segment.channel
    return stretches
