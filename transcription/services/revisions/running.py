"""A worker's work on a re-recognition: sentence by sentence, and what becomes of them.

Recognising changes nothing yet. At the end all that came out well is put in at once,
as a revision that can be undone; a sentence that somebody has changed meanwhile stays.
"""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import groupby
from typing import Any, Final

from django.db import transaction
from django.db.models import F

from accounts.services.audit.writing import Origin
from transcription.engine.base import EngineError, ErrorCode
from transcription.models.rehearings import Rehearing, RehearingItem, SentenceOutcome
from transcription.models.revisions import HotwordRevision
from transcription.models.transcripts import Segment, Transcript
from transcription.services.recogniser.holder import Loaded, loaded_engine
from transcription.services.revisions.batching import SentenceBatch
from transcription.services.revisions.orders import RE_RECOGNITIONS
from transcription.services.revisions.revisions import (
    change_sentence,
    chosen_sentences,
    finish_revision,
)
from transcription.services.revisions.sound import Sounds, decoded_for
from transcription.services.runs.leases import carry_out
from transcription.services.runs.work import NOT_CAUSED_BY_AUDIO, Work

SLICE_SECONDS: Final = 240.0


def run_re_recognition(run_id: int) -> bool:
    """Claim the run and bring it to an end, or back to the queue after a while. False
    when it is somebody else's."""
    return carry_out(RE_RECOGNITIONS, run_id, _work_on)


def _work_on(work: Work[Rehearing]) -> bool:
    if not _recognise_waiting(work):
        return False
    _put_in(work)
    return True


def _recognise_waiting(work: Work[Rehearing]) -> bool:
    """All sentences that wait; False when the time is up before."""
    ends_at = time.monotonic() + SLICE_SECONDS
    report_progress = work.throttled_progress()
    batch: SentenceBatch | None = None
    for transcript, items in _waiting(work.run):
        report_progress()
        loaded = _engine_for(transcript)
        if loaded is None:
            _store_all(work, items, SentenceOutcome.UNKNOWN_LANGUAGE)
            continue
        if batch is None or not batch.suits(transcript, loaded):
            _store_recognised(work, batch)
            batch = SentenceBatch(work, transcript, loaded)
            work.report_progress(
                engine=batch.facts.name, model_name=batch.facts.model_name
            )
        if not _recognise_recording(work, batch, transcript, items, ends_at):
            return False
    _store_recognised(work, batch)
    return True


def _recognise_recording(
    work: Work[Rehearing],
    batch: SentenceBatch,
    transcript: Transcript,
    items: list[RehearingItem],
    ends_at: float,
) -> bool:
    """The sentences of one recording. The last may wait in the batch for those of the
    next, unless the time is up: False."""
    with ExitStack() as stack:
        try:
            decoded = stack.enter_context(decoded_for(work, transcript))
        except (EngineError, FileNotFoundError) as error:
            if _is_not_caused_by_audio(work, error):
                raise
            _store_all(work, items, SentenceOutcome.NO_SOUND)
            return True
        sounds = Sounds(transcript, decoded)
        for item in items:
            if _has_changed(item, item.segment):
                _store(work, item, SentenceOutcome.CHANGED_SINCE, {})
                continue
            batch.take(item, sounds.of(item.segment), transcript.job)
            # Not before: decoding may have taken the time.
            is_over = time.monotonic() > ends_at
            if is_over or batch.is_full:
                _store_recognised(work, batch)
            if is_over:
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


def _is_not_caused_by_audio(work: Work[Rehearing], error: Exception) -> bool:
    return isinstance(error, EngineError) and (
        error.code in NOT_CAUSED_BY_AUDIO or work.is_worth_another_try(error)
    )


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


def _has_changed(item: RehearingItem, segment: Segment) -> bool:
    """Whether somebody has changed the sentence since it was ordered."""
    return segment.edited_at is not None or segment.text_raw != item.before


def _store_all(
    work: Work[Rehearing], items: list[RehearingItem], outcome: SentenceOutcome
) -> None:
    for item in items:
        _store(work, item, outcome, {})


def _store_recognised(work: Work[Rehearing], batch: SentenceBatch | None) -> None:
    for item, outcome, fields in batch.recognise() if batch else ():
        _store(work, item, outcome, fields)


def _store(
    work: Work[Rehearing], item: RehearingItem, outcome: str, fields: dict[str, Any]
) -> None:
    """The outcome and the progress, if the run is still ours; else ``RunLost``."""
    with transaction.atomic():
        work.report_progress(done_count=F("done_count") + 1, attempts=0, deaths=0)
        # None when its recording was purged meanwhile.
        RehearingItem.objects.filter(pk=item.pk, outcome="").update(
            outcome=outcome, fields=fields
        )


def _put_in(work: Work[Rehearing]) -> None:
    """The revision and the end of the run, or neither. Raises ``RunLost``."""
    run = work.run
    with transaction.atomic():
        changed = run.items.filter(outcome=SentenceOutcome.CHANGED)
        items = {item.segment_id: item for item in changed}
        segments = chosen_sentences(
            Segment.objects.readable_in(run.department), list(items)
        )
        revision = None
        for segment in segments:
            item = items.pop(segment.pk)
            if _has_changed(item, segment):
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
            finish_revision(revision, Origin(user=run.requested_by), "revise")
        work.succeed(revision=revision)
