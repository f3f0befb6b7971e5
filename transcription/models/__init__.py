from transcription.models.hotwords import Hotword, HotwordList
from transcription.models.recordings import (
    JobState,
    JobWindow,
    Recording,
    Tag,
    TranscriptionJob,
)
from transcription.models.transcripts import (
    Segment,
    Speaker,
    TimingSource,
    Transcript,
)

__all__ = [
    "Hotword",
    "HotwordList",
    "JobState",
    "JobWindow",
    "Recording",
    "Segment",
    "Speaker",
    "Tag",
    "TimingSource",
    "Transcript",
    "TranscriptionJob",
]
