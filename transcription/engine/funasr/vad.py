"""fsmn-vad through FunASR: where in the samples somebody speaks."""

from itertools import pairwise
from pathlib import Path

import numpy as np

from transcription.engine.base import (
    SAMPLE_RATE,
    EngineError,
    ErrorCode,
    Samples,
)
from transcription.engine.funasr.runtime import FunasrModel
from transcription.engine.guards import SILENCE_PEAK

MIN_SAMPLES = SAMPLE_RATE // 10  # under 25 ms FunASR divides by zero


class FsmnVad:
    """Speech regions of up to ``max_segment_ms``, ended by ``end_silence_ms`` of quiet.

    Both are fixed when the model is loaded: FunASR keeps a value that is passed to a
    single call for all later calls.
    """

    def __init__(
        self,
        directory: Path,
        *,
        threads: int = 1,
        end_silence_ms: int = 500,
        max_segment_ms: int = 30_000,
    ) -> None:
        self._max_segment_ms = max_segment_ms
        self._model = FunasrModel(
            directory,
            "FsmnVADStreaming",
            threads=threads,
            device="cpu",
            max_end_silence_time=end_silence_ms,
            max_single_segment_time=max_segment_ms,
        )

    def speech_regions(self, samples: Samples) -> list[tuple[int, int]]:
        """See ``VoiceActivityDetector``. Memory grows with the length: use windows."""
        if not np.isfinite(samples).all():
            raise EngineError(ErrorCode.CORRUPT_AUDIO, "samples that are not numbers")
        if len(samples) < MIN_SAMPLES or float(np.abs(samples).max()) <= SILENCE_PEAK:
            return []
        length_ms = len(samples) * 1000 // SAMPLE_RATE
        try:
            # The dynamic schedule would override the end silence set above.
            (result,) = self._model.generate(
                [np.ascontiguousarray(samples, dtype=np.float32)],
                dynamic_silence=False,
            )
        except EngineError as error:
            # FunASR fails on odd but harmless windows ("math domain error").
            if error.code is not ErrorCode.ENGINE_FAILED:
                raise
            return fixed_windows(length_ms, self._max_segment_ms)
        return tidy(result.get("value", []), length_ms)


def fixed_windows(length_ms: int, step_ms: int) -> list[tuple[int, int]]:
    """The whole length in equal parts of at most ``step_ms``: it may be speech."""
    parts = -(-length_ms // step_ms)
    cuts = [length_ms * part // parts for part in range(parts + 1)]
    return list(pairwise(cuts))


def tidy(regions: list[list[int]], length_ms: int) -> list[tuple[int, int]]:
    """Regions in order, without overlaps, inside the samples, none of them empty."""
    found: list[tuple[int, int]] = []
    for start, end in sorted((int(start), int(end)) for start, end in regions):
        start = max(start, found[-1][1] if found else 0)
        end = min(end, length_ms)
        if end > start:
            found.append((start, end))
    return found
