"""Sentences to be recognised again: gathered until they fill a call.

Sentences of one recording or of several: what is wanted of an archive is often one
sentence of each.
"""

import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any, Final

from transcription.engine.base import (
    EngineError,
    EngineFacts,
    ErrorCode,
    RecognitionOptions,
)
from transcription.models.jobs import TranscriptionJob
from transcription.models.rehearings import Rehearing, RehearingItem
from transcription.models.transcripts import Segment, Transcript
from transcription.pipeline.batches import length_ms
from transcription.pipeline.re_recognise import (
    Outcome,
    RecognisedSentence,
    SentenceRecogniser,
    SentenceSound,
    StoredSentence,
    Written,
)
from transcription.pipeline.text.words import words_to_json
from transcription.services.recogniser.holder import Loaded
from transcription.services.runs.work import Work

# Of sound in one go, whatever the engine takes: a cancel waits for a card's call.
MOST_MS: Final = 120_000
# So long the first sentence waits for others: recordings may take long to decode.
PATIENCE_SECONDS: Final = 10.0

# A sentence, its outcome, and the new values of its segment's fields if there are any.
Answer = tuple[RehearingItem, str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class _Taken:
    item: RehearingItem
    sound: SentenceSound
    stored: StoredSentence


class SentenceBatch:
    """Sentences of one language, and the engine that is told the word."""

    def __init__(
        self, work: Work[Rehearing], transcript: Transcript, loaded: Loaded
    ) -> None:
        self._loaded = loaded
        self._word = work.run.word
        self._options = _options(transcript)
        self._engine = loaded.pool.for_recording(work.throttled_progress())
        self._recogniser = SentenceRecogniser(
            self._engine, work.run.hotword, self._options, loaded.punctuator
        )
        self._taken: list[_Taken] = []
        self._taken_ms = 0
        self._since = 0.0

    @property
    def facts(self) -> EngineFacts:
        return self._loaded.engine.facts

    def suits(self, transcript: Transcript, loaded: Loaded) -> bool:
        """Whether its sentences can be recognised together with those taken before."""
        return loaded is self._loaded and _options(transcript) == self._options

    def take(
        self, item: RehearingItem, sound: SentenceSound, made_by: TranscriptionJob
    ) -> None:
        """Keep the sentence, which that job wrote, for the next ``recognise``."""
        if not self._taken:
            self._since = time.monotonic()
        stored = self._stored(item.segment, made_by)
        self._taken.append(_Taken(item, sound, stored))
        self._taken_ms += length_ms(sound.samples)

    @property
    def is_full(self) -> bool:
        """Whether waiting for more gains nothing."""
        enough_ms = min(self._engine.request_ms, MOST_MS) if self._engine.gains else 0
        waited = time.monotonic() - self._since
        return self._taken_ms >= enough_ms or waited > PATIENCE_SECONDS

    def recognise(self) -> Iterable[Answer]:
        """All that were taken. Raises ``EngineError``."""
        taken, self._taken, self._taken_ms = self._taken, [], 0
        try:
            return self._together(taken)
        except EngineError as error:
            if error.code is not ErrorCode.OUT_OF_MEMORY or len(taken) == 1:
                raise
        return self._one_by_one(taken)

    def _together(self, taken: list[_Taken]) -> list[Answer]:
        pairs = [(one.sound, one.stored) for one in taken]
        recognised = self._recogniser.recognise(pairs)
        return [
            (one.item, str(again.outcome), _fields(one.item.segment, again))
            for one, again in zip(taken, recognised, strict=True)
        ]

    def _one_by_one(self, taken: list[_Taken]) -> Iterator[Answer]:
        """One of them does not fit into memory even alone; the others do."""
        too_large: EngineError | None = None
        for one in taken:
            try:
                yield from self._together([one])
            except EngineError as error:
                if error.code is not ErrorCode.OUT_OF_MEMORY:
                    raise
                too_large = error
        if too_large is not None:
            raise too_large

    def _stored(self, segment: Segment, job: TranscriptionJob) -> StoredSentence:
        words = {line.partition("|")[0] for line in job.hotwords}
        words |= {str(hit["text"]) for hit in segment.hotwords}
        facts = self.facts
        return StoredSentence(
            text_raw=segment.text_raw,
            text=segment.text,
            known=tuple(
                sorted(w for w in words - {self._word} if w in segment.text_raw)
            ),
            flags=tuple(segment.flags),
            is_of_this_engine=(job.engine, job.model_name)
            == (facts.name, facts.model_name),
        )


def _options(transcript: Transcript) -> RecognitionOptions:
    return RecognitionOptions(
        language=transcript.language, use_itn=transcript.job.use_itn
    )


def _fields(segment: Segment, recognised: RecognisedSentence) -> dict[str, Any]:
    if recognised.outcome is not Outcome.CHANGED:
        return {}
    written = recognised.written
    return {
        "text_raw": written.text_raw.replace("\0", ""),
        "text": written.text.replace("\0", ""),
        "words": words_to_json(written.words),
        "itn_map": written.mapping.to_json(),
        "hotwords": [
            *(asdict(hit) for hit in written.hotwords),
            *_carried(segment, written),
        ],
        "confidence": recognised.confidence,
        "timing_source": recognised.timing_source,
        "flags": list(recognised.flags),
    }


def _carried(segment: Segment, written: Written) -> Iterator[dict[str, Any]]:
    """Earlier marks where their words stand now; those under a new one are gone."""
    new = [(hit.start, hit.end) for hit in written.hotwords]
    for mark in segment.hotwords:
        word, text = str(mark["text"]), written.text_raw
        at = text.find(word)
        for _earlier in range(segment.text_raw[: mark["start"]].count(word)):
            at = text.find(word, at + 1) if at >= 0 else at
        end = at + len(word)
        if at >= 0 and all(end <= start or at >= stop for start, stop in new):
            yield {**mark, "start": at, "end": end}
