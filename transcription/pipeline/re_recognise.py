"""A sentence of an old transcript recognised again, because a word is known now.

The new text takes the sentence's place when it has the word and nothing that stood
there before was lost. Otherwise the sentence stays.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from transcription.engine.base import (
    Engine,
    Punctuator,
    RecognitionOptions,
    Samples,
    TimingSource,
    Word,
)
from transcription.pipeline.batches import NOT_RECOGNISED, length_ms
from transcription.pipeline.hotwords.evidence import ELSEWHERE, Verdict, weigh
from transcription.pipeline.hotwords.index import HotwordIndex
from transcription.pipeline.punctuation.lines import Line
from transcription.pipeline.recognise import (
    HOTWORD_LEAK,
    HOTWORD_REJECTED,
    HotwordRecogniser,
    RecognisedPiece,
)
from transcription.pipeline.text.letters import LETTER_SOUNDS
from transcription.pipeline.text.mapping import UNCHANGED, TextMapping
from transcription.pipeline.text.risks import NEAR_SILENCE, risks
from transcription.pipeline.text.sentences import whole
from transcription.pipeline.types import HotwordHit
from transcription.pipeline.writing import Writer, confidence_of

# Another recogniser may write half of a sentence in another way: that is why it is
# asked. The one that made the transcript has no reason to.
_ELSEWHERE_OF_ANOTHER: Final = 0.5
_SHORTEST_MS: Final = 100
_MARKS: Final = frozenset("，。！？；：,.?!;:")


@dataclass(frozen=True, slots=True)
class Written:
    """A sentence's texts; see ``PipelineSegment``. Words have the recording's times."""

    text_raw: str
    text: str
    words: tuple[Word, ...]
    mapping: TextMapping
    hotwords: tuple[HotwordHit, ...]


_NOTHING: Final = Written("", "", (), UNCHANGED, ())


class Outcome(StrEnum):
    """What came of recognising a sentence again; ``CHANGED`` alone changes it."""

    CHANGED = "changed"
    WORD_MISSING = "not_heard"  # the new text has no more of the word
    REJECTED = "rejected"  # it has, and something else would have been lost
    NOT_RECOGNISED = "not_recognised"  # the engine failed on it


@dataclass(frozen=True, slots=True)
class StoredSentence:
    """A sentence as it stands. ``known`` are the other hotwords in it, which must not
    be lost; ``is_of_this_engine`` says that the same model recognised it before."""

    text_raw: str
    text: str
    known: tuple[str, ...]
    flags: tuple[str, ...]
    is_of_this_engine: bool


@dataclass(frozen=True, slots=True)
class SentenceSound:
    """The sound of a sentence. The samples begin ``offset_ms`` after the recording,
    which is ``limit_ms`` long."""

    samples: Samples
    offset_ms: int
    limit_ms: int


@dataclass(frozen=True, slots=True)
class RecognisedSentence:
    """``written.hotwords`` say what stood in the place of each word that is new."""

    outcome: Outcome
    written: Written
    confidence: float | None = None
    timing_source: TimingSource = TimingSource.VAD
    flags: tuple[str, ...] = ()


class SentenceRecogniser:
    """Recognises sentences again with one word, given as a line ``词|变体``."""

    def __init__(
        self,
        engine: Engine,
        line: str,
        options: RecognitionOptions,
        punctuator: Punctuator | None,
    ) -> None:
        self._engine = engine
        self._line = line
        self._word = line.partition("|")[0]
        self._options = options
        self._punctuator = punctuator
        self._writes_figures = options.use_itn and engine.facts.does_itn

    def recognise(
        self, sentences: Sequence[tuple[SentenceSound, StoredSentence]]
    ) -> list[RecognisedSentence]:
        """One for each, in order; all go into the engine's calls together, and none
        has the hotwords of another. Raises ``EngineError``."""
        recognised = [RecognisedSentence(Outcome.NOT_RECOGNISED, _NOTHING)] * len(
            sentences
        )
        numbers = [
            number
            for number, (sound, _stored) in enumerate(sentences)
            if length_ms(sound.samples) >= _SHORTEST_MS
        ]
        if not numbers:
            return recognised
        firsts = self._engine.recognise(
            [sentences[number][0].samples for number in numbers], self._options
        )
        first_of = dict(zip(numbers, firsts, strict=True))
        for known, group in _by_known(sentences, numbers):
            index = HotwordIndex([self._line, *known])
            pieces = HotwordRecogniser(self._engine, index).recognise_again(
                [sentences[number][0].samples for number in group],
                [first_of[number] for number in group],
                self._options,
            )
            for number, piece in zip(group, pieces, strict=True):
                recognised[number] = self._weighed(piece, *sentences[number], index)
        return recognised

    def _weighed(
        self,
        piece: RecognisedPiece,
        sound: SentenceSound,
        stored: StoredSentence,
        index: HotwordIndex,
    ) -> RecognisedSentence:
        written = self._written(piece, sound, stored, index)
        found = piece.recognition
        language = self._options.language
        flags = (*found.flags, *risks(sound.samples, written.text_raw, language))
        # The engine's figures are compared with figures.
        before = stored.text if self._writes_figures else stored.text_raw
        outcome, hits = self._judged(before, written, flags, stored, index)
        return RecognisedSentence(
            outcome=outcome,
            written=replace(written, hotwords=hits),
            confidence=confidence_of(written.words, found.confidence),
            timing_source=found.timing_source,
            flags=flags,
        )

    def _written(
        self,
        piece: RecognisedPiece,
        sound: SentenceSound,
        stored: StoredSentence,
        index: HotwordIndex,
    ) -> Written:
        """With marks where the sentence has some now, ending in the one that it has."""
        writer = Writer(
            self._engine.facts,
            index,
            self._punctuator,
            language=self._options.language,
            use_itn=self._options.use_itn,
            use_punctuation=not _MARKS.isdisjoint(stored.text),
        )
        start_ms, end_ms = sound.offset_ms, sound.limit_ms
        raw = writer.raw(
            piece, whole(piece.recognition), offset_ms=start_ms, limit_ms=end_ms
        )
        line = Line(
            raw.text,
            raw.words,
            start_ms,
            end_ms,
            tuple((hit.start, hit.end) for hit in raw.hotwords),
            last_mark=stored.text[-1:] if stored.text[-1:] in _MARKS else "",
        )
        (written,) = writer.written([line])
        return Written(raw.text, written.text, raw.words, written.mapping, raw.hotwords)

    def _judged(
        self,
        before: str,
        written: Written,
        flags: Sequence[str],
        stored: StoredSentence,
        index: HotwordIndex,
    ) -> tuple[Outcome, tuple[HotwordHit, ...]]:
        after = written.text_raw
        if NOT_RECOGNISED in flags:
            return Outcome.NOT_RECOGNISED, ()
        if after.count(self._word) <= before.count(self._word):
            is_rejected = HOTWORD_REJECTED in flags
            return Outcome.REJECTED if is_rejected else Outcome.WORD_MISSING, ()
        verdict = weigh(
            before,
            after,
            [self._word, *stored.known],
            index.matches(before),
            elsewhere=ELSEWHERE if stored.is_of_this_engine else _ELSEWHERE_OF_ANOTHER,
        )
        if (
            verdict.objection is not None
            or _loses_a_word(before, after, stored.known, verdict)
            or _loses_punctuation(stored.text, written.text)
            or _is_doubtful(flags, stored)
        ):
            return Outcome.REJECTED, ()
        return Outcome.CHANGED, verdict.hits


def _by_known(
    sentences: Sequence[tuple[SentenceSound, StoredSentence]], numbers: Sequence[int]
) -> Iterable[tuple[tuple[str, ...], list[int]]]:
    """The numbers of those that share their other hotwords."""
    groups: dict[tuple[str, ...], list[int]] = {}
    for number in numbers:
        groups.setdefault(sentences[number][1].known, []).append(number)
    return groups.items()


def _loses_a_word(
    before: str, after: str, known: Sequence[str], verdict: Verdict
) -> bool:
    """Whether another hotword is there less often, but for those under new ones."""
    rest = before
    for hit in verdict.hits:
        rest = rest.replace(hit.heard, "\n", 1)
    return any(after.count(word) < rest.count(word) for word in known)


def _loses_punctuation(before: str, after: str) -> bool:
    return not _MARKS.isdisjoint(before) and _MARKS.isdisjoint(after)


def _is_doubtful(flags: Sequence[str], stored: StoredSentence) -> bool:
    """Whether a reader should listen again who had no reason to before, or nobody can
    have said a word."""
    own = {HOTWORD_REJECTED, HOTWORD_LEAK, LETTER_SOUNDS, *stored.flags}
    return NEAR_SILENCE in flags or not own.issuperset(flags)
