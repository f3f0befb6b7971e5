"""Stand-ins for the models; what they return is decided by the test."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from transcription.engine.base import (
    EmbedderFacts,
    EngineFacts,
    Recognition,
    RecognitionOptions,
    Samples,
    TimingSource,
    Vectors,
    Word,
    unit_rows,
)
from transcription.engine.timings import offsets
from transcription.pipeline.types import DecodedAudio, Track

Say = Callable[[Samples], Recognition] | str


class FakeEngine:
    """Says ``say(piece)`` for every piece and remembers what it was asked. Shown
    hotwords, it says ``with_hotwords(piece)``."""

    def __init__(
        self,
        say: Say = "你好",
        *,
        with_hotwords: Say | None = None,
        max_hotwords: int = 0,
        does_itn: bool = False,
        writes_punctuation: bool = True,
        calls_at_once: int = 1,
    ) -> None:
        self._say = say
        self._with_hotwords = say if with_hotwords is None else with_hotwords
        self.calls: list[tuple[list[int], RecognitionOptions]] = []
        self._facts = EngineFacts(
            name="fake",
            model_name="FakeEngine",
            device="cpu",
            languages=frozenset({"zh", "en"}),
            max_hotwords=max_hotwords,
            does_itn=does_itn,
            writes_punctuation=writes_punctuation,
            calls_at_once=calls_at_once,
        )

    @property
    def facts(self) -> EngineFacts:
        return self._facts

    def recognise(
        self, pieces: Sequence[Samples], options: RecognitionOptions
    ) -> list[Recognition]:
        self.calls.append(([piece.size // 16 for piece in pieces], options))
        say = self._with_hotwords if options.hotwords else self._say
        if isinstance(say, str):
            return [Recognition(say, "zh") for _ in pieces]
        return [say(piece) for piece in pieces]


class FakeVad:
    """Speech is where the test says, or where it is loud."""

    def __init__(self, regions: list[tuple[int, int]] | None = None) -> None:
        self._regions = regions

    def speech_regions(self, samples: Samples) -> list[tuple[int, int]]:
        if self._regions is not None:
            return self._regions
        frames = samples[: samples.size // 1600 * 1600].reshape(-1, 1600)
        loud = np.abs(frames).max(axis=1) > 0.01
        edges = np.flatnonzero(np.diff(np.concatenate(([0], loud, [0])))) * 100
        return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def timed(text: str, *words: tuple[str, int, int]) -> Recognition:
    """A recognition with the engine's own word times; those of words that are not in
    the text are at its beginning."""
    places = offsets(text, [word for word, _, _ in words])
    return Recognition(
        text,
        "zh",
        tuple(
            Word(word, start, end, 0.9, offset=place or 0)
            for (word, start, end), place in zip(words, places, strict=True)
        ),
        timing_source=TimingSource.ENGINE,
    )


def in_turn(text: str, words: Sequence[tuple[str, float | None]]) -> tuple[Word, ...]:
    """The words of the text and how sure the engine was, 300 ms each."""
    places = offsets(text, [word for word, _ in words])
    return tuple(
        Word(word, 300 * number, 300 * number + 300, confidence, offset=place or 0)
        for number, ((word, confidence), place) in enumerate(
            zip(words, places, strict=True)
        )
    )


def decoded(folder: Path, *tracks: Samples) -> DecodedAudio:
    """As if a file had been decoded."""
    made = []
    for index, samples in enumerate(tracks):
        path = folder / f"channel-{index}.pcm"
        path.write_bytes((samples * 32767).astype("<i2").tobytes())
        channel = index if len(tracks) > 1 else None
        made.append(Track(path, channel, samples.size))
    return DecodedAudio(
        media_format="wav",
        codec="pcm_s16le",
        duration_ms=tracks[0].size // 16,
        sample_rate=16_000,
        channel_count=len(tracks),
        is_dual_mono=False,
        tracks=tuple(made),
        waveform=(),
        playback=None,
    )


class FakeEmbedder:
    """Knows a voice by its pitch: low, middle or high."""

    facts = EmbedderFacts("fake", "FakeEmbedder", same_clips=0.5, same_voice=0.8)

    def __init__(self) -> None:
        self.clips_ms: list[int] = []

    def embed(self, clips: Sequence[Samples]) -> Vectors:
        self.clips_ms += [clip.size // 16 for clip in clips]
        return unit_rows(np.stack([self._bands(clip) for clip in clips]))

    @staticmethod
    def _bands(clip: Samples) -> Vectors:
        power = np.abs(np.fft.rfft(clip)) ** 2
        hertz = np.fft.rfftfreq(clip.size, 1 / 16_000)
        bands = [(0, 400), (400, 1200), (1200, 8000)]
        return np.asarray(
            [power[(hertz >= low) & (hertz < high)].sum() ** 0.5 for low, high in bands]
        )


def tone(hertz: int, seconds: float) -> Samples:
    """A voice that the ``FakeEmbedder`` knows."""
    t = np.arange(int(seconds * 16_000)) / 16_000
    return np.asarray(0.3 * np.sin(2 * np.pi * hertz * t), np.float32)
