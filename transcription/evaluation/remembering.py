"""An engine and a detector that answer the same question from memory.

Runs with many hotword lists recognise the same audio. What does not depend on the words
is recognised once; its cost is remembered too, so that every run reports what it would
have cost alone.
"""

import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from transcription.engine.base import (
    Engine,
    EngineFacts,
    Recognition,
    RecognitionOptions,
    Samples,
    VoiceActivityDetector,
)


@dataclass(slots=True)
class Clock:
    """Seconds that models were at work: really, and as if nothing were remembered."""

    really: float = 0.0
    alone: float = 0.0


@dataclass(slots=True)
class RememberingEngine:
    """Satisfies ``Engine``; asks ``engine`` what it has not been asked before."""

    engine: Engine
    clock: Clock
    _known: dict[tuple[bytes, RecognitionOptions], tuple[Recognition, float]] = field(
        default_factory=dict
    )

    @property
    def facts(self) -> EngineFacts:
        return self.engine.facts

    def recognise(
        self, pieces: Sequence[Samples], options: RecognitionOptions
    ) -> list[Recognition]:
        facts = self.engine.facts
        asked = options
        if not facts.max_hotwords:
            asked = replace(asked, hotwords=())
        if not facts.does_itn:
            asked = replace(asked, use_itn=False)
        keys = [(_digest(piece), asked) for piece in pieces]
        new = [index for index, key in enumerate(keys) if key not in self._known]
        if new:
            began = time.perf_counter()
            results = self.engine.recognise([pieces[index] for index in new], options)
            seconds = time.perf_counter() - began
            self.clock.really += seconds
            lengths = sum(pieces[index].size for index in new)
            for index, recognition in zip(new, results, strict=True):
                share = pieces[index].size / max(lengths, 1)
                self._known[keys[index]] = (recognition, seconds * share)
        answers = [self._known[key] for key in keys]
        self.clock.alone += sum(seconds for _, seconds in answers)
        return [recognition for recognition, _ in answers]


@dataclass(slots=True)
class RememberingVad:
    """The same for a ``VoiceActivityDetector``. ``share`` is how much of what it costs
    counts for the run that is going on."""

    vad: VoiceActivityDetector
    clock: Clock
    share: float = 1.0
    _known: dict[bytes, tuple[list[tuple[int, int]], float]] = field(
        default_factory=dict
    )

    def speech_regions(self, samples: Samples) -> list[tuple[int, int]]:
        key = _digest(samples)
        if key not in self._known:
            began = time.perf_counter()
            regions = self.vad.speech_regions(samples)
            seconds = time.perf_counter() - began
            self.clock.really += seconds
            self._known[key] = (regions, seconds)
        regions, seconds = self._known[key]
        self.clock.alone += seconds * self.share
        return list(regions)


def _digest(samples: Samples) -> bytes:
    return hashlib.blake2b(
        np.ascontiguousarray(samples).tobytes(), digest_size=16
    ).digest()
