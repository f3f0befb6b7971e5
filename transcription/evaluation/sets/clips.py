"""The audio of an evaluation with what is said in it."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import numpy as np

from transcription.engine.base import SAMPLE_RATE
from transcription.pipeline.audio.channels import read_track
from transcription.pipeline.audio.decode import decode_file
from transcription.pipeline.types import DecodedAudio, DecodeLimits, Track

_PER_MS: Final = SAMPLE_RATE // 1000
# Speech is cut out of a recording with some room: its times are those of words.
CUT_PAD_MS: Final = 200


@dataclass(frozen=True, slots=True)
class Clip:
    """One voice of one file, or a part of it.

    ``turns`` is what it says, in order: one text, or one for each turn of a call whose
    channel is recognised as a whole. Empty for silence and noise.
    ``speech_ms`` counts the turns where their times are known.
    """

    name: str
    path: Path
    turns: tuple[str, ...]
    channel: int | None = None  # None: all tracks of the file
    start_ms: int | None = None  # None: the whole file
    end_ms: int | None = None
    speech_ms: int | None = None
    language: str = "zh"
    is_alone: bool = False  # its neighbours in the file have nothing to do with it
    follows_clock: bool = True  # of the file; else times count its samples

    @property
    def reference(self) -> str:
        return "".join(self.turns)

    @property
    def part(self) -> tuple[int, int] | None:
        """From where to where in the file; None: all of it."""
        if self.start_ms is None or self.end_ms is None:
            return None
        return self.start_ms, self.end_ms


@dataclass(slots=True)
class Decoder:
    """Decodes each file once, into a folder of its own. ``on_wait`` is called now and
    then meanwhile, and may raise to stop."""

    folder: Path
    limits: DecodeLimits = field(default_factory=DecodeLimits)
    on_wait: Callable[[], None] | None = None
    _decoded: dict[tuple[Path, bool], DecodedAudio] = field(default_factory=dict)

    def file_of(self, clip: Clip) -> DecodedAudio:
        """The clip's whole file as the pipeline takes it, of a call the clip's channel
        alone. Raises ``EngineError``."""
        key = clip.path, clip.follows_clock
        whole = self._decoded.get(key)
        if whole is None:
            whole = decode_file(
                clip.path,
                Path(tempfile.mkdtemp(dir=self.folder)),  # also after one that failed
                self.limits,
                wants_playback=False,
                follows_clock=clip.follows_clock,
                on_wait=self.on_wait,
            )
            self._decoded[key] = whole
        tracks = [
            track
            for track in whole.tracks
            # A call whose channels turned out to be one sound has a single track.
            if clip.channel is None or track.channel in (clip.channel, None)
        ]
        return replace(whole, tracks=tuple(tracks))


@contextmanager
def decoder() -> Iterator[Decoder]:
    """A decoder whose files are gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="shengwen-evaluation-") as folder:
        yield Decoder(Path(folder))


def cut_out(
    decoded: DecodedAudio, part: tuple[int, int], pad_ms: int = CUT_PAD_MS
) -> DecodedAudio:
    """The part (ms from, to) alone, with some room; its times begin at 0."""
    start_ms = max(0, part[0] - pad_ms)
    end_ms = min(decoded.duration_ms, part[1] + pad_ms)
    tracks = []
    for track in decoded.tracks:
        samples = read_track(track.path)[start_ms * _PER_MS : end_ms * _PER_MS]
        path = track.path.with_name(f"{track.path.stem}-{start_ms}-{end_ms}.pcm")
        path.write_bytes(np.asarray(samples, "<i2").tobytes())
        tracks.append(Track(path, track.channel, samples.size))
    length_ms = max((t.sample_count for t in tracks), default=0) // _PER_MS
    return replace(decoded, duration_ms=length_ms, tracks=tuple(tracks))
