"""A worker's work on one job, from the claim to the stored result."""

import errno
import logging
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import transaction

from transcription.engine.base import EngineError, ErrorCode, RecognitionOptions
from transcription.models.jobs import JobWindow, SpeakerCount, TranscriptionJob
from transcription.models.recordings import Recording, playback_path
from transcription.models.runs import JobQueue, JobState
from transcription.pipeline.audio.decode import decode_file
from transcription.pipeline.codec import segments_from_json, segments_to_json
from transcription.pipeline.pooling import Seat
from transcription.pipeline.run import RunSetup, transcribe
from transcription.pipeline.types import DecodedAudio, PipelineSegment
from transcription.services.jobs.leases import (
    COMPANION_MAX_MS,
    CancelSeen,
    Heartbeat,
    Lease,
    LeaseLost,
    claim,
    decoder_died,
    end,
    give_back,
)
from transcription.services.jobs.results import store_result
from transcription.services.jobs.side_by_side import Shift
from transcription.services.jobs.speakers import with_speakers
from transcription.services.media import storage
from transcription.services.media.decoding import PROGRESS_SECONDS, decode_limits
from transcription.services.media.free_space import has_room
from transcription.services.recogniser.detectors import cutting
from transcription.services.recogniser.holder import (
    Loaded,
    loaded_engine,
    punctuator_for,
)
from transcription.services.runs.folders import work_root
from transcription.services.runs.log import log_job_end
from transcription.services.runs.stopping import (
    WorkerStopping,
    sigterm_raises,
)
from transcription.services.runs.tries import error_fields, pause_before
from transcription.services.runs.workers import worker_name

logger = logging.getLogger(__name__)

# What other jobs would meet too, and what passes: none uses up its tries meanwhile.
_PASSES = frozenset(
    {
        ErrorCode.SERVICE_FAILED,
        ErrorCode.OUT_OF_MEMORY,
        ErrorCode.DECODE_LIMIT,
        ErrorCode.DISK_FULL,
        ErrorCode.STORAGE_FAILED,
    }
)


def run_job(job_id: int) -> bool:
    """Claim the job and bring it to an end or back to the queue, and short ones that
    wait behind it too. False when it is somebody else's. Raises only to end the
    process."""
    lease = claim(job_id)
    if lease is None:
        return False
    with sigterm_raises(), Shift(lease, _to_an_end) as shift:
        shift.run()
    return True


def _to_an_end(lease: Lease) -> None:
    job_id = lease.job_id
    with Heartbeat(lease):
        try:
            _work(lease)
        except LeaseLost:
            logger.warning("Job %s was taken away; its result is dropped.", job_id)
        except CancelSeen:
            _end(lease, JobState.CANCELED)
        except EngineError as error:
            _fail(lease, error)
            if error.code is ErrorCode.DEVICE_FAILED:
                # CUDA answers nothing more in this process; the cluster starts another.
                raise SystemExit(1) from error
        except WorkerStopping:
            give_back(lease, counts=False)
            raise
        except (Exception, SystemExit) as error:  # django-q2's timeout is a SystemExit
            logger.exception("Job %s failed.", job_id)
            _fail(lease, _as_engine_error(error))
            if isinstance(error, SystemExit):
                raise
        finally:
            log_job_end(job_id, worker=worker_name())


def warm_up() -> None:
    """Load the engine before the first job comes: somebody waits for that one."""
    try:
        punctuator_for(loaded_engine("").engine)
    except EngineError as error:
        logger.warning("No recogniser is ready: %s", error)


def _work(lease: Lease) -> None:
    job = lease.rows().select_related("recording__department").first()
    if job is None:
        raise LeaseLost
    recording = job.recording
    if not has_room(work_root()):  # nobody's fault, and no try: it waits for room
        pause = pause_before(1)
        give_back(lease, counts=False, code=ErrorCode.DISK_FULL, pause=pause)
        return
    with (
        _work_folder(lease) as work_dir,
        storage.local_copy(recording.file, work_dir) as source,
    ):
        decoded = decode_file(source, work_dir, decode_limits(), on_wait=lease.check)
        _keep_media_facts(recording, decoded)
        lease.check()
        if job.queue == JobQueue.INTERACTIVE and _is_long(decoded):
            # Its bytes looked short. Nobody's clip waits behind it.
            give_back(lease, counts=False, queue=JobQueue.BATCH)
            return
        if lease.is_companion and decoded.duration_ms > COMPANION_MAX_MS:
            give_back(lease, counts=False)  # it gets a worker and a task's time
            return
        loaded = loaded_engine(job.language)
        _note_engine(lease, job, loaded)
        seat = loaded.pool.seat(lease.check)
        seat.left_ms = decoded.duration_ms * len(decoded.tracks)
        progress = Progress(lease, job, seat)
        own = cutting(job.vad)
        setup = RunSetup(
            engine=seat,
            vad=own[0] if own else loaded.vad,
            options=RecognitionOptions(
                language=job.language,
                use_itn=job.use_itn,
                hotwords=tuple(job.hotwords),
            ),
            on_progress=progress.report,
            on_window=progress.keep_window,
            finished=progress.finished,
            punctuator=loaded.punctuator,
            joining=own[1] if own else None,
        )
        result = transcribe(decoded, setup)
        result = with_speakers(
            decoded, result, SpeakerCount(job.speakers), on_wait=lease.check
        )
    lease.check()
    if result.lost_windows and _may_be_tried_again(lease):
        # Perhaps it was the engine: what it lost is heard again, the rest is kept.
        raise EngineError(ErrorCode.ENGINE_FAILED, "on a whole window", permanent=False)
    store_result(
        lease=lease,
        job=job,
        result=result,
        audio_ms=decoded.duration_ms,
        processing_ms=progress.processing_ms(),
    )


class Progress:
    """What the pipeline tells: written at most once a second, and every window kept."""

    def __init__(self, lease: Lease, job: TranscriptionJob, seat: Seat) -> None:
        self._lease = lease
        self._seat = seat
        self.finished = {
            (window.channel, window.index): segments_from_json(window.segments)
            for window in job.windows.all()
        }
        # Windows of an earlier attempt are not heard again; their time still counts.
        self._before_ms = (job.processing_ms or 0) if self.finished else 0
        self._began = self._written_at = time.monotonic()
        self._restored_left = len(self.finished)  # they are reported first, at once
        self._restored_ms = 0

    def processing_ms(self) -> int:
        """Without the time in which the engine was busy with other recordings."""
        seconds = time.monotonic() - self._began - self._seat.waited_seconds
        return self._before_ms + round(seconds * 1000)

    def report(self, done_ms: int, total_ms: int) -> None:
        """Percent and time left. Raises when the job was canceled or taken away."""
        self._lease.check()
        self._seat.left_ms = total_ms - done_ms
        now = time.monotonic()
        if self._restored_left > 0:
            self._restored_left -= 1
            self._restored_ms = done_ms
        if now - self._written_at < PROGRESS_SECONDS:
            return
        self._written_at = now
        heard_ms = done_ms - self._restored_ms
        factor = (now - self._began) * 1000 / heard_ms if heard_ms > 0 else None
        total_ms = max(total_ms, 1)
        written = (
            self._lease.rows()
            .filter(cancel_requested_at=None)
            .update(
                progress_percent=min(99, done_ms * 100 // total_ms),
                eta_ms=factor and round(factor * max(0, total_ms - done_ms)),
                processing_ms=self.processing_ms(),
            )
        )
        if not written:
            self._lease.extend()
            self._lease.check()

    def keep_window(
        self, channel: int, index: int, segments: tuple[PipelineSegment, ...]
    ) -> None:
        """Keep a finished window for whoever continues after us. Having got further,
        the job has shown that it is no poison: earlier attempts are forgiven."""
        with transaction.atomic():
            if not self._lease.rows().update(attempts=1, deaths=0):
                raise LeaseLost
            JobWindow.objects.bulk_create(
                [
                    JobWindow(
                        job_id=self._lease.job_id,
                        channel=channel,
                        index=index,
                        segments=segments_to_json(segments),
                    )
                ],
                ignore_conflicts=True,
            )


def _keep_media_facts(recording: Recording, decoded: DecodedAudio) -> None:
    """Length, waveform and the playable copy, as soon as they are known: the recording
    can be heard even when recognition fails."""
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
        raise LeaseLost


def _note_engine(lease: Lease, job: TranscriptionJob, loaded: Loaded) -> None:
    """Say who works on it. Windows that another engine heard are not continued."""
    facts = loaded.engine.facts
    if job.engine and (job.engine, job.model_name) != (facts.name, facts.model_name):
        job.windows.all().delete()
    lease.rows().update(
        engine=facts.name, model_name=facts.model_name, device=facts.device
    )


def _is_long(decoded: DecodedAudio) -> bool:
    return decoded.duration_ms > settings.INTERACTIVE_MAX_MINUTES * 60_000


def _may_be_tried_again(lease: Lease) -> bool:
    return lease.rows().filter(attempts__lt=settings.JOB_MAX_ATTEMPTS).exists()


def _fail(lease: Lease, error: EngineError) -> None:
    if error.code is ErrorCode.DECODER_LOST:
        logger.warning("Job %s: %s", lease.job_id, error)
        if decoder_died(lease, error.detail) == JobState.FAILED:
            JobWindow.objects.filter(job_id=lease.job_id).delete()
        return
    job = lease.rows().first()
    if job is None:
        return
    if not error.permanent and job.attempts < settings.JOB_MAX_ATTEMPTS:
        logger.warning("Job %s will be tried again: %s", job, error)
        give_back(
            lease,
            counts=error.code is not ErrorCode.WORKER_LOST,  # it was told to stop
            code=error.code,
            detail=error.detail,
            pause=pause_before(job.attempts) if error.code in _PASSES else None,
        )
        return
    logger.warning("Job %s failed: %s", job, error)
    _end(lease, JobState.FAILED, **error_fields(error.code, error.detail))


def _end(lease: Lease, state: JobState, **fields: object) -> None:
    with transaction.atomic():
        if end(lease, state, **fields):
            JobWindow.objects.filter(job_id=lease.job_id).delete()


def _as_engine_error(error: BaseException) -> EngineError:
    """An error that nobody foresaw, in the words of the job table: trying again may
    help. Its text stays in the log, where paths and libraries may be named."""
    if isinstance(error, MemoryError):
        return EngineError(ErrorCode.OUT_OF_MEMORY, permanent=False)
    if isinstance(error, OSError):
        is_full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        code = ErrorCode.DISK_FULL if is_full else ErrorCode.STORAGE_FAILED
        return EngineError(code, permanent=False)
    return EngineError(ErrorCode.ENGINE_FAILED, type(error).__name__, permanent=False)


@contextmanager
def _work_folder(lease: Lease) -> Iterator[Path]:
    folder = work_root() / f"{lease.job_id}_{lease.token}"
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
