"""What one worker of the benchmark does: load, and then what it is asked for.

The whole road of a recording after its upload: decode in a process of its own, find
speech, recognise, normalise. Nothing is stored.
"""

import itertools
import resource
import sys
import tempfile
import time
import wave
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from transcription.engine.base import (
    SAMPLE_RATE,
    EngineError,
    ErrorCode,
    RecognitionOptions,
)
from transcription.engine.device.memory import gpu_memory
from transcription.pipeline.audio.channels import read_track
from transcription.pipeline.audio.decode import decode_file
from transcription.pipeline.run import RunSetup, transcribe
from transcription.pipeline.types import DecodeLimits
from transcription.services.recogniser.holder import loaded_engine

SHORT_CLIP_SECONDS = 5


@dataclass(frozen=True, slots=True)
class RecognisedFile:
    """What came out of one file, and how long it took."""

    audio_ms: int
    characters: int
    seconds: float


class LoadedWorker:
    """An engine in this process, with the voice activity detector before it."""

    def __init__(self, language: str) -> None:
        self._options = RecognitionOptions(language=language)
        began = time.perf_counter()
        self._loaded = loaded_engine(language)
        self._punctuator = self._loaded.punctuator
        self.load_seconds = time.perf_counter() - began

    def facts(self) -> dict[str, Any]:
        """What was loaded, for the report."""
        facts = self._loaded.engine.facts
        return {
            "engine": facts.name,
            "model": facts.model_name,
            "device": facts.device,
            "load_seconds": round(self.load_seconds, 2),
        }

    def recognise(self, source: Path) -> RecognisedFile:
        """One file from its bytes to its text."""
        began = time.perf_counter()
        with tempfile.TemporaryDirectory(prefix="shengwen-benchmark-") as folder:
            decoded = decode_file(source, Path(folder), DecodeLimits())
            engine = self._loaded.pool.for_recording()
            engine.left_ms = decoded.duration_ms * len(decoded.tracks)
            setup = RunSetup(
                engine, self._loaded.vad, self._options, punctuator=self._punctuator
            )
            result = transcribe(decoded, setup)
        seconds = time.perf_counter() - began
        characters = sum(len(segment.text) for segment in result.segments)
        return RecognisedFile(decoded.duration_ms, characters, seconds)

    def throughput(
        self, files: list[Path], seconds: float, at_once: int
    ) -> dict[str, Any]:
        """The files in turn, each at least once, until ``seconds`` are over, so many
        ``at_once`` as a worker has in hand. What was begun is finished and counts."""
        began = time.perf_counter()
        numbers = itertools.count()

        def recognise_on() -> list[RecognisedFile]:
            found = []
            for number in numbers:
                if number >= len(files) and time.perf_counter() - began >= seconds:
                    break
                found.append(self.recognise(files[number % len(files)]))
            return found

        with ThreadPoolExecutor(at_once) as threads:
            hands = [threads.submit(recognise_on) for _hand in range(at_once)]
            recognised = [one for hand in hands for one in hand.result()]
        characters = sum(one.characters for one in recognised)
        if not characters:
            raise EngineError(ErrorCode.ENGINE_FAILED, "no words in the load")
        return {
            "files": len(recognised),
            "audio_seconds": round(sum(one.audio_ms for one in recognised) / 1000, 1),
            "seconds": round(time.perf_counter() - began, 2),
            "characters": characters,
        }

    def latencies(self, files: list[Path], count: int) -> list[float]:
        """Seconds that clips of five seconds take, one after another."""
        with tempfile.TemporaryDirectory(prefix="shengwen-benchmark-") as folder:
            clips = list(short_clips(files, count, Path(folder)))
            self.recognise(clips[0])
            return [self.recognise(clip).seconds for clip in clips]


def short_clips(files: list[Path], count: int, folder: Path) -> Iterator[Path]:
    """WAV files of five seconds each, cut evenly out of what ``files`` hold."""
    sound = np.concatenate([_mixed_down(path) for path in files])
    length = SHORT_CLIP_SECONDS * SAMPLE_RATE
    if sound.size < length:
        sound = np.resize(sound, length)
    step = max(1, (sound.size - length) // max(1, count - 1))
    for number in range(count):
        start = min(number * step, sound.size - length)
        target = folder / f"clip-{number}.wav"
        with wave.open(str(target), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(SAMPLE_RATE)
            file.writeframes(sound[start : start + length].astype("<i2").tobytes())
        yield target


def peak_memory() -> dict[str, int]:
    """The most that this process held at once, and on a graphics card when it used one.
    Without its decoders: the system counts a child from before it became one."""
    unit = 1 if sys.platform == "darwin" else 1024
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
    gpu = gpu_memory()
    return {"process_bytes": own, **({"gpu_bytes": gpu.peak} if gpu else {})}


def _mixed_down(path: Path) -> "np.ndarray[tuple[int], np.dtype[np.float32]]":
    with tempfile.TemporaryDirectory(prefix="shengwen-benchmark-") as folder:
        decoded = decode_file(path, Path(folder), DecodeLimits(), wants_playback=False)
        tracks = [np.array(read_track(t.path), np.float32) for t in decoded.tracks]
    size = min(track.size for track in tracks)
    mixed = np.sum([track[:size] for track in tracks], axis=0, dtype=np.float32)
    return np.clip(mixed, -32768, 32767)
