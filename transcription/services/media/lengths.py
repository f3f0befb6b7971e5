"""What is long, and so must not stand before what is short."""

from django.conf import settings

from transcription.models.recordings import Recording
from transcription.models.runs import JobQueue


def is_long(duration_ms: int) -> bool:
    return duration_ms > settings.INTERACTIVE_MAX_MINUTES * 60_000


def queue_for(recording: Recording) -> JobQueue:
    """Short clips do not wait behind long ones. Until a recording has been decoded its
    bytes say how long it may be."""
    if recording.duration_ms is None:
        is_batch = recording.size_bytes > settings.INTERACTIVE_MAX_BYTES
    else:
        is_batch = is_long(recording.duration_ms)
    return JobQueue.BATCH if is_batch else JobQueue.INTERACTIVE
