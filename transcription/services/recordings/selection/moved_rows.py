"""A recording in another department: every row that hangs on it."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models.audit.events import AuditAction
from accounts.models.departments import Department
from accounts.services.audit.writing import Origin, record_each
from transcription.models.drafts import Draft, DraftKind
from transcription.models.evaluation import ReferenceItem
from transcription.models.hotwords.uncertain import UncertainPlace
from transcription.models.imports import ImportLine
from transcription.models.jobs import TranscriptionJob
from transcription.models.listening import Listening
from transcription.models.notices import Notice
from transcription.models.recordings import Recording, Tag
from transcription.models.rehearings import RehearingItem
from transcription.models.revisions import RevisedSegment
from transcription.models.runs import ACTIVE_STATES
from transcription.models.speech import VadRun
from transcription.models.transcripts import Segment, Transcript
from transcription.services.readers.listening import write_sittings_of
from transcription.services.search.index import index_recording

_TAGGED = Recording.tags.through
_JOBS = TranscriptionJob.objects.filter(
    recording=OuterRef("pk"), state__in=ACTIVE_STATES
)
_TRIALS = VadRun.objects.filter(recording=OuterRef("pk"), state__in=ACTIVE_STATES)
# Being worked on: the worker would store for the old department.
BUSY: Final = Exists(_JOBS) | Exists(_TRIALS)
# An evaluation of the old department listens to it.
MEASURED: Final = Exists(ReferenceItem.objects.filter(recording=OuterRef("pk")))

# What becomes of every row that leads to a recording, by table and column; a test
# compares it with the models.
MOVED: Final = {
    "TranscriptionJob.recording": "moves; an active one keeps the recording here",
    "Transcript.recording": "moves",
    "Transcript.job": "moves",
    "Segment.transcript": "moves",
    "Segment.speaker": "moves",
    "Speaker.transcript": "goes along",
    "Correction.segment": "goes along",
    "JobWindow.job": "goes along",
    "VadRun.recording": "moves; an active one keeps the recording here",
    "Recording_tags.recording": "to the tag of the same name, made if need be",
    "ReferenceItem.recording": "keeps the recording here",
    "EvaluationResult.item": "keeps the recording here",
    "ImportLine.recording": "emptied: the old department's list would lead to it",
    "SavedSearchHit.recording": "stays, shown to nobody: hits are of their department",
    "UnmatchedRecording.recording": "goes along: asked of its department's searches",
    "Listening.recording": "ends, and is written into the old department's trail",
    "IdempotencyKey.job": "stays, and finds nothing: it asks for its own department's",
    "Notice.job": "deleted: it would name the recording in the old department",
    "RevisedSegment.segment": "deleted: the old department could undo it",
    "RehearingItem.segment": "deleted: it holds the sentence",
    "UncertainPlace.segment": "deleted: the old department would be shown it",
}
_CUT_OFF = (RevisedSegment, RehearingItem, UncertainPlace)


def movable(recordings: QuerySet[Recording], target: Department) -> QuerySet[Recording]:
    """Those that may go there."""
    return recordings.exclude(BUSY).exclude(MEASURED).exclude(hidden_from(target))


def hidden_from(target: Department) -> Q:
    """Private ones whose uploader is nobody there: they would lose them."""
    there = target.memberships.filter(is_active=True).values("user")
    # Not by ``exclude``, which takes "nobody uploaded it" for an unknown.
    return Q(is_private=True) & (Q(uploaded_by=None) | ~Q(uploaded_by__in=there))


class Move:
    """Between two departments, batch by batch. ``new_tags`` were made for it;
    ``lost_agents`` are names that mean no member any more: the name as it was, as it is
    now, and the membership, by the recording's id."""

    def __init__(self, source: Department, target: Department, origin: Origin) -> None:
        self.new_tags: list[int] = []
        self.lost_agents: dict[str, tuple[str, str, int]] = {}
        self._source, self._target, self._origin = source, target, origin
        members = target.memberships.filter(is_active=True)
        self._members = dict(members.values_list("user_id", "pk"))

    def batch(self, ids: list[int]) -> list[int]:
        """In the caller's transaction; those that are moved."""
        # Jobs before recordings, as everywhere.
        jobs = TranscriptionJob.objects.filter(recording__in=ids).order_by("pk")
        list(jobs.select_for_update().values_list("pk"))
        found = self._locked(ids)
        done = [one.pk for one in found]
        for one in found:
            self._end_sittings(one)
        self._cut_off(done)
        self._move_rows(found)
        self._move_tags(done)
        for one in found:
            self._move_agent(one)
            one.department = self._target
            one.save(update_fields=["department", "agent", "agent_member"])
            index_recording(one)
        self._note(found)
        return done

    def _locked(self, ids: list[int]) -> list[Recording]:
        kept = Recording.objects.of(self._source).kept().filter(pk__in=ids)
        locked = kept.select_for_update(of=("self",)).order_by("pk").defer("waveform")
        pks = [one.pk for one in locked]
        still = movable(Recording.objects.filter(pk__in=pks), self._target)
        rows = still.order_by("pk").select_related("agent_member__user")
        return list(rows.defer("waveform"))

    def _end_sittings(self, recording: Recording) -> None:
        if Listening.objects.filter(recording=recording).exists():
            write_sittings_of(recording)

    def _cut_off(self, ids: list[int]) -> None:
        Notice.objects.filter(job__recording__in=ids).delete()
        ImportLine.objects.filter(recording__in=ids).update(recording=None)
        for model in _CUT_OFF:
            rows = model._default_manager.filter(segment__transcript__recording__in=ids)
            rows.delete()

    def _move_rows(self, found: list[Recording]) -> None:
        ids = [one.pk for one in found]
        target = self._target
        TranscriptionJob.objects.filter(recording__in=ids).update(department=target)
        VadRun.objects.filter(recording__in=ids).update(department=target)
        transcripts = Transcript.objects.filter(recording__in=ids)
        mine = list(transcripts.values_list("pk", flat=True))
        transcripts.update(department=target)
        Segment.objects.filter(transcript__in=mine).update(department=target)
        keys = {str(one.uuid) for one in found}
        drafts = Draft.objects.filter(
            department=self._source, kind__in=[DraftKind.SEGMENT, DraftKind.RECORDING]
        )
        typed = [pk for pk, key in drafts.values_list("pk", "key") if key[:36] in keys]
        Draft.objects.filter(pk__in=typed).update(department=target)

    def _move_tags(self, ids: list[int]) -> None:
        rows = _TAGGED.objects.filter(recording__in=ids)
        by_tag: dict[int, list[int]] = defaultdict(list)
        for pk, tag_id in rows.values_list("pk", "tag_id"):
            by_tag[tag_id].append(pk)
        for tag in Tag.objects.filter(pk__in=by_tag):
            there, is_new = self._target.tags.get_or_create(
                name=tag.name, defaults={"colour": tag.colour}
            )
            if is_new:
                self.new_tags.append(there.pk)
            _TAGGED.objects.filter(pk__in=by_tag[tag.pk]).update(tag=there)

    def _move_agent(self, recording: Recording) -> None:
        member = recording.agent_member
        if member is None:
            return
        recording.agent_member_id = self._members.get(member.user_id)
        if recording.agent_member_id is None:
            name = str(member.user)[:64]
            self.lost_agents[str(recording.pk)] = (recording.agent, name, member.pk)
            recording.agent = name

    def _note(self, found: Iterable[Recording]) -> None:
        """For the auditors of both."""
        out = {"what": "move_out", "other_department": self._target.name}
        into = {"what": "move_in", "other_department": self._source.name}
        events = []
        for one in found:
            subject = one.audit_subject
            events += [(subject.within(self._source.pk), out), (subject, into)]
        record_each(AuditAction.EDIT, self._origin, events)
