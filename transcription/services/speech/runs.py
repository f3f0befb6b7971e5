"""Trial runs of voice-activity detection: ordered, worked on, forgotten.

The page and the database are all that changes: no transcript is touched.
"""

import time
from contextlib import ExitStack
from datetime import timedelta
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models.audit.events import AuditAction
from accounts.services.audit.writing import Origin, record
from accounts.services.refusal import Refused
from transcription.engine.base import EngineError, ErrorCode
from transcription.models.recordings import Recording
from transcription.models.runs import ACTIVE_STATES, RECOGNISING
from transcription.models.speech import VadRun
from transcription.pipeline.audio.channels import read_track
from transcription.pipeline.audio.decode import decode_file
from transcription.pipeline.audio.vad import pieces, windows
from transcription.pipeline.types import DecodedAudio
from transcription.services.media import storage
from transcription.services.media.decoding import decode_limits
from transcription.services.media.lengths import queue_for
from transcription.services.recogniser.detectors import VadParameters, detector
from transcription.services.runs.folders import work_folder
from transcription.services.runs.kind import RunKind
from transcription.services.runs.leases import carry_out, request_cancel
from transcription.services.runs.work import ReportProgress, Work
from transcription.services.transcripts.clocks import counts_gaps, current_of

VAD_RUNS: Final = RunKind(
    name="vad",
    title=gettext_lazy("Speech detection"),
    model=VadRun,
    task="transcription.tasks.run_vad",
    queues=RECOGNISING,
)

KEPT_DAYS: Final = 7
MAX_ACTIVE: Final = 20  # in a department; nobody looks at more at once


def parameters_of(run: VadRun) -> VadParameters:
    """What the run was ordered with."""
    return VadParameters(run.end_silence_ms, run.max_segment_ms, run.gap_ms, run.pad_ms)


def order_vad(
    *, recording: Recording, origin: Origin, parameters: VadParameters
) -> VadRun:
    """A queued run and its queue entry. Raises ``Refused`` while the recording has
    another one, or the department has too many."""
    active = VadRun.objects.filter(state__in=ACTIVE_STATES)
    if active.filter(department=recording.department).count() >= MAX_ACTIVE:
        raise Refused(
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
        queue=queue_for(recording),
    )
    try:
        with transaction.atomic():
            run.save(force_insert=True)
            VAD_RUNS.enqueue(run)
            record(AuditAction.JOB, origin, run.recording.audit_subject, what="vad")
    except IntegrityError:
        if not active.filter(recording=recording).exists():
            raise
        raise Refused(
            "vad_active",
            _("Speech is being looked for in this recording already."),
        ) from None
    return run


def cancel_vad(*, run: VadRun, origin: Origin) -> bool:
    """A queued run is canceled at once, a running one after its window. One that has
    ended stays as it is: False."""
    with transaction.atomic():
        changed = request_cancel(VAD_RUNS, run)
        if changed:
            record(
                AuditAction.JOB, origin, run.recording.audit_subject, what="vad_cancel"
            )
    return changed


def run_vad(run_id: int) -> bool:
    """Claim the run and bring it to an end, or back to the queue when it may pass.
    False when it is somebody else's."""
    return carry_out(VAD_RUNS, run_id, _work_on)


def forget_old_vad_runs() -> None:
    """The janitor's duty."""
    long_ago = timezone.now() - timedelta(days=KEPT_DAYS)
    VadRun.objects.filter(finished_at__lt=long_ago).delete()


def _work_on(work: Work[VadRun]) -> bool:
    run = work.run
    began = time.monotonic()
    report_progress = work.throttled_progress()
    with ExitStack() as stack:
        folder = stack.enter_context(work_folder(work))
        try:
            source = stack.enter_context(storage.local_copy(run.recording.file, folder))
            decoded = decode_file(
                source,
                folder,
                decode_limits(),
                wants_playback=False,
                follows_clock=counts_gaps(current_of(run.recording)),
                on_wait=report_progress,
            )
        except FileNotFoundError:  # it will not come back
            raise EngineError(ErrorCode.STORAGE_FAILED) from None
        tracks = _regions(decoded, parameters_of(run), report_progress)
    work.succeed(
        progress_percent=100,
        audio_ms=decoded.duration_ms,
        processing_ms=round((time.monotonic() - began) * 1000),
        waveform=[list(peaks) for peaks in decoded.waveform],
        tracks=tracks,
    )
    return True


def _regions(
    decoded: DecodedAudio, parameters: VadParameters, report_progress: ReportProgress
) -> list[dict[str, Any]]:
    """Track by track and window by window: hours of audio take the memory of one."""
    vad, joining = detector(parameters), parameters.joining
    total_ms = max(decoded.duration_ms * len(decoded.tracks), 1)
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
                    vad,
                    gap_ms=joining.gap_ms,
                    pad_ms=joining.pad_ms,
                    max_joined_ms=joining.max_joined_ms,
                )
            ]
            done_ms += window.end_ms - window.start_ms
            report_progress(progress_percent=min(99, done_ms * 100 // total_ms))
        tracks.append({"channel": track.channel, "regions": regions})
    return tracks
