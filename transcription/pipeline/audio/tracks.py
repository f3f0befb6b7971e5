"""What becomes of a file's channels: the tracks that are recognised."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from transcription.engine.base import SAMPLE_RATE
from transcription.pipeline.audio.channels import (
    WINDOWS_PER_CHANNEL,
    TrackFile,
    compare,
)
from transcription.pipeline.audio.crosstalk import Overlay, mute, overlay
from transcription.pipeline.audio.vad import is_silent

_COPY: Final = 60 * SAMPLE_RATE
# Of each channel when many are compared with each other; two are looked at closely.
_FEW_WINDOWS: Final = 8


@dataclass(frozen=True, slots=True)
class Settled:
    """A track on disk and the channel that it is, None where there is only one."""

    path: Path
    channel: int | None


def settle(paths: list[Path], check_room: Callable[[], None]) -> list[Settled]:
    """One track for each voice: channels that hold one scene become one, of more than
    two those are left out that hold nothing, and what a channel has of another's speech
    is taken out of it. Removes the files of the others."""
    heard = list(range(len(paths)))
    if len(paths) > 2:
        loud = [index for index in heard if not is_silent(TrackFile(paths[index]))]
        heard = loud or heard[:1]
    groups = _by_scene(paths, heard)
    tracks = []
    for group in groups:
        _merge([paths[index] for index in group], check_room)
        tracks.append(Settled(paths[group[0]], group[0] if len(groups) > 1 else None))
    for path in {*paths} - {track.path for track in tracks}:
        path.unlink()
    return tracks


def _by_scene(paths: list[Path], heard: list[int]) -> list[list[int]]:
    """Channels that are mixed to one track, in groups; most are alone in theirs. What
    is another's speech on a channel is silent afterwards."""
    groups: list[list[int]] = []
    muted: dict[int, NDArray[np.bool_]] = {}
    most = _FEW_WINDOWS if len(heard) > 2 else WINDOWS_PER_CHANNEL
    for index in heard:
        for group in groups:
            pair = (group[0], index)
            found = _compared(paths[pair[0]], paths[pair[1]], most)
            if found.overlay is not None:
                for channel, mask in zip(pair, found.overlay.muted, strict=True):
                    muted[channel] = muted.get(channel, False) | mask
            elif found.is_same and found.is_one_enough:
                if not found.is_first_better:
                    group[0] = index  # it stands for both
                break
            elif found.is_same:
                group.append(index)
                break
        else:
            groups.append([index])
    for group in groups:
        if group[0] in muted:
            mute(paths[group[0]], muted[group[0]])
    return sorted(groups)


@dataclass(frozen=True, slots=True)
class _Compared:
    """What two channels are to each other. With an ``overlay`` two parties hear each
    other, without one they are apart unless they are the same."""

    is_same: bool = False
    is_one_enough: bool = False
    is_first_better: bool = True
    overlay: Overlay | None = None


def _compared(first: Path, second: Path, most_windows: int) -> _Compared:
    one, other = TrackFile(first), TrackFile(second)
    alike = compare(one, other, most_windows=most_windows)
    if alike.lags:
        seen = overlay(one, other, alike.lags)
        if seen.is_clear and not seen.is_room:
            if seen.has_two_parties:
                return _Compared(overlay=seen)
            # One of them holds nothing but the other's sound.
            return _Compared(True, True, seen.first_own >= seen.second_own)
    return _Compared(alike.is_same_scene, alike.is_one_enough, alike.is_left_louder)


def _merge(paths: list[Path], check_room: Callable[[], None]) -> None:
    """The mean of all of them, in the first one's file."""
    if len(paths) == 1:
        return
    merged = paths[0].with_name("channel-m.pcm")
    tracks = [TrackFile(path) for path in paths]
    with merged.open("wb") as file:
        for start in range(0, tracks[0].size, _COPY):
            check_room()
            parts = np.stack([track[start : start + _COPY] for track in tracks])
            mean = parts.sum(axis=0, dtype=np.int32) // len(paths)
            file.write(mean.astype("<i2").tobytes())
    merged.replace(paths[0])
