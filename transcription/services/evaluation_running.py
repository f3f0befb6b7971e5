"""A worker's work on one evaluation run: sentence by sentence, then the figures."""

import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from typing import Final

from django.db import transaction
from django.db.models import F

from transcription.engine.base import EngineError, ErrorCode
from transcription.evaluation.clips import decoder
from transcription.evaluation.hotword_scores import WordList
from transcription.evaluation.measure import Recogniser
from transcription.evaluation.scores import ClipScore, score_clip, summarise
from transcription.evaluation.shortening import shortened
from transcription.evaluation.silence import silent_clips
from transcription.models import (
    EvaluationResult,
    EvaluationRun,
    ReferenceItem,
)
from transcription.services import storage
from transcription.services.engine_holder import Loaded, loaded_engine
from transcription.services.evaluation_rows import clip_of, result_row, scores_of
from transcription.services.evaluations import EVALUATIONS
from transcription.services.leased_runs import (
    NOT_THE_SOUNDS_FAULT,
    Work,
    carry_out,
)

SLICE_SECONDS: Final = 240.0
SILENT_CLIPS: Final = 3  # of each kind: enough to see that a list leaks into silence


def run_evaluation(run_id: int) -> None:
    """Claim the run and bring it to an end, or back to the queue after a while."""
    carry_out(EVALUATIONS, run_id, _work_on)


def _work_on(work: Work[EvaluationRun]) -> bool:
    if not _hear(work):
        return False
    work.succeed(summary=_summary(work))
    return True


def _hear(work: Work[EvaluationRun]) -> bool:
    """All sentences that have no result yet; False when the time is up before."""
    began = time.monotonic()
    evaluated, library = _word_lists(work.run)
    for items in _waiting(work.run):
        first = items[0]
        loaded = loaded_engine(first.language, work.run.engine_wanted)
        facts = loaded.engine.facts
        work.go_on(engine=facts.name, model_name=facts.model_name)
        with (
            tempfile.TemporaryDirectory(prefix="shengwen-") as folder,
            decoder() as files,
            storage.local_copy(
                first.recording.file if first.recording else first.file, Path(folder)
            ) as path,
        ):
            recogniser = Recogniser(loaded.engine, loaded.vad, files)
            for item in items:
                result = _result(recogniser, item, path, work.run, evaluated, library)
                _store(work, result)
                # Not before: decoding a long recording may have taken the time.
                if time.monotonic() - began > SLICE_SECONDS:
                    return False
    return True


def _waiting(run: EvaluationRun) -> Iterator[list[ReferenceItem]]:
    """Items of one file at a time."""
    waiting = (
        run.reference_set.items.audible()
        .exclude(results__run=run)
        .select_related("recording")
        .order_by("recording_id", "id")
    )
    for _file, items in groupby(waiting, lambda item: item.recording_id or -item.pk):
        yield list(items)


def _result(
    recogniser: Recogniser,
    item: ReferenceItem,
    path: Path,
    run: EvaluationRun,
    evaluated: WordList,
    library: WordList,
) -> EvaluationResult:
    clip = clip_of(item, path)
    try:
        plain = recogniser.hear(clip, ())
        heard = recogniser.hear(clip, run.hotwords) if run.hotwords else plain
    except EngineError as error:
        if error.code in NOT_THE_SOUNDS_FAULT:
            raise
        return result_row(run, item, None, 0, error_code=error.code)
    except FileNotFoundError:
        return result_row(run, item, None, 0, error_code=ErrorCode.STORAGE_FAILED)
    lost = sum(stretch.lost for stretch in shortened(plain.segments, heard.segments))
    return result_row(run, item, score_clip(heard, evaluated, library), lost)


def _store(work: Work[EvaluationRun], result: EvaluationResult) -> None:
    """The result and the progress, if the run is still ours; else ``RunLost``."""
    with transaction.atomic():
        work.go_on(done_count=F("done_count") + 1, attempts=0)
        # It may have been removed, or its recording purged, while we listened.
        items = ReferenceItem.objects.select_for_update()
        if items.filter(pk=result.item_id).first() is not None:
            result.save(force_insert=True)


def _summary(work: Work[EvaluationRun]) -> dict[str, object]:
    results = list(work.run.results.filter(error_code=""))
    scores = scores_of(results)
    scores += _silence(work)
    return asdict(summarise(scores, sum(result.lost > 0 for result in results)))


def _silence(work: Work[EvaluationRun]) -> list[ClipScore]:
    evaluated, library = _word_lists(work.run)
    loaded: Loaded = loaded_engine("zh", work.run.engine_wanted)
    with decoder() as files, tempfile.TemporaryDirectory() as folder:
        recogniser = Recogniser(loaded.engine, loaded.vad, files)
        clips = silent_clips(Path(folder), of_each=SILENT_CLIPS)
        heard = recogniser.run(clips, work.run.hotwords, on_clip=lambda _: work.go_on())
        return [score_clip(one, evaluated, library) for one in heard]


def _word_lists(run: EvaluationRun) -> tuple[WordList, WordList]:
    return WordList(run.evaluated), WordList([*run.hotwords, *run.evaluated])
