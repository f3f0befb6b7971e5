"""The only doors to the domain's objects: the object, or 404, or 403.

Views, API and tasks never call ``.get()``. An absent object, another department's and a
trashed one give the same 404; a member without the right gets 403.
"""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404

from accounts.access import Capability, allows, require
from accounts.models import Membership, User
from transcription.models.evaluation import EvaluationRun, ReferenceItem, ReferenceSet
from transcription.models.hotwords.lists import Hotword, HotwordList, HotwordListVersion
from transcription.models.hotwords.proposals import HotwordProposal
from transcription.models.jobs import TranscriptionJob
from transcription.models.recogniser import EngineWorker
from transcription.models.recordings import Recording
from transcription.models.rehearings import Rehearing
from transcription.models.revisions import HotwordRevision
from transcription.models.speech import VadRun
from transcription.models.transcripts import Segment, Speaker, Transcript


def access_recording(
    membership: Membership, uuid: UUID, capability: Capability, *, trashed: bool = False
) -> Recording:
    """A kept recording of the membership's department (or a trashed one, if asked)."""
    recordings = Recording.objects.of(membership.department).select_related(
        "department", "uploaded_by"
    )
    recordings = recordings.trashed() if trashed else recordings.kept()
    recording = recordings.filter(uuid=uuid).first()
    if recording is None:
        raise Http404
    require(membership, capability)
    return recording


def may_edit(membership: Membership, recording: Recording) -> bool:
    """Whether the membership may correct, rename or delete this recording."""
    if allows(membership, Capability.EDIT_ANY):
        return True
    return (
        allows(membership, Capability.EDIT_OWN)
        and recording.uploaded_by_id == membership.user_id
    )


def access_recording_to_edit(
    membership: Membership, uuid: UUID, *, trashed: bool = False
) -> Recording:
    """A recording that the membership may change: its own, or anybody's."""
    recording = access_recording(membership, uuid, Capability.READ, trashed=trashed)
    if not may_edit(membership, recording):
        raise PermissionDenied(Capability.EDIT_ANY)
    return recording


def access_job(
    membership: Membership, uuid: UUID, capability: Capability
) -> TranscriptionJob:
    """A job of a kept recording of the membership's department."""
    job = (
        TranscriptionJob.objects.filter(
            department=membership.department, recording__deleted_at=None, uuid=uuid
        )
        .select_related("recording", "department")
        .first()
    )
    if job is None:
        raise Http404
    require(membership, capability)
    return job


def access_vad_run(
    membership: Membership, recording_uuid: UUID, uuid: UUID, capability: Capability
) -> VadRun:
    """A look for speech in a kept recording of the membership's department."""
    recording = access_recording(membership, recording_uuid, capability)
    run = (
        VadRun.objects.filter(recording=recording, uuid=uuid)
        .select_related("recording", "department")
        .first()
    )
    if run is None:
        raise Http404
    return run


def current_transcript(recording: Recording) -> Transcript | None:
    """The transcript people read, or None while there is none yet."""
    return recording.transcripts.filter(is_current=True).select_related("job").first()


def access_segment(
    membership: Membership, recording_uuid: UUID, segment_id: int
) -> Segment:
    """A segment of the current transcript that the membership may correct."""
    recording = access_recording_to_edit(membership, recording_uuid)
    segment = (
        Segment.objects.filter(
            pk=segment_id,
            transcript__recording=recording,
            transcript__is_current=True,
        )
        .select_related("transcript__recording", "transcript__department", "speaker")
        .first()
    )
    if segment is None:
        raise Http404
    return segment


def is_outdated_segment(
    membership: Membership, recording_uuid: UUID, segment_id: int
) -> bool:
    """Whether it belongs to an earlier transcript of a recording that the membership
    may change: somebody had it transcribed again meanwhile."""
    recording = access_recording_to_edit(membership, recording_uuid)
    return Segment.objects.filter(
        pk=segment_id, transcript__recording=recording, transcript__is_current=False
    ).exists()


def access_speaker(
    membership: Membership, recording_uuid: UUID, speaker_id: int
) -> Speaker:
    """A voice of the current transcript that the membership may name."""
    recording = access_recording_to_edit(membership, recording_uuid)
    speaker = (
        Speaker.objects.filter(
            pk=speaker_id,
            transcript__recording=recording,
            transcript__is_current=True,
        )
        .select_related("transcript__recording", "transcript__department")
        .first()
    )
    if speaker is None:
        raise Http404
    return speaker


def access_hotword_list(
    membership: Membership, uuid: UUID, capability: Capability
) -> HotwordList:
    """A hotword list of the membership's own department."""
    found = HotwordList.objects.filter(
        department=membership.department, uuid=uuid
    ).first()
    if found is None:
        raise Http404
    require(membership, capability)
    return found


def access_hotword_list_to_read(
    membership: Membership, uuid: UUID, capability: Capability = Capability.READ
) -> HotwordList:
    """A hotword list of the membership's department, or one of the company's."""
    found = HotwordList.objects.filter(
        Q(department=membership.department) | Q(department=None), uuid=uuid
    ).first()
    if found is None:
        raise Http404
    require(membership, capability)
    return found


def access_company_list_here(membership: Membership, uuid: UUID) -> HotwordList:
    """A company-wide list about which the membership may decide for its department."""
    found = HotwordList.objects.filter(department=None, uuid=uuid).first()
    if found is None:
        raise Http404
    require(membership, Capability.MANAGE_HOTWORDS)
    return found


def access_hotword_revision(membership: Membership, uuid: UUID) -> HotwordRevision:
    """A correction of the department's archive, for those who manage its hotwords."""
    found = HotwordRevision.objects.filter(
        department=membership.department, uuid=uuid
    ).first()
    if found is None:
        raise Http404
    require(membership, Capability.MANAGE_HOTWORDS)
    return found


def access_rehearing(membership: Membership, uuid: UUID) -> Rehearing:
    """Sentences heard again, for those who manage the department's hotwords."""
    found = (
        Rehearing.objects.filter(department=membership.department, uuid=uuid)
        .select_related("department", "requested_by", "revision__undone_by")
        .first()
    )
    if found is None:
        raise Http404
    require(membership, Capability.MANAGE_HOTWORDS)
    return found


def access_company_hotword_list(user: User, uuid: UUID) -> HotwordList:
    """A company-wide list; for anybody but a platform admin there is none."""
    found = HotwordList.objects.filter(department=None, uuid=uuid).first()
    if found is None or not user.is_platform_admin:
        raise Http404
    return found


def access_engine_worker(user: User, worker_id: int) -> EngineWorker:
    """A worker process; for anybody but a platform admin there is none."""
    found = EngineWorker.objects.filter(pk=worker_id).first()
    if found is None or not user.is_platform_admin:
        raise Http404
    return found


def access_hotword(hotword_list: HotwordList, hotword_id: int) -> Hotword:
    """A word of a list that has passed its door."""
    found = hotword_list.hotwords.filter(pk=hotword_id).first()
    if found is None:
        raise Http404
    return found


def access_hotword_version(
    hotword_list: HotwordList, number: int
) -> HotwordListVersion:
    """A published version of a list that has passed its door."""
    found = hotword_list.versions.filter(number=number).first()
    if found is None:
        raise Http404
    return found


def access_reference_set(
    membership: Membership, uuid: UUID, capability: Capability
) -> ReferenceSet:
    """A reference set of the membership's department."""
    found = (
        ReferenceSet.objects.filter(department=membership.department, uuid=uuid)
        .select_related("department")
        .first()
    )
    if found is None:
        raise Http404
    require(membership, capability)
    return found


def access_reference_item(reference_set: ReferenceSet, uuid: UUID) -> ReferenceItem:
    """An audible item of a set that has passed its door."""
    found = (
        reference_set.items.audible()
        .filter(uuid=uuid)
        .select_related("recording")
        .first()
    )
    if found is None:
        raise Http404
    return found


def access_evaluation_run(
    membership: Membership, uuid: UUID, capability: Capability
) -> EvaluationRun:
    """A run over one of the department's reference sets."""
    found = (
        EvaluationRun.objects.filter(
            reference_set__department=membership.department, uuid=uuid
        )
        .select_related("reference_set__department", "requested_by", "baseline")
        .first()
    )
    if found is None:
        raise Http404
    require(membership, capability)
    return found


def access_hotword_proposal(
    hotword_list: HotwordList, proposal_id: int
) -> HotwordProposal:
    """A word proposed for a list that has passed its door."""
    found = hotword_list.proposals.filter(pk=proposal_id).first()
    if found is None:
        raise Http404
    return found
