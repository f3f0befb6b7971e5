"""A drawing of the sound: peaks per channel."""

from pathlib import Path
from typing import Final

import numpy as np

from transcription.engine.base import SAMPLE_RATE
from transcription.pipeline.audio.channels import TrackFile

# Of an hour, one for two thirds of a second: zoomed to half a minute it has a shape.
MAX_PEAKS: Final = 8_000
_FIRST_BUCKET: Final = SAMPLE_RATE // 100
_READ: Final = 30 * SAMPLE_RATE


def waveform_of(paths: list[Path]) -> tuple[tuple[int, ...], ...]:
    """Peaks 0–100 for every track; all are as long as the first."""
    return tuple(tuple(_peaks(TrackFile(path))) for path in paths)


def _peaks(track: TrackFile) -> list[int]:
    bucket = _FIRST_BUCKET
    while -(-track.size // bucket) > MAX_PEAKS:
        bucket *= 2
    peaks: list[int] = []
    step = max(1, _READ // bucket) * bucket
    for start in range(0, track.size, step):
        part = track[start : start + step]
        starts = np.arange(0, part.size, bucket)
        highest = np.maximum.reduceat(part, starts).astype(np.int32)
        lowest = np.minimum.reduceat(part, starts).astype(np.int32)
        loudest = np.maximum(highest, -lowest)
        peaks += np.rint(loudest / 32768 * 100).astype(int).tolist()
    return peaks
