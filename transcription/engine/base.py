"""What a recogniser is: a protocol, the values that go in and out, and its errors.

Adapters use these types and no others. Samples are always mono float32 in [-1, 1] at 16
kHz; times are integer milliseconds from the start of the samples handed in.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE = 16_000
Samples = NDArray[np.float32]


class ErrorCode(StrEnum):
    """Machine codes of everything that can go wrong from file to text.

    ``transcription.services.runs.errors`` has a translated sentence for each.
    """

    EMPTY_FILE = "empty_file"
    UNSUPPORTED_FORMAT = "unsupported_format"
    CORRUPT_AUDIO = "corrupt_audio"
    NO_AUDIO = "no_audio"
    TOO_LONG = "too_long"
    TOO_LARGE = "too_large"
    TOO_MANY_CHANNELS = "too_many_channels"
    DECODE_LIMIT = "decode_limit"
    DECODER_LOST = "decoder_lost"
    LANGUAGE_UNSUPPORTED = "language_unsupported"
    MODEL_MISSING = "model_missing"
    MODEL_BROKEN = "model_broken"
    OUT_OF_MEMORY = "out_of_memory"
    ENGINE_FAILED = "engine_failed"
    STORAGE_FAILED = "storage_failed"
    DISK_FULL = "disk_full"
    DEVICE_FAILED = "device_failed"
    WORKER_LOST = "worker_lost"
    SERVICE_FAILED = "service_failed"


class EngineError(Exception):
    """Recognition failed. ``permanent`` says that trying again cannot help."""

    def __init__(
        self, code: ErrorCode, detail: str = "", *, permanent: bool = True
    ) -> None:
        super().__init__(f"{code}: {detail}" if detail else str(code))
        self.code = code
        self.detail = detail
        self.permanent = permanent


class TimingSource(StrEnum):
    """Where times come from; the model of the same name says more."""

    CTC = "ctc"
    ENGINE = "engine"
    VAD = "vad"


@dataclass(frozen=True, slots=True)
class Word:
    """A timed token: a Chinese word or character, a Latin word. It begins at character
    ``offset`` of the raw text: the recognition's, later the sentence's."""

    text: str
    start_ms: int
    end_ms: int
    confidence: float | None = None
    offset: int = field(kw_only=True)

    @property
    def end(self) -> int:
        """The character behind it."""
        return self.offset + len(self.text)


@dataclass(frozen=True, slots=True)
class Recognition:
    """What an engine recognised in one piece of audio.

    ``text`` is as the engine wrote it, with no spaces between Chinese characters.
    ``words`` is empty unless the engine itself gave times. ``flags`` are machine words
    such as ``repetition``.
    """

    text: str
    language: str
    words: tuple[Word, ...] = ()
    confidence: float | None = None
    timing_source: TimingSource = TimingSource.VAD
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RecognitionOptions:
    """What the user asked for. ``language`` is zh, en, ja or auto."""

    language: str = "zh"
    use_itn: bool = True
    hotwords: tuple[str, ...] = ()
    use_punctuation: bool = True  # put in where the engine writes none


@dataclass(frozen=True, slots=True)
class EngineFacts:
    """What an engine is and can do, for choosing it and for telling people."""

    name: str  # the name in the settings: vosk, funasr_nano, …
    model_name: str  # what people call it: "Vosk small-cn 0.22"
    device: str  # cpu, cuda:0, mps
    languages: frozenset[str] = field(default_factory=frozenset)
    max_hotwords: int = 0  # it takes; for more the pipeline corrects phonetically
    does_itn: bool = False  # else the pipeline runs ITN (never both)
    writes_punctuation: bool = True  # else the pipeline puts marks in
    gives_word_times: bool = False
    calls_at_once: int = 1  # threads that may call, and pieces that gain by it


class Engine(Protocol):
    """A loaded recogniser, one per process. Most are not thread-safe: at any time no
    more threads may be in ``recognise`` than ``facts.calls_at_once``."""

    @property
    def facts(self) -> EngineFacts: ...

    def recognise(
        self, pieces: Sequence[Samples], options: RecognitionOptions
    ) -> list[Recognition]:
        """One recognition per piece, in order. A piece is 0.1–30 s of speech.

        Raises ``EngineError``; never returns a shorter list.
        """
        ...


@runtime_checkable
class WatchedEngine(Engine, Protocol):
    """An engine that works elsewhere, on another machine or in threads: its caller can
    leave before the end."""

    def watched_by(self, check: Callable[[], None]) -> Engine:
        """The same engine, which calls ``check`` several times a second while it
        waits, and leaves with what that raises."""
        ...


class VoiceActivityDetector(Protocol):
    """Finds speech."""

    def speech_regions(self, samples: Samples) -> list[tuple[int, int]]:
        """Ordered, non-overlapping ``(start_ms, end_ms)`` within ``samples``."""
        ...


Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class EmbedderFacts:
    """A speaker model, and the cosines at which two of its vectors are one voice.

    ``same_clips`` is for the mean over pairs of clips of about 1.5 s, ``same_voice``
    for the centres of two groups of clips.
    """

    name: str  # the name in the catalogue: wespeaker, campplus
    model_name: str
    same_clips: float
    same_voice: float


class SpeakerEmbedder(Protocol):
    """Turns clips into directions: the same voice, about the same direction."""

    @property
    def facts(self) -> EmbedderFacts: ...

    def embed(self, clips: Sequence[Samples]) -> Vectors:
        """One row of length one per clip, in order. A clip has 0.3 s or more.

        Raises ``EngineError``.
        """
        ...


def unit_rows(vectors: Vectors) -> Vectors:
    """The rows at length one. A row without a direction stays as it is."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-9), np.float32)


class Punctuator(Protocol):
    """Puts punctuation into text that has none."""

    def punctuate(self, text: str) -> str:
        """``text`` letter for letter, with marks between its letters; ``text`` itself
        where that could not be had. Raises nothing for any text."""
        ...
