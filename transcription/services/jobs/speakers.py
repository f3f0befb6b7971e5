"""Who speaks: the step between recognition and storing."""

import logging
from collections.abc import Callable

from transcription.engine.base import EngineError, ErrorCode
from transcription.models.jobs import SpeakerCount
from transcription.pipeline.speakers.separation import (
    noted,
    one_track_if_alone,
    separate,
)
from transcription.pipeline.types import NO_SPEAKER_MODEL, DecodedAudio, PipelineResult
from transcription.services.recogniser.holder import loaded_embedder

logger = logging.getLogger(__name__)


def with_speakers(
    decoded: DecodedAudio,
    result: PipelineResult,
    wanted: SpeakerCount,
    *,
    on_wait: Callable[[], None],
) -> PipelineResult:
    """The result with voices told apart, where somebody wants that and it is possible;
    else as it was, with a note that says why. Never invents a speaker."""
    result = one_track_if_alone(result)
    is_one_track = all(segment.channel is None for segment in result.segments)
    if wanted == SpeakerCount.OFF or not result.segments or not is_one_track:
        return result
    try:
        embedder = loaded_embedder()
        if embedder is None:
            return noted(result, NO_SPEAKER_MODEL)
        return separate(decoded, result, embedder, count=wanted.fixed, on_wait=on_wait)
    except EngineError as error:
        if error.code is ErrorCode.DEVICE_FAILED:
            raise
        # The text is there: nobody would want to lose it for want of a speaker.
        logger.warning("Voices were not told apart: %s", error)
        return noted(result, NO_SPEAKER_MODEL)
