from transcription.models.evaluation import (
    EvaluationResult,
    EvaluationRun,
    LibraryKind,
    ReferenceItem,
    ReferenceSet,
)
from transcription.models.hotwords.dismissals import HotwordDismissal
from transcription.models.hotwords.lists import Hotword, HotwordList, HotwordListVersion
from transcription.models.hotwords.overrides import CompanyListOff, CompanyWordOff
from transcription.models.hotwords.proposals import HotwordProposal, ProposalState
from transcription.models.hotwords.uncertain import (
    UncertainPlace,
    UncertainReading,
    UncertainSpan,
)
from transcription.models.installation import Installation
from transcription.models.recogniser import EngineRequest, EngineWorker, IntakePause
from transcription.models.recordings import (
    JobState,
    JobWindow,
    Recording,
    Tag,
    TranscriptionJob,
)
from transcription.models.rehearings import Rehearing, RehearingItem, SentenceOutcome
from transcription.models.revisions import HotwordRevision, RevisedSegment
from transcription.models.speech import DepartmentVad, VadRun
from transcription.models.transcripts import (
    Segment,
    Speaker,
    TimingSource,
    Transcript,
)
from transcription.models.turns import DepartmentTurn

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
