"""From a track to pieces of speech that a recogniser takes, in flat memory.

A track is read in windows of about ten minutes. The border between two windows is
the quietest moment before the nominal one, found from the samples alone: any window can
be done again after a restart without its neighbours, and no word is cut.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from transcription.engine.base import (
    SAMPLE_RATE,
    EngineError,
    Samples,
    VoiceActivityDetector,
)
from transcription.pipeline.audio.channels import SomeTrack

WINDOW_MS: Final = 600_000
MAX_PIECE_MS: Final = 29_500
_BORDER_SEARCH_MS: Final = 15_000
_SPLIT_FROM_MS: Final = 12_000  # a long region is cut between here and the maximum
PAD_MS: Final = 120
# Silences shorter than this do not end a piece. Recognisers like context (0.8 points of
# CER on a meeting), and where words have times ``sentences`` cuts again for readers.
GAP_MS: Final = 200
GAP_WITH_WORD_TIMES_MS: Final = 600
MAX_JOINED_MS: Final = 20_000
_MIN_PIECE_MS: Final = 300  # shorter regions are padded, never dropped
_QUIET_FRAME_MS: Final = 100
_SHORT_CLIP_MS: Final = 1500
_SILENT_PEAK: Final = 60  # of 32768; −55 dBFS
_PER_MS: Final = SAMPLE_RATE // 1000


@dataclass(frozen=True, slots=True)
class Piece:
    """Speech from ``start_ms`` to ``end_ms`` of the track, and the samples for it.

    The samples begin at ``samples_start_ms``: a little silence around speech helps.
    """

    start_ms: int
    end_ms: int
    samples_start_ms: int
    samples_end_ms: int

    def samples(self, track: NDArray[np.int16]) -> Samples:
        part = track[self.samples_start_ms * _PER_MS : self.samples_end_ms * _PER_MS]
        return to_float(part)


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of the track that is worked on, and checkpointed, as one."""

    index: int
    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class Joining:
    """What becomes of the regions that a detector finds; see ``pieces``."""

    gap_ms: int
    pad_ms: int = PAD_MS
    max_joined_ms: int = MAX_JOINED_MS


def to_float(samples: NDArray[np.int16]) -> Samples:
    """What engines take: float32 in [-1, 1]."""
    return np.asarray(samples, np.float32) / np.float32(32768)


def windows(track: NDArray[np.int16], window_ms: int = WINDOW_MS) -> Iterator[Window]:
    """Windows that cover the track, in order."""
    total = -(-track.size // _PER_MS)
    start = index = 0
    while total - start > window_ms + _BORDER_SEARCH_MS:
        nominal = start + window_ms
        border = _quietest(track, nominal - _BORDER_SEARCH_MS, nominal)
        yield Window(index, start, border)
        start, index = border, index + 1
    yield Window(index, start, total)


def is_silent(track: SomeTrack) -> bool:
    """Nothing in it that anybody could hear; no engine is asked about such audio."""
    for start in range(0, track.size, 60 * SAMPLE_RATE):
        part = track[start : start + 60 * SAMPLE_RATE]
        if max(-int(part.min()), int(part.max())) >= _SILENT_PEAK:
            return False
    return True


def pieces(
    track: NDArray[np.int16],
    window: Window,
    vad: VoiceActivityDetector,
    *,
    gap_ms: int = GAP_MS,
    pad_ms: int = PAD_MS,
    max_joined_ms: int = MAX_JOINED_MS,
) -> list[Piece]:
    """The speech in one window, in order, none longer than ``MAX_PIECE_MS``. Neighbours
    with less than ``gap_ms`` between them become one of up to ``max_joined_ms``."""
    part = track[window.start_ms * _PER_MS : window.end_ms * _PER_MS]
    if is_silent(part):
        return []
    found = _speech_in(part, vad, may_be_all=window.start_ms == 0)
    regions = [
        cut
        for region in _join(found, gap_ms, max_joined_ms)
        for cut in _split(part, *region)
    ]
    room = padded(regions, part.size // _PER_MS, pad_ms)
    return [
        Piece(
            start_ms=window.start_ms + start,
            end_ms=window.start_ms + end,
            samples_start_ms=window.start_ms + first,
            samples_end_ms=window.start_ms + last,
        )
        for (start, end), (first, last) in zip(regions, room, strict=True)
        if last - first >= 100 and not is_silent(part[first * _PER_MS : last * _PER_MS])
    ]


def _speech_in(
    part: NDArray[np.int16], vad: VoiceActivityDetector, *, may_be_all: bool
) -> list[tuple[int, int]]:
    """What the detector finds. ``may_be_all``: of a short clip, all of it where it
    finds nothing."""
    length_ms = part.size // _PER_MS
    try:
        found = vad.speech_regions(to_float(part))
    except (EngineError, ValueError, ArithmeticError):
        # fsmn-vad can fail on odd audio ("math domain error"): loud enough is speech.
        found = loud_regions(part)
    if not found and may_be_all and length_ms <= _SHORT_CLIP_MS:
        return [(0, length_ms)]  # too short for a detector to decide
    return [(max(0, start), min(end, length_ms)) for start, end in found if start < end]


def loud_regions(part: NDArray[np.int16]) -> list[tuple[int, int]]:
    """A crude detector: frames well above the noise floor, joined over short gaps."""
    frames = _energies(part)
    if not frames.size:
        return []
    floor = float(np.percentile(frames, 10))
    loud = frames > max(4 * floor, 1e-6)
    regions: list[tuple[int, int]] = []
    for index in np.flatnonzero(loud).tolist():
        start, end = index * _QUIET_FRAME_MS, (index + 1) * _QUIET_FRAME_MS
        if regions and start - regions[-1][1] <= 5 * _QUIET_FRAME_MS:
            regions[-1] = (regions[-1][0], end)
        else:
            regions.append((start, end))
    return regions


def _join(
    regions: list[tuple[int, int]], gap_ms: int, max_joined_ms: int
) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in regions:
        if (
            joined
            and start - joined[-1][1] < gap_ms
            and end - joined[-1][0] <= max_joined_ms
        ):
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _split(part: NDArray[np.int16], start: int, end: int) -> Iterator[tuple[int, int]]:
    while end - start > MAX_PIECE_MS:
        # The rest must not become a piece of its own.
        last = min(start + MAX_PIECE_MS, end - 2000)
        cut = _quietest(part, start + _SPLIT_FROM_MS, last)
        yield start, cut
        start = cut
    yield start, end


def padded(
    regions: Sequence[tuple[int, int]], length_ms: int, pad_ms: int = PAD_MS
) -> list[tuple[int, int]]:
    """Room on both sides, up to half of the gap to a neighbour."""
    result: list[tuple[int, int]] = []
    for index, (start, end) in enumerate(regions):
        before = regions[index - 1][1] if index else 0
        after = regions[index + 1][0] if index + 1 < len(regions) else length_ms
        room = max(pad_ms, (_MIN_PIECE_MS - (end - start)) // 2)
        left = min(room, (start - before) // 2 if index else start)
        right = min(
            room, (after - end) // 2 if index + 1 < len(regions) else after - end
        )
        result.append((start - max(left, 0), end + max(right, 0)))
    return result


def _quietest(track: NDArray[np.int16], start_ms: int, end_ms: int) -> int:
    """The middle of the quietest 300 ms between the two times."""
    frames = _energies(track[start_ms * _PER_MS : end_ms * _PER_MS])
    if frames.size < 3:
        return end_ms
    smooth = np.convolve(frames, np.ones(3), "valid")
    return start_ms + int(np.argmin(smooth) * _QUIET_FRAME_MS + 1.5 * _QUIET_FRAME_MS)


def _energies(samples: NDArray[np.int16]) -> NDArray[np.float64]:
    size = _QUIET_FRAME_MS * _PER_MS
    whole = samples.size // size
    if not whole:
        return np.zeros(0)
    frames = to_float(samples[: whole * size]).reshape(whole, size)
    return np.asarray(np.square(frames).mean(axis=1), np.float64)
