"""The embedded recogniser: Vosk's small models, Chinese and English, on any CPU.

It invents nothing in silence, gives real word times and confidences, and knows neither
punctuation nor digits. A decoder uses one core and ``vosk`` releases the GIL, so pieces
are recognised side by side, whether they come in one call or in several.
"""

import json
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, wait
from contextlib import contextmanager, suppress
from copy import copy
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
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
from transcription.engine.choose import EngineChoice
from transcription.engine.guards import (
    checked_language,
    checked_samples,
    has_sound,
    without_spaces_between_cjk,
)
from transcription.engine.timings import offsets

CHUNK = SAMPLE_RATE // 4
# The decoder looks ahead: without some silence after it the last word is lost.
LEAD = SAMPLE_RATE // 10
TAIL = SAMPLE_RATE // 2
CHECK_SECONDS = 0.2
# How much speech is recognised in both languages before one is chosen.
AUTO_SECONDS = 12.0
# Log energies of digital silence need a little noise, one step of 16 bits as in Kaldi.
DITHER_SEED = 1
_UNKNOWN = {"<unk>", "[unk]", "<eps>"}


@dataclass(frozen=True, slots=True)
class _Scored:
    recognition: Recognition
    score: float  # confident seconds of words


class VoskEngine:
    """Vosk models by language; each is loaded when it is first needed.

    ``threads`` pieces are recognised at the same time, and so many threads may call.
    """

    def __init__(self, directories: Mapping[str, Path], threads: int = 1) -> None:
        self._directories = dict(directories)
        self._models: dict[str, Any] = {}
        self._loading = threading.Lock()
        self._cores = threading.Semaphore(threads)
        self._check: Callable[[], None] = lambda: None
        self._facts = EngineFacts(
            name="vosk",
            model_name="Vosk small",
            device="cpu",
            languages=frozenset(directories),
            gives_word_times=True,
            writes_punctuation=False,
            calls_at_once=threads,
        )

    @property
    def facts(self) -> EngineFacts:
        return self._facts

    def watched_by(self, check: Callable[[], None]) -> "VoskEngine":
        """See ``WatchedEngine``."""
        watched = copy(self)
        watched._check = check
        return watched

    def recognise(
        self, pieces: Sequence[Samples], options: RecognitionOptions
    ) -> list[Recognition]:
        """See ``Engine``. ``auto`` picks one language for all the pieces of a call."""
        language = checked_language(options, self._facts.languages)
        clean = [checked_samples(piece) for piece in pieces]
        if language == "auto":
            return self._in_the_likelier_language(clean)
        return [
            scored.recognition for scored in self._all([(p, language) for p in clean])
        ]

    def _in_the_likelier_language(self, pieces: list[Samples]) -> list[Recognition]:
        """Decode the first pieces in every language and go on with the better one.

        Better means: more seconds covered by words that the decoder was sure of. A
        model that is given a foreign language finds short words, with low confidence.
        """
        languages = sorted(self._directories, key="zh".__ne__)
        first = pieces[: _count_of_first(pieces)]
        by_language = {
            language: self._all([(piece, language) for piece in first])
            for language in languages
        }
        best = max(
            languages, key=lambda name: sum(one.score for one in by_language[name])
        )
        rest = self._all([(piece, best) for piece in pieces[len(first) :]])
        return [found.recognition for found in (*by_language[best], *rest)]

    def _all(self, pieces: Sequence[tuple[Samples, str]]) -> list[_Scored]:
        """Every piece in its language. A caller that leaves early stops the decoders.
        Daemon threads, because a process that ends must not wait for a piece."""
        places: list[Future[_Scored]] = [Future() for _piece in pieces]
        waiting: SimpleQueue[tuple[Samples, str, Future[_Scored]]] = SimpleQueue()
        for (samples, language), place in zip(pieces, places, strict=True):
            waiting.put((samples, language, place))
        left = threading.Event()

        def work() -> None:
            with suppress(Empty):
                while not left.is_set():
                    samples, language, place = waiting.get_nowait()
                    with self._cores:
                        try:
                            place.set_result(self._decode(samples, language, left))
                        except Exception as error:
                            place.set_exception(error)

        try:
            for _thread in range(min(self._facts.calls_at_once, len(pieces))):
                threading.Thread(target=work, name="vosk", daemon=True).start()
            for place in places:
                while wait([place], CHECK_SECONDS).not_done:
                    self._check()
            return [place.result() for place in places]
        finally:
            left.set()

    def _decode(
        self, samples: Samples, language: str, left: threading.Event
    ) -> _Scored:
        if not has_sound(samples):
            return _Scored(Recognition("", language), 0.0)
        import vosk

        recogniser = vosk.KaldiRecognizer(self._model(language), SAMPLE_RATE)
        recogniser.SetWords(True)
        pcm = _pcm(samples)
        tokens: list[dict[str, Any]] = []
        for start in range(0, len(pcm), CHUNK * 2):
            if left.is_set():
                break
            if recogniser.AcceptWaveform(pcm[start : start + CHUNK * 2]):
                tokens += json.loads(recogniser.Result()).get("result", [])
        tokens += json.loads(recogniser.FinalResult()).get("result", [])
        return _scored(tokens, language, len(samples) * 1000 // SAMPLE_RATE)

    def _model(self, language: str) -> Any:
        with self._loading:
            if language not in self._models:
                self._models[language] = _load(self._directories[language])
            return self._models[language]


def load(choice: EngineChoice, threads: int) -> VoskEngine:
    """See ``Recogniser.adapter``."""
    directories = {
        model.languages[0]: model.directory(choice.models_dir)
        for model in choice.models
    }
    return VoskEngine(directories, threads)


def _load(directory: Path) -> Any:
    import vosk

    if not directory.is_dir():
        raise EngineError(ErrorCode.MODEL_MISSING, directory.name)
    vosk.SetLogLevel(-1)
    with _without_dither(directory) as quiet:
        try:
            return vosk.Model(str(quiet))
        except Exception as error:  # vosk knows no narrower class
            raise EngineError(ErrorCode.MODEL_BROKEN, directory.name) from error


@contextmanager
def _without_dither(directory: Path) -> Iterator[Path]:
    """The model as a directory in which Kaldi is told to add no noise of its own.

    Its noise comes from libc's ``rand()``, one sequence for all threads of a process:
    the same recording would give other words each time.
    """
    with tempfile.TemporaryDirectory(prefix="vosk-") as folder:
        view = Path(folder)
        for entry in directory.resolve().iterdir():
            if entry.name != "conf":
                (view / entry.name).symlink_to(entry)
        (view / "conf").mkdir()
        for source in (directory / "conf").glob("*.conf"):
            extra = "\n--dither=0\n" if source.name == "mfcc.conf" else ""
            (view / "conf" / source.name).write_text(
                source.read_text("utf-8") + extra, "utf-8"
            )
        yield view


def _pcm(samples: Samples) -> bytes:
    """16 bits with silence around them, and the noise that Kaldi would add."""
    sound = np.pad(samples, (LEAD, TAIL)) * 32767
    sound += np.random.default_rng(DITHER_SEED).standard_normal(sound.size, np.float32)
    return sound.clip(-32_768, 32_767).astype("<i2").tobytes()


def _count_of_first(pieces: Sequence[Samples]) -> int:
    """How many pieces are needed to choose a language."""
    seconds = 0.0
    for index, piece in enumerate(pieces):
        if seconds >= AUTO_SECONDS:
            return index
        seconds += len(piece) / SAMPLE_RATE
    return len(pieces)


def _scored(tokens: list[dict[str, Any]], language: str, length_ms: int) -> _Scored:
    lead_ms = LEAD * 1000 // SAMPLE_RATE

    def at(seconds: float) -> int:
        return min(max(round(seconds * 1000) - lead_ms, 0), length_ms)

    known = [token for token in tokens if token["word"] not in _UNKNOWN]
    texts = [token["word"] for token in known]
    text = without_spaces_between_cjk(" ".join(texts))
    words = tuple(
        Word(
            token["word"],
            at(token["start"]),
            at(token["end"]),
            token["conf"],
            offset=place,
        )
        for token, place in zip(known, offsets(text, texts), strict=True)
        if place is not None
    )
    covered = sum(word.end_ms - word.start_ms for word in words) / 1000
    sure = sum(
        (word.end_ms - word.start_ms) * (word.confidence or 0.0) for word in words
    )
    recognition = Recognition(
        text=text,
        language=language,
        words=words,
        confidence=round(sure / 1000 / covered, 3) if covered else None,
        timing_source=TimingSource.ENGINE,
    )
    return _Scored(recognition, sure / 1000)
