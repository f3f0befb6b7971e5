"""How loud a recording is, counted while it streams, and what makes it as it should be.

int16 has steps: speech at −60 dBFS has 30 of them and is noise to a recogniser. A file
of 24 bits or floats has more, and gives them when it is made louder before.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

_FRAME_SECONDS: Final = 0.1
_STRIDE: Final = 8  # some of the samples have the same level
_LOWEST_DB: Final = -140
_HIGHEST_DB: Final = 610  # floats hold anything
# The loudest frames, but for so many, are what its level is: a click is no speech.
_LOUDEST_SHARE: Final = 0.001
_LOUDEST_FRAMES: Final = (3, 20)
_QUIET_DB: Final = -42.0  # speech on the telephone is at −30 to −12
_TOO_QUIET_DB: Final = -48.0
_SILENT_DB: Final = -110.0  # of 24 bits and floats there is something to bring out
_OFF_DB: Final = -120  # no microphone is so quiet
_BEYOND_FULL_SCALE_DB: Final = 6.0  # no sound is; floats in a range of integers are
_WANTED_DB: Final = -22.0
_MOST_GAIN_DB: Final = 88.0
# A constant voltage beside the sound counts when it is more than this, and not so far
# below the sound that nothing notices it.
_OFFSET_DB: Final = -60.0
_OFFSET_BELOW_DB: Final = 20.0
_OFFSET_SECONDS: Final = 0.1  # a voice begins at 80 Hz
# Speech has pauses; what is as loud all the time is noise and gains nothing.
_LEAST_RANGE_DB: Final = 9.0


class Levels:
    """Counts frames of 100 ms by their level, the channels apart. A constant voltage
    (an offset) is no sound and counts apart."""

    def __init__(self, channels: int, rate: int) -> None:
        self._frame = max(1, round(rate * _FRAME_SECONDS / _STRIDE))
        self._counts = np.zeros((channels, _HIGHEST_DB - _LOWEST_DB + 1), np.int64)
        self._offsets = np.zeros(channels)  # the sum of the squares of blocks' means
        self._blocks = 0

    def add(self, block: NDArray[np.float32]) -> None:
        """``block`` is (channels, samples), about a second of them."""
        block = np.ascontiguousarray(block[:, ::_STRIDE])
        whole = block.shape[1] // self._frame
        if not whole:
            return
        frames = block[:, : whole * self._frame].reshape(-1, whole, self._frame)
        means = frames.mean(axis=2, dtype=np.float64)
        self._offsets += np.square(means.mean(axis=1))
        self._blocks += 1
        frames = frames - means[:, :, None].astype(np.float32)
        power = np.einsum("cwf,cwf->cw", frames, frames)
        if not np.isfinite(power).all():  # the squares of what floats can hold
            power = np.einsum("cwf,cwf->cw", frames, frames, dtype=np.float64)
        decibels = 10 * np.log10(np.maximum(power / self._frame, 1e-20))
        bins = np.clip(np.rint(decibels), _LOWEST_DB, _HIGHEST_DB).astype(int)
        for counts, row in zip(self._counts, bins - _LOWEST_DB, strict=True):
            np.add.at(counts, row, 1)

    def loudest(self) -> list[float]:
        """Of each channel, in dBFS."""
        return [_loud(counts) for counts in self._counts]

    def gain(self) -> float:
        """What to multiply all channels by: they stay as loud beside one another."""
        level, floor = max(
            ((_loud(counts), _floor(counts)) for counts in self._counts),
            default=(float(_LOWEST_DB), float(_LOWEST_DB)),
        )
        is_speech = level > _SILENT_DB and level - floor >= _LEAST_RANGE_DB
        is_quiet = is_speech and level < _QUIET_DB
        if not is_quiet and level < _BEYOND_FULL_SCALE_DB:
            return 1.0
        return float(10 ** (min(_WANTED_DB - level, _MOST_GAIN_DB) / 20))

    def have_offset(self) -> bool:
        """Whether a constant voltage would hide the sound of any channel."""
        means = self._offsets / max(1, self._blocks)
        offsets = 10 * np.log10(np.maximum(means, 1e-20))
        below = np.array(self.loudest()) - _OFFSET_BELOW_DB
        return bool((offsets > np.maximum(below, _OFFSET_DB)).any())

    def are_too_quiet(self) -> bool:
        """Whether words are sure to be missing. Digital silence is no quiet sound."""
        return _OFF_DB < max(self.loudest(), default=0.0) < _TOO_QUIET_DB


class OffsetFilter:
    """Takes the mean of the last tenth of a second away from every sample."""

    def __init__(self, channels: int, rate: int) -> None:
        self._size = round(rate * _OFFSET_SECONDS)
        self._before: NDArray[np.float64] = np.zeros((channels, 0))

    def __call__(self, block: NDArray[np.float32]) -> NDArray[np.float32]:
        samples = np.asarray(np.concatenate((self._before, block), axis=1), np.float64)
        known = self._before.shape[1]
        sums = np.cumsum(samples, axis=1)
        ends = np.arange(known, samples.shape[1])
        starts = np.maximum(ends - self._size, -1)
        earlier = np.where(starts >= 0, sums[:, np.maximum(starts, 0)], 0.0)
        means = (sums[:, known:] - earlier) / (ends - starts)
        self._before = samples[:, -self._size :]
        return np.asarray(block - means, np.float32)


def _loud(counts: NDArray[np.int64]) -> float:
    """The level that only the few loudest frames exceed."""
    total = int(counts.sum())
    few = int(np.clip(total * _LOUDEST_SHARE, *_LOUDEST_FRAMES))
    few = min(few, total - 1)
    at = int(np.searchsorted(np.cumsum(counts[::-1]), few, side="right"))
    return float(_HIGHEST_DB - at) if total else float(_LOWEST_DB)


def _floor(counts: NDArray[np.int64]) -> float:
    """The level of pauses: a tenth of the frames is at or below it. Silence that was
    put in, or that a device wrote while it was off, is none: noise beside it is noise
    all the same."""
    above = _OFF_DB - _LOWEST_DB
    total = int(counts[above:].sum())
    if not total:
        return float(_LOWEST_DB)
    tenth = int(np.searchsorted(np.cumsum(counts[above:]), total // 10, side="right"))
    return float(tenth + above + _LOWEST_DB)
