"""Whisper small through FunASR: better than Vosk on human speech, and much slower.

Punctuation and digits are its own. Where there is next to no speech it writes what it
has often seen under videos; it loops, and mixes traditional characters into Chinese.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from opencc import OpenCC

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
    checked_language,
    checked_samples,
    language_of,
    without_spaces_between_cjk,
    without_tags,
)

# Shorter than this, a stock phrase is an invention and not a goodbye.
STOCK_SECONDS = 1.5
_PROMPTS = {"zh": "以下是普通话的句子。", "en": "", "ja": ""}
# Nobody says these; they are the credits of subtitles.
_CREDITS = re.compile(
    r"(明镜与点点|请不吝点赞|字幕(志愿者|由|by|组|提供)|Amara\.org|subtitles by)",
    re.IGNORECASE,
)
_STOCK = {
    "谢谢大家", "谢谢观看", "谢谢收看", "感谢观看", "多谢您的观看", "谢谢您的观看",
    "thankyou", "thanksforwatching", "thankyouforwatching", "bye", "you",
    "ご視聴ありがとうございました", "ありがとうございました", "以下是普通话的句子",
}  # fmt: skip


class FunasrWhisper:
    """Whisper small in FunASR's ``WhisperWarp``; one piece of up to 30 s at a time."""

    def __init__(self, directory: Path, *, device: str, threads: int) -> None:
        self._model = FunasrModel(
            directory, "Whisper-small", threads=threads, device=device
        )
        self._facts = EngineFacts(
            name="funasr_whisper",
            model_name="Whisper small",
            device=self._model.device,
            languages=frozenset(_PROMPTS),
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
        clean = [checked_samples(piece) for piece in pieces]

        def decode(some: list[Samples]) -> list[Recognition]:
            return self._decode(some, language)

        return recognise_carefully(clean, language, decode)

    def _decode(self, pieces: list[Samples], language: str) -> list[Recognition]:
        results = self._model.generate(
            as_tensors(pieces),
            batch_size=1,  # FunASR refuses more for this class
            DecodingOptions={
                "language": None if language == "auto" else language,
                "prompt": _PROMPTS.get(language) or None,
                "without_timestamps": True,
                "fp16": self._model.device.startswith("cuda"),
            },
        )
        return [
            _recognition(result.get("text", ""), language, len(piece) / SAMPLE_RATE)
            for result, piece in zip(results, pieces, strict=True)
        ]


def load(choice: EngineChoice, threads: int) -> FunasrWhisper:
    """See ``Recogniser.adapter``."""
    return FunasrWhisper(choice.model_dir, device=choice.device, threads=threads)


def _recognition(written: str, language: str, seconds: float) -> Recognition:
    text = without_spaces_between_cjk(without_tags(written))
    spoken = language_of(text) if language == "auto" else language
    if spoken == "zh":
        text = _simplified(text)
    if is_invented(text, seconds):
        text = ""
    return Recognition(text, spoken, timing_source=TimingSource.VAD)


@lru_cache(maxsize=1)
def _converter() -> OpenCC:
    return OpenCC("t2s")


def _simplified(text: str) -> str:
    """Whisper writes Mandarin in either script."""
    return str(_converter().convert(text))


def is_invented(text: str, seconds: float) -> bool:
    """Credits of subtitles anywhere, or a stock phrase as all there is in a moment."""
    bare = re.sub(r"[\W_]", "", text).lower()
    return bool(_CREDITS.search(text)) or (seconds < STOCK_SECONDS and bare in _STOCK)
