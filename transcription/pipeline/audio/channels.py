"""Do the two channels of a stereo file hold two voices or the same sound twice?

A recorded call has one party per channel: splitting gives exact speakers for free. A
phone's stereo memo or a "stereo" export of a mono file has the same voices on both, and
splitting would write every sentence twice.
"""

import mmap
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from transcription.engine.base import SAMPLE_RATE

_WINDOW: Final = 2 * SAMPLE_RATE
WINDOWS_PER_CHANNEL: Final = 32
_MAX_LAG: Final = SAMPLE_RATE // 20  # 50 ms: in one room
_MAX_ECHO: Final = SAMPLE_RATE * 3 // 10  # 300 ms: over the line and back
_AT_ONCE: Final = SAMPLE_RATE // 50
_STRIDE: Final = 16
_WINDOWS_AT_ONCE: Final = 15
_FRAME: Final = SAMPLE_RATE // 20
# Sidetone or crosstalk of −12 dB correlates 0.47; a call's parties below 0.2.
SAME_WAVE: Final = 0.6
SAME_ENVELOPE: Final = 0.85
IDENTICAL_WAVE: Final = 0.95
# From here on it is worth a look at every moment whether one is on the other's channel.
_CROSSTALK: Final = 0.2
_FAINT: Final = 0.12
_SILENCE: Final = 3e-4  # root mean square; −70 dBFS

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two channels are: correlation at the best lag, and of envelopes.

    ``lags`` are the delays of the right one (in samples, up to 300 ms either way) at
    which some of the left one's sound is on it; none for the parties of a clean call.
    """

    wave: float
    envelope: float
    is_left_louder: bool
    lags: tuple[int, ...] = ()

    @property
    def is_same_scene(self) -> bool:
        return abs(self.wave) >= SAME_WAVE or self.envelope >= SAME_ENVELOPE

    @property
    def is_one_enough(self) -> bool:
        """Adding them would gain nothing, or cancel (inverted phase)."""
        return abs(self.wave) >= IDENTICAL_WAVE or self.wave < 0


class TrackFile:
    """The samples of a track on disk, read where they are asked for: a mapped file
    counts against the decoder's limit of memory, however little of it is read."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.size = path.stat().st_size // 2

    def __getitem__(self, part: slice) -> NDArray[np.int16]:
        start, stop, step = part.indices(self.size)
        samples = np.fromfile(
            self._path, "<i2", count=max(stop - start, 0), offset=2 * start
        )
        return samples[::step]


SomeTrack = NDArray[np.int16] | TrackFile


def read_track(path: Path) -> NDArray[np.int16]:
    """The samples of a track on disk, mapped, not loaded."""
    if path.stat().st_size < 2:
        return np.zeros(0, np.int16)
    return np.memmap(path, dtype="<i2", mode="r")


def forget(track: NDArray[np.int16]) -> None:
    """Give back the memory of what has been read of a mapped track: it is on disk, and
    three hours of it are a third of a gigabyte."""
    mapped = getattr(track, "_mmap", None)  # numpy has no public name for it
    if mapped is not None and hasattr(mmap, "MADV_DONTNEED"):  # not on Windows
        mapped.madvise(mmap.MADV_DONTNEED)


def compare(
    left: SomeTrack, right: SomeTrack, *, most_windows: int = WINDOWS_PER_CHANNEL
) -> Likeness:
    """Compare the loudest windows of each channel, so that both parties are in them."""
    size = min(left.size, right.size)
    if not size:
        return Likeness(1.0, 1.0, True)
    starts = _loud_windows((left, right), size, most_windows)
    length = min(_WINDOW, size)
    spectrum = np.zeros(_fft_size(length) // 2 + 1, np.complex128)
    energy_left = energy_right = 0.0
    envelopes_left: list[Floats] = []
    envelopes_right: list[Floats] = []
    for start in starts:
        a = _window(left, start, length)
        b = _window(right, start, length)
        energy_left += float(a @ a)
        energy_right += float(b @ b)
        spectrum += np.fft.rfft(a, _fft_size(length)) * np.conj(
            np.fft.rfft(b, _fft_size(length))
        )
        envelopes_left.append(_envelope(a))
        envelopes_right.append(_envelope(b))
    audible = len(starts) * length * _SILENCE**2
    is_left_louder = energy_left >= energy_right
    if energy_left < audible and energy_right < audible:
        return Likeness(1.0, 1.0, is_left_louder)  # silence twice is silence once
    if energy_left < audible or energy_right < audible:
        return Likeness(0.0, 0.0, is_left_louder)
    correlation = np.fft.irfft(spectrum, _fft_size(length))
    correlation /= np.sqrt(energy_left * energy_right)
    near = np.concatenate((correlation[: _MAX_LAG + 1], correlation[-_MAX_LAG:]))
    return Likeness(
        wave=float(near[np.argmax(np.abs(near))]),
        envelope=_correlate(
            np.concatenate(envelopes_left), np.concatenate(envelopes_right)
        ),
        is_left_louder=is_left_louder,
        lags=_lags(correlation),
    )


def _lags(correlation: NDArray[np.float64]) -> tuple[int, ...]:
    """The best lag at once, the best later one, and the best earlier one, as far as
    there is something to it."""
    reach = min(_MAX_ECHO, correlation.size // 2 - 1)
    # At index k the right one is later by −k.
    by_lag = np.abs(np.concatenate((correlation[-reach:], correlation[: reach + 1])))[
        ::-1
    ]
    lags = np.arange(-reach, reach + 1)
    if by_lag.max() < _CROSSTALK:
        return ()
    found = []
    for part in (lags < -_AT_ONCE, np.abs(lags) <= _AT_ONCE, lags > _AT_ONCE):
        best = int(np.argmax(np.where(part, by_lag, 0.0)))
        if by_lag[best] >= _FAINT:
            found.append(int(lags[best]))
    return tuple(found)


def _loud_windows(tracks: Sequence[SomeTrack], size: int, most: int) -> list[int]:
    if size <= _WINDOW:
        return [0]
    count = size // _WINDOW
    chosen: set[int] = set()
    for track in tracks:
        energy = np.empty(count)
        for at in range(0, count, _WINDOWS_AT_ONCE):
            to = min(at + _WINDOWS_AT_ONCE, count)
            part = track[at * _WINDOW : to * _WINDOW].reshape(-1, _WINDOW)
            energy[at:to] = np.square(part[:, ::_STRIDE].astype(np.float32)).sum(axis=1)
        chosen.update(np.argsort(energy)[-most:].tolist())
    return [index * _WINDOW for index in sorted(chosen)]


def _window(channel: SomeTrack, start: int, length: int) -> Floats:
    window = channel[start : start + length].astype(np.float32) / 32768
    return np.asarray(window - window.mean(), np.float32)


def _fft_size(length: int) -> int:
    return 1 << (length + _MAX_ECHO).bit_length()


def _envelope(window: Floats) -> Floats:
    whole = window.size // _FRAME
    frames = window[: whole * _FRAME].reshape(whole, _FRAME)
    return np.asarray(np.sqrt(np.square(frames).mean(axis=1)), np.float32)


def _correlate(a: Floats, b: Floats) -> float:
    if a.size < 8:
        return 0.0
    a, b = a - a.mean(), b - b.mean()
    scale = float(np.sqrt((a @ a) * (b @ b)))
    return float(a @ b) / scale if scale > 0 else 0.0
