"""Decoded audio in, timed text out, for every recording."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from transcription.engine.base import (
    Engine,
    EngineError,
    ErrorCode,
    Punctuator,
    Recognition,
    RecognitionOptions,
    VoiceActivityDetector,
)
from transcription.pipeline.audio.channels import forget, read_track
from transcription.pipeline.audio.vad import (
    GAP_MS,
    GAP_WITH_WORD_TIMES_MS,
    Joining,
    Piece,
    Window,
    pieces,
    windows,
)
from transcription.pipeline.batches import NOT_RECOGNISED
from transcription.pipeline.hotwords.index import HotwordIndex
from transcription.pipeline.pooling import EnginePool, PooledEngine
from transcription.pipeline.punctuation.lines import Line
from transcription.pipeline.recognise import HotwordRecogniser, RecognisedPiece
from transcription.pipeline.text.letters import LETTER_SOUNDS, has_letter_sounds
from transcription.pipeline.text.risks import risks
from transcription.pipeline.text.sentences import Sentence, sentences
from transcription.pipeline.types import (
    DecodedAudio,
    PipelineResult,
    PipelineSegment,
    Punctuation,
    Track,
)
from transcription.pipeline.writing import Writer, confidence_of

_LANGUAGE_PIECES: Final = 3

Progress = Callable[[int, int], None]
WindowDone = Callable[[int, int, tuple[PipelineSegment, ...]], None]
Finished = Mapping[tuple[int, int], tuple[PipelineSegment, ...]]


@dataclass(frozen=True, slots=True)
class RunSetup:
    """With what a recording is recognised, and who is told how far it is. Without a
    ``joining`` the engine decides over how long a silence pieces of speech are joined.

    ``on_progress(done_ms, total_ms)`` counts the audio of all tracks, is called at
    least once a batch, and may raise to stop. ``on_window(slot, window, segments)`` is
    called when a window is through; what it was given may come back as ``finished``
    after a restart and is then not done again. ``slot`` is the index of the track.
    With ``parts`` (ms from, to) only pieces of speech that touch one of them are
    recognised, cut as they are when all are.
    """

    engine: Engine
    vad: VoiceActivityDetector
    options: RecognitionOptions
    punctuator: Punctuator | None = None
    joining: Joining | None = None
    on_progress: Progress = lambda done_ms, total_ms: None
    on_window: WindowDone = lambda slot, window, segments: None
    finished: Finished = field(default_factory=dict)
    parts: tuple[tuple[int, int], ...] = ()

    def wants(self, start_ms: int, end_ms: int) -> bool:
        return not self.parts or any(
            start < end_ms and start_ms < end for start, end in self.parts
        )


def transcribe(decoded: DecodedAudio, setup: RunSetup) -> PipelineResult:
    """Recognise every track; see ``PipelineResult``.

    A piece on which the engine fails is a segment without text. A window in which it
    failed on every piece is not kept: it may be the engine, and then another attempt
    helps. Raises ``EngineError`` when it failed on all there was.
    """
    run = _Run(decoded, setup)
    segments: list[PipelineSegment] = []
    for slot, track in enumerate(decoded.tracks):
        samples = read_track(track.path)
        for window in windows(samples):
            if not setup.wants(window.start_ms, window.end_ms):
                continue
            done = setup.finished.get((slot, window.index))
            if done is None:
                done = run.window(track, samples, window)
                if _is_lost(done):
                    run.lost_windows += 1
                else:
                    setup.on_window(slot, window.index, done)
            forget(samples)
            segments.extend(done)
            run.advance(window.end_ms - window.start_ms)
    if _is_lost(segments):
        raise EngineError(ErrorCode.ENGINE_FAILED, "on every piece", permanent=False)
    segments.sort(key=lambda segment: (segment.start_ms, segment.channel or 0))
    return PipelineResult(
        run.language,
        tuple(segments),
        run.lost_windows,
        decoded.notes,
        run.punctuation,
    )


def gap_ms_for(engine: Engine) -> int:
    """Over how long a silence pieces of speech are joined for this engine."""
    return GAP_WITH_WORD_TIMES_MS if engine.facts.gives_word_times else GAP_MS


class _Run:
    """What stays the same for the windows of one recording."""

    def __init__(self, decoded: DecodedAudio, setup: RunSetup) -> None:
        engine, options = setup.engine, setup.options
        self._decoded = decoded
        self._engine = (
            engine
            if isinstance(engine, PooledEngine)
            else EnginePool(engine).for_recording()
        )
        self._vad = setup.vad
        self._wants = setup.wants
        self._on_progress = setup.on_progress
        self._total_ms = decoded.duration_ms * len(decoded.tracks)
        self._done_ms = 0
        self.lost_windows = 0
        index = HotwordIndex(options.hotwords)
        self._recogniser = HotwordRecogniser(self._engine, index)
        self._joining = setup.joining or Joining(gap_ms_for(engine))
        language = options.language
        if language == "auto":
            language = self._detect_language(options)
        self._options = replace(options, language=language)
        self._writer = Writer(
            engine.facts,
            index,
            setup.punctuator,
            language=language,
            use_itn=options.use_itn,
            use_punctuation=options.use_punctuation,
        )

    @property
    def language(self) -> str:
        return self._options.language

    @property
    def punctuation(self) -> Punctuation:
        return self._writer.punctuation

    def advance(self, length_ms: int) -> None:
        self._done_ms += length_ms
        self._report(self._done_ms)

    def window(
        self, track: Track, samples: NDArray[np.int16], window: Window
    ) -> tuple[PipelineSegment, ...]:
        found = [
            piece
            for piece in self._pieces(samples, window)
            if self._wants(piece.samples_start_ms, piece.samples_end_ms)
        ]
        speech_ms = sum(piece.end_ms - piece.start_ms for piece in found)
        recognised_ms = 0
        segments: list[PipelineSegment] = []
        for batch in _batches(found, self._engine):
            for piece, result in zip(
                batch, self._recognised(samples, batch), strict=True
            ):
                segments.extend(self._segments(track, piece, result))
            recognised_ms += sum(piece.end_ms - piece.start_ms for piece in batch)
            length_ms = window.end_ms - window.start_ms
            self._report(self._done_ms + length_ms * recognised_ms // max(speech_ms, 1))
        segments.sort(key=lambda segment: segment.start_ms)
        return tuple(self._written(segments))

    def _written(
        self, segments: Sequence[PipelineSegment]
    ) -> Iterator[PipelineSegment]:
        """Marks want to know what was said before and after, and how long after."""
        texts = self._writer.written([_line(segment) for segment in segments])
        for segment, written in zip(segments, texts, strict=True):
            yield replace(segment, text=written.text, mapping=written.mapping)

    def _pieces(self, samples: NDArray[np.int16], window: Window) -> list[Piece]:
        joining = self._joining
        return pieces(
            samples,
            window,
            self._vad,
            gap_ms=joining.gap_ms,
            pad_ms=joining.pad_ms,
            max_joined_ms=joining.max_joined_ms,
        )

    def _report(self, done_ms: int) -> None:
        self._on_progress(min(done_ms, self._total_ms), self._total_ms)

    def _recognised(
        self, samples: NDArray[np.int16], batch: Sequence[Piece]
    ) -> Iterator[RecognisedPiece]:
        inputs = [piece.samples(samples) for piece in batch]
        results = self._recogniser.recognise_with_hotwords(inputs, self._options)
        for sound, result in zip(inputs, results, strict=True):
            found = result.recognition
            flags = (*found.flags, *risks(sound, found.text, self.language))
            yield replace(result, recognition=replace(found, flags=flags))

    def _detect_language(self, options: RecognitionOptions) -> str:
        """Ask the engine about the longest pieces of the first window with speech.

        Once per recording: a transcript in two languages is hard to read.
        """
        votes: Counter[str] = Counter()
        known = self._engine.facts.languages
        for track in self._decoded.tracks:
            samples = read_track(track.path)
            for window in windows(samples):
                found = self._pieces(samples, window)
                found.sort(key=lambda piece: piece.start_ms - piece.end_ms)
                chosen = found[:_LANGUAGE_PIECES]
                if not chosen:
                    continue
                inputs = [piece.samples(samples) for piece in chosen]
                recognitions = self._recogniser.recognise(inputs, options)
                for piece, recognition in zip(chosen, recognitions, strict=True):
                    if recognition.text and recognition.language in known:
                        votes[recognition.language] += piece.end_ms - piece.start_ms
                self._report(0)
                break
        return votes.most_common(1)[0][0] if votes else "zh"

    def _segments(
        self, track: Track, piece: Piece, result: RecognisedPiece
    ) -> Iterator[PipelineSegment]:
        is_unrecognised = NOT_RECOGNISED in result.recognition.flags
        for sentence in sentences(result.recognition):
            if sentence.text or is_unrecognised:
                yield self._segment(track, piece, result, sentence)

    def _segment(
        self, track: Track, piece: Piece, result: RecognisedPiece, sentence: Sentence
    ) -> PipelineSegment:
        recognition = result.recognition
        limit = self._decoded.duration_ms
        raw = self._writer.raw(
            result, sentence, offset_ms=piece.samples_start_ms, limit_ms=limit
        )
        words = raw.words
        start_ms, end_ms = piece.start_ms, min(piece.end_ms, limit)
        if words:
            start_ms, end_ms = words[0].start_ms, words[-1].end_ms
        return PipelineSegment(
            channel=track.channel,
            start_ms=start_ms,
            end_ms=max(start_ms, end_ms),
            text_raw=raw.text,
            text=raw.text,
            words=words,
            hotwords=raw.hotwords,
            confidence=confidence_of(words, recognition.confidence),
            timing_source=recognition.timing_source,
            flags=self._flags(recognition, raw.text),
        )

    def _flags(self, recognition: Recognition, text: str) -> tuple[str, ...]:
        has_letters = self.language == "zh" and has_letter_sounds(text)
        return (*recognition.flags, *((LETTER_SOUNDS,) if has_letters else ()))


def _line(segment: PipelineSegment) -> Line:
    return Line(
        segment.text_raw,
        segment.words,
        segment.start_ms,
        segment.end_ms,
        tuple((hit.start, hit.end) for hit in segment.hotwords),
    )


def _is_lost(segments: Sequence[PipelineSegment]) -> bool:
    """Whether there was speech, and the engine failed on all of it."""
    return bool(segments) and all(NOT_RECOGNISED in s.flags for s in segments)


def _batches(found: Sequence[Piece], engine: PooledEngine) -> Iterator[list[Piece]]:
    """Pieces of like length together: a batch costs its longest piece for each."""
    batch: list[Piece] = []
    for piece in sorted(found, key=lambda piece: piece.end_ms - piece.start_ms):
        length = piece.samples_end_ms - piece.samples_start_ms
        if batch and length * (len(batch) + 1) > engine.request_ms:
            yield batch
            batch = []
        batch.append(piece)
    if batch:
        yield batch
