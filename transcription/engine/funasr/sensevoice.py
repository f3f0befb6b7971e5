"""SenseVoiceSmall through FunASR: five languages, fast, with punctuation and digits."""

import re
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
    TimingSource,
)
from transcription.engine.choose import EngineChoice
from transcription.engine.doubts import recognise_carefully
from transcription.engine.funasr.runtime import FunasrModel, as_tensors
from transcription.engine.guards import (
    checked_language,
    checked_samples,
    without_spaces_between_cjk,
    without_tags,
)
from transcription.engine.timings import Token, words_on

LANGUAGES = frozenset({"zh", "en", "ja", "yue", "ko"})
_SPOKEN = re.compile(r"<\|(zh|en|ja|yue|ko)\|>")
_NO_SPEECH = "<|nospeech|>"


class FunasrSenseVoice:
    """SenseVoiceSmall from a local directory; its mood and event tags are dropped."""

    def __init__(self, directory: Path, *, device: str, threads: int) -> None:
        self._model = FunasrModel(
            directory, "SenseVoiceSmall", threads=threads, device=device
        )
        # FunASR times the pieces of SenseVoice's own tokenizer and crashes on others.
        self._gives_times = self._model.tokenizer == "SentencepiecesTokenizer"
        self._facts = EngineFacts(
            name="funasr_sensevoice",
            model_name="SenseVoiceSmall",
            device=self._model.device,
            languages=LANGUAGES,
            does_itn=True,
            gives_word_times=self._gives_times,
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
            results = self._generate(some, language, options.use_itn)
            return [
                _recognition(result, language, len(piece) * 1000 // SAMPLE_RATE)
                for result, piece in zip(results, some, strict=True)
            ]

        return recognise_carefully(clean, language, decode)

    def _generate(
        self, pieces: list[Samples], language: str, use_itn: bool
    ) -> list[dict[str, Any]]:
        def ask(gives_times: bool) -> list[dict[str, Any]]:
            return self._model.generate(
                as_tensors(pieces),
                batch_size=len(pieces),
                language=language,
                use_itn=use_itn,
                output_timestamp=gives_times,
            )

        try:
            return ask(self._gives_times)
        except EngineError as error:
            # FunASR's alignment fails on some texts; the text is worth more than times.
            if error.code is not ErrorCode.ENGINE_FAILED or not self._gives_times:
                raise
            return ask(False)


def load(choice: EngineChoice, threads: int) -> FunasrSenseVoice:
    """See ``Recogniser.adapter``."""
    return FunasrSenseVoice(choice.model_dir, device=choice.device, threads=threads)


def _recognition(result: dict[str, Any], language: str, length_ms: int) -> Recognition:
    tagged = result.get("text", "")
    text = without_spaces_between_cjk(without_tags(tagged))
    if _NO_SPEECH in tagged:
        text = ""
    tag = _SPOKEN.search(tagged)
    spoken = tag[1] if tag else "" if language == "auto" else language
    units, times = result.get("words", []), result.get("timestamp", [])
    tokens = [
        Token(unit, start, end)
        for unit, (start, end) in zip(units, times, strict=False)
        if not unit.startswith("<|")
    ]
    words = words_on(text, tokens, length_ms)
    return Recognition(
        text,
        spoken,
        words=words,
        timing_source=TimingSource.CTC if words else TimingSource.VAD,
    )
