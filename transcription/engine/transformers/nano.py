"""Fun-ASR-Nano-2512 through transformers' own class: padded batches, no times.

The pieces of a batch go through encoder and language model side by side; masks keep the
padding out of the result. The prompt is the checkpoint's template, which has no option
for raw text: figures come as digits whatever ``use_itn`` says.
"""

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from transcription.engine.base import (
    SAMPLE_RATE,
    EngineError,
    EngineFacts,
    ErrorCode,
    Recognition,
    RecognitionOptions,
    Samples,
)
from transcription.engine.choose import EngineChoice
from transcription.engine.device.torch_models import failed_call, failed_load
from transcription.engine.doubts import recognise_carefully
from transcription.engine.guards import (
    MAX_HOTWORDS,
    checked_language,
    checked_samples,
    language_of,
    safe_hotwords,
    without_spaces_between_cjk,
    without_tags,
)
from transcription.engine.models.catalogue import NANO_TRANSFORMERS, model_type_of
from transcription.engine.transformers.features import feature_extractor

MAX_TOKENS = 512
_lock = threading.Lock()


class NanoTransformers:
    """Fun-ASR-Nano from a local directory in transformers' layout."""

    def __init__(self, directory: Path, *, device: str, threads: int) -> None:
        self._name = directory.name
        if not (directory / NANO_TRANSFORMERS.weights).is_file():
            raise EngineError(ErrorCode.MODEL_MISSING, self._name)
        model_type = NANO_TRANSFORMERS.model_type
        if model_type_of(directory) != model_type:
            raise EngineError(
                ErrorCode.MODEL_BROKEN, f"{self._name} is not a {model_type}"
            )
        try:
            self._processor = _load_processor(directory)
            self._network = _load_network(
                directory, self._processor.tokenizer, device, threads
            )
        except Exception as error:
            raise failed_load(error, self._name) from error
        self._facts = EngineFacts(
            name="nano_transformers",
            model_name="Fun-ASR-Nano-2512",
            device=str(self._network.device),
            languages=frozenset(NANO_TRANSFORMERS.languages),
            max_hotwords=MAX_HOTWORDS,
            does_itn=True,
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
            try:
                texts = self._texts(some, language, hotwords)
            except Exception as error:
                raise failed_call(error, self._name) from error
            return [_recognition(text, language) for text in texts]

        return recognise_carefully(clean, language, decode)

    def _texts(
        self, pieces: list[Samples], language: str, hotwords: list[str]
    ) -> list[str]:
        import torch

        prompts = self._processor.apply_transcription_request(
            audio=pieces,
            language=None if language == "auto" else language,
            keywords=hotwords,
            tokenize=False,
        )
        inputs = self._processor(
            text=prompts, audio=pieces, padding=True, sampling_rate=SAMPLE_RATE
        ).to(self._network.device)
        with _lock, torch.inference_mode():
            tokens = self._network.generate(**inputs)
        said = tokens[:, inputs["input_ids"].shape[1] :]
        # Not ``strip_prefix``: it takes the full stop off every English sentence.
        return list(self._processor.decode(said, skip_special_tokens=True))


def load(choice: EngineChoice, threads: int) -> NanoTransformers:
    """See ``Recogniser.adapter``."""
    return NanoTransformers(choice.model_dir, device=choice.device, threads=threads)


def _recognition(written: str, language: str) -> Recognition:
    text = without_spaces_between_cjk(without_tags(written))
    # The model does not say which language it is; the script does.
    return Recognition(text, language_of(text) if language == "auto" else language)


def _load_processor(directory: Path) -> Any:
    from transformers import AutoTokenizer
    from transformers.models.fun_asr_nano.processing_fun_asr_nano import (
        FunAsrNanoProcessor,
    )

    tokenizer = AutoTokenizer.from_pretrained(
        directory, local_files_only=True, trust_remote_code=False
    )
    tokenizer.padding_side = "left"  # what is said continues the prompt's end
    return FunAsrNanoProcessor(
        feature_extractor(directory),
        tokenizer,
        chat_template=(directory / "chat_template.jinja").read_text(encoding="utf-8"),
    )


def _load_network(directory: Path, tokenizer: Any, device: str, threads: int) -> Any:
    import torch
    from transformers import GenerationConfig, logging
    from transformers.models.fun_asr_nano.modeling_fun_asr_nano import (
        FunAsrNanoForConditionalGeneration,
    )

    if device.startswith("cuda") and not torch.cuda.is_available():
        device = "cpu"  # as FunASR does; the facts say so
    torch.set_num_threads(threads)
    logging.disable_progress_bar()
    network = FunAsrNanoForConditionalGeneration.from_pretrained(
        directory,
        dtype=torch.float32,
        # Left to itself the adaptor (5.23.0) adds its mask up instead of applying it,
        # and a piece's text depends on the padding that other pieces bring.
        attn_implementation="sdpa",
        local_files_only=True,
        use_safetensors=True,
    )
    # As through FunASR, the audio encoder stays in full precision.
    network.model.language_model.to(_text_dtype(device))
    network.lm_head.to(_text_dtype(device))
    # Not the checkpoint's own, which takes words at random.
    network.generation_config = GenerationConfig(
        do_sample=False,
        max_new_tokens=MAX_TOKENS,
        eos_token_id=[tokenizer.eos_token_id, tokenizer.pad_token_id],  # Qwen3's two
        pad_token_id=tokenizer.pad_token_id,
    )
    return network.to(device).eval()


def _text_dtype(device: str) -> Any:
    import torch

    if not device.startswith("cuda"):
        return torch.float32
    return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float16
