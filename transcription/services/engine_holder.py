"""The loaded engines of a worker process."""

import logging
import threading
import time
from dataclasses import dataclass
from functools import cache

from django.conf import settings

from transcription.engine.base import Engine, VoiceActivityDetector
from transcription.engine.choose import (
    EngineChoice,
    choose_engine,
    load_engine,
    load_vad,
)

logger = logging.getLogger(__name__)

# Usually one. A second is kept for a language that the first does not speak, so that a
# mixed queue does not load a model for every job.
KEPT_ENGINES = 2


@dataclass(frozen=True, slots=True)
class Loaded:
    """An engine with the voice activity detector that cuts for it."""

    engine: Engine
    vad: VoiceActivityDetector


_lock = threading.Lock()
_engines: dict[EngineChoice, Engine] = {}  # the least recently used first


def loaded_engine(language: str) -> Loaded:
    """The engine that settings, installed models and language call for. Loaded at first
    use and kept; a better model that is installed meanwhile is seen by the next job.
    Raises ``EngineError`` when there is none."""
    choice = choose_engine(
        settings.ENGINE, settings.ENGINE_DEVICE, settings.MODELS_DIR, language
    )
    with _lock:
        engine = _engines.pop(choice, None)
        if engine is None:
            while len(_engines) >= KEPT_ENGINES:
                del _engines[next(iter(_engines))]
            engine = _load(choice)
        _engines[choice] = engine
        return Loaded(engine, _vad())


def _load(choice: EngineChoice) -> Engine:
    began = time.monotonic()
    engine = load_engine(choice, settings.ENGINE_THREADS)
    logger.info(
        "Loaded %s on %s in %.1f s.",
        engine.facts.model_name,
        engine.facts.device,
        time.monotonic() - began,
    )
    return engine


@cache
def _vad() -> VoiceActivityDetector:
    return load_vad(settings.MODELS_DIR)
