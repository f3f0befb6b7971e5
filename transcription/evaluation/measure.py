"""Clips through the real pipeline, with one list of hotwords, measured."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from transcription.engine.base import (
    SAMPLE_RATE,
    Engine,
    EngineFacts,
    Recognition,
    RecognitionOptions,
    Samples,
    VoiceActivityDetector,
)
from transcription.evaluation.remembering import (
    Clock,
    RememberingEngine,
    RememberingVad,
)
from transcription.evaluation.scores.texts import is_written
from transcription.evaluation.sets.clips import Clip, Decoder
from transcription.pipeline.audio.vad import Joining
from transcription.pipeline.run import RunSetup, transcribe
from transcription.pipeline.types import DecodedAudio, PipelineSegment

# Called before each clip with how many are done; may raise to stop.
ClipBegins = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class RecognisedClip:
    """What became of one clip. ``seconds`` is what recognition costs without decoding;
    ``piece_ms`` the milliseconds of processor time beside the models, for each piece of
    speech: they mean the same on a busy machine."""

    clip: Clip
    segments: tuple[PipelineSegment, ...]
    audio_ms: int
    seconds: float
    piece_ms: tuple[float, ...]


class ClipRecogniser:
    """Runs clips with any list of words; recognises each once where it can. Without a
    ``joining`` the engine decides, as in ``pipeline.run``."""

    def __init__(
        self,
        engine: Engine,
        vad: VoiceActivityDetector,
        decoder: Decoder,
        *,
        joining: Joining | None = None,
    ) -> None:
        self._clock = Clock()
        self._engine = RememberingEngine(engine, self._clock)
        self._vad = RememberingVad(vad, self._clock)
        self._decoder = decoder
        self._joining = joining

    def run(
        self,
        clips: Iterable[Clip],
        hotwords: Sequence[str],
        *,
        on_clip: ClipBegins = lambda done: None,
    ) -> list[RecognisedClip]:
        """All clips in order. Raises ``EngineError``."""
        results = []
        for done, clip in enumerate(clips):
            on_clip(done)
            results.append(self.recognise(clip, hotwords))
        return results

    def recognise(self, clip: Clip, hotwords: Sequence[str]) -> RecognisedClip:
        """One clip. Raises ``EngineError``."""
        decoded = self._decoder.clip(clip)
        does_itn = self._engine.facts.does_itn
        options = RecognitionOptions(
            language=clip.language,
            # An engine that writes figures itself is asked not to where none are
            # wanted; for the others the raw text is there anyway.
            use_itn=not does_itn or is_written(clip.reference),
            hotwords=tuple(hotwords),
        )
        watch = _Watch(self._engine)
        before, began = (self._clock.really, self._clock.alone), time.perf_counter()
        setup = RunSetup(
            engine=watch,
            vad=self._vad,
            options=options,
            joining=self._joining,
            on_progress=watch.batch_is_over,
        )
        result = transcribe(decoded, setup)
        took = time.perf_counter() - began
        really, alone = self._clock.really - before[0], self._clock.alone - before[1]
        return RecognisedClip(
            clip=clip,
            segments=result.segments,
            audio_ms=_audio_ms(decoded),
            seconds=took - really + alone,
            piece_ms=tuple(watch.piece_ms),
        )


class _Watch:
    """Satisfies ``Engine`` and times what the pipeline does with a recognised piece:
    from the engine's answer to the report of progress that ends each batch."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._pieces = 0
        self._own_seconds = 0.0
        self._since: float | None = None
        self.piece_ms: list[float] = []

    @property
    def facts(self) -> EngineFacts:
        return self._engine.facts

    def recognise(
        self, pieces: Sequence[Samples], options: RecognitionOptions
    ) -> list[Recognition]:
        self._stop()  # the same batch may be recognised a second time, with hotwords
        recognitions = self._engine.recognise(pieces, options)
        self._pieces = max(self._pieces, len(pieces))
        self._since = time.thread_time()
        return recognitions

    def batch_is_over(self, done_ms: int, total_ms: int) -> None:
        self._stop()
        if self._pieces:
            each = self._own_seconds * 1000 / self._pieces
            self.piece_ms += [each] * self._pieces
        self._pieces, self._own_seconds = 0, 0.0

    def _stop(self) -> None:
        if self._since is not None:
            self._own_seconds += time.thread_time() - self._since
            self._since = None


def _audio_ms(decoded: DecodedAudio) -> int:
    return sum(track.sample_count for track in decoded.tracks) // (SAMPLE_RATE // 1000)
