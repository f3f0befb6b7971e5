"""Whether a transcript's times are the file's, or count its samples alone.

Until files' clocks were followed, pauses and lost packets were not counted.
Such transcripts keep their times, and what is cut by these times is decoded as then,
until their recording is recognised again.
"""

from datetime import datetime

from transcription.models.recordings import Recording
from transcription.models.transcripts import Transcript
from transcription.pipeline.types import CLOCK_HAS_GAPS, DecodedAudio


def counts_gaps(transcript: Transcript | None) -> bool:
    """Whether its times are the file's. Where there are no gaps both are the same."""
    return transcript is None or CLOCK_HAS_GAPS in transcript.notes


def transcript_of(recording: Recording, at: datetime) -> Transcript | None:
    """The one that was read at that time."""
    return (
        recording.transcripts.filter(created_at__lte=at).order_by("-created_at").first()
    )


def current_of(recording: Recording) -> Transcript | None:
    return recording.transcripts.filter(is_current=True).first()


def is_out_of_step(recording: Recording, decoded: DecodedAudio) -> bool:
    """Whether what was decoded has other times than the transcript that people read."""
    return CLOCK_HAS_GAPS in decoded.notes and not counts_gaps(current_of(recording))
