"""Who says what in a recording with one track; what the channels say is exact already.

Clips of about a second and a half, cut inside speech, are told apart by a speaker
model (``voices.py``). A sentence in which the voice changes is cut where the engine
says that a word ends: without word times it goes, whole, to whom most of it is like.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from transcription.engine.base import Samples, SpeakerEmbedder, Vectors, Word
from transcription.pipeline.audio.vad import to_float
from transcription.pipeline.speakers.segment_cuts import cut_segment, legal_cuts
from transcription.pipeline.speakers.voices import find_voices
from transcription.pipeline.types import (
    SILENT_CHANNEL,
    DecodedAudio,
    PipelineResult,
    PipelineSegment,
    Track,
)

_CLIP_MS: Final = 1500
_HOP_MS: Final = 750
_LONG_MS: Final = 1_800_000  # from here on clips do not overlap: half the work
_SHORTEST_MS: Final = 300  # of a recording in which there is anything to compare
_LEAST_CLIP_MS: Final = 500  # a shorter reply is embedded with what is around it
_PAUSE_MS: Final = 200  # a clip does not reach over one: there the voice may change
_CLIPS_AT_ONCE: Final = 32
_PER_MS: Final = 16
# What a change of voice inside a sentence costs, in likeness times seconds: more where
# nobody paused.
_CHANGE_COST: Final = 0.12
_CHANGE_COST_AT_PAUSE: Final = 0.05

Scores = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Clip:
    start_ms: int
    end_ms: int

    @property
    def seconds(self) -> float:
        return (self.end_ms - self.start_ms) / 1000


def one_track_if_alone(result: PipelineResult) -> PipelineResult:
    """A call of which only one channel has sound: both parties may be on it, so its
    channel says nothing about who speaks."""
    channels = {segment.channel for segment in result.segments}
    if len(channels) != 1 or channels == {None}:
        return result
    segments = tuple(replace(segment, channel=None) for segment in result.segments)
    return noted(replace(result, segments=segments), SILENT_CHANNEL)


def noted(result: PipelineResult, note: str) -> PipelineResult:
    """The result with one more note."""
    return replace(result, notes=(*result.notes, note))


def separate(
    decoded: DecodedAudio,
    result: PipelineResult,
    embedder: SpeakerEmbedder,
    *,
    count: int | None,
    on_wait: Callable[[], None],
) -> PipelineResult:
    """The result with a ``voice`` for every segment that no channel has named, numbered
    in the order in which they first speak. ``count=None`` finds how many there are.
    ``on_wait`` is called every second or so, and may raise to stop.
    """
    if not result.segments or any(s.channel is not None for s in result.segments):
        return result
    track = max(decoded.tracks, key=_loudness)  # one of a call is silent here
    length_ms = track.sample_count // _PER_MS
    if length_ms < _SHORTEST_MS:
        return replace(result, segments=_numbered(result.segments))
    spoken_ms = sum(s.end_ms - s.start_ms for s in result.segments)
    hop_ms = _HOP_MS if spoken_ms < _LONG_MS else _CLIP_MS
    clips = [list(_clips(segment, hop_ms, length_ms)) for segment in result.segments]
    vectors = _embed(embedder, track, [c for some in clips for c in some], on_wait)
    seconds = np.array([c.seconds for some in clips for c in some], np.float64)
    centres = find_voices(vectors, seconds, embedder.facts, count)
    likeness = np.asarray(vectors @ centres.T, np.float64)
    segments: list[PipelineSegment] = []
    first = 0
    for segment, mine in zip(result.segments, clips, strict=True):
        scores = likeness[first : first + len(mine)]
        first += len(mine)
        segments.extend(_told_apart(segment, mine, scores))
    return replace(result, segments=_numbered(segments))


def _loudness(track: Track) -> float:
    minutes = range(0, track.sample_count // _PER_MS + 1, 60_000)
    return max(float(np.square(_sound(track, m, m + 60_000)).sum()) for m in minutes)


def _sound(track: Track, start_ms: int, end_ms: int) -> Samples:
    """Read, not mapped: of hours, every page would be counted as ours."""
    offset, count = 2 * start_ms * _PER_MS, (end_ms - start_ms) * _PER_MS
    return to_float(np.fromfile(track.path, "<i2", count=count, offset=offset))


def _clips(segment: PipelineSegment, hop_ms: int, length_ms: int) -> Iterator[_Clip]:
    for start, end in _runs(segment):
        if end - start <= _CLIP_MS:
            middle, half = (start + end) // 2, max(end - start, _LEAST_CLIP_MS) // 2
            left = max(0, min(middle - half, length_ms - 2 * half))
            yield _Clip(left, min(left + 2 * half, length_ms))
            continue
        steps = -(-(end - start - _CLIP_MS) // hop_ms)
        for step in range(steps + 1):
            left = start + (end - start - _CLIP_MS) * step // steps
            yield _Clip(left, left + _CLIP_MS)


def _runs(segment: PipelineSegment) -> Iterator[tuple[int, int]]:
    """Stretches without a pause, as far as the engine tells."""
    if not segment.words:
        yield segment.start_ms, segment.end_ms
        return
    start = segment.words[0].start_ms
    for word, following in pairwise(segment.words):
        if following.start_ms - word.end_ms >= _PAUSE_MS:
            yield start, word.end_ms
            start = following.start_ms
    yield start, segment.words[-1].end_ms


def _embed(
    embedder: SpeakerEmbedder,
    track: Track,
    clips: Sequence[_Clip],
    on_wait: Callable[[], None],
) -> Vectors:
    rows: list[Vectors] = []
    for first in range(0, len(clips), _CLIPS_AT_ONCE):
        on_wait()
        some = clips[first : first + _CLIPS_AT_ONCE]
        rows.append(embedder.embed([_sound(track, c.start_ms, c.end_ms) for c in some]))
    return np.concatenate(rows)


def _told_apart(
    segment: PipelineSegment, clips: Sequence[_Clip], likeness: Scores
) -> Iterator[PipelineSegment]:
    seconds = np.array([clip.seconds for clip in clips])
    whole = int(np.argmax(seconds @ likeness))
    cuts = legal_cuts(segment)
    if len(segment.words) < 2 or likeness.shape[1] < 2 or not cuts:
        yield replace(segment, voice=whole)
        return
    voices = _voices_of_words(segment.words, clips, likeness, cuts)
    changes = [i for i in range(1, len(voices)) if voices[i] != voices[i - 1]]
    firsts = (0, *changes)
    for first, part in zip(firsts, cut_segment(segment, changes), strict=True):
        yield replace(part, voice=voices[first])


def _voices_of_words(
    words: Sequence[Word],
    clips: Sequence[_Clip],
    likeness: Scores,
    cuts: frozenset[int],
) -> list[int]:
    """The most likely voice of each word; a change has a cost (Viterbi)."""
    scores = np.stack([_score(word, clips, likeness) for word in words])
    total = scores[0]
    came_from: list[NDArray[np.int64]] = []
    for index in range(1, len(words)):
        stay = np.arange(total.size)
        if index in cuts:
            pause = words[index].start_ms - words[index - 1].end_ms
            cost = _CHANGE_COST_AT_PAUSE if pause >= _PAUSE_MS else _CHANGE_COST
            best = int(np.argmax(total))
            origin = np.where(total[best] - cost > total, best, stay)
            gained = np.where(origin == stay, total, total[best] - cost)
        else:
            origin, gained = stay, total
        came_from.append(origin)
        total = gained + scores[index]
    voice = int(np.argmax(total))
    voices = [voice]
    for origin in reversed(came_from):
        voice = int(origin[voice])
        voices.append(voice)
    return voices[::-1]


def _score(word: Word, clips: Sequence[_Clip], likeness: Scores) -> Scores:
    """Likeness to each voice around the word, times its length in seconds."""
    middle = (word.start_ms + word.end_ms) / 2
    at_middle = [i for i, c in enumerate(clips) if c.start_ms <= middle < c.end_ms]
    if not at_middle:
        at_middle = [
            min(
                range(len(clips)),
                key=lambda i: abs(clips[i].start_ms + clips[i].end_ms - 2 * middle),
            )
        ]
    length = max(word.end_ms - word.start_ms, 50) / 1000
    return np.asarray(likeness[at_middle].mean(axis=0) * length, np.float64)


def _numbered(segments: Sequence[PipelineSegment]) -> tuple[PipelineSegment, ...]:
    order: dict[int | None, int] = {}
    for segment in segments:
        order.setdefault(segment.voice, len(order))
    return tuple(replace(s, voice=order[s.voice]) for s in segments)
