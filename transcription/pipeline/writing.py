"""From what was recognised to what is kept: hotwords by sound, punctuation, figures."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from transcription.engine.base import EngineFacts, Punctuator, Word
from transcription.pipeline.figures.itn import normalise
from transcription.pipeline.hotwords.correction import HotwordCorrector
from transcription.pipeline.hotwords.index import HotwordIndex
from transcription.pipeline.punctuation.lines import Line, Marks
from transcription.pipeline.punctuation.marking import marking_for, with_marks
from transcription.pipeline.recognise import RecognisedPiece
from transcription.pipeline.text.mapping import Rewritten
from transcription.pipeline.text.sentences import Sentence
from transcription.pipeline.types import HotwordHit, Punctuation


@dataclass(frozen=True, slots=True)
class Raw:
    """A sentence before marks and figures. Words have the recording's times."""

    text: str
    words: tuple[Word, ...]
    hotwords: tuple[HotwordHit, ...]


class Writer:
    """An engine's texts in one language, with the hotwords of ``index``."""

    def __init__(
        self,
        facts: EngineFacts,
        index: HotwordIndex,
        punctuator: Punctuator | None,
        *,
        language: str,
        use_itn: bool,
        use_punctuation: bool,
    ) -> None:
        self._corrector = HotwordCorrector(index)
        self._language = language
        self._use_itn = use_itn and not facts.does_itn
        self._marking = marking_for(facts, language, punctuator, wanted=use_punctuation)

    @property
    def punctuation(self) -> Punctuation:
        return self._marking.source

    def raw(
        self,
        piece: RecognisedPiece,
        sentence: Sentence,
        *,
        offset_ms: int,
        limit_ms: int,
    ) -> Raw:
        """A sentence of a piece whose samples begin ``offset_ms`` after the
        recording, which is ``limit_ms`` long."""
        raw, hits = sentence.text, _inside(piece.hits, sentence)
        words = tuple(
            replace(
                word,
                start_ms=min(word.start_ms + offset_ms, limit_ms),
                end_ms=min(word.end_ms + offset_ms, limit_ms),
            )
            for word in sentence.words
        )
        if piece.is_open:
            corrected = self._corrector.correct(raw, words)
            raw, words, hits = corrected.text, corrected.words, corrected.hits
        return Raw(raw, words, hits)

    def written(self, lines: Sequence[Line]) -> list[Rewritten]:
        """The lines of a track, in their order, with marks and figures."""
        whole = [self._with_figures_whole(line) for line in lines]
        return [self._with_figures(marked) for marked in self._marking.marked(whole)]

    def _with_figures_whole(self, line: Line) -> Line:
        """What becomes a figure is found before there are marks: none may part it."""
        if self._marking.marker is None or not self._use_itn:
            return line
        figures = normalise(line.text, self._language).mapping.changes
        spans = ((change.raw_start, change.raw_end) for change in figures)
        return replace(line, whole=(*line.whole, *spans))

    def _with_figures(self, marked: Rewritten) -> Rewritten:
        return figures_on(marked, self._language) if self._use_itn else marked


def figures_on(marked: Rewritten, language: str) -> Rewritten:
    """A text with marks and figures: a figure never reaches across a mark."""
    normalised = normalise(marked.text, language)
    return Rewritten(normalised.text, marked.mapping.then(normalised.mapping))


def rewritten(
    text_raw: str, marks: Marks, language: str, *, use_itn: bool
) -> Rewritten:
    """A stored sentence's raw text, which was changed, with the marks that it had."""
    marked = with_marks(text_raw, marks)
    return figures_on(marked, language) if use_itn else marked


def confidence_of(
    words: Sequence[Word], recognition_confidence: float | None
) -> float | None:
    """The words' mean, where the engine gives them one; else the whole's."""
    known = [word.confidence for word in words if word.confidence is not None]
    return sum(known) / len(known) if known else recognition_confidence


def _inside(hits: Sequence[HotwordHit], sentence: Sentence) -> tuple[HotwordHit, ...]:
    """The hits that are the sentence's, counted from its beginning."""
    start, end = sentence.start, sentence.start + len(sentence.text)
    return tuple(
        replace(hit, start=hit.start - start, end=hit.end - start)
        for hit in hits
        if start <= hit.start and hit.end <= end
    )
