"""Recordings of the membership's department: the object, or 404, or 403."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404

from accounts.access import require
from accounts.models.members import Membership
from accounts.roles import Capability
from transcription.models.recordings import Recording


def access_recording(
    membership: Membership, uuid: UUID, capability: Capability, *, trashed: bool = False
) -> Recording:
    """A kept recording that the membership may know of (or a trashed one, if asked)."""
    recordings = Recording.objects.visible_to(membership).select_related(
        "department", "uploaded_by", "agent_member__user"
    )
    recordings = recordings.trashed() if trashed else recordings.kept()
    recording = recordings.filter(uuid=uuid).first()
    if recording is None:
        raise Http404
    require(membership, capability)
    return recording


def may_edit(membership: Membership, recording: Recording) -> bool:
    """Whether the membership may correct, rename or delete this recording."""
    if membership.can(Capability.EDIT_ANY):
        return True
    return (
        membership.can(Capability.EDIT_OWN)
        and recording.uploaded_by_id == membership.user_id
    )


def editable_by(membership: Membership) -> Q:
    """``may_edit`` as the database says it."""
    if membership.can(Capability.EDIT_ANY):
        return ~Q(pk__in=[])
    if membership.can(Capability.EDIT_OWN):
        return Q(uploaded_by=membership.user_id)
    return Q(pk__in=[])


def may_correct(membership: Membership, recording: Recording) -> bool:
    """Whether the membership may correct the text and name the voices: those who may
    edit the recording, and its agent whatever the role."""
    is_agent = recording.agent_member_id == membership.pk
    return is_agent or may_edit(membership, recording)


def access_recording_to_edit(
    membership: Membership, uuid: UUID, *, trashed: bool = False
) -> Recording:
    """A recording that the membership may change: its own, or anybody's."""
    recording = access_recording(membership, uuid, Capability.READ, trashed=trashed)
    if not may_edit(membership, recording):
        raise PermissionDenied(Capability.EDIT_ANY)
    return recording


def access_recording_to_correct(membership: Membership, uuid: UUID) -> Recording:
    """A recording whose text the membership may correct."""
    recording = access_recording(membership, uuid, Capability.READ)
    if not may_correct(membership, recording):
        raise PermissionDenied(Capability.EDIT_ANY)
    return recording


def is_thrown_away(membership: Membership, uuid: UUID) -> bool:
    """Whether it lies in the trash, of somebody who may correct it: in a form that was
    open meanwhile they are told so."""
    try:
        found = access_recording(membership, uuid, Capability.READ, trashed=True)
    except (Http404, PermissionDenied):
        return False
    return may_correct(membership, found)
