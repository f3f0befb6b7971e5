"""What becomes of a file's channels: the tracks that are recognised."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from transcription.engine.base import SAMPLE_RATE
from transcription.pipeline.audio.channels import (
    WINDOWS_PER_CHANNEL,
    TrackFile,
    compare,
)
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
    """One track for each voice: channels that hold one scene become one, and of more
    than two those are left out that hold nothing. Removes the files of the others."""
    groups = [[index] for index in range(len(paths))]
    if len(paths) > 2:
        groups = _audible(paths, groups)
    groups = _by_scene(paths, groups)
    tracks = []
    for group in groups:
        _merge([paths[index] for index in group], check_room)
        tracks.append(Settled(paths[group[0]], group[0] if len(groups) > 1 else None))
    for path in {*paths} - {track.path for track in tracks}:
        path.unlink()
    return tracks


def _audible(paths: list[Path], groups: list[list[int]]) -> list[list[int]]:
    return [g for g in groups if not is_silent(TrackFile(paths[g[0]]))] or groups[:1]


def _by_scene(paths: list[Path], groups: list[list[int]]) -> list[list[int]]:
    """Groups of channels, the first of each being the one that sounds like the rest."""
    found: list[list[int]] = []
    most = _FEW_WINDOWS if len(groups) > 2 else WINDOWS_PER_CHANNEL
    for group in groups:
        track = TrackFile(paths[group[0]])
        for other in found:
            alike = compare(TrackFile(paths[other[0]]), track, most_windows=most)
            if alike.is_same_scene:
                if alike.is_one_enough:
                    # The louder one stands for both.
                    if not alike.is_left_louder:
                        paths[group[0]].replace(paths[other[0]])
                        paths[group[0]].write_bytes(b"")
                else:
                    other.append(group[0])
                break
        else:
            found.append(group)
    return found


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
