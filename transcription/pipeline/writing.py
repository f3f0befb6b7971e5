"""From what was recognised to what is kept: hotwords by sound, punctuation, figures."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from transcription.engine.base import EngineFacts, Punctuator, Word
from transcription.pipeline.figures.itn import normalise
from transcription.pipeline.hotwords.correction import HotwordCorrector
from transcription.pipeline.hotwords.index import HotwordIndex
from transcription.pipeline.recognise import RecognisedPiece
from transcription.pipeline.text.mapping import UNCHANGED, TextMapping
from transcription.pipeline.text.punctuation import LANGUAGES, punctuate
from transcription.pipeline.text.sentences import Sentence
from transcription.pipeline.text.words import moved
from transcription.pipeline.types import HotwordHit


@dataclass(frozen=True, slots=True)
class Written:
    """A sentence's texts; see ``PipelineSegment``. Words have the recording's times."""

    text_raw: str
    text: str
    words: tuple[Word, ...]
    mapping: TextMapping
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
    ) -> None:
        self._corrector = HotwordCorrector(index)
        self._language = language
        self._use_itn = use_itn and not facts.does_itn
        is_wanted = not facts.writes_punctuation and language in LANGUAGES
        self._punctuator = punctuator if is_wanted else None

    def write(
        self,
        piece: RecognisedPiece,
        sentence: Sentence,
        *,
        offset_ms: int,
        limit_ms: int,
    ) -> Written:
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
        if self._punctuator is not None:
            marked = punctuate(raw, words, hits, self._punctuator)
            raw, words = marked.text, moved(words, marked.mapping)
            hits = tuple(hit.moved(marked.mapping) for hit in hits)
        if not self._use_itn:
            return Written(raw, raw, words, UNCHANGED, hits)
        normalised = normalise(raw, self._language)
        return Written(raw, normalised.text, words, normalised.mapping, hits)


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
