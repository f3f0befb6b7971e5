"""Looks for speech with parameters of one's own: ordered, worked on, forgotten.

The page and the database are all that changes: no transcript is touched.
"""

import logging
import time
import uuid
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import Origin, record
from accounts.models import AuditAction
from transcription.engine.base import EngineError, ErrorCode
from transcription.models import JobState, Recording, VadRun
from transcription.models.recordings import ACTIVE_STATES, JobQueue
from transcription.pipeline.audio.channels import read_track
from transcription.pipeline.audio.decode import decode_file
from transcription.pipeline.audio.vad import pieces, windows
from transcription.pipeline.types import DecodedAudio
from transcription.services.jobs.leases import is_dead, worker_name
from transcription.services.jobs.working import PROGRESS_SECONDS, decode_limits
from transcription.services.media import storage
from transcription.services.recogniser.detectors import VadParameters, detector
from transcription.services.runs.folders import WorkKind, work_folder
from transcription.services.runs.pause import is_paused
from transcription.services.runs.queue import RUN_VAD, oldest_waiting, ring

logger = logging.getLogger(__name__)

KEPT_DAYS: Final = 7
MAX_ACTIVE: Final = 20  # in a department; nobody looks at more at once
BELL_LOST_SECONDS: Final = 30
# Longer than a job's: it is extended between windows, with nothing but this behind it.
# A dead worker of the same machine is seen at once.
LEASE_SECONDS: Final = 600


class VadRefused(Exception):
    """The order cannot be taken; ``code`` is for machines, ``message`` for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code)
        self.code = code
        self.message = message


class _Ended(Exception):
    """Nobody wants the result any more: canceled, purged, or taken away."""


def parameters_of(run: VadRun) -> VadParameters:
    """What the run was ordered with."""
    return VadParameters(run.end_silence_ms, run.max_segment_ms, run.gap_ms, run.pad_ms)


def order_vad(
    *, recording: Recording, origin: Origin, parameters: VadParameters
) -> VadRun:
    """A queued run and its queue entry. Raises ``VadRefused`` while the recording has
    another one, or the department has too many."""
    active = VadRun.objects.filter(state__in=ACTIVE_STATES)
    if active.filter(department=recording.department).count() >= MAX_ACTIVE:
        raise VadRefused(
            "vad_too_many",
            _("This department has many of these waiting. Try again in a minute."),
        )
    run = VadRun(
        department=recording.department,
        recording=recording,
        requested_by=origin.user,
        end_silence_ms=parameters.end_silence_ms,
        max_segment_ms=parameters.max_segment_ms,
        gap_ms=parameters.gap_ms,
        pad_ms=parameters.pad_ms,
        queue=_queue_for(recording),
    )
    try:
        with transaction.atomic():
            run.save(force_insert=True)
            ring(RUN_VAD, run.pk, run.queue)
            _audit(run, origin, "vad")
    except IntegrityError:
        if not active.filter(recording=recording).exists():
            raise
        raise VadRefused(
            "vad_active",
            _("Speech is being looked for in this recording already."),
        ) from None
    return run


def cancel_vad(*, run: VadRun, origin: Origin) -> bool:
    """A queued run is canceled at once, a running one after its window. One that has
    ended stays as it is: False."""
    runs = VadRun.objects.filter(pk=run.pk)
    now = timezone.now()
    with transaction.atomic():
        changed = runs.filter(state=JobState.QUEUED).update(
            state=JobState.CANCELED, finished_at=now
        ) or runs.filter(state=JobState.RUNNING, cancel_requested_at=None).update(
            cancel_requested_at=now
        )
        if changed:
            _audit(run, origin, "vad_cancel")
    return bool(changed)


def run_vad(run_id: int) -> None:
    """Claim the run and bring it to an end. Returns when it is somebody else's."""
    if is_paused():
        return
    token = uuid.uuid4()
    claimed = VadRun.objects.filter(pk=run_id, state=JobState.QUEUED).update(
        state=JobState.RUNNING,
        lease_token=token,
        lease_until=_lease_end(),
        worker=worker_name(),
    )
    if not claimed:
        return
    rows = VadRun.objects.filter(pk=run_id, state=JobState.RUNNING, lease_token=token)
    try:
        _work(rows)
    except _Ended:
        _end(rows, JobState.CANCELED)
    except EngineError as error:
        logger.warning("Looking for speech failed: %s", error)
        _end(rows, JobState.FAILED, error_code=error.code)
    except (Exception, SystemExit) as error:  # django-q2's timeout is a SystemExit
        logger.exception("Looking for speech failed.")
        code = (
            ErrorCode.STORAGE_FAILED
            if isinstance(error, OSError)
            else ErrorCode.ENGINE_FAILED
        )
        _end(rows, JobState.FAILED, error_code=code)
        if isinstance(error, SystemExit):
            raise


def tend_vad_runs() -> int:
    """The janitor's duty: end what a lost worker held, ring again for lost entries,
    forget old runs. How many were ended."""
    ended = 0
    for run in VadRun.objects.filter(state=JobState.RUNNING):
        is_late = run.lease_until is None or run.lease_until < timezone.now()
        if not is_late and not is_dead(run.worker):
            continue
        held = VadRun.objects.filter(
            pk=run.pk, state=JobState.RUNNING, lease_until=run.lease_until
        )
        if run.cancel_requested_at is not None:
            ended += _end(held, JobState.CANCELED)
        else:
            ended += _end(held, JobState.FAILED, error_code=ErrorCode.WORKER_LOST)
    _ring_again()
    forgotten = timezone.now() - timedelta(days=KEPT_DAYS)
    VadRun.objects.filter(finished_at__lt=forgotten).delete()
    return ended


def ring_waiting_runs() -> None:
    """Ring now for all: workers have dropped their entries during a pause."""
    for run in VadRun.objects.filter(state=JobState.QUEUED):
        _ring(run)


def _work(rows: "QuerySet[VadRun]") -> None:
    run = rows.select_related("recording").first()
    if run is None:
        raise _Ended
    began = time.monotonic()
    progress = _Progress(rows)
    with work_folder(WorkKind.VAD, run.pk) as folder:
        with storage.local_copy(run.recording.file, folder) as source:
            decoded = decode_file(
                source,
                folder,
                decode_limits(),
                wants_playback=False,
                on_wait=lambda: progress.report(0, 1),
            )
        tracks = _regions(decoded, parameters_of(run), progress)
    _end(
        rows,
        JobState.SUCCEEDED,
        progress_percent=100,
        audio_ms=decoded.duration_ms,
        processing_ms=round((time.monotonic() - began) * 1000),
        waveform=[list(peaks) for peaks in decoded.waveform],
        tracks=tracks,
    )


def _regions(
    decoded: DecodedAudio, parameters: VadParameters, progress: "_Progress"
) -> list[dict[str, Any]]:
    """Track by track and window by window: hours of audio take the memory of one."""
    listener, joining = detector(parameters), parameters.joining
    total_ms = decoded.duration_ms * len(decoded.tracks)
    done_ms = 0
    tracks = []
    for track in decoded.tracks:
        samples = read_track(track.path)
        regions: list[list[int]] = []
        for window in windows(samples):
            regions += [
                [p.start_ms, p.end_ms, p.samples_start_ms, p.samples_end_ms]
                for p in pieces(
                    samples,
                    window,
                    listener,
                    gap_ms=joining.gap_ms,
                    pad_ms=joining.pad_ms,
                    max_joined_ms=joining.max_joined_ms,
                )
            ]
            done_ms += window.end_ms - window.start_ms
            progress.report(done_ms, total_ms)
        tracks.append({"channel": track.channel, "regions": regions})
    return tracks


class _Progress:
    """Written at most once a second; sees that nobody wants the result any more."""

    def __init__(self, rows: "QuerySet[VadRun]") -> None:
        self._rows = rows
        self._written_at = time.monotonic()

    def report(self, done_ms: int, total_ms: int) -> None:
        now = time.monotonic()
        if now - self._written_at < PROGRESS_SECONDS:
            return
        self._written_at = now
        if not self._rows.filter(cancel_requested_at=None).update(
            progress_percent=min(99, done_ms * 100 // max(total_ms, 1)),
            lease_until=_lease_end(),
        ):
            raise _Ended


def _queue_for(recording: Recording) -> str:
    """As for jobs: what takes long stands in nobody's way."""
    if recording.duration_ms is None:
        is_long = recording.size_bytes > settings.INTERACTIVE_MAX_BYTES
    else:
        is_long = recording.duration_ms > settings.INTERACTIVE_MAX_MINUTES * 60_000
    return JobQueue.BATCH if is_long else JobQueue.INTERACTIVE


def _lease_end() -> datetime:
    return timezone.now() + timedelta(seconds=LEASE_SECONDS)


def _end(rows: "QuerySet[VadRun]", state: JobState, **fields: object) -> int:
    return rows.update(
        state=state,
        lease_token=None,
        lease_until=None,
        finished_at=timezone.now(),
        **fields,
    )


def _ring_again() -> None:
    """For runs whose entry can be in the queue no more; see ``oldest_waiting``."""
    if is_paused():  # every entry would be dropped
        return
    patience = timezone.now() - timedelta(seconds=BELL_LOST_SECONDS)
    for run in VadRun.objects.filter(state=JobState.QUEUED, rung_at__lt=patience):
        oldest = oldest_waiting(run.queue)
        if oldest is None or run.rung_at < oldest - timedelta(seconds=5):
            _ring(run)


def _ring(run: VadRun) -> None:
    with transaction.atomic():
        if VadRun.objects.filter(
            pk=run.pk, state=JobState.QUEUED, rung_at=run.rung_at
        ).update(rung_at=timezone.now()):
            ring(RUN_VAD, run.pk, run.queue)


def _audit(run: VadRun, origin: Origin, what: str) -> None:
    record(
        action=AuditAction.JOB,
        origin=origin,
        department=run.department,
        object_type="recording",
        object_id=run.recording.uuid,
        object_name=run.recording.title,
        detail={"what": what},
    )
