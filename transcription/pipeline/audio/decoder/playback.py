"""The copy that a browser can play and seek in, for files that it cannot.

Constant bit rate, so that a byte range is a time range.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import av
import av.container
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from numpy.typing import NDArray

from transcription.engine.base import SAMPLE_RATE
from transcription.pipeline.audio.channels import TrackFile

_BITS_PER_CHANNEL: Final = 64_000
_COPY: Final = 60 * SAMPLE_RATE
_RATES: Final = (16_000, 22_050, 24_000, 32_000, 44_100, 48_000)

# What every browser plays and seeks in, when it has no odd rate or channel count.
_NATIVE: Final = {
    ("wav", "pcm_s16le"),
    ("mp3", "mp3"),
    ("mp3", "mp3float"),
    ("flac", "flac"),
    ("mp4", "aac"),
}


def is_playable(media_format: str, codec: str, rate: int, channels: int) -> bool:
    """Browsers play and seek in the original as it is."""
    return (media_format, codec) in _NATIVE and rate <= _RATES[-1] and channels <= 2


class BitRates:
    """The bit rates that the frames of an MP3 state. Where they differ browsers guess
    from a table of a hundred places, and after a jump in an hour show another time than
    the one that is played, by half a minute and more."""

    def __init__(self) -> None:
        self._found: set[int] = set()

    def take(self, packet: Any) -> None:
        head = bytes(memoryview(packet)[:3])
        if len(head) == 3 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0:
            self._found.add(head[2] >> 4)

    @property
    def vary(self) -> bool:
        return len(self._found) > 1


def copy_tracks(path: Path, tracks: list[Path], check_room: Callable[[], None]) -> None:
    """Encode what was decoded: for files whose own times or levels lead astray. More
    than two tracks are mixed."""
    files = [TrackFile(track) for track in tracks]
    writer = PlaybackWriter(
        path, rate=SAMPLE_RATE, channels=2 if len(files) == 2 else 1
    )
    for start in range(0, files[0].size, _COPY):
        check_room()
        parts = np.stack([file[start : start + _COPY] for file in files])
        if len(files) > 2:
            # Seldom more than one of them is loud.
            mixed = parts.sum(axis=0, keepdims=True) / len(files) ** 0.5
            parts = np.clip(mixed, -32768, 32767).astype(np.int16)
        writer.add(_frame_of(parts))
    writer.close()


def _frame_of(samples: NDArray[np.int16]) -> AudioFrame:
    layout = "stereo" if samples.shape[0] == 2 else "mono"
    planar = np.ascontiguousarray(samples, dtype=np.int16)
    frame = AudioFrame.from_ndarray(planar, format="s16p", layout=layout)
    frame.sample_rate = SAMPLE_RATE
    return frame


class PlaybackWriter:
    """Encodes frames as they are decoded."""

    def __init__(self, path: Path, *, rate: int, channels: int) -> None:
        rate = next((known for known in _RATES if known >= rate), _RATES[-1])
        layout = "stereo" if channels == 2 else "mono"
        self._container = av.open(str(path), "w", format="mp3")
        stream = self._container.add_stream("libmp3lame", rate=rate, layout=layout)
        assert isinstance(stream, AudioStream)  # noqa: S101 - for the type checker
        self._stream = stream
        self._stream.bit_rate = _BITS_PER_CHANNEL * channels
        self._stream.codec_context.open()
        self._rate, self._layout = rate, layout
        self._source: tuple[str, int, str] | None = None
        self._resampler: AudioResampler | None = None
        self._written = 0

    def add(self, frame: AudioFrame) -> None:
        source = (frame.format.name, frame.sample_rate, frame.layout.name)
        if source != self._source:
            self._flush()
            self._source = source
            self._resampler = AudioResampler(
                format=self._stream.codec_context.format.name,
                layout=self._layout,
                rate=self._rate,
            )
        if self._resampler is not None:
            self._encode(self._resampler.resample(frame))

    def close(self) -> None:
        self._flush()
        self._container.mux(self._stream.encode(None))
        self._container.close()

    def _flush(self) -> None:
        if self._resampler is not None:
            self._encode(self._resampler.resample(None))
            self._resampler = None

    def _encode(self, frames: list[AudioFrame]) -> None:
        for frame in frames:
            frame.pts = self._written
            self._written += frame.samples
            self._container.mux(self._stream.encode(frame))
