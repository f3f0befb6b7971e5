"""What one party says is heard on the other's channel too: crosstalk, or an echo.

Moment by moment the channels are laid over each other at the delay at which they are
most alike. Where both hold the same sound, the louder one is its speaker's, and it is
taken out of the other: each sentence stays once.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from transcription.engine.base import SAMPLE_RATE
from transcription.pipeline.audio.channels import TrackFile

_FRAME: Final = SAMPLE_RATE // 50  # 20 ms
_CHUNK: Final = 60 * SAMPLE_RATE
_SMOOTH: Final = 11  # frames
_KEPT_AT_EDGES: Final = 3  # frames beside another's speech that stay
_SAME_SOUND: Final = 0.5  # correlation; two voices at once stay below
_LOUDER: Final = 10**0.15  # 1.5 dB: less, and nobody can tell whose it is
_SILENT_POWER: Final = 1e-7  # −70 dBFS
_BELOW_SPEECH: Final = 10**-4.0  # what is 40 dB below a channel's speech is none
_OWN_SHARE: Final = 0.05  # a channel with less of its own is an echo of the other
_OWN_FRAMES: Final = 25
_NEAR: Final = 10**1.2  # 12 dB
_UNLIKE_SHARE: Final = 0.3
_ROOM_SHARE: Final = 0.5  # as loud on both for so much of the time: one room

Frames = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Overlay:
    """How two channels share what is said; a frame is 20 ms of both.

    ``muted`` are frames of the first and of the second that are the other's speech.
    """

    muted: tuple[Mask, Mask]
    first_own: int  # frames that are the channel's own
    second_own: int
    equal: int  # frames of which nobody can tell whose they are
    both: int  # frames in which there is about as much on both
    unlike: int  # of these, frames with another sound on each

    @property
    def is_clear(self) -> bool:
        """Whether what both hold is the same sound. In a room it is not: every wall
        makes another one of it, and moments cannot be told apart."""
        return self.unlike <= self.both * _UNLIKE_SHARE

    @property
    def is_room(self) -> bool:
        told = self.first_own + self.second_own + self.equal
        return self.equal > told * _ROOM_SHARE

    @property
    def has_two_parties(self) -> bool:
        few, many = sorted((self.first_own, self.second_own))
        return few >= max(_OWN_FRAMES, many * _OWN_SHARE)


def overlay(first: TrackFile, second: TrackFile, lags: tuple[int, ...]) -> Overlay:
    """Compare all moments at ``lags``: samples by which the second is later."""
    count = -(-max(first.size, second.size) // _FRAME)
    powers = _smooth(_power(first, count)), _smooth(_power(second, count))
    active = tuple(power > _threshold(power) for power in powers)
    muted = np.zeros(count, bool), np.zeros(count, bool)
    equal, ever_alike = np.zeros(count, bool), np.zeros(count, bool)
    for lag in lags:
        shift = round(lag / _FRAME)
        there = _shifted(powers[1], shift)
        cross = _smooth(_cross(first, second, lag, count))
        alike = np.abs(cross) >= _SAME_SOUND * np.sqrt(powers[0] * there + 1e-20)
        alike &= active[0] | (_shifted(active[1], shift) > 0)
        muted[0][alike & (there > powers[0] * _LOUDER)] = True
        by_first = alike & (powers[0] > there * _LOUDER)
        muted[1][_shifted(by_first, -shift) > 0] = True
        ever_alike |= alike
        ever_alike[_shifted(alike, -shift) > 0] = True
        equal |= alike & (there <= powers[0] * _LOUDER) & ~by_first
    both = active[0] & active[1] & _are_near(*powers)
    own = [a & ~m & ~equal for a, m in zip(active, muted, strict=True)]
    return Overlay(
        (_without_edges(muted[0], own[0]), _without_edges(muted[1], own[1])),
        int(own[0].sum()),
        int(own[1].sum()),
        int(equal.sum()),
        int(both.sum()),
        int((both & ~ever_alike).sum()),
    )


def mute(path: Path, muted: Mask) -> None:
    """Make these frames of a track silent, without a click."""
    if not muted.any():
        return
    per_chunk = _CHUNK // _FRAME
    track = TrackFile(path)
    edges = np.concatenate(([False], muted, [False])).astype(np.float32)
    with path.open("r+b") as file:
        for at in range(0, muted.size, per_chunk):
            if not muted[at : at + per_chunk].any():
                continue
            part = track[at * _FRAME : (at + per_chunk) * _FRAME]
            here = edges[at : at + per_chunk + 2]
            middles = (np.arange(here.size) - 0.5) * _FRAME
            loss = np.interp(np.arange(part.size), middles, here)
            file.seek(2 * at * _FRAME)
            file.write((part * (1 - loss)).astype("<i2").tobytes())


def _chunks(count: int) -> Iterator[tuple[int, int]]:
    per_chunk = _CHUNK // _FRAME
    for at in range(0, count, per_chunk):
        yield at, min(at + per_chunk, count)


def _part(track: TrackFile, start: int, stop: int) -> NDArray[np.float32]:
    """Samples of the track, and zeros where it has none."""
    samples = np.zeros(stop - start, np.float32)
    inside = track[max(start, 0) : max(stop, 0)]
    at = max(-start, 0)
    samples[at : at + inside.size] = inside.astype(np.float32) / 32768
    return samples


def _power(track: TrackFile, count: int) -> Frames:
    power = np.empty(count)
    for at, to in _chunks(count):
        frames = _part(track, at * _FRAME, to * _FRAME).reshape(-1, _FRAME)
        power[at:to] = np.einsum("fs,fs->f", frames, frames) / _FRAME
    return power


def _cross(first: TrackFile, second: TrackFile, lag: int, count: int) -> Frames:
    cross = np.empty(count)
    for at, to in _chunks(count):
        one = _part(first, at * _FRAME, to * _FRAME).reshape(-1, _FRAME)
        other = _part(second, at * _FRAME + lag, to * _FRAME + lag)
        cross[at:to] = np.einsum("fs,fs->f", one, other.reshape(-1, _FRAME)) / _FRAME
    return cross


def _smooth(values: Frames) -> Frames:
    if values.size < _SMOOTH:
        return np.full_like(values, values.mean() if values.size else 0.0)
    return np.convolve(values, np.ones(_SMOOTH) / _SMOOTH, "same")


def _shifted(values: NDArray[Any], frames: int) -> NDArray[Any]:
    """The values ``frames`` later; nothing where there are none."""
    moved = np.zeros_like(values)
    if frames > 0:
        moved[:-frames] = values[frames:]
    elif frames < 0:
        moved[-frames:] = values[:frames]
    else:
        moved[:] = values
    return moved


def _are_near(first: Frames, second: Frames) -> Mask:
    return np.maximum(first, second) < _NEAR * np.minimum(first, second)


def _threshold(power: Frames) -> float:
    loud = float(np.percentile(power, 99)) if power.size else 0.0
    return max(_SILENT_POWER, loud * _BELOW_SPEECH)


def _without_edges(muted: Mask, own: Mask) -> Mask:
    """Muted but for frames that stand near what the channel says itself."""
    near = np.convolve(own, np.ones(2 * _KEPT_AT_EDGES + 1), "same") > 0
    return muted & ~near
