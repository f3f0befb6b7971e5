"""An hour of telephone talk, in every container: ``python -m benchmarks.media_clock``

The calls of ``../shared/data`` one after the other until the hour is full, written as
each kind of file that people upload: whole, and where the container has a clock with a
pause of seven seconds after twenty minutes and one of thirteen after forty. What is
recognised, played and drawn afterwards is compared with the sound as it was, every
half a minute. Prints the largest difference in seconds, and ends with a failure when
one is above 0.2 s.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import numpy as np

from tests.stack import ROOT
from tests.transcription.pipeline.sounds import Stretch, write_tracks
from transcription.pipeline.audio.channels import read_track
from transcription.pipeline.audio.decode import decode_file
from transcription.pipeline.types import DecodedAudio, DecodeLimits

CALLS = ROOT.parent / "shared" / "data" / "calls"
RATE = 16_000
ALLOWED_SECONDS = 0.2
# Name, encoder, its sample rate, whether the container keeps times of its own.
FILES = [
    ("call.wav", "pcm_s16le", 16_000, False),
    ("call-a-law.wav", "pcm_alaw", 8_000, False),
    ("call.flac", "flac", 16_000, False),
    ("call.mp3", "libmp3lame", 16_000, False),
    ("call.aac", "aac", 16_000, False),
    ("call.m4a", "aac", 16_000, True),
    ("call.mp4", "aac", 48_000, True),
    ("call.mkv", "aac", 44_100, True),
    ("call.webm", "libopus", 48_000, True),
    ("call.ogg", "libopus", 48_000, False),
    ("call.3gp", "aac", 16_000, True),
    ("call.avi", "pcm_s16le", 16_000, False),
    ("call.caf", "pcm_s16le", 16_000, False),
]


def conversation(seconds: int) -> Any:
    """Mono, 16 kHz, so many seconds of calls one after the other."""
    parts = []
    for path in sorted(CALLS.glob("*.wav")):
        with av.open(str(path)) as container:
            mono = av.AudioResampler("flt", "mono", RATE)
            for frame in container.decode(audio=0):
                parts += [ready.to_ndarray()[0] for ready in mono.resample(frame)]
    if not parts:
        sys.exit(f"There are no calls in {CALLS}.")
    once = np.concatenate(parts)
    return np.tile(once, seconds * RATE // once.size + 1)[: seconds * RATE]


def at_rate(sound: Any, rate: int) -> Any:
    frame = av.AudioFrame.from_ndarray(sound[None, :], format="flt", layout="mono")
    frame.sample_rate = RATE
    resampler = av.AudioResampler("flt", "mono", rate)
    ready = [*resampler.resample(frame), *resampler.resample(None)]
    return np.concatenate([part.to_ndarray()[0] for part in ready])


def stretches(sound: Any, rate: int, pauses: tuple[float, ...]) -> list[Stretch]:
    """The sound in equal parts, so many seconds of nothing between them."""
    parts = np.array_split(sound, len(pauses) + 1)
    made, start = [], 0.0
    for part, pause in zip(parts, (*pauses, 0.0), strict=True):
        made.append(Stretch(start, part))
        start += part.size / rate + pause
    return made


def envelope(samples: Any, rate: int) -> Any:
    """Loudness, a hundred values a second."""
    size = rate // 100
    frames = np.abs(samples[: samples.size // size * size].astype(np.float32))
    return frames.reshape(-1, size).mean(axis=1)


def differences(there: Any, here: Any) -> Iterator[float]:
    """Seconds by which the second envelope is later, every half a minute."""
    reach, width = 300, 1_000
    for at in range(reach, there.size - width - reach, 3_000):
        part = there[at : at + width]
        if part.std() < 0.1 * there.std():
            continue
        around = here[at - reach : at + width + reach]
        if around.size < width + 2 * reach:
            yield float(ALLOWED_SECONDS * 100)  # the end is missing
            return
        match = np.correlate(around - around.mean(), part - part.mean(), "valid")
        yield (int(match.argmax()) - reach) / 100


def played(audio: DecodedAudio, source: Path) -> Any:
    """The envelope of what a browser plays: the playback copy, else the file."""
    parts = []
    with av.open(str(audio.playback or source)) as container:
        mono = av.AudioResampler("flt", "mono", RATE)
        for frame in container.decode(audio=0):
            frame.pts = None
            parts += [ready.to_ndarray()[0] for ready in mono.resample(frame)]
    return envelope(np.concatenate(parts), RATE)


def largest(there: Any, here: Any) -> float:
    return max(map(abs, differences(there, here)), default=0.0)


def measure(source: Path, there: Any, folder: Path) -> tuple[float, float, float]:
    """The largest difference of the track and of what is played, and of the length."""
    audio = decode_file(source, folder, DecodeLimits())
    track = envelope(read_track(audio.tracks[0].path), RATE)
    length = abs(audio.duration_ms / 1000 - there.size / 100)
    return largest(there, track), largest(there, played(audio, source)), length


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=int, default=60)
    parser.add_argument("--only", nargs="+", default=[name for name, *_ in FILES])
    chosen = parser.parse_args()
    whole = conversation(chosen.minutes * 60)
    print("| file | pauses | track s | played s | length s | took s |")
    print("|---|---|---|---|---|---|")
    worst = 0.0
    for name, codec, rate, has_clock in FILES:
        if name not in chosen.only:
            continue
        sound = at_rate(whole, rate)
        for pauses in ((), (7.0, 13.5)) if has_clock else ((),):
            with tempfile.TemporaryDirectory() as folder:
                parts = stretches(sound, rate, pauses)
                source = write_tracks(
                    Path(folder) / name, [parts], rate=rate, codec=codec
                )
                there = timeline(parts, rate)
                began = time.perf_counter()
                found = measure(source, there, Path(folder))
            worst = max(worst, *found)
            cells = " | ".join(f"{seconds:.2f}" for seconds in found)
            took = time.perf_counter() - began
            print(f"| {name} | {len(pauses)} | {cells} | {took:.0f} |", flush=True)
    print(f"\nthe largest difference is {worst:.2f} s")
    return int(worst > ALLOWED_SECONDS)


def timeline(parts: list[Stretch], rate: int) -> Any:
    """The envelope of the sound where the container's clock says it is."""
    last = parts[-1]
    there = np.zeros(round(last.start * rate) + last.samples.size, np.float32)
    for part in parts:
        start = round(part.start * rate)
        there[start : start + part.samples.size] = part.samples
    return envelope(there, rate)


if __name__ == "__main__":
    sys.exit(main())
