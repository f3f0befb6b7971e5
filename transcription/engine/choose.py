"""Which recogniser runs, decided cheaply: nothing here imports torch or a model.

``auto`` takes the best model that is installed and that the machine can run: the table
of recognisers says which. The others are taken when they are asked for, and some of
them when nothing else here speaks the language.
"""

import os
import platform
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from transcription.engine.base import (
    Engine,
    EngineError,
    EngineFacts,
    ErrorCode,
    Punctuator,
    SpeakerEmbedder,
    VoiceActivityDetector,
)
from transcription.engine.models.catalogue import (
    CAMPPLUS,
    CT_PUNC,
    FSMN_VAD,
    WESPEAKER,
    Model,
)
from transcription.engine.recognisers import (
    EMBEDDED_RECOGNISER,
    RECOGNISERS,
    SERVICE,
    Recogniser,
    recogniser_named,
)


class ChoiceReason(StrEnum):
    """Why an engine was chosen; pages have a sentence for each."""

    CONFIGURED = "configured"
    BEST_FOR_GPU = "best_for_gpu"
    BEST_FOR_CPU = "best_for_cpu"
    EMBEDDED = "embedded"
    ONLY_ONE_FOR_LANGUAGE = "only_one_for_language"


@dataclass(frozen=True, slots=True)
class EngineChoice:
    """A recogniser, its installed models (Vosk has one a language), and where it runs.

    For a service that is ``service_url``, and what it serves it says when asked.
    """

    recogniser: Recogniser
    models: tuple[Model, ...]
    models_dir: Path
    device: str  # cpu, cuda, mps, service
    # Not part of what the choice is: the same engine is never loaded for two reasons.
    reason: ChoiceReason = field(compare=False)
    service_url: str = ""

    @property
    def name(self) -> str:
        return self.recogniser.name

    @property
    def model_dir(self) -> Path:
        return self.models[0].directory(self.models_dir)

    @property
    def title(self) -> str:
        """What people call the model."""
        return " + ".join(model.title for model in self.models)

    @property
    def languages(self) -> frozenset[str]:
        return frozenset(name for model in self.models for name in model.languages)

    def speaks(self, language: str) -> bool:
        """``auto`` wants several languages to choose from; empty is any at all."""
        if language == "auto":
            return len(self.languages) > 1
        return not language or language in self.languages


def choose_engine(
    setting: str,
    device_setting: str,
    models_dir: Path,
    language: str = "",
    service_url: str = "",
) -> EngineChoice:
    """The engine for ``language`` (the best one there is, when none is named);
    ``EngineError`` when no installed one will do.

    An engine that was configured by name is never replaced by another, except for a
    language that it does not speak. For ``auto`` the best one that speaks several.
    """
    device = find_device() if device_setting == "auto" else device_setting
    if setting != "auto":
        configured = _configured(setting, models_dir, device, service_url)
        if configured is None:
            raise EngineError(ErrorCode.MODEL_MISSING, setting)
        if language == "auto" or configured.speaks(language):
            return configured
    preferred = [row for row in RECOGNISERS if device in row.automatic_on]
    choices = list(_installed(preferred, models_dir, device))
    for choice in choices:
        if choice.speaks(language) and setting == "auto":
            return choice
    if language == "auto" and choices:
        return choices[0]
    last_resort = [row for row in RECOGNISERS if row.is_last_resort]
    for choice in (*choices, *_installed(last_resort, models_dir, device)):
        if choice.speaks(language):
            return replace(choice, reason=ChoiceReason.ONLY_ONE_FOR_LANGUAGE)
    if setting != "auto" or choices:
        raise EngineError(ErrorCode.LANGUAGE_UNSUPPORTED, language)
    raise EngineError(ErrorCode.MODEL_MISSING, EMBEDDED_RECOGNISER.name)


def find_device() -> str:
    """cuda, mps or cpu, by looking at the machine and not by importing torch."""
    if sys.platform == "darwin" and platform.machine() == "arm64":
        return "mps"
    return "cuda" if _has_nvidia() and _torch_has_cuda() else "cpu"


def load_engine(choice: EngineChoice, threads: int) -> Engine:
    """Load a chosen engine; takes seconds to minutes. For worker processes only."""
    module, _colon, function = choice.recogniser.adapter.partition(":")
    load: Callable[[EngineChoice, int], Engine]
    load = getattr(import_module(module), function)
    return load(choice, threads)


def load_vad(
    models_dir: Path,
    threads: int = 1,
    *,
    end_silence_ms: int = 500,
    max_segment_ms: int = 30_000,
) -> VoiceActivityDetector:
    """Load fsmn-vad; takes the 12–25 seconds that importing FunASR takes."""
    from transcription.engine.funasr.vad import FsmnVad

    return FsmnVad(
        FSMN_VAD.directory(models_dir),
        threads=threads,
        end_silence_ms=end_silence_ms,
        max_segment_ms=max_segment_ms,
    )


def choose_embedder(models_dir: Path) -> Model | None:
    """The best installed model that tells voices apart, or None."""
    return next(
        (model for model in (CAMPPLUS, WESPEAKER) if model.is_installed(models_dir)),
        None,
    )


def load_embedder(
    model: Model, models_dir: Path, *, device: str, threads: int
) -> SpeakerEmbedder:
    """Load a chosen speaker model. For worker processes only."""
    directory = model.directory(models_dir)
    if model == CAMPPLUS:
        from transcription.engine.funasr.campplus import CamPlusPlus

        return CamPlusPlus(directory, device=device, threads=threads)
    from transcription.engine.wespeaker import WeSpeaker

    return WeSpeaker(directory, threads=threads)


def wants_punctuator(facts: EngineFacts, models_dir: Path) -> bool:
    """Whether the engine writes no punctuation and a model that does is installed."""
    return not facts.writes_punctuation and CT_PUNC.is_installed(models_dir)


def load_punctuator(models_dir: Path, threads: int = 1) -> Punctuator:
    """Load ct-punc, always on the CPU: a sentence takes it milliseconds."""
    from transcription.engine.funasr.punctuation import FunasrPunctuator

    return FunasrPunctuator(CT_PUNC.directory(models_dir), threads=threads)


def _installed(
    recognisers: Iterable[Recogniser], models_dir: Path, device: str
) -> Iterable[EngineChoice]:
    for recogniser in recognisers:
        reason = (
            ChoiceReason.EMBEDDED
            if recogniser.is_embedded
            else ChoiceReason.BEST_FOR_GPU
            if device == "cuda"
            else ChoiceReason.BEST_FOR_CPU
        )
        if choice := _choice(recogniser, models_dir, device, reason):
            yield choice


def _choice(
    recogniser: Recogniser, models_dir: Path, device: str, reason: ChoiceReason
) -> EngineChoice | None:
    """A recogniser with what is installed of it, or None when nothing is."""
    models = tuple(m for m in recogniser.models if m.is_installed(models_dir))
    if not models:
        return None
    if not recogniser.has_model_per_language:
        models = models[:1]
    if device not in recogniser.devices:
        device = recogniser.devices[0]
    return EngineChoice(recogniser, models, models_dir, device, reason)


def _configured(
    name: str, models_dir: Path, device: str, service_url: str
) -> EngineChoice | None:
    recogniser, reason = recogniser_named(name), ChoiceReason.CONFIGURED
    if recogniser is None:
        return None
    if not recogniser.is_service:
        return _choice(recogniser, models_dir, device, reason)
    if not service_url:
        return None
    models = recogniser.models
    return EngineChoice(recogniser, models, models_dir, SERVICE, reason, service_url)


def _has_nvidia() -> bool:
    if os.environ.get("CUDA_VISIBLE_DEVICES") in {"", "-1"}:
        return False
    gpus = Path("/proc/driver/nvidia/gpus")
    return Path("/dev/nvidia0").exists() or (gpus.is_dir() and any(gpus.iterdir()))


def _torch_has_cuda() -> bool:
    try:
        return "+cpu" not in version("torch")
    except PackageNotFoundError:
        return False
