"""Sounds made on the spot, and files of every format around them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

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


@dataclass(frozen=True, slots=True)
class Stretch:
    """A sound track's: ``samples`` at ``start`` seconds of the container's clock."""

    start: float
    samples: Floats


def write_tracks(
    path: Path,
    tracks: list[list[Stretch]],
    *,
    rate: int = 48_000,
    codec: str = "aac",
    has_picture: bool = False,
    lost: Callable[[float], bool] = lambda seconds: False,
) -> Path:
    """A file with several sound tracks and a clock of its own: between stretches it
    holds nothing. Packets that are ``lost`` hold noise. A picture begins at 0."""
    with av.open(str(path), "w") as output:
        picture = _picture_of(output) if has_picture else None
        streams = [output.add_stream(codec, rate=rate, layout="mono") for _ in tracks]
        packets: list[Any] = list(_pictures(picture)) if picture else []
        for stream, stretches in zip(streams, tracks, strict=True):
            packets += _packets(stream, stretches, rate)
        for packet in sorted(packets, key=lambda packet: packet.dts * packet.time_base):
            is_sound = packet.stream.type == "audio"
            if is_sound and lost(float(packet.pts * packet.time_base)):
                output.mux(_damaged(packet))
            else:
                output.mux(packet)
    return path


def _damaged(packet: Any) -> Any:
    random = np.random.default_rng(packet.pts)
    noise: Any = av.Packet(random.bytes(packet.size))
    for name in ("stream", "time_base", "pts", "dts", "duration"):
        setattr(noise, name, getattr(packet, name))
    return noise


def _picture_of(output: Any) -> Any:
    picture = output.add_stream("mpeg4", rate=10)
    picture.width = picture.height = 32
    picture.pix_fmt = "yuv420p"
    return picture


def _pictures(stream: Any) -> Iterator[Any]:
    black = np.zeros((32, 32, 3), np.uint8)
    for number in range(20):
        frame = av.VideoFrame.from_ndarray(black, format="rgb24")
        frame.pts, frame.time_base = number, Fraction(1, 10)
        yield from stream.encode(frame)
    yield from stream.encode(None)


def _packets(stream: Any, stretches: list[Stretch], rate: int) -> Iterator[Any]:
    stream.codec_context.open()
    size = stream.codec_context.frame_size or 1024
    resampler = av.AudioResampler(stream.codec_context.format.name, "mono", rate)
    for stretch in stretches:
        start = round(stretch.start * rate)
        for at in range(0, stretch.samples.size - size + 1, size):
            part = np.ascontiguousarray(stretch.samples[None, at : at + size])
            frame = AudioFrame.from_ndarray(part, format="fltp", layout="mono")
            frame.sample_rate = rate
            for ready in resampler.resample(frame):
                ready.pts, ready.time_base = start + at, Fraction(1, rate)
                yield from stream.encode(ready)
    yield from stream.encode(None)
