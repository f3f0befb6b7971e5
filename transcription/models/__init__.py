from transcription.models.engine import EngineRequest, EngineWorker, IntakePause
from transcription.models.evaluation import (
    EvaluationResult,
    EvaluationRun,
    LibraryKind,
    ReferenceItem,
    ReferenceSet,
)
from transcription.models.hotword_dismissals import HotwordDismissal
from transcription.models.hotword_overrides import CompanyListOff, CompanyWordOff
from transcription.models.hotword_proposals import HotwordProposal, ProposalState
from transcription.models.hotword_revisions import HotwordRevision, RevisedSegment
from transcription.models.hotwords import Hotword, HotwordList, HotwordListVersion
from transcription.models.installation import Installation
from transcription.models.recordings import (
    JobState,
    JobWindow,
    Recording,
    Tag,
    TranscriptionJob,
)
from transcription.models.rehearings import Rehearing, RehearingItem, SentenceOutcome
from transcription.models.transcripts import (
    Segment,
    Speaker,
    TimingSource,
    Transcript,
)
from transcription.models.turns import DepartmentTurn
from transcription.models.uncertain_words import (
    UncertainPlace,
    UncertainReading,
    UncertainSpan,
)
from transcription.models.vad import DepartmentVad, VadRun

__all__ = [
    "CompanyListOff",
    "CompanyWordOff",
    "DepartmentTurn",
    "DepartmentVad",
    "EngineRequest",
    "EngineWorker",
    "EvaluationResult",
    "EvaluationRun",
    "Hotword",
    "HotwordDismissal",
    "HotwordList",
    "HotwordListVersion",
    "HotwordProposal",
    "HotwordRevision",
    "Installation",
    "IntakePause",
    "JobState",
    "JobWindow",
    "LibraryKind",
    "ProposalState",
    "Recording",
    "ReferenceItem",
    "ReferenceSet",
    "Rehearing",
    "RehearingItem",
    "RevisedSegment",
    "Segment",
    "SentenceOutcome",
    "Speaker",
    "Tag",
    "TimingSource",
    "Transcript",
    "TranscriptionJob",
    "UncertainPlace",
    "UncertainReading",
    "UncertainSpan",
    "VadRun",
]
