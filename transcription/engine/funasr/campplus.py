"""CAM++ through FunASR: 192 numbers a voice, on the CPU or the graphics card."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from transcription.engine.base import (
    EmbedderFacts,
    EngineError,
    ErrorCode,
    Samples,
    Vectors,
    unit_rows,
)
from transcription.engine.funasr.runtime import FunasrModel, as_tensors
from transcription.engine.models.catalogue import CAMPPLUS

_BATCH = 32


class CamPlusPlus:
    """Trained on 200,000 Mandarin speakers."""

    def __init__(
        self, directory: Path, *, device: str = "cpu", threads: int = 1
    ) -> None:
        self._model = FunasrModel(
            directory,
            CAMPPLUS.funasr_class,
            threads=threads,
            weights=CAMPPLUS.weights,
            device=device,
        )

    @property
    def facts(self) -> EmbedderFacts:
        # Published, not measured here: ModelScope's threshold for one speaker, and that
        # of FunASR's own clustering for the centres of two groups.
        return EmbedderFacts("campplus", "CAM++", 0.31, 0.78)

    def embed(self, clips: Sequence[Samples]) -> Vectors:
        """See ``SpeakerEmbedder``."""
        rows = [
            self._embed(clips[first : first + _BATCH])
            for first in range(0, len(clips), _BATCH)
        ]
        found = np.concatenate(rows) if rows else np.zeros((0, 192), np.float32)
        return unit_rows(found)

    def _embed(self, clips: Sequence[Samples]) -> Vectors:
        # FunASR pads a batch with zeros, which would count as part of the voice, and
        # answers a batch with one result.
        if len({len(clip) for clip in clips}) > 1:
            return np.concatenate([self._embed([clip]) for clip in clips])
        results = self._model.generate_as_one(as_tensors(clips))
        found = np.asarray(results["spk_embedding"].cpu().numpy(), np.float32)
        if found.shape[0] != len(clips):
            raise EngineError(ErrorCode.ENGINE_FAILED, "results do not line up")
        return found
