"""How much decoding of one file may take."""

from django.conf import settings

from transcription.pipeline.types import DecodeLimits
from transcription.services.media.disk.free_space import reserve_bytes

PROGRESS_SECONDS = 1.0


def decode_limits() -> DecodeLimits:
    """Of a whole recording, whatever it is decoded for."""
    return DecodeLimits(
        max_duration_ms=settings.RECORDING_MAX_HOURS * 3_600_000,
        keep_free_bytes=reserve_bytes(),
    )
