"""Fun-ASR-Nano-2512 through FunASR: the best recogniser here, for GPUs.

A speech encoder in front of a language model: hotwords are text in its prompt, and so
is the request for digits. ModelScope's checkpoint has a CTC head and so knows the time
of each character; Hugging Face's has none, and then there are no times.
"""

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from transcription.engine.base import (
    SAMPLE_RATE,
    EngineFacts,
    Recognition,
    RecognitionOptions,
    Samples,
    TimingSource,
)
from transcription.engine.choose import EngineChoice
from transcription.engine.doubts import recognise_carefully
from transcription.engine.funasr.runtime import FunasrModel, as_tensors
from transcription.engine.guards import (
    MAX_HOTWORDS,
    checked_language,
    checked_samples,
    language_of,
    safe_hotwords,
    without_spaces_between_cjk,
    without_tags,
)
from transcription.engine.timings import Token, words_on

_LANGUAGES = {
    "zh": "中文",
    "en": "英文",
    "ja": "日文",
}  # names, not codes, in the prompt
MAX_TOKENS = 512


class FunasrNano:
    """Fun-ASR-Nano from a local directory, with or without character times."""

    def __init__(self, directory: Path, *, device: str, threads: int) -> None:
        self._model = FunasrModel(
            directory,
            "FunASRNano",
            threads=threads,
            device=device,
            # bf16=True and fp16=True crash the encoder; this is for the text half.
            llm_dtype=_llm_dtype(device),
        )
        self._has_ctc = self._model.network.ctc_decoder is not None
        if self._has_ctc:
            _align_without_torchaudio()
        self._facts = EngineFacts(
            name="funasr_nano",
            model_name="Fun-ASR-Nano-2512",
            device=self._model.device,
            languages=frozenset(_LANGUAGES),
            max_hotwords=MAX_HOTWORDS,
            does_itn=True,
            gives_word_times=self._has_ctc,
        )

    @property
    def facts(self) -> EngineFacts:
        return self._facts

    def recognise(
        self, pieces: Sequence[Samples], options: RecognitionOptions
    ) -> list[Recognition]:
        """See ``Engine``."""
        language = checked_language(options, self._facts.languages)
        hotwords = safe_hotwords(options.hotwords)
        clean = [checked_samples(piece) for piece in pieces]

        def decode(some: list[Samples]) -> list[Recognition]:
            results = self._model.generate(
                as_tensors(some),
                batch_size=len(some),
                hotwords=hotwords,  # a list: a string would be taken by characters
                language=_LANGUAGES.get(language),
                itn=options.use_itn,
                max_length=MAX_TOKENS,
            )
            return [
                self._recognition(result, language, len(piece) * 1000 // SAMPLE_RATE)
                for result, piece in zip(results, some, strict=True)
            ]

        return recognise_carefully(clean, language, decode)

    def _recognition(
        self, result: dict[str, Any], language: str, length_ms: int
    ) -> Recognition:
        text = without_spaces_between_cjk(without_tags(result.get("text", "")))
        tokens = [
            Token(
                timed["token"],
                round(timed["start_time"] * 1000),
                round(timed["end_time"] * 1000),
                timed["score"],
            )
            for timed in result.get("timestamps", [])
        ]
        words = words_on(text, tokens, length_ms)
        return Recognition(
            text,
            # The model does not say which language it is; the script does.
            language_of(text) if language == "auto" else language,
            words=words,
            timing_source=TimingSource.CTC if words else TimingSource.VAD,
        )


def load(choice: EngineChoice, threads: int) -> FunasrNano:
    """See ``Recogniser.adapter``."""
    return FunasrNano(choice.model_dir, device=choice.device, threads=threads)


def _llm_dtype(device: str) -> str:
    if not device.startswith("cuda"):
        return "fp32"
    import torch

    return "bf16" if torch.cuda.is_bf16_supported() else "fp16"


def _align_without_torchaudio() -> None:
    """Give FunASR's Nano an aligner that it has itself, for another model.

    Its own calls torchaudio, of which there is no build for CPU torch, and raises
    without it. SenseVoice's does the same in plain torch.
    """
    from funasr.models.fun_asr_nano import model

    model.forced_align = _forced_align


def _forced_align(log_probs: Any, targets: Any, blank: int = 0) -> list[dict[str, Any]]:
    """FunASR's ``forced_align``: frames and score of each target token."""
    import torch
    from funasr.models.sense_voice.utils.ctc_alignment import ctc_forced_align

    frames = int(log_probs.shape[0])
    if not len(targets) or frames < len(targets):
        return []
    log_probs = log_probs.float().cpu().unsqueeze(0)
    path = ctc_forced_align(
        log_probs,
        targets.cpu().unsqueeze(0),
        torch.tensor([frames]),
        torch.tensor([len(targets)]),
        blank=blank,
    )[0].tolist()
    spans = []
    for token, group in groupby(range(frames), key=path.__getitem__):
        if token == blank:
            continue
        inside = list(group)
        best = max(float(log_probs[0, frame, token]) for frame in inside)
        spans.append(
            {
                "token": token,
                "start_time": inside[0],
                "end_time": inside[-1] + 1,
                "score": round(min(max(2.718281828**best, 0.0), 1.0), 3),
            }
        )
    return spans
