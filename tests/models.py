"""Real models and clips for tests; loaded once in a run, skipped where they are not.

Mark such tests ``models``. ``manage.py models install embedded`` brings what most of
them need; CI has it, and says so (see ``tests.runner.required``).
"""

import json
import os
from functools import cache
from pathlib import Path

import numpy as np
import soundfile

from tests.runner.required import skip_or_fail
from transcription.engine.base import (
    SAMPLE_RATE,
    Engine,
    Samples,
    VoiceActivityDetector,
)
from transcription.engine.choose import choose_engine, load_engine, load_vad
from transcription.engine.models.catalogue import EMBEDDED, WHISPER_SMALL, Model

DATA = Path(__file__).parent / "data"
CLIPS = DATA / "clips"


def models_dir() -> Path:
    """Where the real models of this machine are."""
    default = Path(__file__).parent.parent / "var" / "models"
    return Path(os.environ.get("SHENGWEN_MODELS_DIR", default))


def needs(*models: Model) -> None:
    """Skip the test when one of ``models`` is not installed."""
    for model in models:
        if not model.is_installed(models_dir()):
            required = "models" if model in EMBEDDED else model.id
            skip_or_fail(required, f"{model.id} is not installed")


@cache
def vosk_engine() -> Engine:
    """The embedded recogniser, Chinese and English."""
    needs(*EMBEDDED)
    return load_engine(choose_engine("vosk", "cpu", models_dir()), threads=1)


@cache
def whisper_engine() -> Engine:
    """Whisper small through FunASR. Minutes on a busy machine."""
    needs(WHISPER_SMALL)
    return load_engine(choose_engine("funasr_whisper", "cpu", models_dir()), threads=2)


@cache
def fsmn_vad() -> VoiceActivityDetector:
    """The real fsmn-vad, with the portal's own end of silence."""
    needs(*EMBEDDED)
    return load_vad(models_dir())


def clip(name: str) -> Samples:
    """The samples of ``tests/data/clips/<name>.flac``."""
    samples, rate = soundfile.read(CLIPS / f"{name}.flac", dtype="float32")
    assert rate == SAMPLE_RATE
    return np.asarray(samples, np.float32)


def said_in(name: str) -> str:
    """What is said in a clip, without punctuation."""
    texts: dict[str, str] = json.loads((CLIPS / "texts.json").read_text("utf-8"))
    return "".join(c for c in texts[name] if c.isalnum() or c == " ")


def silence(seconds: float) -> Samples:
    return np.zeros(round(seconds * SAMPLE_RATE), np.float32)
