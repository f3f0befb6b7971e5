"""The embedded recogniser: Vosk's small models, Chinese and English, on any CPU.

It invents nothing in silence, gives real word times and confidences, and knows neither
punctuation nor digits. ``vosk`` calls release the GIL.
"""

import ctypes
import json
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from transcription.engine.base import (
    SAMPLE_RATE,
    EngineError,
    EngineFacts,
    ErrorCode,
    Recognition,
    RecognitionOptions,
    Samples,
    TimingSource,
    Word,
)
from transcription.engine.guards import (
    checked_language,
    checked_samples,
    has_sound,
    without_spaces_between_cjk,
)

CHUNK = SAMPLE_RATE // 4
# The decoder looks ahead: without some silence after it the last word is lost.
LEAD = SAMPLE_RATE // 10
TAIL = SAMPLE_RATE // 2
# How much speech is heard in both languages before one is chosen.
AUTO_SECONDS = 12.0
DITHER_SEED = 1
_UNKNOWN = {"<unk>", "[unk]", "<eps>"}


@dataclass(frozen=True, slots=True)
class _Heard:
    recognition: Recognition
    score: float  # confident seconds of words


class VoskEngine:
    """Vosk models by language; each is loaded when it is first needed."""

    def __init__(self, directories: Mapping[str, Path]) -> None:
        self._directories = dict(directories)
        self._models: dict[str, Any] = {}
        self._lock = threading.Lock()
        self._facts = EngineFacts(
            name="vosk",
            model_name="Vosk small",
            device="cpu",
            languages=frozenset(directories),
            gives_word_times=True,
            writes_punctuation=False,
        )

    @property
    def facts(self) -> EngineFacts:
        return self._facts

    def recognise(
        self, pieces: Sequence[Samples], options: RecognitionOptions
    ) -> list[Recognition]:
        """See ``Engine``. ``auto`` picks one language for all the pieces of a call."""
        language = checked_language(options, self._facts.languages)
        clean = [checked_samples(piece) for piece in pieces]
        with self._lock:
            if language == "auto":
                return self._in_the_likelier_language(clean)
            return [self._decode(piece, language).recognition for piece in clean]

    def _in_the_likelier_language(self, pieces: list[Samples]) -> list[Recognition]:
        """Decode the first pieces in every language and go on with the better one.

        Better means: more seconds covered by words that the decoder was sure of. A
        model that hears a foreign language finds short words in it, and doubts them.
        """
        languages = sorted(self._directories, key="zh".__ne__)
        heard: dict[str, list[_Heard]] = {language: [] for language in languages}
        seconds = 0.0
        for piece in pieces:
            if seconds >= AUTO_SECONDS:
                break
            for language in languages:
                heard[language].append(self._decode(piece, language))
            seconds += len(piece) / SAMPLE_RATE
        best = max(languages, key=lambda name: sum(h.score for h in heard[name]))
        rest = pieces[len(heard[best]) :]
        return [
            found.recognition
            for found in (*heard[best], *(self._decode(p, best) for p in rest))
        ]

    def _decode(self, samples: Samples, language: str) -> _Heard:
        if not has_sound(samples):
            return _Heard(Recognition("", language), 0.0)
        import vosk

        model = self._model(language)
        # Kaldi adds a little noise from libc's rand(); without this the same recording
        # would give other words each time.
        ctypes.CDLL(None).srand(DITHER_SEED)
        recogniser = vosk.KaldiRecognizer(model, SAMPLE_RATE)
        recogniser.SetWords(True)
        pcm = (np.pad(samples, (LEAD, TAIL)) * 32767).astype("<i2").tobytes()
        tokens: list[dict[str, Any]] = []
        for start in range(0, len(pcm), CHUNK * 2):
            if recogniser.AcceptWaveform(pcm[start : start + CHUNK * 2]):
                tokens += json.loads(recogniser.Result()).get("result", [])
        tokens += json.loads(recogniser.FinalResult()).get("result", [])
        return _heard(tokens, language, len(samples) * 1000 // SAMPLE_RATE)

    def _model(self, language: str) -> Any:
        if language not in self._models:
            import vosk

            directory = self._directories[language]
            if not directory.is_dir():
                raise EngineError(ErrorCode.MODEL_MISSING, directory.name)
            vosk.SetLogLevel(-1)
            try:
                self._models[language] = vosk.Model(str(directory))
            except Exception as error:  # vosk knows no narrower class
                raise EngineError(ErrorCode.MODEL_BROKEN, directory.name) from error
        return self._models[language]


def _heard(tokens: list[dict[str, Any]], language: str, length_ms: int) -> _Heard:
    lead_ms = LEAD * 1000 // SAMPLE_RATE

    def at(seconds: float) -> int:
        return min(max(round(seconds * 1000) - lead_ms, 0), length_ms)

    words = tuple(
        Word(token["word"], at(token["start"]), at(token["end"]), token["conf"])
        for token in tokens
        if token["word"] not in _UNKNOWN
    )
    covered = sum(word.end_ms - word.start_ms for word in words) / 1000
    sure = sum(
        (word.end_ms - word.start_ms) * (word.confidence or 0.0) for word in words
    )
    recognition = Recognition(
        text=without_spaces_between_cjk(" ".join(word.text for word in words)),
        language=language,
        words=words,
        confidence=round(sure / 1000 / covered, 3) if covered else None,
        timing_source=TimingSource.ENGINE,
    )
    return _Heard(recognition, sure / 1000)
