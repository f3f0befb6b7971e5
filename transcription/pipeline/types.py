"""The values that flow through the pipeline, in the order in which they appear."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from transcription.engine.base import TimingSource, Word
from transcription.pipeline.text.mapping import UNCHANGED, TextMapping


@dataclass(frozen=True, slots=True)
class DecodeLimits:
    """What a decode may cost before it is stopped."""

    max_duration_ms: int = 12 * 3600 * 1000
    max_channels: int = 16
    min_sample_rate: int = 4_000  # a WAV of 1 Hz is no sound and lasts for hours
    max_sample_rate: int = 192_000
    memory_bytes: int = 2 * 2**30
    cpu_seconds: int = 3600
    wall_seconds: int = 3600
    keep_free_bytes: int = 0  # of the disk that the tracks are written to


@dataclass(frozen=True, slots=True)
class Track:
    """One voice track on disk: raw little-endian int16 mono at 16 kHz.

    ``channel`` is the channel it came from, counted over all sound tracks of the file,
    or None when there is one voice track (mono, dual mono).
    """

    path: Path
    channel: int | None
    sample_count: int


@dataclass(frozen=True, slots=True)
class DecodedAudio:
    """A file after decoding. ``waveform`` is peaks 0–100 per original channel, and
    ``notes`` are machine words about its sound, such as ``tracks_left_out``."""

    media_format: str
    codec: str
    duration_ms: int
    sample_rate: int
    channel_count: int
    is_dual_mono: bool
    tracks: tuple[Track, ...]
    waveform: tuple[tuple[int, ...], ...]
    playback: Path | None  # an MP3 for files that browsers cannot play or seek
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HotwordHit:
    """A hotword that was put at raw characters ``start:end``. ``heard`` is what was
    recognised there without it; the fields are the keys of stored marks."""

    text: str
    heard: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class PipelineSegment:
    """One stretch of speech, times from the start of the file.

    ``mapping`` leads from ``text_raw`` to ``text``. ``voice`` is who speaks, counted
    from 0, where a speaker model has told voices apart.
    """

    channel: int | None
    start_ms: int
    end_ms: int
    text_raw: str
    text: str
    words: tuple[Word, ...] = ()
    mapping: TextMapping = UNCHANGED
    hotwords: tuple[HotwordHit, ...] = ()
    confidence: float | None = None
    timing_source: TimingSource = TimingSource.VAD
    flags: tuple[str, ...] = ()
    voice: int | None = None


class Punctuation(StrEnum):
    """Where the marks of a transcript come from."""

    NONE = ""  # or nobody kept it: transcripts of older versions
    ENGINE = "engine"  # the recogniser wrote them
    MODEL = "model"  # a model that was trained on marked text put them in
    PAUSES = "pauses"  # rules did, from pauses and a few words


ADDED_MARKS: Final = frozenset((Punctuation.MODEL, Punctuation.PAUSES))


# What a reader should know of the sound.
CLOCK_HAS_GAPS: Final = "clock_has_gaps"
CLOCK_IS_BROKEN: Final = "clock_is_broken"
TRACKS_LEFT_OUT: Final = "tracks_left_out"
TOO_QUIET: Final = "too_quiet"
_LEVEL: Final = "level:"
# What a reader should know of how the speakers were found.
SILENT_CHANNEL: Final = "silent_channel"
NO_SPEAKER_MODEL: Final = "no_speaker_model"


def level_note(decibels: float) -> str:
    """How loud the loudest sound is; goes with ``TOO_QUIET``."""
    return f"{_LEVEL}{round(decibels)}"


def level_in(notes: Iterable[str]) -> int | None:
    """In dBFS, where the notes have it."""
    found = (note.removeprefix(_LEVEL) for note in notes if note.startswith(_LEVEL))
    return next(map(int, found), None)


@dataclass(frozen=True, slots=True)
class PipelineResult:
    """What a whole file became: segments ordered by start, channels merged.

    In ``lost_windows`` windows the engine failed on all there was.
    ``notes`` are machine words about the whole, such as ``silent_channel``.
    """

    language: str
    segments: tuple[PipelineSegment, ...]
    lost_windows: int = 0
    notes: tuple[str, ...] = ()
    punctuation: Punctuation = Punctuation.NONE
