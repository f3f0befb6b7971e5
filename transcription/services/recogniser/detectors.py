"""Detectors of speech with values of their own, beside the recognisers' usual one."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from django.conf import settings

from transcription.engine.base import VoiceActivityDetector
from transcription.engine.choose import load_vad
from transcription.pipeline.audio.vad import GAP_MS, MAX_JOINED_MS, PAD_MS, Joining

_KEPT: Final = 4


@dataclass(frozen=True, slots=True)
class VadParameters:
    """``end_silence_ms`` and ``max_segment_ms`` are fsmn-vad's own, ``gap_ms`` and
    ``pad_ms`` the pipeline's, which joins and pads what fsmn-vad found."""

    end_silence_ms: int = 500
    max_segment_ms: int = 30_000
    gap_ms: int = GAP_MS
    pad_ms: int = PAD_MS

    @property
    def joining(self) -> Joining:
        return Joining(
            gap_ms=self.gap_ms,
            pad_ms=self.pad_ms,
            max_joined_ms=min(MAX_JOINED_MS, self.max_segment_ms),
        )


def detector(parameters: VadParameters) -> VoiceActivityDetector:
    """Loaded at first use; the last few are kept."""
    return _detector(parameters.end_silence_ms, parameters.max_segment_ms)


def cutting(
    snapshot: Mapping[str, int],
) -> tuple[VoiceActivityDetector, Joining] | None:
    """A job's own detector, and what becomes of what it finds. None when the job uses
    the recogniser's."""
    if not snapshot:
        return None
    parameters = VadParameters(**snapshot)
    return detector(parameters), parameters.joining


def forget_detectors() -> None:
    """Give their memory back; what needs one loads it again."""
    _detector.cache_clear()


@lru_cache(_KEPT)
def _detector(end_silence_ms: int, max_segment_ms: int) -> VoiceActivityDetector:
    """One for each pair of values: FunASR keeps a value that is passed to a call for
    all later calls, so these never reach the recognisers' own detector."""
    return load_vad(
        settings.MODELS_DIR,
        end_silence_ms=end_silence_ms,
        max_segment_ms=max_segment_ms,
    )
