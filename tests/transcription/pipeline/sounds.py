"""Sounds made on the spot, and files of every format around them."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from numpy.typing import NDArray

Floats = NDArray[np.float32]
BIT_RATES = {"wmav2": 64_000, "libopencore_amrnb": 12_200}  # no defaults


def voice(seconds: float, *, rate: int = 16_000, seed: int = 0) -> Floats:
    """Syllables four times a second: harmonics under an envelope, a little noise."""
    random = np.random.default_rng(seed)
    t = np.arange(int(seconds * rate)) / rate
    pitch = 120 + 60 * seed + 20 * np.sin(2 * np.pi * 0.7 * t)
    phase = 2 * np.pi * np.cumsum(pitch) / rate
    tone = sum(np.sin(k * phase) / k for k in range(1, 8))
    envelope = np.clip(np.sin(2 * np.pi * 4 * t + seed), 0, None)
    noise = random.normal(0, 0.002, t.size)
    return np.asarray(0.2 * tone * envelope + noise, np.float32)


def silence(seconds: float, *, rate: int = 16_000) -> Floats:
    return np.zeros(int(seconds * rate), np.float32)


def write(
    path: Path,
    channels: list[Floats],
    *,
    rate: int = 16_000,
    codec: str = "pcm_s16le",
    container: str | None = None,
) -> Path:
    """Encode; the container is the path's unless it is named."""
    samples = np.clip(np.stack(channels), -1, 1)
    layout = {1: "mono", 2: "stereo", 6: "5.1"}[len(channels)]
    with av.open(str(path), "w", format=container) as output:
        stream = output.add_stream(codec, rate=rate, layout=layout)
        assert isinstance(stream, AudioStream)
        if codec in BIT_RATES:
            stream.bit_rate = BIT_RATES[codec]
        stream.codec_context.open()
        size = stream.codec_context.frame_size or 1024
        resampler = av.AudioResampler(
            stream.codec_context.format.name, layout, rate, size
        )
        frame = AudioFrame.from_ndarray(
            np.ascontiguousarray(samples), format="fltp", layout=layout
        )
        frame.sample_rate, frame.pts = rate, 0
        frame.time_base = Fraction(1, rate)
        for ready in (*resampler.resample(frame), *resampler.resample(None)):
            output.mux(stream.encode(ready))
        output.mux(stream.encode(None))
    return path
