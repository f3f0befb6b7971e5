"""A worker's work on one evaluation run: sentence by sentence, then the figures."""

import time
from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from typing import Final

from django.db import transaction
from django.db.models import F

from transcription.engine.base import EngineError, ErrorCode
from transcription.evaluation.figures import ClipScore, score_clip, summarise
from transcription.evaluation.measure import ClipRecogniser
from transcription.evaluation.scores.hotwords import WordList
from transcription.evaluation.scores.shortening import shortened
from transcription.evaluation.sets.clips import Clip, Decoder
from transcription.evaluation.sets.silence import silent_clips
from transcription.models.evaluation import (
    EvaluationResult,
    EvaluationRun,
    ReferenceItem,
)
from transcription.services.evaluation.rows import clip_of, result_row, scores_of
from transcription.services.evaluation.runs import EVALUATIONS
from transcription.services.media import storage
from transcription.services.media.decoding import decode_limits
from transcription.services.recogniser.detectors import cutting
from transcription.services.recogniser.holder import Loaded, loaded_engine
from transcription.services.runs.errors import NOTHING_RECOGNISED
from transcription.services.runs.folders import work_folder
from transcription.services.runs.leases import carry_out
from transcription.services.runs.work import NOT_CAUSED_BY_AUDIO, Work

SLICE_SECONDS: Final = 240.0
SILENT_CLIPS: Final = 3  # of each kind: enough to see that a list leaks into silence

# What every other sentence would meet too; the next may be in another language.
_ENDS_THE_RUN: Final = NOT_CAUSED_BY_AUDIO - {ErrorCode.LANGUAGE_UNSUPPORTED}

_Words = tuple[WordList, WordList]  # those that are evaluated, and the whole library


def run_evaluation(run_id: int) -> bool:
    """Claim the run and bring it to an end, or back to the queue after a while. False
    when it is somebody else's."""
    return carry_out(EVALUATIONS, run_id, _work_on)


def _work_on(work: Work[EvaluationRun]) -> bool:
    if not _recognise_all(work):
        return False
    recognised = list(work.run.results.filter(error_code="").select_related("item"))
    if recognised:
        work.succeed(summary=_summary(work, recognised))
    else:
        work.fail(NOTHING_RECOGNISED)
    return True


def _recognise_all(work: Work[EvaluationRun]) -> bool:
    """All sentences that have no result yet; False when the time is up before."""
    began = time.monotonic()
    words = _word_lists(work.run)
    for items in _waiting(work.run):
        with closing(_results(work, items, words)) as results:
            for result in results:
                _store(work, result)
                # Not before: decoding a long recording may have taken the time.
                if time.monotonic() - began > SLICE_SECONDS:
                    return False
    return True


def _waiting(run: EvaluationRun) -> Iterator[list[ReferenceItem]]:
    """Items of one file, in one language, at a time."""
    waiting = (
        run.reference_set.items.audible()
        .exclude(results__run=run)
        .select_related("recording")
        .order_by("recording_id", "language", "id")
    )
    for _file, items in groupby(
        waiting, lambda item: (item.recording_id or -item.pk, item.language)
    ):
        yield list(items)


def _results(
    work: Work[EvaluationRun], items: Sequence[ReferenceItem], words: _Words
) -> Generator[EvaluationResult, None, None]:
    """One for each of ``_waiting``'s items, unsaved."""
    run, first = work.run, items[0]
    loaded = _engine_for(run, first.language)
    if loaded is None:
        yield from (
            _not_recognised(run, i, ErrorCode.LANGUAGE_UNSUPPORTED) for i in items
        )
        return
    facts = loaded.engine.facts
    work.report_progress(engine=facts.name, model_name=facts.model_name)
    file = first.recording.file if first.recording else first.file
    with ExitStack() as stack:
        folder = stack.enter_context(work_folder(work))
        try:
            path = stack.enter_context(storage.local_copy(file, folder))
        except FileNotFoundError:
            yield from (
                _not_recognised(run, i, ErrorCode.STORAGE_FAILED) for i in items
            )
            return
        recogniser = _recogniser(work, loaded, folder)
        for item in items:
            yield _result(recogniser, work, item, clip_of(item, path), words)


def _engine_for(run: EvaluationRun, language: str) -> Loaded | None:
    """None when the run's engine does not speak the language: another that would be
    taken for it is not what somebody wants to measure. Raises ``EngineError``."""
    try:
        loaded = loaded_engine(language, run.engine_wanted)
    except EngineError as error:
        if error.code is not ErrorCode.LANGUAGE_UNSUPPORTED:
            raise
        return None
    is_it = run.engine_wanted in ("", loaded.engine.facts.name)
    return loaded if is_it else None


def _recogniser(
    work: Work[EvaluationRun], loaded: Loaded, folder: Path
) -> ClipRecogniser:
    """Cuts speech as the run says, and decodes into ``folder`` what jobs decode; raises
    ``RunLost`` when the run is lost while it does."""
    vad, joining = cutting(work.run.vad) or (loaded.vad, None)
    files = Decoder(folder, decode_limits(), on_wait=work.throttled_progress())
    return ClipRecogniser(
        loaded.engine, vad, files, joining=joining, punctuator=loaded.punctuator
    )


def _result(
    recogniser: ClipRecogniser,
    work: Work[EvaluationRun],
    item: ReferenceItem,
    clip: Clip,
    words: _Words,
) -> EvaluationResult:
    run = work.run
    try:
        plain = recogniser.recognise(clip, ())
        recognised = recogniser.recognise(clip, run.hotwords) if run.hotwords else plain
    except EngineError as error:
        if error.code in _ENDS_THE_RUN or work.is_worth_another_try(error):
            raise
        return _not_recognised(run, item, error.code)
    except FileNotFoundError:
        return _not_recognised(run, item, ErrorCode.STORAGE_FAILED)
    lost = sum(
        stretch.lost for stretch in shortened(plain.segments, recognised.segments)
    )
    return result_row(run, item, score_clip(recognised, *words), lost)


def _not_recognised(
    run: EvaluationRun, item: ReferenceItem, code: ErrorCode
) -> EvaluationResult:
    return result_row(run, item, None, 0, error_code=code)


def _store(work: Work[EvaluationRun], result: EvaluationResult) -> None:
    """The result and the progress, if the run is still ours; else ``RunLost``."""
    with transaction.atomic():
        work.report_progress(done_count=F("done_count") + 1, attempts=0, deaths=0)
        # It may have been removed, or its recording purged, meanwhile.
        items = ReferenceItem.objects.select_for_update()
        if items.filter(pk=result.item_id).first() is not None:
            result.save(force_insert=True)


def _summary(
    work: Work[EvaluationRun], recognised: Sequence[EvaluationResult]
) -> dict[str, object]:
    languages = Counter(result.item.language for result in recognised)
    scores = scores_of(recognised)
    scores += _silence(work, languages.most_common(1)[0][0])
    return asdict(summarise(scores, sum(result.lost > 0 for result in recognised)))


def _silence(work: Work[EvaluationRun], language: str) -> list[ClipScore]:
    """What the run's engine makes of it in the language of most of its sentences."""
    words = _word_lists(work.run)
    loaded = loaded_engine(language, work.run.engine_wanted)
    with work_folder(work) as folder:
        recogniser = _recogniser(work, loaded, folder)
        clips = silent_clips(folder, of_each=SILENT_CLIPS, language=language)
        recognised = recogniser.run(
            clips, work.run.hotwords, on_clip=lambda _: work.report_progress()
        )
        return [score_clip(one, *words) for one in recognised]


def _word_lists(run: EvaluationRun) -> _Words:
    return WordList(run.evaluated), WordList([*run.hotwords, *run.evaluated])
