"""The recogniser without the portal, and clips to give to both."""

import io
import tempfile
import wave
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tests.stack import ROOT
from transcription.engine.base import (
    SAMPLE_RATE,
    Engine,
    RecognitionOptions,
    Samples,
    VoiceActivityDetector,
)
from transcription.engine.choose import choose_engine, load_engine, load_vad
from transcription.pipeline.audio.channels import read_track
from transcription.pipeline.audio.decode import decode_file
from transcription.pipeline.audio.vad import to_float
from transcription.pipeline.run import RunSetup, transcribe
from transcription.pipeline.types import DecodeLimits

SENTENCES = ROOT.parent / "shared" / "data" / "sentences"
MODELS = ROOT / "var" / "models"
OPTIONS = RecognitionOptions(language="zh", use_itn=True)
THREADS = 2


@dataclass(frozen=True, slots=True)
class Bare:
    """A loaded engine and its voice activity detector, in this process."""

    engine: Engine
    vad: VoiceActivityDetector

    @classmethod
    def load(
        cls,
        name: str,
        *,
        device: str = "cpu",
        language: str = "zh",
        threads: int = THREADS,
        end_silence_ms: int = 500,
    ) -> "Bare":
        choice = choose_engine(name, device, MODELS, language)
        vad = load_vad(MODELS, end_silence_ms=end_silence_ms)
        return cls(load_engine(choice, threads), vad)

    def recognise(self, content: bytes) -> str:
        """The engine's call alone, on samples that are decoded already."""
        recognised = self.engine.recognise([samples_of(content)], OPTIONS)
        return recognised[0].text

    def recognise_all(self, contents: Sequence[bytes]) -> list[str]:
        """The same with many clips in one call."""
        pieces = [samples_of(content) for content in contents]
        return [one.text for one in self.engine.recognise(pieces, OPTIONS)]

    def pipeline(self, content: bytes) -> str:
        """All that a worker does with a file: decode, VAD, recognise, ITN."""
        with tempfile.TemporaryDirectory() as folder:
            source = Path(folder) / "source"
            source.write_bytes(content)
            work = Path(folder) / "work"
            work.mkdir()
            result = transcribe(
                decode_file(source, work, DecodeLimits()),
                RunSetup(self.engine, self.vad, OPTIONS),
            )
        return "".join(segment.text for segment in result.segments)


def sentences() -> list[Path]:
    """The short recordings of the shared data."""
    found = sorted(SENTENCES.glob("*.flac"))
    if not found:
        raise SystemExit(f"No recordings in {SENTENCES}.")
    return found


def clips(count: int, seconds: float) -> Iterator[bytes]:
    """WAV files of speech, exactly so long, no two alike: inaudible noise in the last
    bit keeps the portal from answering from an earlier one."""
    speech = np.concatenate([decoded(path) for path in sentences()])
    length = int(seconds * SAMPLE_RATE)
    noise = np.random.default_rng()
    for number in range(count):
        start = number * length % (len(speech) - length)
        piece = speech[start : start + length] + noise.integers(0, 2, length)
        yield wav_of(piece.clip(-32_768, 32_767).astype("<i2"))


def decoded(path: Path) -> "np.ndarray[tuple[int], np.dtype[np.int16]]":
    with tempfile.TemporaryDirectory() as folder:
        tracks = decode_file(path, Path(folder), DecodeLimits()).tracks
        return np.array(read_track(tracks[0].path), dtype=np.int16)


def wav_of(samples: "np.ndarray[tuple[int], np.dtype[np.int16]]") -> bytes:
    content = io.BytesIO()
    with wave.open(content, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        file.writeframes(samples.tobytes())
    return content.getvalue()


def samples_of(content: bytes) -> Samples:
    with wave.open(io.BytesIO(content)) as file:
        frames = file.readframes(file.getnframes())
    return to_float(np.frombuffer(frames, dtype="<i2"))


def percentile(values: Sequence[float], share: float) -> float:
    return float(np.percentile(values, share))
