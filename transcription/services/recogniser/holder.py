"""The loaded engines of a worker process."""

import logging
import threading
import time
from dataclasses import dataclass, field
from functools import cache

from django.conf import settings

from transcription.engine.base import (
    Engine,
    EngineError,
    Punctuator,
    SpeakerEmbedder,
    VoiceActivityDetector,
)
from transcription.engine.choose import (
    EngineChoice,
    choose_embedder,
    find_device,
    load_embedder,
    load_engine,
    load_punctuator,
    load_vad,
    wants_punctuator,
)
from transcription.engine.models.catalogue import Model
from transcription.engine.recognisers import is_service
from transcription.pipeline.pooling import EnginePool
from transcription.services.recogniser.choice import configured_choice

logger = logging.getLogger(__name__)

# Usually one. A second is kept for a language that the first does not speak, so that a
# mixed queue does not load a model for every job.
KEPT_ENGINES = 2
# Recordings at once where nothing is set: on a CPU the next is decoded meanwhile, a
# graphics card's or a service's batch is filled from many.
ON_CPU, ON_GPU = 2, 8


@dataclass(frozen=True, slots=True)
class Loaded:
    """An engine with the voice activity detector that cuts for it, and the pool through
    which recordings share the engine."""

    engine: Engine
    vad: VoiceActivityDetector
    pool: EnginePool = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "pool", EnginePool(self.engine))  # it is frozen

    @property
    def punctuator(self) -> Punctuator | None:
        """Where the engine writes no punctuation and ct-punc is installed."""
        return punctuator_for(self.engine)


# Set while somebody waits for a moment in which this process uses no engine: whoever
# works on several jobs begins no other one.
turn_wanted = threading.Event()
_lock = threading.Lock()
_engines: dict[EngineChoice, Loaded] = {}  # the least recently used first


def loaded_engine(language: str, engine_wanted: str = "") -> Loaded:
    """The engine that settings (or ``engine_wanted``, by name), installed models and
    language call for. Loaded at first use and kept; a better model that is installed
    meanwhile is seen by the next job. Raises ``EngineError`` when there is none."""
    choice = configured_choice(language, engine_wanted)
    with _lock:
        loaded = _engines.pop(choice, None)
        if loaded is None:
            while len(_engines) >= KEPT_ENGINES:
                del _engines[next(iter(_engines))]
            loaded = Loaded(_load(choice), _vad())
        _engines[choice] = loaded
        return loaded


def punctuator_for(engine: Engine) -> Punctuator | None:
    """Loaded at first use and kept; None where none is wanted, installed or sound."""
    if not wants_punctuator(engine.facts, settings.MODELS_DIR):
        return None
    with _lock:
        return _punctuator()


def jobs_at_once() -> int:
    """How many recordings a worker has in hand at the same time."""
    if settings.JOBS_AT_ONCE:
        return int(settings.JOBS_AT_ONCE)
    if is_service(settings.ENGINE):
        return ON_GPU
    device = settings.ENGINE_DEVICE
    if device == "auto":
        device = find_device()
    return ON_GPU if device == "cuda" else ON_CPU


def engines_in_memory() -> list[Loaded]:
    """Does not wait for one that is being loaded."""
    return list(_engines.values())


def unload_engines() -> None:
    """Forget them all; the next job loads what it needs. Between two jobs only."""
    with _lock:
        _engines.clear()
        _vad.cache_clear()
        _punctuator.cache_clear()
        _embedder.cache_clear()


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


def loaded_embedder() -> SpeakerEmbedder | None:
    """The best installed speaker model, loaded at first use and kept; None when there
    is none. Raises ``EngineError``."""
    model = choose_embedder(settings.MODELS_DIR)
    with _lock:
        return _embedder(model) if model else None


@cache
def _embedder(model: Model) -> SpeakerEmbedder:
    device = settings.ENGINE_DEVICE
    return load_embedder(
        model,
        settings.MODELS_DIR,
        device=find_device() if device == "auto" else device,
        threads=settings.ENGINE_THREADS,
    )


@cache
def _punctuator() -> Punctuator | None:
    try:
        return load_punctuator(settings.MODELS_DIR)
    except EngineError:  # text without commas is better than none
        logger.exception("ct-punc cannot be loaded; texts stay without punctuation.")
        return None
