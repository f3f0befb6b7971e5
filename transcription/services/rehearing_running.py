"""A worker's work on sentences that are to be heard again, and what becomes of them.

Hearing them changes nothing yet. At the end all that came out well is put in at once,
as a revision that can be undone; a sentence that somebody has changed meanwhile stays.
"""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict
from itertools import groupby
from typing import Any, Final

from django.db import transaction
from django.db.models import F

from accounts.audit import Origin
from transcription.engine.base import EngineError, ErrorCode, RecognitionOptions
from transcription.models import (
    HotwordRevision,
    Rehearing,
    RehearingItem,
    Segment,
    SentenceOutcome,
    Transcript,
)
from transcription.pipeline.hearing_again import (
    HeardAgain,
    Outcome,
    SecondEar,
    Standing,
)
from transcription.pipeline.types import DecodedAudio
from transcription.pipeline.writing import Written
from transcription.services.engine_holder import Loaded, loaded_engine
from transcription.services.hotword_revisions import (
    change_sentence,
    chosen_sentences,
    note_revision,
)
from transcription.services.leased_runs import (
    NOT_THE_SOUNDS_FAULT,
    Work,
    carry_out,
)
from transcription.services.rehearing_sound import Sounds, decoded_for
from transcription.services.rehearings import REHEARINGS

SLICE_SECONDS: Final = 240.0


def run_rehearing(run_id: int) -> None:
    """Claim the run and bring it to an end, or back to the queue after a while."""
    carry_out(REHEARINGS, run_id, _work_on)


def _work_on(work: Work[Rehearing]) -> bool:
    if not _hear(work):
        return False
    _put_in(work)
    return True


def _hear(work: Work[Rehearing]) -> bool:
    """All sentences that wait; False when the time is up before."""
    began = time.monotonic()
    for transcript, items in _waiting(work.run):
        loaded = _engine_for(transcript)
        if loaded is None:
            _store_all(work, items, SentenceOutcome.UNKNOWN_LANGUAGE)
            continue
        facts = loaded.engine.facts
        work.go_on(engine=facts.name, model_name=facts.model_name)
        with ExitStack() as stack:
            try:
                decoded = stack.enter_context(decoded_for(work, transcript.recording))
            except (EngineError, FileNotFoundError) as error:
                if _is_not_the_sounds_fault(error):
                    raise
                _store_all(work, items, SentenceOutcome.NO_SOUND)
                continue
            ear = _Ear(work, loaded, transcript, decoded)
            for item in items:
                _store(work, item, *ear.hear(item))
                # Not before: decoding may have taken the time.
                if time.monotonic() - began > SLICE_SECONDS:
                    return False
    return True


def _engine_for(transcript: Transcript) -> Loaded | None:
    """None when no engine here speaks its language. Raises ``EngineError``."""
    try:
        return loaded_engine(transcript.language)
    except EngineError as error:
        if error.code is not ErrorCode.LANGUAGE_UNSUPPORTED:
            raise
        return None


def _is_not_the_sounds_fault(error: Exception) -> bool:
    return isinstance(error, EngineError) and error.code in NOT_THE_SOUNDS_FAULT


def _waiting(run: Rehearing) -> Iterator[tuple[Transcript, list[RehearingItem]]]:
    """Sentences of one transcript at a time."""
    waiting = (
        run.items.filter(outcome="")
        .select_related("segment__transcript__recording")  # a job has many words
        .defer("segment__transcript__recording__waveform")
        .order_by("segment__transcript_id", "segment__index")
    )
    for transcript, items in groupby(waiting, lambda item: item.segment.transcript):
        yield transcript, list(items)


class _Ear:
    """The engine in front of one recording's sentences."""

    def __init__(
        self,
        work: Work[Rehearing],
        loaded: Loaded,
        transcript: Transcript,
        decoded: DecodedAudio,
    ) -> None:
        self._job = transcript.job
        self._known = {line.partition("|")[0] for line in transcript.job.hotwords}
        self._word = work.run.word
        self._facts = loaded.engine.facts
        self._ear = SecondEar(
            loaded.pool.seat(work.now_and_then()),
            work.run.hotword,
            RecognitionOptions(
                language=transcript.language, use_itn=transcript.job.use_itn
            ),
            loaded.punctuator,
        )
        self._sounds = Sounds(transcript, decoded)

    def hear(self, item: RehearingItem) -> tuple[str, dict[str, Any]]:
        """The outcome, and the new values of the segment's fields if there are any."""
        segment = item.segment
        if segment.edited_at or segment.text_raw != item.before:
            return SentenceOutcome.CHANGED_SINCE, {}
        heard = self._ear.hear(self._sounds.of(segment), self._standing(segment))
        is_changed = heard.outcome is Outcome.CHANGED
        return str(heard.outcome), _fields(segment, heard) if is_changed else {}

    def _standing(self, segment: Segment) -> Standing:
        words = self._known | {str(hit["text"]) for hit in segment.hotwords}
        made_by = (self._job.engine, self._job.model_name)
        return Standing(
            text_raw=segment.text_raw,
            text=segment.text,
            known=tuple(
                sorted(w for w in words - {self._word} if w in segment.text_raw)
            ),
            flags=tuple(segment.flags),
            is_of_this_engine=made_by == (self._facts.name, self._facts.model_name),
        )


def _fields(segment: Segment, heard: HeardAgain) -> dict[str, Any]:
    written = heard.written
    return {
        "text_raw": written.text_raw.replace("\0", ""),
        "text": written.text.replace("\0", ""),
        "words": [asdict(word) for word in written.words],
        "itn_map": [list(span) for span in written.itn_map],
        "hotwords": [
            *(asdict(hit) for hit in written.hotwords),
            *_carried(segment, written),
        ],
        "confidence": heard.confidence,
        "timing_source": heard.timing_source,
        "flags": list(heard.flags),
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


def _store_all(
    work: Work[Rehearing], items: list[RehearingItem], outcome: SentenceOutcome
) -> None:
    for item in items:
        _store(work, item, outcome, {})


def _store(
    work: Work[Rehearing], item: RehearingItem, outcome: str, fields: dict[str, Any]
) -> None:
    """The outcome and the progress, if the run is still ours; else ``RunLost``."""
    with transaction.atomic():
        work.go_on(done_count=F("done_count") + 1, attempts=0)
        # None when its recording was purged meanwhile.
        RehearingItem.objects.filter(pk=item.pk, outcome="").update(
            outcome=outcome, fields=fields
        )


def _put_in(work: Work[Rehearing]) -> None:
    """The revision and the end of the run, or neither. Raises ``RunLost``."""
    run = work.run
    with transaction.atomic():
        heard = run.items.filter(outcome=SentenceOutcome.CHANGED)
        items = {item.segment_id: item for item in heard}
        segments = chosen_sentences(run.department, list(items))
        revision = None
        for segment in segments:
            item = items.pop(segment.pk)
            if segment.edited_at or segment.text_raw != item.before:
                items[segment.pk] = item
                continue
            revision = revision or HotwordRevision.objects.create(
                department=run.department,
                hotword=run.hotword,
                created_by=run.requested_by,
            )
            change_sentence(revision, segment, item.fields)
        run.items.filter(segment__in=items).update(
            outcome=SentenceOutcome.CHANGED_SINCE, fields={}
        )
        if revision is not None:
            note_revision(revision, Origin(user=run.requested_by), "revise")
        work.succeed(revision=revision)
