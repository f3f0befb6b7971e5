"""WeSpeaker's ResNet34 (trained on VoxCeleb) through ONNX Runtime."""

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np

from transcription.engine.base import (
    SAMPLE_RATE,
    EmbedderFacts,
    EngineError,
    ErrorCode,
    Samples,
    Vectors,
    unit_rows,
)

_FILE = "speaker_verification.onnx"
_BATCH = 16


class WeSpeaker:
    """256 numbers a voice, on the CPU: about 30 ms of one core for 1.5 s of speech."""

    def __init__(self, directory: Path, *, threads: int = 1) -> None:
        path = directory / _FILE
        if not path.is_file():
            raise EngineError(ErrorCode.MODEL_MISSING, directory.name)
        import kaldi_native_fbank
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = 3
        try:
            self._session: Any = onnxruntime.InferenceSession(
                str(path), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:
            raise EngineError(ErrorCode.MODEL_BROKEN, directory.name) from error
        self._fbank: Any = kaldi_native_fbank
        self._options: Any = _fbank_options(kaldi_native_fbank)

    @property
    def facts(self) -> EmbedderFacts:
        # Measured (docs/pipeline.md): clips of one voice agree by 0.53 in the median,
        # of two voices by 0.15, by 0.25 where a room or a line made them alike.
        return EmbedderFacts("wespeaker", "WeSpeaker ResNet34", 0.29, 0.5)

    def embed(self, clips: Sequence[Samples]) -> Vectors:
        """See ``SpeakerEmbedder``."""
        if not clips:
            return np.zeros((0, 256), np.float32)
        rows: list[Vectors] = [np.zeros(0, np.float32)] * len(clips)
        by_length = sorted(range(len(clips)), key=lambda index: len(clips[index]))
        for _, group in groupby(by_length, key=lambda index: len(clips[index])):
            alike = list(group)
            for first in range(0, len(alike), _BATCH):
                some = alike[first : first + _BATCH]
                features = np.stack([self._features(clips[index]) for index in some])
                for index, row in zip(some, self._run(features), strict=True):
                    rows[index] = row
        return unit_rows(np.stack(rows))

    def _run(self, features: Vectors) -> Vectors:
        try:
            (found,) = self._session.run(None, {"input_features": features})
        except Exception as error:
            detail = type(error).__name__
            raise EngineError(
                ErrorCode.ENGINE_FAILED, detail, permanent=False
            ) from error
        return np.asarray(found, np.float32)

    def _features(self, clip: Samples) -> Vectors:
        """Kaldi's 80 log mels without their mean, as in the model's training."""
        fbank = self._fbank.OnlineFbank(self._options)
        # Kaldi counts in 16-bit integers.
        fbank.accept_waveform(SAMPLE_RATE, np.asarray(clip, np.float32) * 32768)
        fbank.input_finished()
        frames = [fbank.get_frame(i) for i in range(fbank.num_frames_ready)]
        features = np.stack(frames).astype(np.float32)
        return np.asarray(features - features.mean(axis=0), np.float32)


def _fbank_options(fbank: Any) -> Any:
    options = fbank.FbankOptions()
    options.frame_opts.samp_freq = SAMPLE_RATE
    options.frame_opts.dither = 0.0
    options.frame_opts.window_type = "hamming"
    options.mel_opts.num_bins = 80
    return options
