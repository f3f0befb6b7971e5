"""What every adapter checks before it calls a model and in the text that comes back.

Models crash on odd samples and invent text; docs/pipeline.md tells more.
"""

import re
import unicodedata
from collections.abc import Collection, Sequence

import numpy as np

from transcription.engine.base import (
    SAMPLE_RATE,
    EngineError,
    ErrorCode,
    RecognitionOptions,
    Samples,
)

MIN_PIECE = SAMPLE_RATE // 10
MAX_PIECE = 31 * SAMPLE_RATE  # 30 s and the padding that a pipeline may add
SILENCE_PEAK = 1e-4  # -80 dBFS: digital silence and its dither
MAX_CHARS_PER_SECOND = 12
MAX_HOTWORDS = 50  # more than that and models begin to write them into silence
REPETITION = "repetition"
TOO_FAST = "too_fast"

_HOTWORD = re.compile(r"[\w\u3400-\u9fff\u3040-\u30ff ·\-.&+']{1,30}")
_TAG = re.compile(r"<\|[^|<>]*\|>")
# People laugh, say 对对对 and read 00000 out of a number; the longer what is said
# again, the fewer times are odd.
_LOOP = re.compile(r"(.)\1{7,}|(.{2,5}?)\2{4,}|(.{6,40}?)\3{2,}")
_KANA = re.compile(r"[\u3040-\u30ff]")
HAN = re.compile(r"[\u3400-\u9fff]")
_SPOKEN = re.compile(r"[^\W_]")


def checked_samples(samples: Samples) -> Samples:
    """``samples`` as contiguous float32 in [-1, 1], or ``EngineError``.

    A caller that hands in anything else has a bug; NaN and infinities come from damaged
    files and must not reach a model.
    """
    if samples.ndim != 1 or len(samples) > MAX_PIECE:
        raise EngineError(
            ErrorCode.ENGINE_FAILED, f"a piece has the shape {samples.shape}"
        )
    clean = np.ascontiguousarray(samples, dtype=np.float32)
    if not np.isfinite(clean).all():
        raise EngineError(ErrorCode.CORRUPT_AUDIO, "samples that are not numbers")
    return np.clip(clean, -1.0, 1.0)


def has_sound(samples: Samples) -> bool:
    """Whether it is worth asking a model: long enough, and not digital silence."""
    return len(samples) >= MIN_PIECE and float(np.abs(samples).max()) > SILENCE_PEAK


def checked_language(options: RecognitionOptions, languages: Collection[str]) -> str:
    """The language asked for: ``auto`` or one that the engine speaks."""
    if options.language == "auto" or options.language in languages:
        return options.language
    raise EngineError(ErrorCode.LANGUAGE_UNSUPPORTED, options.language)


def safe_hotwords(hotwords: Sequence[str]) -> list[str]:
    """The hotwords that may be shown to a model.

    FunASR opens files and fetches URLs that stand in a hotword. The portal refuses such
    words when they are typed; this is a second check.
    """
    safe = []
    for word in hotwords:
        plain = unicodedata.normalize("NFKC", word).strip()
        if (
            _HOTWORD.fullmatch(plain)
            and "http" not in plain.lower()
            and not plain.lower().endswith((".txt", ".scp", ".json", ".jsonl"))
        ):
            safe.append(plain)
    return safe[:MAX_HOTWORDS]


def language_of(text: str) -> str:
    """zh, en or ja: the language that a text is written in, by its script."""
    if _KANA.search(text):
        return "ja"
    return "zh" if HAN.search(text) else "en"


def without_tags(text: str) -> str:
    """Text without ``<|zh|>``-like marks of SenseVoice, Whisper and Qwen."""
    return _TAG.sub("", text).strip()


def without_spaces_between_cjk(text: str) -> str:
    """``今天 天气 of Vosk`` → ``今天天气 of Vosk``."""
    cjk = r"[\u3040-\u30ff\u3400-\u9fff，。！？、：；]"
    return re.sub(rf"(?<={cjk})\s+(?={cjk})", "", text).strip()


def suspicions(text: str, seconds: float) -> tuple[str, ...]:
    """Reasons to think that a model invented ``text``: a loop, or too much of it."""
    flags = []
    spoken = "".join(_SPOKEN.findall(text))
    if _LOOP.search(spoken):
        flags.append(REPETITION)
    # Latin letters are about five to a word; a Chinese character is a syllable.
    letters = sum(character.isascii() for character in spoken)
    if (len(spoken) - letters) + letters / 2.5 > MAX_CHARS_PER_SECOND * max(
        seconds, 0.5
    ):
        flags.append(TOO_FAST)
    return tuple(flags)
