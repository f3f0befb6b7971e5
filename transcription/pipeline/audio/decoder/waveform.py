"""A drawing of the sound: peaks per channel, without knowing how long it will be."""

from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from transcription.engine.base import SAMPLE_RATE
from transcription.pipeline.audio.channels import TrackFile

MAX_PEAKS: Final = 2000
_READ: Final = 10 * SAMPLE_RATE
_FIRST_BUCKET: Final = 160  # 10 ms at 16 kHz


def waveform_of(paths: list[Path]) -> tuple[tuple[int, ...], ...]:
    """Peaks 0–100 for every track; all are as long as the first."""
    tracks = [TrackFile(path) for path in paths]
    peaks = Peaks(len(tracks))
    for start in range(0, tracks[0].size, _READ):
        parts = [track[start : start + _READ] for track in tracks]
        peaks.add(np.stack(parts).astype(np.float32) / np.float32(32768))
    return peaks.result()


class Peaks:
    """Takes blocks as they come; when it has twice too many buckets it halves them."""

    def __init__(self, channels: int) -> None:
        self._channels = channels
        self._bucket = _FIRST_BUCKET
        self._rest: NDArray[np.float32] = np.zeros((channels, 0), np.float32)
        self._done: list[NDArray[np.float32]] = []
        self._count = 0

    def add(self, block: NDArray[np.float32]) -> None:
        """``block`` is (channels, samples)."""
        data = np.concatenate((self._rest, np.abs(block)), axis=1)
        whole = data.shape[1] // self._bucket
        cut = whole * self._bucket
        self._rest = data[:, cut:]
        if whole:
            shape = (self._channels, whole, self._bucket)
            self._done.append(data[:, :cut].reshape(shape).max(axis=2))
            self._count += whole
        if self._count >= 2 * MAX_PEAKS:
            self._halve()

    def _halve(self) -> None:
        peaks = np.concatenate(self._done, axis=1)
        while peaks.shape[1] >= 2 * MAX_PEAKS:
            odd = peaks.shape[1] % 2
            if odd:  # an unfinished pair would make the next bucket too short
                peaks = np.concatenate((peaks, peaks[:, -1:]), axis=1)
            peaks = np.maximum(peaks[:, 0::2], peaks[:, 1::2])
            self._bucket *= 2
        self._done = [peaks]
        self._count = peaks.shape[1]

    def result(self) -> tuple[tuple[int, ...], ...]:
        """Peaks 0–100 for every channel."""
        parts = list(self._done)
        if self._rest.shape[1]:
            parts.append(self._rest.max(axis=1, keepdims=True))
        if not parts:
            return tuple(() for _ in range(self._channels))
        peaks = np.concatenate(parts, axis=1)
        while peaks.shape[1] > MAX_PEAKS:
            if peaks.shape[1] % 2:
                peaks = np.concatenate((peaks, peaks[:, -1:]), axis=1)
            peaks = np.maximum(peaks[:, 0::2], peaks[:, 1::2])
        percent = np.rint(np.clip(peaks, 0.0, 1.0) * 100).astype(int)
        return tuple(tuple(row.tolist()) for row in percent)
