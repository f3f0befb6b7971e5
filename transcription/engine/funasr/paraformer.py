"""SeACo-Paraformer-large through FunASR: Mandarin, fast on a CPU, with hotwords."""

from collections.abc import Sequence
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
    safe_hotwords,
    without_spaces_between_cjk,
)
from transcription.engine.timings import Token, words_on


class FunasrParaformer:
    """SeACo-Paraformer from a local directory: timed characters, no punctuation."""

    def __init__(self, directory: Path, *, device: str, threads: int) -> None:
        self._model = FunasrModel(
            directory, "SeacoParaformer", threads=threads, device=device
        )
        self._facts = EngineFacts(
            name="funasr_paraformer",
            model_name="SeACo-Paraformer-large",
            device=self._model.device,
            languages=frozenset({"zh"}),
            max_hotwords=MAX_HOTWORDS,
            gives_word_times=True,
            writes_punctuation=False,
        )

    @property
    def facts(self) -> EngineFacts:
        return self._facts

    def recognise(
        self, pieces: Sequence[Samples], options: RecognitionOptions
    ) -> list[Recognition]:
        """See ``Engine``."""
        language = checked_language(options, self._facts.languages)
        # One string, split at spaces. FunASR would also take it for a URL or a file;
        # the words that safe_hotwords lets through can be neither.
        hotword = " ".join(safe_hotwords(options.hotwords)) or None
        clean = [checked_samples(piece) for piece in pieces]

        def decode(some: list[Samples]) -> list[Recognition]:
            results = self._model.generate(
                as_tensors(some), batch_size=len(some), hotword=hotword
            )
            return [
                _recognition(result, len(piece) * 1000 // SAMPLE_RATE)
                for result, piece in zip(results, some, strict=True)
            ]

        return recognise_carefully(clean, language, decode)


def load(choice: EngineChoice, threads: int) -> FunasrParaformer:
    """See ``Recogniser.adapter``."""
    return FunasrParaformer(choice.model_dir, device=choice.device, threads=threads)


def _recognition(result: dict[str, Any], length_ms: int) -> Recognition:
    units = result.get("text", "").split()
    times = result.get("timestamp", [])
    text = without_spaces_between_cjk(" ".join(units))
    # FunASR sometimes has fewer times than words; then nobody knows whose they are.
    tokens = (
        [
            Token(unit, start, end)
            for unit, (start, end) in zip(units, times, strict=True)
        ]
        if len(units) == len(times)
        else []
    )
    words = words_on(text, tokens, length_ms)
    return Recognition(
        text,
        "zh",
        words=words,
        timing_source=TimingSource.ENGINE if words else TimingSource.VAD,
    )
