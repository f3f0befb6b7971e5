"""A worker's work on one evaluation run, from the claim to the figures.

Results are stored sentence by sentence, each on the condition that the lease is still
held: whoever takes over after a killed worker goes on behind the last one. A run yields
its place in the queue every few minutes, so that recordings do not wait for it.
"""

import logging
import tempfile
import time
import uuid
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import timedelta
from itertools import groupby
from pathlib import Path
from typing import Final

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

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
    JobState,
    ReferenceItem,
)
from transcription.models.recordings import JobQueue
from transcription.services import storage
from transcription.services.engine_holder import Loaded, loaded_engine
from transcription.services.evaluation_rows import clip_of, result_row, scores_of
from transcription.services.intake import is_paused
from transcription.services.leases import is_dead, worker_name
from transcription.services.queueing import RUN_EVALUATION, oldest_waiting, ring

logger = logging.getLogger(__name__)

SLICE_SECONDS: Final = 240.0
LEASE: Final = timedelta(minutes=15)  # longer than loading a model and one sentence
MAX_ATTEMPTS: Final = 3  # without a sentence done in between
PATIENCE: Final = timedelta(seconds=60)
SILENT_CLIPS: Final = 3  # of each kind: enough to see that a list leaks into silence
# Every other clip would fail in the same way.
_NOT_THE_CLIPS: Final = frozenset(
    {
        ErrorCode.MODEL_MISSING,
        ErrorCode.MODEL_BROKEN,
        ErrorCode.OUT_OF_MEMORY,
        ErrorCode.DEVICE_FAILED,
        ErrorCode.SERVICE_FAILED,
        ErrorCode.LANGUAGE_UNSUPPORTED,
    }
)


class RunLost(Exception):
    """It was canceled, taken away or deleted: stop, and store nothing."""


@dataclass(frozen=True, slots=True)
class _Work:
    """The right to work on a run."""

    run: EvaluationRun
    token: uuid.UUID

    def rows(self) -> "QuerySet[EvaluationRun]":
        return EvaluationRun.objects.filter(
            pk=self.run.pk, state=JobState.RUNNING, lease_token=self.token
        )

    def go_on(self, **fields: object) -> None:
        """Prolong the lease; raises ``RunLost`` when it is lost or to be canceled."""
        going = self.rows().filter(cancel_requested_at=None)
        if not going.update(lease_until=timezone.now() + LEASE, **fields):
            raise RunLost

    def end(self, state: JobState, **fields: object) -> None:
        self.rows().update(
            state=state, lease_token=None, finished_at=timezone.now(), **fields
        )


def run_evaluation(run_id: int) -> None:
    """Claim the run and bring it to an end, or back to the queue after a while."""
    work = _claim(run_id)
    if work is None:
        logger.info("Evaluation %s needs no worker.", run_id)
        return
    try:
        if not _hear(work):
            _give_back(work)
            return
        summary = _summary(work)
    except RunLost:
        work.rows().exclude(cancel_requested_at=None).update(
            state=JobState.CANCELED, lease_token=None, finished_at=timezone.now()
        )
        return
    except EngineError as error:
        work.end(
            JobState.FAILED, error_code=error.code, error_detail=error.detail[:500]
        )
        return
    except Exception:
        logger.exception("Evaluation %s failed.", run_id)
        work.end(JobState.FAILED, error_code=ErrorCode.ENGINE_FAILED)
        return
    work.end(JobState.SUCCEEDED, summary=summary)


def reap_evaluations() -> int:
    """Runs of dead workers, and those whose entry the queue has lost, go back into it;
    the number of them. What fails again and again ends."""
    count = 0
    now = timezone.now()
    for run in EvaluationRun.objects.filter(state=JobState.RUNNING):
        if not is_dead(run.worker) and run.lease_until and run.lease_until > now:
            continue
        work = _Work(run, run.lease_token or uuid.uuid4())
        if run.cancel_requested_at is not None:
            work.end(JobState.CANCELED)
        elif run.attempts >= MAX_ATTEMPTS:
            work.end(JobState.FAILED, error_code=ErrorCode.WORKER_LOST)
        else:
            count += _give_back(work)
    return count if is_paused() else count + ring_waiting_evaluations(PATIENCE)


def ring_waiting_evaluations(patience: timedelta = timedelta(0)) -> int:
    """For runs whose entry the queue has lost, or a worker dropped during a pause; the
    number of them."""
    count = 0
    now = timezone.now()
    overdue = EvaluationRun.objects.filter(
        state=JobState.QUEUED, enqueued_at__lt=now - patience
    )
    if overdue.exists() and (oldest := oldest_waiting(JobQueue.BATCH)) is not None:
        overdue = overdue.filter(enqueued_at__lt=oldest - timedelta(seconds=5))
    for run in overdue:
        with transaction.atomic():
            if EvaluationRun.objects.filter(
                pk=run.pk, state=JobState.QUEUED, enqueued_at=run.enqueued_at
            ).update(enqueued_at=now):
                ring(RUN_EVALUATION, run.pk, JobQueue.BATCH)
                count += 1
    return count


def _claim(run_id: int) -> _Work | None:
    if is_paused():
        return None
    token = uuid.uuid4()
    claimed = EvaluationRun.objects.filter(pk=run_id, state=JobState.QUEUED).update(
        state=JobState.RUNNING,
        lease_token=token,
        lease_until=timezone.now() + LEASE,
        worker=worker_name(),
        attempts=F("attempts") + 1,
    )
    if not claimed:
        return None
    run = EvaluationRun.objects.select_related("reference_set").get(pk=run_id)
    return _Work(run, token)


def _give_back(work: _Work) -> bool:
    with transaction.atomic():
        moved = work.rows().update(
            state=JobState.QUEUED,
            lease_token=None,
            lease_until=None,
            worker="",
            enqueued_at=timezone.now(),
        )
        if moved:
            ring(RUN_EVALUATION, work.run.pk, JobQueue.BATCH)
    return bool(moved)


def _hear(work: _Work) -> bool:
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
                if time.monotonic() - began > SLICE_SECONDS:
                    return False
                result = _result(recogniser, item, path, work.run, evaluated, library)
                _store(work, result)
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
        if error.code in _NOT_THE_CLIPS:
            raise
        return result_row(run, item, None, 0, error_code=error.code)
    except FileNotFoundError:
        return result_row(run, item, None, 0, error_code=ErrorCode.STORAGE_FAILED)
    lost = sum(stretch.lost for stretch in shortened(plain.segments, heard.segments))
    return result_row(run, item, score_clip(heard, evaluated, library), lost)


def _store(work: _Work, result: EvaluationResult) -> None:
    """The result and the progress, if the run is still ours; else ``RunLost``."""
    with transaction.atomic():
        work.go_on(done_count=F("done_count") + 1, attempts=0)
        # It may have been removed, or its recording purged, while we listened.
        items = ReferenceItem.objects.select_for_update()
        if items.filter(pk=result.item_id).first() is not None:
            result.save(force_insert=True)


def _summary(work: _Work) -> dict[str, object]:
    results = list(work.run.results.filter(error_code=""))
    scores = scores_of(results)
    scores += _silence(work)
    return asdict(summarise(scores, sum(result.lost > 0 for result in results)))


def _silence(work: _Work) -> list[ClipScore]:
    evaluated, library = _word_lists(work.run)
    loaded: Loaded = loaded_engine("zh", work.run.engine_wanted)
    with decoder() as files, tempfile.TemporaryDirectory() as folder:
        recogniser = Recogniser(loaded.engine, loaded.vad, files)
        clips = silent_clips(Path(folder), of_each=SILENT_CLIPS)
        heard = recogniser.run(clips, work.run.hotwords, on_clip=lambda _: work.go_on())
        return [score_clip(one, evaluated, library) for one in heard]


def _word_lists(run: EvaluationRun) -> tuple[WordList, WordList]:
    return WordList(run.evaluated), WordList([*run.hotwords, *run.evaluated])
