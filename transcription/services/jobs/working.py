"""A worker's work on one job, from the claim to the stored result."""

import logging
import time
from functools import partial

from django.db import transaction

from transcription.engine.base import EngineError, ErrorCode, RecognitionOptions
from transcription.models.jobs import JobWindow, SpeakerCount, TranscriptionJob
from transcription.models.recordings import Recording, playback_path
from transcription.models.runs import JobQueue
from transcription.pipeline.audio.decode import decode_file, keep_decoder_ahead
from transcription.pipeline.audio.decoder.processes import renew_ahead
from transcription.pipeline.codec import segments_from_json, segments_to_json
from transcription.pipeline.pooling import PooledEngine
from transcription.pipeline.punctuation import marking
from transcription.pipeline.run import RunSetup, transcribe
from transcription.pipeline.types import (
    DecodedAudio,
    PipelineResult,
    PipelineSegment,
)
from transcription.services.jobs.concurrency import (
    CONCURRENT_MAX_MS,
    ConcurrentJobs,
    JobWork,
    NextTurn,
)
from transcription.services.jobs.kind import JOBS
from transcription.services.jobs.results import store_result
from transcription.services.jobs.speakers import with_speakers
from transcription.services.media import storage
from transcription.services.media.decoding import PROGRESS_SECONDS, decode_limits
from transcription.services.media.disk.free_space import has_room
from transcription.services.media.lengths import is_long
from transcription.services.recogniser.detectors import cutting
from transcription.services.recogniser.holder import (
    Loaded,
    loaded_engine,
)
from transcription.services.runs.cluster.stopping import sigterm_raises
from transcription.services.runs.folders import work_folder, work_root
from transcription.services.runs.leases import bring_to_end, claim, postpone, requeue
from transcription.services.runs.work import RunLost
from transcription.services.transcripts import clocks

logger = logging.getLogger(__name__)


def run_job(job_id: int, next_turn: NextTurn) -> bool:
    """Claim the job and bring it to an end or back to the queue, and short ones that
    wait behind it too. False when it is somebody else's. Raises only to end the
    process."""
    work = claim(JOBS, job_id)
    if work is None:
        return False
    with sigterm_raises(), ConcurrentJobs(work, _to_an_end, next_turn) as jobs:
        jobs.run()
    renew_ahead()  # now it keeps no recogniser waiting
    return True


def _to_an_end(work: JobWork, is_concurrent: bool) -> None:
    bring_to_end(work, partial(_transcribe, is_concurrent=is_concurrent))


def warm_up() -> None:
    """Load the engine before the first job comes: somebody waits for that one."""
    try:
        loaded = loaded_engine("")
        marking.load(loaded.engine.facts, loaded.punctuator)
    except EngineError as error:
        logger.warning("No recogniser is ready: %s", error)
    keep_decoder_ahead()


def _transcribe(work: JobWork, *, is_concurrent: bool) -> bool:
    job = work.rows().select_related("recording__department").first()
    if job is None:
        raise RunLost
    if not has_room(work_root()):  # nobody's fault, and no try: it waits for room
        postpone(work, ErrorCode.DISK_FULL)
        return True
    with (
        work_folder(work) as work_dir,
        storage.local_copy(job.recording.file, work_dir) as source,
    ):
        decoded = decode_file(source, work_dir, decode_limits(), on_wait=work.check)
        # Until the text has new times, what people play must fit the old ones.
        is_out_of_step = clocks.is_out_of_step(job.recording, decoded)
        if not is_out_of_step:
            _keep_media_facts(job.recording, decoded)
        work.check()
        if _is_requeued_as_long(work, job, decoded.duration_ms, is_concurrent):
            return True
        result, processing_ms = _recognise(work, job, decoded)
        with transaction.atomic():
            store_result(
                work=work,
                job=job,
                result=result,
                audio_ms=decoded.duration_ms,
                processing_ms=processing_ms,
            )
            if is_out_of_step:
                _keep_media_facts(job.recording, decoded)
    return True


def _recognise(
    work: JobWork, job: TranscriptionJob, decoded: DecodedAudio
) -> tuple[PipelineResult, int]:
    """Who says what, and how many milliseconds that took."""
    loaded = loaded_engine(job.language)
    _note_engine(work, job, loaded)
    engine = loaded.pool.for_recording(work.check)
    engine.left_ms = decoded.duration_ms * len(decoded.tracks)
    progress = Progress(work, job, engine)
    result = transcribe(decoded, _setup(job, loaded, engine, progress))
    result = with_speakers(
        decoded, result, SpeakerCount(job.speakers), on_wait=work.check
    )
    work.check()
    if result.lost_windows and work.with_another_try() is not None:
        # Perhaps it was the engine: what it lost is recognised again, the rest is kept.
        raise EngineError(ErrorCode.ENGINE_FAILED, "on a whole window", permanent=False)
    return result, progress.processing_ms()


class Progress:
    """What the pipeline tells: written at most once a second, and every window kept."""

    def __init__(
        self, work: JobWork, job: TranscriptionJob, engine: PooledEngine
    ) -> None:
        self._work = work
        self._engine = engine
        self.finished = {
            (window.channel, window.index): segments_from_json(window.segments)
            for window in job.windows.all()
        }
        # Windows of an earlier attempt are not repeated; their time still counts.
        self._before_ms = (job.processing_ms or 0) if self.finished else 0
        self._began = self._written_at = time.monotonic()
        self._restored_left = len(self.finished)  # they are reported first, at once
        self._restored_ms = 0

    def processing_ms(self) -> int:
        """Without the time in which the engine was busy with other recordings."""
        seconds = time.monotonic() - self._began - self._engine.waited_seconds
        return self._before_ms + round(seconds * 1000)

    def report(self, done_ms: int, total_ms: int) -> None:
        """Percent and time left. Raises when the job was canceled or taken away."""
        self._work.check()
        self._engine.left_ms = total_ms - done_ms
        now = time.monotonic()
        if self._restored_left > 0:
            self._restored_left -= 1
            self._restored_ms = done_ms
        if now - self._written_at < PROGRESS_SECONDS:
            return
        self._written_at = now
        new_ms = done_ms - self._restored_ms
        factor = (now - self._began) * 1000 / new_ms if new_ms > 0 else None
        total_ms = max(total_ms, 1)
        self._work.report_progress(
            progress_percent=min(99, done_ms * 100 // total_ms),
            eta_ms=factor and round(factor * max(0, total_ms - done_ms)),
            processing_ms=self.processing_ms(),
        )

    def keep_window(
        self, channel: int, index: int, segments: tuple[PipelineSegment, ...]
    ) -> None:
        """Keep a finished window for whoever continues after us. Having got further,
        the job has shown that it is no poison: earlier attempts are forgiven."""
        with transaction.atomic():
            if not self._work.rows().update(attempts=1, deaths=0):
                raise RunLost
            JobWindow.objects.bulk_create(
                [
                    JobWindow(
                        job_id=self._work.run.pk,
                        channel=channel,
                        index=index,
                        segments=segments_to_json(segments),
                    )
                ],
                ignore_conflicts=True,
            )


def _is_requeued_as_long(
    work: JobWork, job: TranscriptionJob, duration_ms: int, is_concurrent: bool
) -> bool:
    """Its bytes looked shorter than its sound is."""
    if job.queue == JobQueue.INTERACTIVE and is_long(duration_ms):
        return requeue(work, counts=False, queue=JobQueue.BATCH)
    if is_concurrent and duration_ms > CONCURRENT_MAX_MS:
        return requeue(work, counts=False)  # it gets a worker and a task's time
    return False


def _setup(
    job: TranscriptionJob, loaded: Loaded, engine: PooledEngine, progress: Progress
) -> RunSetup:
    own = cutting(job.vad)
    return RunSetup(
        engine=engine,
        vad=own[0] if own else loaded.vad,
        options=RecognitionOptions(
            language=job.language,
            use_itn=job.use_itn,
            use_punctuation=job.use_punctuation,
            hotwords=tuple(job.hotwords),
        ),
        on_progress=progress.report,
        on_window=progress.keep_window,
        finished=progress.finished,
        punctuator=loaded.punctuator,
        joining=own[1] if own else None,
    )


def _keep_media_facts(recording: Recording, decoded: DecodedAudio) -> None:
    """Length, waveform and the playable copy, as soon as they are known: the recording
    can be played even when recognition fails."""
    playback = ""
    if decoded.playback is not None:
        playback = playback_path(recording, "")
        storage.keep_file(decoded.playback, playback)
    kept = Recording.objects.filter(pk=recording.pk).update(
        duration_ms=decoded.duration_ms,
        channel_count=decoded.channel_count,
        sample_rate=decoded.sample_rate,
        is_dual_mono=decoded.is_dual_mono,
        waveform=[list(peaks) for peaks in decoded.waveform],
        playback_file=playback,
    )
    if not kept:  # purged meanwhile
        storage.remove(playback)
        raise RunLost


def _note_engine(work: JobWork, job: TranscriptionJob, loaded: Loaded) -> None:
    """Say who works on it. Windows that another engine recognised are not continued."""
    facts = loaded.engine.facts
    if job.engine and (job.engine, job.model_name) != (facts.name, facts.model_name):
        job.windows.all().delete()
    work.rows().update(
        engine=facts.name, model_name=facts.model_name, device=facts.device
    )
