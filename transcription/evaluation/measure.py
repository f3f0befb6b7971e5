"""Clips through the real pipeline, with one list of hotwords, measured."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from transcription.engine.base import (
    SAMPLE_RATE,
    Engine,
    EngineFacts,
    Punctuator,
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
from transcription.evaluation.sets.clips import CUT_PAD_MS, Clip, Decoder, cut_out
from transcription.evaluation.sets.sentences import said_in
from transcription.pipeline.audio.vad import Joining
from transcription.pipeline.run import RunSetup, transcribe
from transcription.pipeline.types import (
    DecodedAudio,
    PipelineResult,
    PipelineSegment,
)

_PER_MS: Final = SAMPLE_RATE // 1000

# Called before each clip with how many are done; may raise to stop.
ClipBegins = Callable[[int], None]


class Unlike(StrEnum):
    """In what a clip was recognised otherwise than by a job."""

    NOTHING = ""
    # The engine gives no word times: the sentence was cut out of its recording.
    ALONE = "alone"
    # The engine writes figures itself and was asked for none, as in the reference.
    NO_FIGURES = "no_figures"


@dataclass(frozen=True, slots=True)
class RecognisedClip:
    """What became of one clip. ``seconds`` is what recognition costs without decoding;
    ``piece_ms`` the milliseconds of processor time beside the models, for each piece of
    speech: they mean the same on a busy machine. ``audio_ms`` is the clip's own length,
    ``work_ms`` that of what was recognised for it, neighbours in its pieces too."""

    clip: Clip
    segments: tuple[PipelineSegment, ...]
    audio_ms: int
    seconds: float
    piece_ms: tuple[float, ...]
    work_ms: int
    unlike: Unlike = Unlike.NOTHING


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
        punctuator: Punctuator | None = None,
    ) -> None:
        self._clock = Clock()
        self._engine = RememberingEngine(engine, self._clock)
        self._vad = RememberingVad(vad, self._clock)
        self._decoder = decoder
        self._joining = joining
        self._punctuator = punctuator

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
        """One clip, as a job does it: a sentence of a recording within the recording.
        Raises ``EngineError``."""
        decoded = self._decoder.file_of(clip)
        part = clip.part
        if part is not None and clip.is_alone:
            decoded, part = cut_out(decoded, part), None
        does_itn = self._engine.facts.does_itn
        options = RecognitionOptions(
            language=clip.language,
            # An engine that writes figures itself is asked not to where none are
            # wanted; for the others the raw text is there anyway.
            use_itn=not does_itn or is_written(clip.reference),
            hotwords=tuple(hotwords),
        )
        unlike = Unlike.NOTHING if options.use_itn else Unlike.NO_FIGURES
        own_ms = _audio_ms(decoded) if part is None else _length_ms(decoded, part)
        run = self._transcribe(decoded, options, part)
        segments: tuple[PipelineSegment, ...] | None = run.result.segments
        if part is not None:
            segments = said_in(run.result.segments, part)
        if segments is None and part is not None:
            run = self._transcribe(cut_out(decoded, part), options, None)
            segments, unlike = run.result.segments, Unlike.ALONE
        return RecognisedClip(
            clip=clip,
            segments=segments or (),
            audio_ms=own_ms,
            seconds=run.seconds,
            piece_ms=run.piece_ms,
            work_ms=max(own_ms, run.recognised_ms),
            unlike=unlike,
        )

    def _transcribe(
        self,
        decoded: DecodedAudio,
        options: RecognitionOptions,
        part: tuple[int, int] | None,
    ) -> "_Transcribed":
        watch = _Watch(self._engine)
        before, began = (self._clock.really, self._clock.alone), time.perf_counter()
        setup = RunSetup(
            engine=watch,
            vad=self._vad,
            options=options,
            punctuator=self._punctuator,
            joining=self._joining,
            on_progress=watch.batch_is_over,
            parts=() if part is None else (part,),
        )
        # Speech is looked for around the part too: its share alone is the part's.
        self._vad.share = (
            1.0
            if part is None
            else _length_ms(decoded, part) / max(_audio_ms(decoded), 1)
        )
        result = transcribe(decoded, setup)
        took = time.perf_counter() - began
        really, alone = self._clock.really - before[0], self._clock.alone - before[1]
        return _Transcribed(
            result, took - really + alone, tuple(watch.piece_ms), watch.recognised_ms
        )


@dataclass(frozen=True, slots=True)
class _Transcribed:
    result: PipelineResult
    seconds: float
    piece_ms: tuple[float, ...]
    recognised_ms: int


class _Watch:
    """Satisfies ``Engine`` and times what the pipeline does with a recognised piece:
    from the engine's answer to the report of progress that ends each batch."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._pieces = 0
        self._own_seconds = 0.0
        self._since: float | None = None
        self.piece_ms: list[float] = []
        self.recognised_ms = 0

    @property
    def facts(self) -> EngineFacts:
        return self._engine.facts

    def recognise(
        self, pieces: Sequence[Samples], options: RecognitionOptions
    ) -> list[Recognition]:
        self._stop()  # the same batch may be recognised a second time, with hotwords
        recognitions = self._engine.recognise(pieces, options)
        if not options.hotwords:  # else it is the same batch a second time
            self.recognised_ms += sum(p.size for p in pieces) // _PER_MS
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
    return sum(track.sample_count for track in decoded.tracks) // _PER_MS


def _length_ms(decoded: DecodedAudio, part: tuple[int, int]) -> int:
    """The part's, with the room around it that its sound is played with."""
    end_ms = min(decoded.duration_ms, part[1] + CUT_PAD_MS)
    return max(0, end_ms - max(0, part[0] - CUT_PAD_MS))
