"""transformers' features for Fun-ASR-Nano, without torchaudio."""

from pathlib import Path
from typing import Any


def feature_extractor(directory: Path) -> Any:
    """A ``FunAsrNanoFeatureExtractor`` as the model's directory configures it.

    Theirs demands torchaudio, which does not load beside CPU torch, and calls one
    function of it: Kaldi's log mels, of samples in [-1, 1]. kaldi-native-fbank computes
    the same; the stacking of frames, the padding and its mask stay theirs.
    """
    import kaldi_native_fbank
    import torch

    # The package's own name for the class is a stand-in that raises without torchaudio.
    from transformers.models.fun_asr_nano.feature_extraction_fun_asr_nano import (
        FunAsrNanoFeatureExtractor,
    )

    class KaldiNativeFeatureExtractor(FunAsrNanoFeatureExtractor):  # type: ignore[misc]
        def _extract_fbank_features(self, waveform: torch.Tensor) -> torch.Tensor:
            """Frames by mels, on the CPU."""
            fbank = kaldi_native_fbank.OnlineFbank(_fbank_options(self))
            fbank.accept_waveform(self.sampling_rate, waveform.numpy())
            fbank.input_finished()
            frames = [fbank.get_frame(i) for i in range(fbank.num_frames_ready)]
            return torch.stack([torch.tensor(frame) for frame in frames])

    return KaldiNativeFeatureExtractor.from_pretrained(directory, local_files_only=True)


def _fbank_options(extractor: Any) -> Any:
    """The defaults of torchaudio that are not Kaldi's, and the extractor's settings."""
    import kaldi_native_fbank

    options = kaldi_native_fbank.FbankOptions()
    options.frame_opts.samp_freq = extractor.sampling_rate
    options.frame_opts.frame_length_ms = extractor.frame_length
    options.frame_opts.frame_shift_ms = extractor.frame_shift
    options.frame_opts.window_type = extractor.window
    options.frame_opts.dither = 0.0
    options.mel_opts.num_bins = extractor.feature_size
    return options
