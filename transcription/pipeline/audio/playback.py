"""The copy that a browser can play and seek in, for files that it cannot.

Constant bit rate, so that a byte range is a time range.
"""

from pathlib import Path
from typing import Final

import av
import av.container
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream

_BITS_PER_CHANNEL: Final = 64_000
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
