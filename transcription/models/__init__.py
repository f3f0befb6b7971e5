from transcription.models.hotwords import Hotword, HotwordList, HotwordListVersion
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
from transcription.models.vad import VadRun

__all__ = [
    "Hotword",
    "HotwordList",
    "HotwordListVersion",
    "JobState",
    "JobWindow",
    "Recording",
    "Segment",
    "Speaker",
    "Tag",
    "TimingSource",
    "Transcript",
    "TranscriptionJob",
    "VadRun",
]
